"""The list of people who are expected: how it is read, whom a line means, and who takes a place on it."""

import pytest
from sqlalchemy import select

from tests.factories import do
from tests.factories.events import EventMade
from tests.factories.people import join, remove
from workshop.errors import Invalid, Removed
from workshop.models import Participant, SeatWish
from workshop.perform import Store


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,colour\nAnna,red", "colour"),
        ("name,language\nAnna,xx", "xx"),
        ("name,together\nAnna,Ben", "Ben"),
        ("name,together\n\nAnna,Ben", "Line 3: Nobody"),
        ("name,organisation\n,Works", "Line 2"),
        (f"{'A' * 41}", "40"),
        ("name\n\u2800", "no name"),
        (f'name\n"{"x" * 140_000}"', "cannot be read"),
        ('name,organisation\nAnna,Works\n"Ben,Works\nCleo,Works', "Line 3: A quotation mark is not closed"),
        ('name,organisation\nAnna,"Works\nBen,Works"\nCleo,Works', "Line 2: A quotation mark is not closed"),
        ('name\n\n"Ann" Smith\nBen', "Line 3: A quotation mark is not closed"),
        ("name,apart\n" + "\n".join(f"P{number},all" for number in range(2000)), "5000"),
    ],
)
def test_a_list_with_something_wrong_names_the_line(store: Store, event: EventMade, text: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        do(store, event.moderator, "people.expect", event=event.id, people=text)
    assert said in str(refused.value.fields["people"][0])


def test_a_list_is_read_as_it_comes(store: Store, event: EventMade) -> None:
    join(store, event, "Anna")
    text = (
        "Name;Organisation;Language;Together;Apart;Remote\nAnna;Works;sv;Ben;;\nBen;;de;;Carla;yes\nCarla;Office;;;;\n"
    )
    do(store, event.moderator, "people.expect", event=event.id, people=text)
    do(store, event.moderator, "people.expect", event=event.id, people=text)
    with store.reading() as session:
        people = session.scalars(select(Participant).order_by(Participant.name)).all()
        wishes = session.scalars(select(SeatWish)).all()
    assert [(one.name, one.organisation, one.expected, one.remote, one.writing_language) for one in people] == [
        ("Anna", "Works", False, False, "en"), ("Ben", "", True, True, "de"), ("Carla", "Office", True, False, "en"),
    ]  # fmt: skip
    assert sorted(one.kind for one in wishes) == ["apart", "together"]


def test_under_the_name_of_somebody_removed_somebody_new_is_expected(store: Store, event: EventMade) -> None:
    """A name stands on the list again because somebody is to come; they get in, the one who was removed does not."""
    anna, other = join(store, event, "Anna"), join(store, event, "Anna")
    remove(store, anna)
    for _ in range(2):
        do(store, event.moderator, "people.expect", event=event.id, people="name,organisation\nAnna,Works\nAnna,Office")
    with store.reading() as session:
        people = session.scalars(select(Participant).order_by(Participant.name_number)).all()
        assert [(one.display_name, one.organisation, one.expected, one.removed_at is None) for one in people] == [
            ("Anna", "", False, False), ("Anna 2", "Works", False, True), ("Anna 3", "Office", True, True),
        ]  # fmt: skip
    assert join(store, event, "Anna").id == people[2].id
    with pytest.raises(Removed):
        do(
            store, anna.actor, "participant.join",
            code=event.code, name="Anna", language="en", writing_language="en",
        )  # fmt: skip
    assert other.id == people[1].id


def test_who_was_removed_from_the_list_can_be_put_on_it_again(store: Store, event: EventMade) -> None:
    for _ in range(2):
        do(store, event.moderator, "people.expect", event=event.id, people="Ben")
        with store.reading() as session:
            ben = session.scalars(select(Participant).where(Participant.removed_at.is_(None))).one()
            assert ben.expected
        do(store, event.moderator, "participant.remove", participant=ben.id)


def test_who_turned_out_to_be_somebody_else_is_meant_under_either_name(store: Store, event: EventMade) -> None:
    text = "name,organisation\nHanna,\nHanna Kunz,Works"
    do(store, event.moderator, "people.expect", event=event.id, people=text)
    with store.reading() as session:
        short, long = session.scalars(select(Participant).order_by(Participant.name)).all()
    do(store, event.moderator, "participant.unite", participant=long.id, other=short.id)
    do(store, event.moderator, "people.expect", event=event.id, people=f"{text}\nHanna,")
    with store.reading() as session:
        people = session.scalars(select(Participant).where(Participant.removed_at.is_(None))).all()
    assert sorted((one.display_name, one.organisation) for one in people) == [("Hanna 2", ""), ("Hanna Kunz", "Works")]


@pytest.mark.parametrize(
    ("lists", "called"),
    [
        # Three lines are three people, of whom no two are called the same.
        (["Anna\nAnna\nAnna 2"], ["Anna", "Anna 2", "Anna 2 2"]),
        (["Anna 2\nAnna\nAnna"], ["Anna", "Anna 2", "Anna 3"]),
        (["Anna\nAnna 2\nAnna"], ["Anna", "Anna 2", "Anna 3"]),
        # Those on the list, as the page of people names them.
        (["Anna\nAnna", "Anna\nAnna 2"], ["Anna", "Anna 2"]),
        (["Anna\nAnna", "Anna 2\nAnna"], ["Anna", "Anna 2"]),
        (["Anna\nAnna", "Anna 2"], ["Anna", "Anna 2"]),
        (["Anna\nAnna", "Anna 2\nAnna\nAnna"], ["Anna", "Anna 2", "Anna 3"]),
        (["Anna 2\nAnna", "Anna\nAnna 2"], ["Anna", "Anna 2"]),
        (["Anna", "Anna 3"], ["Anna", "Anna 3"]),
        # Nobody reads as "Gast 1" because they are the first Gast.
        (["Gast", "Gast 1\nGast"], ["Gast", "Gast 1"]),
    ],
)
def test_a_number_behind_a_name_means_whoever_is_told_apart_by_it(
    store: Store, event: EventMade, lists: list[str], called: list[str]
) -> None:
    # What the list says of each stands with that one, also where it is sent once more.
    for text in [one for one in lists for _ in range(2)]:
        lines = text.split("\n")
        rows = "\n".join(f"{name},Works {number}" for number, name in enumerate(lines))
        do(store, event.moderator, "people.expect", event=event.id, people=f"name,organisation\n{rows}")
    with store.reading() as session:
        people = session.scalars(select(Participant)).all()
    assert sorted(one.display_name for one in people) == called
    assert len({one.organisation for one in people}) == len(people) or len(lines) < len(people)


def test_wishes_are_those_of_their_own_line(store: Store, event: EventMade) -> None:
    text = "name,together,apart\nAnna,,\nAnna,Ben,\nBen,,\nCarla,,Anna 2"
    do(store, event.moderator, "people.expect", event=event.id, people=text)
    with store.reading() as session:
        names = {one.id: one.display_name for one in session.scalars(select(Participant))}
        wishes = {
            (str(one.kind), *sorted((names[one.one_id], names[one.other_id])))
            for one in session.scalars(select(SeatWish))
        }
    assert wishes == {("together", "Anna 2", "Ben"), ("apart", "Anna 2", "Carla")}


def test_a_list_sent_again_after_two_were_joined_brings_nobody_back(store: Store, event: EventMade) -> None:
    do(store, event.moderator, "people.expect", event=event.id, people="Anna\nAnna\nBen")
    with store.reading() as session:
        first, second = session.scalars(
            select(Participant.id).where(Participant.name_key == "anna").order_by(Participant.name_number)
        )
    do(store, event.moderator, "participant.unite", participant=first, other=second)
    for text in ("Anna\nAnna\nBen", "Anna\nAnna 2\nBen"):
        do(store, event.moderator, "people.expect", event=event.id, people=text)
    with store.reading() as session:
        assert len(session.scalars(select(Participant)).all()) == 3


def test_a_number_that_nobody_is_told_apart_by_is_part_of_a_name(store: Store, event: EventMade) -> None:
    do(store, event.moderator, "people.expect", event=event.id, people="Gast")
    assert join(store, event, "Gast 1").name == "Gast 1"
    with store.reading() as session:
        assert len(session.scalars(select(Participant)).all()) == 2


def test_who_comes_by_the_name_with_its_number_takes_the_place_on_the_list(store: Store, event: EventMade) -> None:
    do(store, event.moderator, "people.expect", event=event.id, people="Anna\nAnna")
    came = [join(store, event, name) for name in ("anna 2", "Anna", "Anna 2")]
    assert [one.name for one in came] == ["Anna 2", "Anna", "Anna 2 2"]
    with store.reading() as session:
        assert len(session.scalars(select(Participant)).all()) == 3


def test_several_are_named_as_the_page_says_and_lines_without_columns_are_names(store: Store, event: EventMade) -> None:
    text = "\ufeffname,language,together\nAnna,DE,Ben|Carla\nBen,de,\nCarla,de,"
    do(store, event.moderator, "people.expect", event=event.id, people=text)
    do(store, event.moderator, "people.expect", event=event.id, people='Doe, "John"\n\nRoe; Jane')
    with store.reading() as session:
        names = session.scalars(select(Participant.name).order_by(Participant.name)).all()
        wishes = session.scalars(select(SeatWish)).all()
    assert names == ["Anna", "Ben", "Carla", 'Doe, "John"', "Roe; Jane"]
    assert [one.kind for one in wishes] == ["together", "together"]
