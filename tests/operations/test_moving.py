"""Planned seats: taken when their round begins, told to those concerned, and left alone by everybody else."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import do
from tests.factories.cafes import open_round
from tests.factories.events import EventMade, make_event
from tests.factories.people import PersonMade, join, join_many, remove
from tests.factories.processes import ProcessMade, make_process
from tests.factories.statements import counted
from tests.operations.test_cafes import open_seats
from workshop.clock import now
from workshop.database import DRIVER
from workshop.errors import Closed, Forbidden, NotFound
from workshop.models import CafeTable, Change, ChangeChannel, Channel, Idea, Participant, Seat, SeatState
from workshop.perform import Store
from workshop.queries.seats import moments
from workshop.queries.viewing import Audience
from workshop.standing import NOBODY


def plan(store: Store, event: EventMade, number: int, people: Iterable[PersonMade], shift: int = 1) -> None:
    """Plan a round: everybody sits so many tables further on than they came."""
    with Session(store.engine) as session:
        session.add_all(
            Seat(
                participant_id=one.id,
                cafe_id=event.cafe,
                table_id=event.tables[(index + shift) % len(event.tables)],
                round_id=event.rounds[number - 1],
                state=SeatState.PLANNED,
                from_at=now(),
            )
            for index, one in enumerate(people)
        )
        session.commit()


def planned(store: Store, event: EventMade) -> dict[tuple[UUID, UUID], UUID]:
    """The planned seats that are still ahead: (participant, round) -> table."""
    with store.reading() as session:
        seats = session.scalars(
            select(Seat).where(Seat.cafe_id == event.cafe, Seat.until_at.is_(None), Seat.state == SeatState.PLANNED)
        ).all()
    return {(seat.participant_id, seat.round_id): seat.table_id for seat in seats}


def test_a_round_seats_where_it_was_planned_and_tells_those_concerned(store: Store, event: EventMade) -> None:
    anna, ben, carla, dora = join_many(store, event, ["Anna", "Ben", "Carla", "Dora"])
    open_round(store, event, 1)
    plan(store, event, 2, [anna, ben])
    done = do(store, event.moderator, "round.open", round=event.rounds[1])
    one, two = event.tables
    assert open_seats(store, event) == {
        anna.id: (two, event.rounds[1]),
        ben.id: (one, event.rounds[1]),
        carla.id: (one, event.rounds[1]),
        dora.id: (two, event.rounds[1]),
    }
    assert set(done.at) == {
        f"cafe:{event.cafe}", f"table:{one}", f"table:{two}", f"person:{anna.id}", f"person:{ben.id}",
    }  # fmt: skip
    with store.reading() as session:
        taken = session.scalars(select(Seat).where(Seat.until_at.is_(None))).all()
        told = dict(session.execute(select(ChangeChannel.channel, ChangeChannel.revision)).all())
        heads = dict(session.execute(select(Channel.name, Channel.revision)).all())
    assert {seat.participant_id: seat.sent for seat in taken} == {
        anna.id: True, ben.id: True, carla.id: False, dora.id: False,
    }  # fmt: skip
    assert {name: heads[name] for name in done.at} == dict(done.at)
    assert all(told[name] == revision for name, revision in done.at.items() if name.startswith("person:"))
    assert planned(store, event) == {}


def test_many_channels_take_their_revisions_as_few_do(store: Store, process: ProcessMade) -> None:
    event = make_event(store, process, tables=3, rounds=3)
    people = join_many(store, event, [f"P{number}" for number in range(30)])
    open_round(store, event, 1)
    heads = []
    for number in (2, 3):
        plan(store, event, number, people, shift=number)
        done = do(store, event.moderator, "round.open", round=event.rounds[number - 1])
        assert len(done.at) == 30 + 3 + 1
        with store.reading() as session:
            change = session.scalars(select(Change).order_by(Change.id.desc()).limit(1)).one()
            written = session.execute(
                select(ChangeChannel.channel, ChangeChannel.revision).where(ChangeChannel.change_id == change.id)
            )
            assert dict(written.all()) == dict(done.at)
        heads.append({name: revision for name, revision in done.at.items() if name.startswith("person:")})
    assert all(second == heads[0][name] + 1 for name, second in heads[1].items())


def test_a_planned_round_opens_for_many_in_few_statements(store: Store, process: ProcessMade) -> None:
    counts = []
    for count in (20, 200):
        made = make_event(store, process, tables=4)
        people = join_many(store, made, [f"P{number}" for number in range(count)])
        open_round(store, made, 1)
        plan(store, made, 2, people)
        with counted(store) as statements:
            open_round(store, made, 2)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_nobody_is_seated_at_a_closed_table_or_after_they_were_removed(store: Store, process: ProcessMade) -> None:
    event = make_event(store, process, tables=3)
    anna, ben, carla = join_many(store, event, ["Anna", "Ben", "Carla"])
    open_round(store, event, 1)
    plan(store, event, 2, [anna, ben, carla])
    remove(store, ben)
    with Session(store.engine) as session:
        session.get_one(CafeTable, event.tables[1]).closed_at = now()
        session.commit()
    open_round(store, event, 2)
    assert open_seats(store, event) == {
        anna.id: (event.tables[0], event.rounds[1]),
        carla.id: (event.tables[0], event.rounds[1]),
    }


def test_who_comes_late_is_planned_where_the_fewest_are(store: Store, process: ProcessMade) -> None:
    event = make_event(store, process, tables=3, rounds=3)
    people = join_many(store, event, [f"P{number}" for number in range(7)])
    open_round(store, event, 1)
    for number in (2, 3):
        plan(store, event, number, people, shift=number)
    before = planned(store, event)
    late = join(store, event, "Late", table=2)
    assert {key: table for key, table in planned(store, event).items() if key[0] != late.id} == before
    mine = [planned(store, event)[late.id, turn] for turn in event.rounds[1:]]
    assert len({event.tables[1], *mine}) == 3
    open_round(store, event, 2)
    assert open_seats(store, event)[late.id] == (mine[0], event.rounds[1])


def test_one_may_stay_where_one_sits(store: Store, event: EventMade) -> None:
    anna, ben = join_many(store, event, ["Anna", "Ben"])
    open_round(store, event, 1)
    plan(store, event, 2, [anna, ben])
    done = do(store, anna.actor, "seat.stay", round=event.rounds[1])
    assert set(done.at) == {f"person:{anna.id}", f"table:{event.tables[1]}"}
    assert do(store, anna.actor, "seat.stay", round=event.rounds[1]).at == {}
    open_round(store, event, 2)
    assert open_seats(store, event)[anna.id][0] == event.tables[0]
    assert open_seats(store, event)[ben.id][0] == event.tables[0]


def test_a_moderator_moves_somebody(store: Store, event: EventMade, process: ProcessMade) -> None:
    anna = join(store, event)
    done = do(store, event.moderator, "participant.move", participant=anna.id, table=event.tables[1])
    assert set(done.at) == {f"table:{one}" for one in event.tables} | {f"person:{anna.id}"}
    assert open_seats(store, event) == {anna.id: (event.tables[1], event.rounds[0])}
    assert do(store, event.moderator, "participant.move", participant=anna.id, table=event.tables[1]).at == {}
    with store.reading() as session:
        assert moments(session, [anna.id], Audience.OWN)[anna.id].sent
    with pytest.raises(Forbidden):
        do(store, anna.actor, "participant.move", participant=anna.id, table=event.tables[0])
    other = make_event(store, process)
    with pytest.raises(NotFound):
        do(store, event.moderator, "participant.move", participant=anna.id, table=other.tables[0])
    with Session(store.engine) as session:
        session.get_one(CafeTable, event.tables[0]).closed_at = now()
        session.commit()
    for refused, by, fields in (
        ("participant.move", event.moderator, {"participant": anna.id}),
        ("seat.take", anna.actor, {}),
    ):
        with pytest.raises(Closed):
            do(store, by, refused, table=event.tables[0], **fields)


def test_the_next_table_is_the_one_of_the_next_round(store: Store, process: ProcessMade) -> None:
    event = make_event(store, process, tables=3, rounds=4)
    anna, ben = join_many(store, event, ["Anna", "Ben"])
    open_round(store, event, 1)
    for number, shift in ((2, 1), (3, 2), (4, 3)):
        plan(store, event, number, [anna, ben], shift=shift)
    with store.reading() as session:
        found = moments(session, [anna.id, ben.id], Audience.OWN)
    assert [(found[one.id].seat.number, found[one.id].next.number) for one in (anna, ben)] == [(1, 2), (2, 3)]  # type: ignore[union-attr]
    open_round(store, event, 3)
    with store.reading() as session:
        moment = moments(session, [anna.id], Audience.OWN)[anna.id]
    assert moment.seat and moment.next and moment.sent
    assert (moment.seat.round, moment.next.round) == (3, 4)
    assert set(planned(store, event)) == {(anna.id, event.rounds[3]), (ben.id, event.rounds[3])}


def test_what_was_begun_when_one_was_sent_on_belongs_to_where_one_sat(store: Store, event: EventMade) -> None:
    anna, ben = join_many(store, event, ["Anna", "Ben"])
    open_round(store, event, 1)
    plan(store, event, 2, [anna])
    open_round(store, event, 2)
    # The line on the phone follows the round before the page has heard that one sits elsewhere.
    fields = {"table": event.tables[0], "round": event.rounds[1], "kind": "idea", "text": "Begun before"}
    done = do(store, anna.actor, "idea.contribute", **fields)
    with store.reading() as session:
        idea = session.get_one(Idea, done.thing[1])
    assert (idea.table_id, idea.round_id) == (event.tables[0], event.rounds[0])
    # Whoever was sent nowhere, or never sat there, is not meant.
    with pytest.raises(Forbidden):
        do(store, ben.actor, "idea.contribute", **fields)


def test_who_was_said_to_be_away_and_is_moved_is_here(store: Store, event: EventMade) -> None:
    anna = join(store, event)
    do(store, event.moderator, "participant.leave_out", participant=anna.id)
    do(store, event.moderator, "participant.move", participant=anna.id, table=event.tables[1])
    with store.reading() as session:
        assert session.get_one(Participant, anna.id).away_at is None


def test_who_was_seated_before_they_came_takes_that_place(store: Store, event: EventMade) -> None:
    do(store, event.moderator, "people.expect", event=event.id, people="Anna\nBen\nCarla")
    with store.reading() as session:
        people = {one.name: one.id for one in session.scalars(select(Participant))}
    for name in ("Anna", "Ben"):
        do(store, event.moderator, "participant.move", participant=people[name], table=event.tables[1])
    do(store, event.moderator, "participant.leave_out", participant=people["Carla"])
    fields = {"language": "en", "writing_language": "en"}
    do(store, NOBODY, "participant.join", token=event.join_token, name="Anna", **fields)
    do(store, NOBODY, "participant.join", token=event.table_tokens[0], name="Ben", **fields)
    do(store, NOBODY, "participant.join", token=event.table_tokens[0], name="Carla", **fields)
    assert {one: table for one, (table, _) in open_seats(store, event).items()} == {
        people["Anna"]: event.tables[1], people["Ben"]: event.tables[0], people["Carla"]: event.tables[0],
    }  # fmt: skip
    with store.reading() as session:
        assert session.get_one(Participant, people["Carla"]).away_at is None


def steps_of_a_round(store: Store, process: ProcessMade, people: int) -> list[int]:
    """What SQLite does, in thousands of its steps, when a third round begins and when that is taken back."""
    event = make_event(store, process, tables=2, rounds=3)
    plan(store, event, 3, join_many(store, event, [f"Person {number}" for number in range(people)]))
    for turn in event.rounds[:2]:
        do(store, event.moderator, "round.open", round=turn)
    committer = store._committer
    assert committer
    driver: Any = committer._kept.session().info[DRIVER].connection
    taken = []
    for operation in ("round.open", "round.take_back"):
        steps: list[None] = []
        driver.set_progress_handler(lambda steps=steps: steps.append(None), 1000)
        do(store, event.moderator, operation, round=event.rounds[2])
        taken.append(len(steps))
    driver.set_progress_handler(None, 0)
    return taken


def test_a_round_begins_and_is_taken_back_in_time_that_grows_with_the_people_and_no_faster(
    sqlite_store: Store,
) -> None:
    """Seats joined with seats would take four times as long for twice as many; a thousand people would wait."""
    process = make_process(sqlite_store)
    few, many = (steps_of_a_round(sqlite_store, process, people) for people in (150, 300))
    for one, other in zip(few, many, strict=True):
        assert one > 5 and other < 2.8 * one, (few, many)
