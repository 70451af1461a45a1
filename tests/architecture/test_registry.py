"""Every operation is whole: its form, who may, its words."""

import re

import pytest
from flask_babel import LazyString

import tests.factories  # noqa: F401  (fills the registry)
import workshop.demo.loader
import workshop.demo.today  # noqa: F401  (enters its operation, as the loader does)
from workshop.forms import Id, Ids, OperationForm
from workshop.perform import OPERATIONS, Operation
from workshop.policy import RULES, Permission
from workshop.standing import Part

EVERY = pytest.mark.parametrize("what", OPERATIONS.values(), ids=OPERATIONS.keys())


@EVERY
def test_an_operation_is_whole(what: Operation) -> None:
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", what.name)
    assert issubclass(what.form, OperationForm) and what.form.__doc__
    assert what.permission in RULES
    assert what.run.__doc__ and what.find.__doc__
    assert what.run.__module__.startswith(("workshop.operations.", "workshop.demo."))


@EVERY
def test_its_words_can_be_translated(what: Operation) -> None:
    assert isinstance(what.title, LazyString) and isinstance(what.says, LazyString)
    assert "%(who)s" in str(what.says)
    assert not str(what.title).endswith(".")


@EVERY
def test_what_has_to_be_filled_in_has_a_label(what: Operation) -> None:
    """A field without a label is drawn hidden, so nobody could fill it."""
    if RULES[what.permission].parts == {Part.SYSTEM}:
        return
    for field in what.form():
        assert not field.flags.required or isinstance(field, Id | Ids) or str(field.label.text), field.name


def test_every_permission_is_decided_and_somebody_has_it() -> None:
    assert set(RULES) == set(Permission)
    for rule in RULES.values():
        assert Part.SYSTEM in rule.parts


def test_no_operation_is_anybodys_but_these() -> None:
    """What needs no part at all has to be looked at one by one."""
    free = {name for name, one in OPERATIONS.items() if Part.ANYBODY in RULES[one.permission].parts}
    assert free <= {"participant.join", "hall.report", "participant.return", "user.sign_in", "user.sign_out"}
