"""What somebody else has changed while a form was filled in, for whoever is about to write over it."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from workshop.forms import OperationForm


def stands_now(form: OperationForm, now: Mapping[str, tuple[Any, str]]) -> dict[str, list[Any]]:
    """Beside each field that was sent with something else what stands there now: {name: (value, the same in words)}."""
    return {
        name: [_l("It now reads: “%(text)s”", text=words) if words else _l("It is empty now.")]
        for name, (value, words) in now.items()
        if form[name].raw_data and (form[name].data or None) != (value or None)
    }
