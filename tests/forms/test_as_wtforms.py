"""Forms are read and judged in fewer steps than WTForms takes, and come out as if it had taken them."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wtforms import Form

import workshop.operations  # noqa: F401
from workshop.forms import OperationForm, Submitted
from workshop.perform import OPERATIONS

FORMS = {one.form for one in OPERATIONS.values()}
WORDS = st.sampled_from(["", " ", "0", "1", "-3", "x", "2026-05-12", "2026-13-01", "Europe/Berlin", "a\nb", "ä" * 700])
IDS = st.sampled_from(["0191d0d0-0000-7000-8000-000000000001", "0191D0D0-0000-7000-8000-000000000002", "no id"])


def by_wtforms(kind: type[OperationForm], came: Submitted) -> tuple[OperationForm, bool]:
    """A form bound and judged by WTForms alone, but for what the form itself says of the whole of it."""
    made = object.__new__(kind)
    Form.__init__(made, came)
    return made, Form.validate(made)


def state(form: OperationForm) -> dict[str, Any]:
    return {
        name: (field.data, field.raw_data, list(map(str, field.process_errors)), list(map(str, field.errors)))
        for name, field in form._fields.items()
    }


@pytest.mark.parametrize("kind", sorted(FORMS, key=lambda one: one.__qualname__), ids=lambda one: one.__qualname__)
@given(data=st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_as_wtforms_alone_would(app: Flask, kind: type[OperationForm], data: st.DataObject) -> None:
    with app.test_request_context():
        names = [field.name for field in kind()]
        # Words that a field knows come now and then, so that it is not always refused.
        known = st.sampled_from(sorted({word for field in kind() for word in getattr(field, "known", ())} | {""}))
        values = st.lists(WORDS | IDS | known, max_size=2)
        came = Submitted(data.draw(st.dictionaries(st.sampled_from(names), values) if names else st.just({})))
        theirs, valid = by_wtforms(kind, came)
        ours = kind(came)
        assert OperationForm.validate(ours) == valid
        assert state(ours) == state(theirs)
