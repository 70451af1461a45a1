"""What every page of the HTML door shares: who asks, a session to read with, drawing, errors put into words."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app, g, render_template, request, session as cookie
from flask_babel import get_locale, gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from workshop.errors import Closed, Conflict, Forbidden, Invalid, NotFound, Problem
from workshop.models import LANGUAGES
from workshop.perform import Store
from workshop.policy import Actor
from workshop.queries import people
from workshop.queries.viewing import Page


def store() -> Store:
    """Where operations write."""
    return current_app.extensions["workshop"]  # type: ignore[no-any-return]


def reading() -> Session:
    """A session for one page's reads; close it before drawing."""
    return store().reading()


def actor() -> Actor:
    """Who asks, by the one cookie; read once per request."""
    if "actor" not in g:
        tokens = [str(token) for token in cookie.get("places", {}).values()]
        with reading() as session:
            places = people.participants_by_token(session, store().secret, tokens)
        g.actor = Actor(
            user_id=current_user.id if current_user.is_authenticated else None,
            session_token=current_user.session_token if current_user.is_authenticated else None,
            participants=frozenset(places),
        )
    return g.actor  # type: ignore[no-any-return]


def remember_place(event_id: UUID, token: str) -> None:
    """Put a participant's token into the cookie."""
    cookie["places"] = {**cookie.get("places", {}), str(event_id): token}
    cookie.permanent = True
    g.pop("actor", None)


def language() -> str:
    """The language this page is drawn in."""
    return str(get_locale())


def choose_language() -> str:
    """The language of this request: chosen, else the browser's."""
    wanted = request.args.get("language") or cookie.get("language")
    if wanted in LANGUAGES:
        return str(wanted)
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def show(template: str, page: Page | None = None, status: int = 200, **more: Any) -> tuple[str, int]:
    """Draw a page; `page` gives it its viewer and channels."""
    return render_template(template, page=page, viewer=page.viewer if page else None, **more), status


def way_back(default: str) -> str:
    """Where a form wants to return to: a path of this site, else `default`."""
    wanted = request.form.get("next") or request.args.get("next") or ""
    parts = urlsplit(wanted)
    safe = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return wanted if safe else default


def sentence(problem: Problem) -> str:
    """What went wrong, in the person's language."""
    if problem.message:
        return str(problem.message)
    if isinstance(problem, NotFound):
        return _("This does not exist, or it is not open to you.")
    if isinstance(problem, Forbidden):
        return _("You may see this, but not do it.")
    if isinstance(problem, Closed):
        return _("This is closed now.")
    if isinstance(problem, Conflict):
        return _("Somebody else changed this at the same moment. Look at it again.")
    if isinstance(problem, Invalid) and any(problem.fields.values()):
        return str(next(errors[0] for errors in problem.fields.values() if errors))
    return _("This could not be taken as it is.")
