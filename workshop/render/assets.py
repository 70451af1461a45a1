"""Addresses of the built stylesheets, scripts and icons."""

import json
from functools import lru_cache

from markupsafe import Markup

from workshop.config import resource_dir

MANIFEST = resource_dir("static") / "dist" / "manifest.json"


def asset(name: str) -> str:
    """The address of a built file by its plain name ("table.css", "icons.svg").

    A server that runs while the files are built anew names the new ones from then on.
    RuntimeError where nothing was built yet.
    """
    try:
        age = MANIFEST.stat().st_mtime_ns
    except FileNotFoundError:
        raise RuntimeError("The stylesheets and scripts are not built yet. Run: make setup") from None
    return f"/static/dist/{_built(age)[name]}"


def plain_icon(name: str) -> Markup:
    """An icon of the sprite; the words beside it say the same."""
    return _icon(asset("icons.svg"), name)


@lru_cache(maxsize=256)
def _icon(sprite: str, name: str) -> Markup:
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#i-{}"/></svg>').format(sprite, name)


@lru_cache(maxsize=1)
def _built(age: int) -> dict[str, str]:
    return dict(json.loads(MANIFEST.read_text()))
