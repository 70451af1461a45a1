"""Addresses of the built stylesheets, scripts and icons."""

import json
import time
from functools import lru_cache

from markupsafe import Markup

from workshop.config import resource_dir

MANIFEST = resource_dir("static") / "dist" / "manifest.json"


def asset(name: str) -> str:
    """The address of a built file by its plain name ("table.css", "icons.svg").

    A server that runs while the files are built anew names the new ones a second later.
    RuntimeError where nothing was built yet.
    """
    return f"/static/dist/{_built(_age(time.monotonic() // 1))[name]}"


def icon(name: str, label: str | None = None) -> Markup:
    """An icon of the sprite: with a label a picture that is read out; without, the words beside it say the same."""
    return _icon(asset("icons.svg"), name, label)


@lru_cache(maxsize=1024)
def _icon(sprite: str, name: str, label: str | None) -> Markup:
    # Kept, because a page of notes draws the same few hundreds of times.
    if label:
        drawn = Markup('<svg class="icon" role="img" aria-label="{}"><use href="{}#i-{}"/></svg>')
        return drawn.format(label, sprite, name)
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#i-{}"/></svg>').format(sprite, name)


@lru_cache(maxsize=1)
def _age(second: float) -> int:
    # Looked at once a second: each note names the icons four times.
    try:
        return MANIFEST.stat().st_mtime_ns
    except FileNotFoundError:
        raise RuntimeError("The stylesheets and scripts are not built yet. Run: make setup") from None


@lru_cache(maxsize=1)
def _built(age: int) -> dict[str, str]:
    return dict(json.loads(MANIFEST.read_text()))
