"""Rounds, seats, hosts, and who may stay."""

import threading
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.factories import do
from tests.factories.cafes import close_cafe, close_round, name_host, open_round
from tests.factories.events import EventMade, make_event
from tests.factories.people import PersonMade, join, join_many, remove
from tests.factories.processes import ProcessMade
from tests.factories.statements import counted
from workshop.clock import now
from workshop.errors import Closed, Conflict, Forbidden, Invalid, NotFound
from workshop.models import Cafe, CafeTable, Change, Idea, Participant, Round, Seat, SeatState
from workshop.operations import people
from workshop.perform import Store
from workshop.queries.placing import hosts_to_choose
from workshop.standing import NOBODY, Actor


def open_seats(store: Store, event: EventMade) -> dict[UUID, tuple[UUID, UUID]]:
    """Where everybody sits: participant -> (table, round)."""
    with store.reading() as session:
        seats = session.scalars(
            select(Seat).where(Seat.cafe_id == event.cafe, Seat.until_at.is_(None), Seat.state == SeatState.TAKEN)
        ).all()
    found = {seat.participant_id: (seat.table_id, seat.round_id) for seat in seats}
    assert len(found) == len(seats)
    return found


def test_who_waited_sits_in_the_first_round(store: Store, event: EventMade) -> None:
    anna = join(store, event)
    before = open_seats(store, event)
    done = do(store, event.moderator, "round.open", round=event.rounds[0])
    assert set(done.at) == {f"cafe:{event.cafe}"}
    assert open_seats(store, event) == before == {anna.id: (event.tables[0], event.rounds[0])}
    with store.reading() as session:
        turn = session.get_one(Round, event.rounds[0])
        assert turn.opened_at and turn.ends_at and (turn.ends_at - turn.opened_at).total_seconds() == 20 * 60
        change = session.scalars(select(Change).order_by(Change.id.desc()).limit(1)).one()
    assert (change.thing_type, change.thing_id, change.facts) == ("cafe", event.cafe, {"round": [None, 1]})


def test_everybody_stays_seated_into_the_next_round(store: Store, event: EventMade) -> None:
    guests = join_many(store, event, [f"P{number}" for number in range(30)])
    open_round(store, event, 1)
    gone = guests[0]
    remove(store, gone)
    before = open_seats(store, event)
    open_round(store, event, 2)
    assert open_seats(store, event) == {person: (table, event.rounds[1]) for person, (table, _) in before.items()}
    assert gone.id not in open_seats(store, event)
    with store.reading() as session:
        first = session.get_one(Round, event.rounds[0])
        ended = session.scalars(select(Seat.until_at).where(Seat.round_id == first.id)).all()
        ids = session.scalars(select(Seat.id)).all()
    assert first.closed_at is not None
    assert len(ended) == 30 and all(ended)
    assert {one.variant for one in ids} == {"specified in RFC 4122"}


def test_a_round_opens_for_many_in_few_statements(store: Store, process: ProcessMade) -> None:
    counts = []
    for count in (3, 60):
        made = make_event(store, process)
        join_many(store, made, [f"P{number}" for number in range(count)])
        open_round(store, made, 1)
        with counted(store) as statements:
            open_round(store, made, 2)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_rounds_go_forward_alone(store: Store, process: ProcessMade) -> None:
    event = make_event(store, process, rounds=3)
    open_round(store, event, 2)
    with pytest.raises(Closed):
        open_round(store, event, 1)
    assert do(store, event.moderator, "round.open", round=event.rounds[1]).thing == ("", None)
    close_round(store, event, 2)
    with pytest.raises(Closed):
        open_round(store, event, 2)
    assert do(store, event.moderator, "round.close", round=event.rounds[1]).thing == ("", None)
    with pytest.raises(Closed):
        close_round(store, event, 3)
    open_round(store, event, 3)
    with store.reading() as session:
        cafe = session.get_one(Cafe, event.cafe)
        assert cafe.open_round and cafe.open_round.id == event.rounds[2]


def test_a_closed_cafe_keeps_its_seats(store: Store, event: EventMade) -> None:
    anna = join(store, event)
    open_round(store, event)
    close_cafe(store, event)
    assert set(open_seats(store, event)) == {anna.id}
    with store.reading() as session:
        cafe = session.get_one(Cafe, event.cafe)
        assert cafe.closed_at is not None and cafe.open_round is None
    for refused in (
        lambda: open_round(store, event, 2),
        lambda: do(store, anna.actor, "seat.take", table=event.tables[1]),
    ):
        with pytest.raises(Closed):
            refused()
    assert do(store, event.moderator, "cafe.close", cafe=event.cafe).thing == ("", None)


def test_one_moves_to_another_table(store: Store, event: EventMade) -> None:
    anna = join(store, event)
    done = do(store, anna.actor, "seat.take", table=event.tables[1])
    assert set(done.at) == {f"table:{event.tables[0]}", f"table:{event.tables[1]}", f"person:{anna.id}"}
    assert open_seats(store, event) == {anna.id: (event.tables[1], event.rounds[0])}
    assert do(store, anna.actor, "seat.take", table=event.tables[1]).at == {}
    with store.reading() as session:
        assert session.scalar(select(func.count(Seat.id))) == 2


def test_one_sits_down_in_the_round_that_runs(store: Store, event: EventMade) -> None:
    anna = join(store, event)
    open_round(store, event, 1)
    open_round(store, event, 2)
    do(store, anna.actor, "seat.take", table=event.tables[1])
    assert open_seats(store, event) == {anna.id: (event.tables[1], event.rounds[1])}


def test_a_browser_with_places_at_several_events_writes_as_who_sits_here(store: Store, process: ProcessMade) -> None:
    places = [join(store, made) for made in (make_event(store, process), make_event(store, process))]
    both = Actor(participants=frozenset(one.id for one in places))
    for person in places:
        open_round(store, person.event)
        where = {"table": person.event.tables[0], "round": person.event.rounds[0], "kind": "idea", "text": "A bench"}
        note = do(store, both, "idea.contribute", **where).thing[1]
        with store.reading() as session:
            assert session.get_one(Idea, note).participant_id == person.id
        with pytest.raises(Forbidden):
            do(store, both, "idea.contribute", **{**where, "table": person.event.tables[1]})


def test_a_note_that_is_sent_again_is_answered_as_the_first_time_whatever_has_happened(
    store: Store, event: EventMade
) -> None:
    anna, ben = join(store, event), join(store, event, "Ben")
    open_round(store, event)
    key, note = uuid4(), {"table": event.tables[0], "round": event.rounds[0], "kind": "idea", "text": "A bench"}
    first = do(store, anna.actor, "idea.contribute", key, **note)
    again = do(store, anna.actor, "idea.contribute", key, **note)
    for by, fields in ((anna.actor, {**note, "text": "Two benches"}), (ben.actor, note)):
        with pytest.raises(Conflict):
            do(store, by, "idea.contribute", key, **fields)
    remove(store, anna)
    late = do(store, anna.actor, "idea.contribute", key, **note)
    assert [(one.thing, one.at, one.repeated) for one in (again, late)] == [(first.thing, first.at, True)] * 2
    with pytest.raises(NotFound):
        do(store, NOBODY, "idea.contribute", uuid4(), **note)
    with store.reading() as session:
        assert session.scalar(select(func.count(Idea.id))) == 1


def test_nobody_sits_in_an_import_or_as_somebody_else(store: Store, event: EventMade, process: ProcessMade) -> None:
    anna = join(store, event)
    with pytest.raises(Forbidden):
        do(store, process.moderator, "seat.take", table=event.tables[1])
    with pytest.raises(NotFound):
        do(store, join(store, make_event(store, process)).actor, "seat.take", table=event.tables[1])
    with Session(store.engine) as session:
        session.execute(update(Cafe).where(Cafe.id == event.cafe).values(source="polis"))
        session.commit()
    with pytest.raises(Closed):
        do(store, anna.actor, "seat.take", table=event.tables[1])


def test_people_move_while_a_round_opens(store: Store, process: ProcessMade) -> None:
    event = make_event(store, process, tables=4, rounds=4)
    guests = join_many(store, event, [f"P{number}" for number in range(8)])
    errors: list[Exception] = []

    def move(person: PersonMade, start: int) -> None:
        try:
            for step in range(6):
                do(store, person.actor, "seat.take", table=event.tables[(start + step) % 4])
        except Exception as error:
            errors.append(error)

    movers = [threading.Thread(target=move, args=(person, number)) for number, person in enumerate(guests)]
    for mover in movers:
        mover.start()
    for number in range(1, 5):
        open_round(store, event, number)
    for mover in movers:
        mover.join()
    assert errors == []
    assert {turn for _, turn in open_seats(store, event).values()} == {event.rounds[3]}
    assert set(open_seats(store, event)) == {person.id for person in guests}


def test_one_joins_while_a_round_opens(store: Store, event: EventMade, monkeypatch: pytest.MonkeyPatch) -> None:
    open_round(store, event, 1)
    opening = threading.Thread(target=open_round, args=(store, event, 2))

    def seat_after_a_while(**fields: object) -> Seat:
        # The next round is asked for after this one was read, and before the seat in it is written.
        opening.start()
        opening.join(0.5)
        return Seat(**fields)

    monkeypatch.setattr(people, "Seat", seat_after_a_while)
    anna = join(store, event)
    opening.join()
    assert open_seats(store, event) == {anna.id: (event.tables[0], event.rounds[1])}


def test_one_hosts_one_table(store: Store, event: EventMade) -> None:
    anna, ben = join_many(store, event, ["Anna", "Ben"])
    done = do(store, event.moderator, "table.name_host", table=event.tables[0], participant=anna.id)
    assert set(done.at) == {f"table:{event.tables[0]}", f"person:{anna.id}"}
    done = do(store, event.moderator, "table.name_host", table=event.tables[1], participant=anna.id)
    assert set(done.at) == {f"table:{event.tables[0]}", f"table:{event.tables[1]}", f"person:{anna.id}"}
    done = do(store, event.moderator, "table.name_host", table=event.tables[1], participant=ben.id)
    assert set(done.at) == {f"table:{event.tables[1]}", f"person:{anna.id}", f"person:{ben.id}"}
    assert hosts(store, event) == [None, ben.id]
    do(store, event.moderator, "table.name_host", table=event.tables[1], participant="")
    assert hosts(store, event) == [None, None]
    assert do(store, event.moderator, "table.name_host", table=event.tables[1]).at == {}


def hosts(store: Store, event: EventMade) -> list[UUID | None]:
    """The host of each table."""
    with store.reading() as session:
        return list(
            session.scalars(select(CafeTable.host_id).where(CafeTable.cafe_id == event.cafe).order_by(CafeTable.number))
        )


def test_who_is_not_here_hosts_nothing(store: Store, event: EventMade) -> None:
    hanna, away, rob = (join(store, event, name, 1) for name in ("Hanna", "Gone", "Rob"))
    do(store, event.moderator, "participant.leave_out", participant=away.id)
    remove(store, rob)
    with pytest.raises(Invalid) as refused:
        name_host(store, event, 1, away)
    assert "Gone is marked as not here." in refused.value.fields["participant"]
    with store.reading() as session:
        offered = hosts_to_choose(session, event.moderator, event.tables[0])
    assert [one.id for one in [*offered.here, *offered.elsewhere]] == [hanna.id]
    name_host(store, event, 1, hanna)
    for leaving in ("participant.leave_out", "participant.remove", "participant.move"):
        for wanted in (away, rob):
            with pytest.raises(Invalid) as refused:
                to = {"table": event.tables[1]} if leaving == "participant.move" else {}
                do(store, event.moderator, leaving, participant=hanna.id, new_host=wanted.id, **to)
            assert list(refused.value.fields) == ["new_host"]
    assert hosts(store, event) == [hanna.id, None]
    do(store, event.moderator, "participant.bring_back", participant=away.id)
    do(store, event.moderator, "participant.leave_out", participant=hanna.id, new_host=away.id)
    assert hosts(store, event) == [away.id, None]


def test_only_people_of_the_event_host(store: Store, event: EventMade, process: ProcessMade) -> None:
    anna, ben = join_many(store, event, ["Anna", "Ben"])
    stranger = join(store, make_event(store, process))
    with pytest.raises(NotFound):
        name_host(store, event, 1, stranger)
    remove(store, ben)
    with pytest.raises(Invalid):
        name_host(store, event, 1, ben)
    with pytest.raises(Forbidden):
        do(store, anna.actor, "table.name_host", table=event.tables[0], participant=anna.id)


def test_removal_takes_seat_and_table_but_no_words(store: Store, event: EventMade) -> None:
    anna, ben = join_many(store, event, ["Anna", "Ben"], tables=[1, 1])
    open_round(store, event)
    name_host(store, event, 2, anna)
    do(store, anna.actor, "idea.contribute", table=event.tables[0], round=event.rounds[0], kind="idea", text="Words")
    done = do(store, event.moderator, "participant.remove", participant=anna.id)
    assert set(done.at) == {f"table:{event.tables[0]}", f"table:{event.tables[1]}", f"person:{anna.id}"}
    assert done.thing == ("participant", anna.id)
    assert (hosts(store, event), set(open_seats(store, event))) == ([None, None], {ben.id})
    with store.reading() as session:
        removed = session.get_one(Participant, anna.id).removed_at
    assert removed is not None and removed <= now()
    with pytest.raises(Forbidden):
        do(store, anna.actor, "seat.take", table=event.tables[1])
    with pytest.raises(Forbidden):
        do(store, ben.actor, "participant.remove", participant=ben.id)
    assert do(store, event.moderator, "participant.remove", participant=anna.id).at == {}
