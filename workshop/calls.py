"""What a call in JSON is made of, whichever door it comes through: whose page sends it, its key, its answer."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from workshop.config import Settings
from workshop.errors import Invalid, Problem, TooFast
from workshop.forms import to_id
from workshop.pace import Pace
from workshop.perform import Done

LARGEST = 32 * 1024
"""Bytes of one call, however it is carried."""
BURST = 120
"""Calls that somebody may have saved up: all the notes of a day without network, or a list of eighty ideas."""
PER_SECOND = 10.0
"""Calls of one person that are taken for good: quicker than anybody taps, far less than what a server can do."""


OUR_HEADER = "X-Workshop"
"""Sent by our own pages; another site's page may not send it without asking first, and is told no.

With a call in JSON it says 1, or which participant's the call is: this browser may be somebody else's by now.
"""


def person_pace() -> Pace:
    """How fast one person may call, through all doors together."""
    return Pace(BURST, PER_SECOND)


def take_turn(pace: Pace, caller: str) -> None:
    """Count a call; raises TooFast where it was one too many. Nobody in particular is not counted."""
    wait = pace.wait(caller) if caller else 0
    if wait:
        raise TooFast(wait)


def origin_allowed(origin: str | None, environ: dict[str, Any], settings: Settings) -> bool:
    """Whether a page of this site asks: by the public address where one is set, else by the Host header."""
    if not origin:
        return False
    # Some clients send the header twice, which arrives joined; then every one of them has to be right.
    return all(_is_ours(one.strip(), environ, settings) for one in origin.split(","))


def our_page_asks(environ: dict[str, Any], settings: Settings) -> bool:
    """Whether a page of this site opens a connection: by its Origin, or by a header of ours where it has none.

    Browsers say no Origin when a page asks its own site by GET, as long polling does first.
    """
    origin = environ.get("HTTP_ORIGIN")
    if origin is None:
        return "HTTP_" + OUR_HEADER.upper().replace("-", "_") in environ
    return origin_allowed(origin, environ, settings)


def _is_ours(origin: str, environ: dict[str, Any], settings: Settings) -> bool:
    if settings.public_url:
        return origin == settings.public_url
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and parts.netloc == environ.get("HTTP_HOST")


def is_among(participants: Iterable[UUID], one: Any) -> bool:
    """Whether the participant a page was drawn for is still among those who this browser is."""
    return one in map(str, participants)


def key_of(text: Any) -> UUID:
    """A call's key; Invalid unless it is a UUID."""
    try:
        return to_id(text) if isinstance(text, str) else to_id("")
    except ValueError:
        raise Invalid(_l("This was sent without a key.")) from None


def acknowledged(done: Done, key: str) -> dict[str, Any]:
    """The answer to what was done."""
    return {"ok": True, "key": key, "at": dict(done.at)}


def refused(problem: Problem, key: Any) -> dict[str, Any]:
    """The answer to what was not."""
    answer = {
        "ok": False,
        "key": key if isinstance(key, str) else "",
        "code": problem.code,
        "message": problem.sentence,
        "fields": {name: [str(error) for error in errors] for name, errors in problem.fields.items()},
    }
    return answer | {"again_in": problem.again_in} if isinstance(problem, TooFast) else answer


def failed(key: Any) -> dict[str, Any]:
    """The answer where the server made a mistake: it says nothing about what was sent."""
    return {
        "ok": False,
        "key": key if isinstance(key, str) else "",
        "code": "failed",
        "message": _("The server could not do this. Your text is kept; try again."),
        "fields": {},
    }
