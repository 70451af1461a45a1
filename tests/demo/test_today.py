"""The live café of today, "Try it"."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

import workshop.demo.loader  # noqa: F401  (enters its operation)
from tests.factories import do
from workshop import clock
from workshop.cli import serving
from workshop.demo.content import PROCESSES
from workshop.demo.today import newest_cafe
from workshop.demo.try_it import NOTES, QUESTIONS, TITLE
from workshop.errors import NotFound
from workshop.models import (
    LANGUAGES,
    Cafe,
    CafeTable,
    Change,
    Event,
    Idea,
    Origin,
    Participant,
    Round,
    Seat,
    Vote,
)
from workshop.perform import Store
from workshop.standing import SYSTEM, Actor


@pytest.fixture
def cafe(store: Store) -> Event:
    """The café, just opened."""
    do(store, SYSTEM, "demo.load", process=PROCESSES[0])
    do(store, SYSTEM, "demo.open_cafe")
    return newest(store)


def newest(store: Store) -> Event:
    with store.reading() as session:
        found = newest_cafe(session)
    assert found
    return found


def tomorrow(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Let the clock be a day ahead."""
    moment = datetime.now(UTC) + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: moment)
    return moment


def test_six_tables_one_round_open_and_some_notes(store: Store, cafe: Event) -> None:
    assert cafe.title == TITLE and len(cafe.code or "") == 8 and cafe.join_token and cafe.screen_token
    with store.reading() as session:
        mine = session.scalars(select(Cafe).where(Cafe.event_id == cafe.id)).one()
        tables = session.scalars(select(CafeTable).where(CafeTable.cafe_id == mine.id)).all()
        assert len(tables) == 6 and all(table.join_token and table.host_id for table in tables)
        rounds = session.scalars(select(Round).where(Round.cafe_id == mine.id).order_by(Round.number)).all()
        assert [bool(one.opened_at) for one in rounds] == [True, False, False]
        assert session.scalar(select(func.count(Idea.id)).where(Idea.event_id == cafe.id)) == len(NOTES)
        tables_with_notes = select(func.count(Idea.table_id.distinct())).where(Idea.event_id == cafe.id)
        assert session.scalar(tables_with_notes) == 6
        # Nobody supports the own note, and everybody sits where the note lies.
        for idea, vote, seat in session.execute(
            select(Idea, Vote, Seat)
            .join(Vote, Vote.idea_id == Idea.id)
            .join(Seat, Seat.participant_id == Vote.participant_id)
        ):
            assert idea.participant_id != vote.participant_id and idea.table_id == seat.table_id
        assert session.scalar(select(func.count(Origin.idea_id)).join(Idea).where(Idea.event_id == cafe.id)) == 0


@pytest.mark.parametrize("text", [*QUESTIONS, TITLE])
def test_its_own_words_are_there_in_every_language(text: dict[str, str]) -> None:
    assert set(text) == set(LANGUAGES) and all(text.values())


def test_the_next_note_lies_behind_those_that_were_there(store: Store, cafe: Event) -> None:
    joined = do(store, SYSTEM, "participant.join", code=cafe.code, name="Erste", language="de", writing_language="de")
    with store.reading() as session:
        seat = session.scalars(select(Seat).where(Seat.participant_id == joined.thing[1])).one()
        person = session.get_one(Participant, joined.thing[1])
        last = session.scalar(select(func.max(Idea.position)).where(Idea.table_id == seat.table_id))
    me = Actor(participants=frozenset({person.id}))
    note = do(store, me, "idea.contribute", table=seat.table_id, round=seat.round_id, kind="idea", text="Hallo")
    with store.reading() as session:
        assert session.get_one(Idea, note.thing[1]).position > (last or 0)


def test_it_stays_while_one_can_join_it(store: Store, cafe: Event) -> None:
    assert do(store, SYSTEM, "demo.open_cafe").at == {}
    assert newest(store).id == cafe.id


def test_a_closed_one_is_made_anew(store: Store, cafe: Event) -> None:
    do(store, SYSTEM, "event.close", event=cafe.id)
    do(store, SYSTEM, "demo.open_cafe")
    assert newest(store).id != cafe.id and newest(store).code


def test_one_whose_rounds_have_all_been_is_closed_and_made_anew(store: Store, cafe: Event) -> None:
    with store.reading() as session:
        rounds = session.scalars(select(Round.id).join(Cafe).where(Cafe.event_id == cafe.id).order_by(Round.number))
        ids = list(rounds)
    for turn in ids[1:]:
        do(store, SYSTEM, "round.open", round=turn)
        serving.load_demonstration(store)
        assert newest(store).id == cafe.id
    do(store, SYSTEM, "round.close", round=ids[-1])
    serving.load_demonstration(store)
    assert newest(store).id != cafe.id
    with store.reading() as session:
        assert session.get_one(Event, cafe.id).closed_at


def test_yesterdays_is_closed_first(store: Store, cafe: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    tomorrow(monkeypatch)
    serving.load_demonstration(store)
    assert newest(store).id != cafe.id
    with store.reading() as session:
        old = session.get_one(Event, cafe.id)
        assert old.closed_at and old.code is None
        operations = select(Change.operation).where(Change.event_id == cafe.id).order_by(Change.id)
        assert list(session.scalars(operations)) == ["demo.open_cafe", "event.close"]


def test_without_the_demonstration_there_is_none(store: Store) -> None:
    with pytest.raises(NotFound):
        do(store, SYSTEM, "demo.open_cafe")
