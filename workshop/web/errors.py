"""Every error a page can end in, as a page that says what happened and what to do."""

import logging
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, request, session
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from workshop import calls
from workshop.binding import as_written
from workshop.errors import Forbidden, NotFound, Problem, Removed
from workshop.forms import LongText, OperationForm, Text
from workshop.perform import OPERATIONS
from workshop.queries import people
from workshop.web.door import again_in, path_here, reading, show, way_back

log = logging.getLogger(__name__)

Words = list[tuple[str, str]]
"""What stood beside a field, and what somebody wrote into it."""
OF_PAGES = {"paper.type_in": "idea.type_in"}
"""Operations that are sent from a page of their own, by its endpoint; all others by their names."""


def show_removed(error: Removed, words: Words | tuple[()] = ()) -> tuple[str, int]:
    """The page of somebody who takes part no longer, with the words that were just refused."""
    participant = error.details.get("participant")
    with reading() as reader:
        place = people.place(reader, participant) if participant else None
    return show("people/removed.html", status=error.status, place=place, words=list(words))


def show_problem(
    status: int, code: str, sentence: str, back: str = "", words: Words | tuple[()] = ()
) -> tuple[str, int]:
    """The page of an error, and the ways on; whose they are the cookie says, since the database may be what failed.

    `back` is where one was, `words` what was refused with it.
    """
    more: dict[str, Any] = {"code": code, "sentence": sentence, "back": back, "words": list(words)}
    return show("errors/problem.html", status=status, signed_in="_user_id" in session, **more)


def words_in(form: OperationForm) -> Words:
    """What somebody wrote into the fields that they saw."""
    written = [field for field in form if isinstance(field, Text | LongText) and field.data]
    return [(str(field.label.text), field.data) for field in written if field.label.text]


def show_old_form() -> tuple[str, int]:
    """The page of a form whose token is no longer good: back to where it was, and what was written in it.

    One of another site is led nowhere, and its words are not shown as somebody's own.
    """
    sentence = _("This form was too old or came from elsewhere. Go back, load the page again and send it once more.")
    try:
        page = urlsplit(request.referrer or "")
    except ValueError:
        page = urlsplit("")
    origin = request.headers.get("Origin") or f"{page.scheme}://{page.netloc}"
    if not calls.origin_allowed(origin, request.environ, current_app.extensions["workshop_settings"]):
        return show_problem(400, "form", sentence)
    here = f"{page.path}?{page.query}" if page.query else page.path
    # What was sent once already and drawn again has the address it was sent to, where nothing is to be read.
    back = way_back("") if page.path == request.path and not page.query else path_here(here, way_back(""))
    what = OPERATIONS.get(OF_PAGES.get(request.endpoint or "", (request.view_args or {}).get("name", "")))
    # What ends in a cookie is written at a page of its own, and holds codes.
    shown = what if what and not what.form_only else None
    return show_problem(400, "form", sentence, back, words_in(as_written(shown.form, request.form)) if shown else ())


def install(app: Flask) -> None:
    """Put the product's errors and the web's own into words."""

    @app.before_request
    def can_be_looked_up() -> None:
        # No address of ours holds a NUL, and PostgreSQL refuses to compare with one.
        if "\0" in request.path or any("\0" in value for _name, value in request.args.items(multi=True)):
            raise NotFound

    @app.errorhandler(Problem)
    def problem(error: Problem) -> tuple[str, int, dict[str, str]]:
        sentence = error.sentence
        if isinstance(error, Forbidden) and not error.message and request.method == "GET":
            sentence = _("This page is not open to you. If you run the event, open your link to sign in.")
        return *show_problem(error.status, error.code, sentence), again_in(error)

    @app.errorhandler(Removed)
    def removed(error: Removed) -> tuple[str, int]:
        return show_removed(error)

    @app.errorhandler(CSRFError)
    def forged(error: CSRFError) -> tuple[str, int]:
        return show_old_form()

    @app.errorhandler(HTTPException)
    def web_error(error: HTTPException) -> tuple[str, int]:
        status = error.code or 500
        sentences = {
            404: _("There is no page at this address."),
            405: _("This address does not take what was sent."),
            413: _("This is too large to be taken."),
        }
        sentence = sentences.get(status, _("This could not be taken as it is."))
        return show_problem(status, str(status), sentence)

    @app.errorhandler(Exception)
    def failed(error: Exception) -> tuple[str, int]:
        log.exception("a page failed")
        sentence = _("The server made a mistake. What was saved is kept; try again.")
        return show_problem(500, "500", sentence)
