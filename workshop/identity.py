"""Who is it: the one signed cookie, read the same way by pages and by sockets."""

from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app, g, request
from flask import session as cookie
from flask_login import current_user

from workshop.addresses import EVERYWHERE, bracketed, is_loopback, network_address
from workshop.config import Settings
from workshop.models import LANGUAGES
from workshop.perform import Store
from workshop.queries import people
from workshop.queries.accounts import Account, account_by_token
from workshop.standing import Actor
from workshop.tokens import participant_token


def store() -> Store:
    """Where operations write."""
    return current_app.extensions["workshop"]


def load_account(session_token: str) -> Account | None:
    """The account whose session the cookie holds."""
    with store().reading() as session:
        return account_by_token(session, session_token)


def actor() -> Actor:
    """Who asks; read once per request."""
    if "actor" not in g:
        tokens = [str(token) for token in cookie.get("places", {}).values()]
        signed_in = current_user.is_authenticated
        with store().reading() as session:
            mine = people.participants_by_token(session, store().secret, tokens)
            if signed_in:
                mine += people.participants_of_account(session, current_user.id)
            g.actor = Actor(
                user_id=current_user.id if signed_in else None,
                session_token=current_user.session_token if signed_in else None,
                participants=frozenset(one.now for one in mine),
                was=frozenset(one.given for one in mine if one.given != one.now),
                screen_of=people.event_of_screen(session, cookie.get("screen")),
                device=people.device_of_token(session, cookie.get("device")),
            )
    return g.actor


def caller() -> str:
    """Whose calls are counted together, as the signed cookie alone says it; empty for nobody in particular."""
    places = " ".join(sorted(map(str, cookie.get("places", {}).values())))
    return str(cookie.get("_user_id") or places or cookie.get("device") or "")


def place_in(event_id: UUID) -> str | None:
    """The token this browser holds in an event."""
    return cookie.get("places", {}).get(str(event_id))


def take_place(event_id: UUID, participant_id: UUID) -> None:
    """Put a participant's token into the cookie."""
    token = participant_token(store().secret, participant_id)
    cookie["places"] = {**cookie.get("places", {}), str(event_id): token}
    cookie.permanent = True
    g.pop("actor", None)


def become_screen(token: str) -> None:
    """Let this browser show an event's big screen."""
    cookie["screen"] = token
    cookie.permanent = True
    g.pop("actor", None)


def become_device(token: str) -> None:
    """Make this browser a table's tablet; whoever it was before leaves it."""
    cookie.clear()
    cookie["device"] = token
    cookie.permanent = True
    g.pop("actor", None)


def public_address() -> str:
    """The address people in the hall type: the one the operator named, else the one this request came by.

    Who runs the café may sit at the server itself; a loopback in their QR would lead each phone to itself.
    """
    settings: Settings = current_app.extensions["workshop_settings"]
    if settings.public_url:
        return settings.public_url
    came_by = request.host_url.rstrip("/")
    if settings.host in EVERYWHERE and is_loopback(came_by):
        port = urlsplit(came_by).port
        return f"{request.scheme}://{bracketed(network_address())}" + (f":{port}" if port else "")
    return came_by


def own_address() -> str:
    """The address of sign-in links: over plain http they are for this machine alone unless a setting says otherwise."""
    settings: Settings = current_app.extensions["workshop_settings"]
    if settings.public_url or settings.allow_plain_sign_in:
        return public_address()
    return request.host_url.rstrip("/")


def choose_language() -> str:
    """The language of this request: chosen, else the browser's."""
    for wanted in (request.args.get("language"), cookie.get("language")):
        if wanted in LANGUAGES:
            return str(wanted)
    return request.accept_languages.best_match(LANGUAGES) or "en"
