"""Joining with a code, without an account."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from tests.factories import do
from tests.factories.cafes import close_cafe, open_round
from tests.factories.events import EventMade, close_event, make_event
from tests.factories.ideas import write
from tests.factories.people import join as made_join
from tests.factories.processes import ProcessMade
from workshop.errors import Closed, Conflict, Invalid
from workshop.models import Change, Participant, Seat, Vote
from workshop.perform import Store
from workshop.standing import NOBODY
from workshop.text import name_key
from workshop.tokens import derive, digest, participant_token, receipt_code


def join(store: Store, key: UUID | None = None, **fields: str) -> Participant:
    """The participant that joining makes."""
    given = {"name": "Mira", "language": "en", "writing_language": "sv", **fields}
    done = do(store, NOBODY, "participant.join", key, **given)
    with store.reading() as session:
        return session.get_one(Participant, done.thing[1])


def seat_of(store: Store, person: Participant) -> Seat | None:
    """Where somebody sits."""
    with store.reading() as session:
        return session.scalars(select(Seat).where(Seat.participant_id == person.id, Seat.until_at.is_(None))).first()


@pytest.mark.parametrize("written", ["{0}{1}", "{0} {1}", "{0}-{1}", " {0} {1} "])
def test_a_code_is_taken_however_it_is_written(store: Store, event: EventMade, written: str) -> None:
    code = written.format(event.code[:4], event.code[4:])
    assert join(store, code=code.lower()).event_id == event.id


def test_one_sits_at_the_quietest_table_in_the_first_round(store: Store, event: EventMade) -> None:
    seats = [seat_of(store, join(store, code=event.code, name=f"N{number}")) for number in range(4)]
    tables = [seat.table_id for seat in seats if seat]
    assert tables == [event.tables[0], event.tables[1], event.tables[0], event.tables[1]]
    assert {seat.round_id for seat in seats if seat} == {event.rounds[0]}


def test_who_comes_late_sits_in_the_round_that_runs(store: Store, event: EventMade) -> None:
    open_round(store, event, 1)
    open_round(store, event, 2)
    seat = seat_of(store, join(store, code=event.code))
    assert seat and seat.round_id == event.rounds[1]


def test_a_tables_card_seats_there(store: Store, event: EventMade) -> None:
    seat = seat_of(store, join(store, token=event.table_tokens[1]))
    assert seat and seat.table_id == event.tables[1]


def test_the_events_picture_leads_in(store: Store, event: EventMade) -> None:
    assert join(store, token=event.join_token).event_id == event.id


def test_two_of_one_name_are_told_apart(store: Store, event: EventMade, process: ProcessMade) -> None:
    names = [join(store, code=event.code, name=name).display_name for name in ("Anna", "anna", "Anna")]
    assert names == ["Anna", "anna 2", "Anna 3"]
    assert join(store, code=make_event(store, process).code, name="Anna").display_name == "Anna"


def test_a_repeated_join_gives_the_same_place(store: Store, event: EventMade) -> None:
    key = uuid4()
    first, again = (join(store, key, code=event.code) for _ in range(2))
    assert first.id == again.id
    with store.reading() as session:
        assert session.scalar(select(func.count(Participant.id))) == 1


def test_the_key_of_joining_is_kept_by_nobody_else(store: Store, event: EventMade) -> None:
    key = uuid4()
    person = join(store, key, code=event.code)
    with store.reading() as session:
        change = session.scalars(select(Change).where(Change.operation == "participant.join")).one()
    assert change.key == derive(store.secret, "key", str(key)) != str(key)
    assert (change.participant_id, change.user_id) == (None, None)
    assert person.token_digest == digest(store.secret, participant_token(store.secret, person.id))
    assert person.receipt_digest == digest(store.secret, receipt_code(store.secret, person.id))


def test_a_key_used_with_another_name_is_refused(store: Store, event: EventMade) -> None:
    key = uuid4()
    join(store, key, code=event.code, name="Mira")
    with pytest.raises(Conflict):
        join(store, key, code=event.code, name="Somebody else")


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("", "Write the code"),
        ("ABC", "You wrote 3."),
        ("ABCDEFGHJ", "You wrote 9."),
        ("ZZZZ ZZZZ", "No event has the code ZZZZ ZZZZ."),
    ],
)
def test_a_wrong_code_is_told_kindly(app_store: Store, app, code: str, sentence: str) -> None:  # type: ignore[no-untyped-def]
    with app.test_request_context(), pytest.raises(Invalid) as refused:
        join(app_store, code=code)
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert sentence in str(refused.value.fields["code"][0])


def test_a_picture_that_leads_nowhere_is_told(store: Store, event: EventMade) -> None:
    with pytest.raises(Invalid):
        join(store, token="0" * 32)


@pytest.mark.parametrize("name", ["", "   ", "x" * 41])
def test_a_name_is_one_to_forty_characters(store: Store, event: EventMade, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        join(store, code=event.code, name=name)
    assert "name" in refused.value.fields


def test_nobody_joins_an_event_that_is_over(store: Store, event: EventMade) -> None:
    close_event(store, event)
    with pytest.raises(Invalid):
        join(store, code=event.code)


def test_a_closed_cafe_seats_nobody_but_the_event_takes_one(store: Store, event: EventMade) -> None:
    close_cafe(store, event)
    person = join(store, code=event.code)
    assert seat_of(store, person) is None
    with pytest.raises(Closed):
        join(store, token=event.table_tokens[0], name="Noa")


def test_an_account_has_its_place_on_every_device(store: Store, event: EventMade) -> None:
    open_round(store, event)
    moderator = event.moderator
    fields = {"token": event.table_tokens[0], "name": "Mona", "language": "en", "writing_language": "en"}
    person = do(store, moderator, "participant.join", **fields).thing[1]
    note = write(store, made_join(store, event))
    # This actor's browser holds no place of its own.
    assert do(store, moderator, "vote.cast", idea=note).at
    assert not do(store, moderator, "vote.cast", idea=note).at
    assert do(store, moderator, "vote.take_back", idea=note).at
    here = do(store, NOBODY, "participant.join", **fields).thing[1]
    assert person and here
    both = replace(moderator, participants=frozenset({person, here}))
    assert do(store, both, "vote.cast", idea=note).at
    with store.reading() as session:
        assert session.scalars(select(Vote.participant_id)).all() == [here]


def test_nobody_looks_like_somebody_else(store: Store, event: EventMade) -> None:
    names = [
        "Anna",
        "Anna",
        "\ufeffAnna",
        "An\u00adna",
        "Ａｎｎａ",
        "Anna 2",
        "Anna 6",
        "Anna",
        "\ufdfa" * 20,
        "\ufdfa" * 20,
    ]
    joined = [join(store, code=event.code, name=name) for name in names]
    with store.reading() as session:
        people = [session.get_one(Participant, one.id) for one in joined]
        shown = [name_key(one.display_name) for one in people]
        assert shown[:8] == [
            "anna", "anna 2", "anna 3", "anna 4", "anna 5", "anna 2 2", "anna 6", "anna 7",
        ]  # fmt: skip
        assert [one.name_number for one in people[8:]] == [1, 2]
