"""Who is it: the one signed cookie, read the same way by pages and by sockets."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask, Request, current_app, g, request
from flask import session as cookie
from flask.sessions import SecureCookieSessionInterface
from flask_login import current_user
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session

from workshop.addresses import EVERYWHERE, bracketed, is_loopback, network_address
from workshop.config import Settings
from workshop.models import LANGUAGES
from workshop.perform import Store
from workshop.queries import people
from workshop.queries.accounts import Account, account_by_token
from workshop.standing import Actor
from workshop.tokens import participant_token


class SignedCookie(SecureCookieSessionInterface):
    """Flask's own; what reads and signs it is made once, and not for each request."""

    def __init__(self) -> None:
        self._made: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """What turns the cookie into its values and back."""
        self._made = self._made or super().get_signing_serializer(app)
        return self._made


def held_in(app: Flask, asked: Request) -> Mapping[str, Any]:
    """What the cookie of a handshake holds; a socket needs nothing else of a request's surroundings."""
    return app.session_interface.open_session(app, asked) or {}


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
        with store().reading() as session:
            g.actor = actor_of(session, store().secret, cookie, current_user if current_user.is_authenticated else None)
    return g.actor


def actor_of(session: Session, secret: str, held: Mapping[str, Any], account: Account | None) -> Actor:
    """Who somebody is by what their cookie holds, and by the account they are signed in with."""
    tokens = [str(token) for token in held.get("places", {}).values()]
    mine = people.participants_by_token(session, secret, tokens)
    if account:
        mine += people.participants_of_account(session, account.id)
    return Actor(
        user_id=account.id if account else None,
        session_token=account.session_token if account else None,
        participants=frozenset(one.now for one in mine),
        was=frozenset(one.given for one in mine if one.given != one.now),
        screen_of=people.event_of_screen(session, held.get("screen")),
        device=people.device_of_token(session, held.get("device")),
    )


def actor_of_socket(session: Session, secret: str, held: Mapping[str, Any]) -> Actor:
    """Who opens a socket, by what its handshake's cookie holds."""
    signed_in = held.get("_user_id")
    return actor_of(session, secret, held, account_by_token(session, signed_in) if signed_in else None)


def caller() -> str:
    """Whose calls are counted together."""
    return caller_of(cookie)


def caller_of(held: Mapping[str, Any]) -> str:
    """Whose calls are counted together, as the signed cookie alone says it; empty for nobody in particular."""
    places = " ".join(sorted(map(str, held.get("places", {}).values())))
    return str(held.get("_user_id") or places or held.get("device") or "")


def place_in(event_id: UUID) -> str | None:
    """The token this browser holds in an event."""
    return cookie.get("places", {}).get(str(event_id))


def take_place(event_id: UUID, participant_id: UUID) -> None:
    """Put a participant's token into the cookie."""
    token = participant_token(store().secret, participant_id)
    cookie["places"] = {**cookie.get("places", {}), str(event_id): token}
    # Who is a table's tablet is nobody else, and the other way round.
    cookie.pop("device", None)
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
    """The language of this request."""
    return language_of(request, cookie)


def language_of(asked: Request, held: Mapping[str, Any]) -> str:
    """The language somebody chose, else the browser's."""
    for wanted in (asked.args.get("language"), held.get("language")):
        if wanted in LANGUAGES:
            return str(wanted)
    return asked.accept_languages.best_match(LANGUAGES) or "en"
