"""What a call in JSON is made of, whichever door it comes through: whose page sends it, its key, its answer."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from workshop.config import Settings
from workshop.errors import Invalid, Problem
from workshop.forms import to_id
from workshop.perform import Done

LARGEST = 32 * 1024
"""Bytes of one call, however it is carried."""


def origin_allowed(origin: str | None, environ: dict[str, Any], settings: Settings) -> bool:
    """Whether a page of this site asks: by the public address where one is set, else by the Host header."""
    if not origin:
        return False
    # Some clients send the header twice, which arrives joined; then every one of them has to be right.
    return all(_is_ours(one.strip(), environ, settings) for one in origin.split(","))


def _is_ours(origin: str, environ: dict[str, Any], settings: Settings) -> bool:
    if settings.public_url:
        return origin == settings.public_url
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and parts.netloc == environ.get("HTTP_HOST")


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
    return {
        "ok": False,
        "key": key if isinstance(key, str) else "",
        "code": problem.code,
        "message": problem.sentence,
        "fields": {name: [str(error) for error in errors] for name, errors in problem.fields.items()},
    }


def failed(key: Any) -> dict[str, Any]:
    """The answer where the server made a mistake: it says nothing about what was sent."""
    return {
        "ok": False,
        "key": key if isinstance(key, str) else "",
        "code": "failed",
        "message": _("The server could not do this. Your text is kept; try again."),
        "fields": {},
    }
