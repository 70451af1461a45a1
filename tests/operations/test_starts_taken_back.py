"""A round that was started by accident: as if it had not begun, and nothing written in it is lost."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from tests.factories import do
from tests.factories.cafes import close_round, name_host, open_round
from tests.factories.events import EventMade, made_event, make_event
from tests.factories.ideas import write
from tests.factories.people import PersonMade, join
from tests.factories.processes import ProcessMade
from workshop import clock
from workshop.errors import Closed, Forbidden
from workshop.models import Cafe, CafeTable, Idea, Round, Seat, SeatState
from workshop.perform import Store


@pytest.fixture
def planned(store: Store, process: ProcessMade) -> tuple[EventMade, list[PersonMade]]:
    """Six people at three tables, with a plan for three rounds by the clock; the first one runs."""
    event = make_event(store, process, tables=3, rounds=3, movement="planned")
    names = ("Anna", "Ben", "Cora", "Dan", "Eva", "Fred")
    people = [join(store, event, name, number % 3 + 1) for number, name in enumerate(names)]
    for table in (1, 2, 3):
        name_host(store, event, table, people[table - 1])
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    open_round(store, event)
    return event, people


def take_back(store: Store, event: EventMade, number: int) -> Any:
    return do(store, event.moderator, "round.take_back", round=event.rounds[number - 1])


def cafe_of(store: Store, event: EventMade) -> Cafe:
    with store.reading() as session:
        return session.scalars(select(Cafe).where(Cafe.id == event.cafe).options(selectinload(Cafe.rounds))).one()


def seats(store: Store, event: EventMade, state: SeatState = SeatState.TAKEN) -> dict[tuple[UUID, int], UUID]:
    """{(person, number of the round): table}, as it is now."""
    with store.reading() as session:
        rows = session.execute(
            select(Seat.participant_id, Round.number, Seat.table_id)
            .join(Round, Round.id == Seat.round_id)
            .where(Seat.cafe_id == event.cafe, Seat.until_at.is_(None), Seat.state == state)
        )
        return {(person, number): table for person, number, table in rows}


def test_all_is_as_before(store: Store, planned: tuple[EventMade, list[PersonMade]]) -> None:
    event, _people = planned
    before = cafe_of(store, event).rounds[0]
    sat, plan = seats(store, event), seats(store, event, SeatState.PLANNED)
    open_round(store, event, 2)
    assert seats(store, event) != sat
    done = take_back(store, event, 2)
    first, second, _third = cafe_of(store, event).rounds
    assert seats(store, event) == sat
    assert seats(store, event, SeatState.PLANNED) == plan
    assert (second.opened_at, second.ends_at) == (None, None)
    # The first one, which the start had ended, goes on with the time it had left.
    assert first.closed_at is None and first.ends_at and before.ends_at
    assert abs(first.ends_at - before.ends_at) < timedelta(seconds=20)
    moved = {person for (person, _), table in sat.items() if plan.get((person, 2), table) != table}
    assert moved and all(f"person:{one}" in done.at for one in moved)
    # And again: it begins as it was planned.
    open_round(store, event, 2)
    assert seats(store, event) == {(person, 2): plan.get((person, 2), table) for (person, _), table in sat.items()}


def test_what_was_written_meanwhile_stays_and_what_is_on_its_way_arrives(
    store: Store, planned: tuple[EventMade, list[PersonMade]]
) -> None:
    event, people = planned
    open_round(store, event, 2)
    tables = {person: event.tables.index(table) + 1 for (person, _), table in seats(store, event).items()}
    dan, eva = people[3:5]
    note = write(store, dan, table=tables[dan.id], turn=2)
    do(store, eva.actor, "seat.take", table=event.tables[tables[dan.id] - 1])
    do(store, eva.actor, "vote.cast", idea=note)
    take_back(store, event, 2)
    late = write(store, dan, "Still on its way", table=tables[dan.id], turn=2)
    with store.reading() as session:
        for one in (note, late):
            assert session.get_one(Idea, one).round_id == event.rounds[1]
        assert session.get_one(Idea, note).votes == 1
    # Whoever did not sit there then does not write into it.
    with pytest.raises(Forbidden):
        write(store, eva, table=tables[eva.id] % 3 + 1, turn=3)


def test_between_two_rounds_the_clock_waits(store: Store, planned: tuple[EventMade, list[PersonMade]]) -> None:
    event, _people = planned
    close_round(store, event)
    assert cafe_of(store, event).next_round_at
    open_round(store, event, 2)
    take_back(store, event, 2)
    cafe = cafe_of(store, event)
    assert cafe.open_round is None and cafe.rounds[0].closed_at
    assert (cafe.next_round_at, cafe.break_ends_at) == (None, None)
    do(store, event.moderator, "cafe.take_break", cafe=event.cafe, minutes=10)
    assert cafe_of(store, event).next_round_at


def test_before_the_first_round_everybody_waits_where_they_sit(
    store: Store, planned: tuple[EventMade, list[PersonMade]]
) -> None:
    event, people = planned
    sat = seats(store, event)
    newcomer = join(store, event, "Gina", 1)
    take_back(store, event, 1)
    assert cafe_of(store, event).rounds[0].opened_at is None
    assert seats(store, event) == {**sat, (newcomer.id, 1): event.tables[0]}
    with pytest.raises(Closed):
        write(store, people[0])
    open_round(store, event, 1)
    write(store, people[0])


def test_who_came_meanwhile_stays_at_their_table(store: Store, planned: tuple[EventMade, list[PersonMade]]) -> None:
    event, _people = planned
    open_round(store, event, 2)
    newcomer = join(store, event, "Gina", 2)
    at = seats(store, event)[newcomer.id, 2]
    take_back(store, event, 2)
    assert seats(store, event)[newcomer.id, 1] == at


def test_a_question_of_the_round_before_lies_on_the_tables_again(store: Store, process: ProcessMade) -> None:
    given = {"title": "Forum", "rounds": 2, "minutes": 20, "starts_on": "2026-05-12", "asks": "rounds", "tables": 2}
    made = do(
        store, process.moderator, "event.create", process=process.id, questions="What is?\nWhat could be?", **given
    )
    assert made.thing[1]
    event = made_event(store, process, made.thing[1])
    open_round(store, event, 1)
    open_round(store, event, 2)
    take_back(store, event, 2)
    with store.reading() as session:
        cafe = session.scalars(select(Cafe).where(Cafe.id == event.cafe).options(selectinload(Cafe.tables))).one()
        assert [table.question for table in cafe.tables] == [{"en": "What is?"}] * len(cafe.tables)


def test_only_a_round_that_has_just_begun(
    store: Store, planned: tuple[EventMade, list[PersonMade]], monkeypatch: pytest.MonkeyPatch
) -> None:
    event, _people = planned
    with pytest.raises(Closed):
        take_back(store, event, 2)
    moment: datetime = clock.now() + timedelta(minutes=6)
    monkeypatch.setattr(clock, "now", lambda: moment)
    with pytest.raises(Closed) as refused:
        take_back(store, event, 1)
    assert "five minutes" in refused.value.sentence
    close_round(store, event)
    with pytest.raises(Closed):
        take_back(store, event, 1)


def test_a_table_that_was_closed_meanwhile_takes_nobody_back(
    store: Store, planned: tuple[EventMade, list[PersonMade]]
) -> None:
    event, _people = planned
    sat = seats(store, event)
    open_round(store, event, 2)
    now = seats(store, event)
    with store.writing() as session:
        session.execute(update(CafeTable).where(CafeTable.id == event.tables[0]).values(closed_at=clock.now()))
        session.commit()
    take_back(store, event, 2)
    closed = event.tables[0]
    expected = {(one, 1): table if sat[one, 1] == closed else sat[one, 1] for (one, _), table in now.items()}
    assert seats(store, event) == expected
