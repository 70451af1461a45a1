"""The table of bad input through each door that can carry it, in two languages."""

from typing import Any

import pytest
from babel.support import Translations

from tests.bad_input.cases import CASES, TAKEN, Case, Taken
from tests.bad_input.doors import DOORS, Hall, everything
from tests.bad_input.places import Place
from workshop.config import PACKAGE
from workshop.models import Idea
from workshop.perform import fresh_key

Places = dict[str, Place]


def sentence(case: Case, language: str) -> str:
    """What is said in a language; a German one that was never written is no German."""
    words = case.sentence
    if language != "en":
        words = Translations.load(str(PACKAGE / "translations"), [language]).gettext(words)
        assert words != case.sentence
    return " ".join((words % case.numbers if case.numbers else words).split())


def sent(case: Case, place: Place) -> dict[str, Any]:
    """The fields with what is wrong in them."""
    fields = {**place.fields(case.operation), **case.change(place)}
    return {name: value for name, value in fields.items() if value is not None}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    ("case", "door"), [pytest.param(case, door, id=f"{case.name}-{door}") for case in CASES for door in case.doors]
)
def test_it_is_refused_with_a_sentence_and_changes_nothing(
    hall: Hall, places: Places, case: Case, door: str, language: str
) -> None:
    place = places[case.where]
    fields = sent(case, place)
    key = case.key(place) if case.key else fresh_key()
    before = everything(hall.store)
    answer = DOORS[door](hall, place.actor(case.who), language, case.operation, key, fields)
    assert answer.code == (case.problem.status if door == "form" else case.problem.code), answer.said
    assert sentence(case, language) in answer.said
    assert everything(hall.store) == before
    if door != "form":
        return
    # What people wrote stands in the form, also in the fields that were right.
    for name, value in {**fields, **case.shown}.items():
        if isinstance(value, str | None) and name in place.fields(case.operation):
            assert answer.kept.get(name) == value, name
    if case.where == "removed":
        assert "key" not in answer.kept
        return
    # Whatever was used for something else would be refused for ever.
    assert (answer.kept["key"] == str(key)) is (case.key is None)


@pytest.mark.parametrize(
    ("case", "door"), [pytest.param(case, door, id=f"{case.name}-{door}") for case in TAKEN for door in case.doors]
)
def test_what_is_taken_is_kept_tidied(hall: Hall, places: Places, case: Taken, door: str) -> None:
    place, key = places["open"], fresh_key()
    fields = {**place.fields("idea.contribute"), "text": case.text}
    answer = DOORS[door](hall, place.actor("anna"), "en", "idea.contribute", key, fields)
    assert answer.code == "ok", answer.said
    with hall.store.reading() as session:
        assert session.get_one(Idea, key).text == case.kept
