"""What every page of the HTML door shares: a session to read with, drawing, the way back."""

from typing import Any
from urllib.parse import urlsplit

from flask import render_template, request
from flask_babel import get_locale
from sqlalchemy.orm import Session

from workshop.errors import Problem, TooFast
from workshop.identity import actor, store
from workshop.queries.viewing import Page
from workshop.render.words import speaking

__all__ = ["actor", "again_in", "language", "reading", "show", "store", "way_back"]

LONGEST_WAY = 2000
"""Characters of an address to return to."""


def reading() -> Session:
    """A session for one page's reads; close it before drawing."""
    return store().reading()


def language() -> str:
    """The language this page is drawn in."""
    return str(get_locale())


def show(template: str, page: Page | None = None, status: int = 200, **more: Any) -> tuple[str, int]:
    """Draw a page; `page` gives it its viewer and channels."""
    with speaking(language()):
        return render_template(template, page=page, viewer=page.viewer if page else None, **more), status


def again_in(problem: Problem | None) -> dict[str, str]:
    """The header that says when it may be sent again, where it came too fast."""
    return {"Retry-After": str(problem.again_in)} if isinstance(problem, TooFast) else {}


def way_back(default: str) -> str:
    """Where a form wants to return to: a path of this site, else `default`."""
    return path_here(request.form.get("next") or request.args.get("next") or "", default)


def path_here(wanted: str, default: str = "") -> str:
    """An address where it is a path of this site, else `default`."""
    # A browser leaves line ends and tabs out of an address, and so reads another one than was looked at.
    if len(wanted) > LONGEST_WAY or any(character < " " for character in wanted) or not wanted.startswith("/"):
        return default
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return default
    elsewhere = wanted.startswith(("//", "/\\")) or parts.scheme or parts.netloc
    return default if elsewhere else wanted
