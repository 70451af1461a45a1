"""Every error a page can end in, as a page that says what happened and what to do."""

import logging
from collections.abc import Iterable

from flask import Flask, request, session
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from workshop.errors import Forbidden, NotFound, Problem, Removed
from workshop.queries import people
from workshop.web.door import reading, show

log = logging.getLogger(__name__)


def show_removed(error: Removed, words: Iterable[str] = ()) -> tuple[str, int]:
    """The page of somebody who takes part no longer, with the words that were just refused."""
    participant = error.details.get("participant")
    with reading() as reader:
        place = people.place(reader, participant) if participant else None
    return show("people/removed.html", status=error.status, place=place, words=list(words))


def show_problem(status: int, code: str, sentence: str) -> tuple[str, int]:
    """The page of an error, and the ways on; whose they are the cookie says, since the database may be what failed."""
    page = "errors/problem.html"
    return show(page, status=status, code=code, sentence=sentence, signed_in="_user_id" in session)


def install(app: Flask) -> None:
    """Put the product's errors and the web's own into words."""

    @app.before_request
    def can_be_looked_up() -> None:
        # No address of ours holds a NUL, and PostgreSQL refuses to compare with one.
        if "\0" in request.path or any("\0" in value for _name, value in request.args.items(multi=True)):
            raise NotFound

    @app.errorhandler(Problem)
    def problem(error: Problem) -> tuple[str, int]:
        sentence = error.sentence
        if isinstance(error, Forbidden) and not error.message and request.method == "GET":
            sentence = _("This page is not open to you. If you run the event, open your link to sign in.")
        return show_problem(error.status, error.code, sentence)

    @app.errorhandler(Removed)
    def removed(error: Removed) -> tuple[str, int]:
        return show_removed(error)

    @app.errorhandler(CSRFError)
    def forged(error: CSRFError) -> tuple[str, int]:
        sentence = _(
            "This form was too old or came from elsewhere. Go back, load the page again and send it once more."
        )
        return show_problem(400, "form", sentence)

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
