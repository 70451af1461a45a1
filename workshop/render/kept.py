"""Drawings that are kept: of what is drawn again every second most is as it was."""

from collections import OrderedDict
from typing import Any

from flask_babel import get_locale
from markupsafe import Markup

from workshop.engine import brief_lock
from workshop.render.assets import asset

MOST = 1024
"""Drawings that are kept; the one that was asked for longest ago is given up first."""
_KEPT: OrderedDict[Any, Markup] = OrderedDict()
_LOCK = brief_lock()
"""Not round the drawing. Ids are compared in Python, and there CPython's OrderedDict does not bear other threads."""


def kept(macro: Any, thing: Any, **more: Any) -> Markup:
    """What a macro draws of a thing and plain values, and of nothing else; for the same ones drawn once."""
    key = (macro, get_locale().language, asset("icons.svg"), *map(_as_key, vars(thing).values()), *more.values())
    with _LOCK:
        drawn = _KEPT.pop(key, None)
    if drawn is None:
        drawn = macro(thing, **more)
    with _LOCK:
        _KEPT[key] = drawn
        if len(_KEPT) > MOST:
            _KEPT.popitem(last=False)
    return drawn


def _as_key(value: Any) -> Any:
    return tuple(value.items()) if isinstance(value, dict) else value
