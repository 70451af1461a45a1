"""What was submitted, by whatever door, bound to the form of its operation and judged."""

from collections.abc import Mapping
from datetime import date
from json.encoder import encode_basestring as quoted
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from workshop.errors import Invalid
from workshop.forms import Ids, OperationForm, Submitted
from workshop.text import clean


def in_one_line(submitted: Mapping[str, list[str]]) -> str:
    """What came in, as `json.dumps` writes it with every letter as it is; that takes ten times as long.

    Answers are remembered by it, so that it must never read otherwise.
    """
    fields = (
        f"{quoted(name)}: [{', '.join(map(quoted, values))}]"
        for name, values in sorted(submitted.items())
        if any(values)
    )
    return f"{{{', '.join(fields)}}}"


def bind(form: type[OperationForm], fields: Mapping[str, Any]) -> OperationForm:
    """The validated form for what was submitted, by whatever door.

    Scalars count as their words; lists as repeated fields. Raises Invalid with a sentence for each
    field at fault; its details hold the bound form, so that a door can show the text again.
    """
    lists = fields.lists() if isinstance(fields, MultiDict) else fields.items()
    submitted = Submitted()
    for name, value in lists:
        values = value if isinstance(value, list | tuple) else [value]
        try:
            submitted[str(name)] = [
                clean(one if isinstance(one, str) else _word(one)) for one in values if one is not None
            ]
        except UnicodeError:
            raise Invalid(
                _l("This text holds characters that cannot be stored. Write them again by hand."),
                fields={str(name): [_l("Some of these characters cannot be stored.")]},
            ) from None
    bound = form(submitted)
    # A field's attribute differs from its name where the form has a method of that name (`process`).
    named = {one.name: one for one in bound}
    unknown = [name for name in submitted if name not in named]
    if unknown:
        raise Invalid(_l("This was sent with fields that do not belong to it."), fields={name: [] for name in unknown})
    for name, values in submitted.items():
        if len(set(values)) > 1 and not isinstance(named[name], Ids):
            raise Invalid(
                _l("This was sent in a form that cannot be read."), fields={name: [_l("Choose one of these.")]}
            )
    valid = bound.validate()
    bound.submitted = in_one_line(submitted)
    if not valid:
        raise Invalid(fields={name: one.errors for name, one in named.items() if one.errors}, form=bound)
    return bound


def as_written(form: type[OperationForm], fields: MultiDict[str, str]) -> OperationForm:
    """The form with what was submitted, to show it again; a replacement character stands where no page holds it."""
    return form(MultiDict([(name, text.replace("\0", "\ufffd")) for name, text in fields.items(multi=True)]))


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, int | float | UUID | date):
        return str(value)
    raise Invalid(_l("This was sent in a form that cannot be read."))
