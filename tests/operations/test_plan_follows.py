"""A plan that was made follows the room: other hosts, people at a distance, people who are back, and free choice."""

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import do
from tests.factories.cafes import close_round, name_host, open_round
from tests.factories.events import EventMade, make_event
from tests.factories.people import PersonMade, join, join_many, remove
from tests.factories.processes import ProcessMade
from tests.operations.test_cafes import open_seats
from tests.operations.test_moving import planned
from tests.operations.test_room import make_room, rounds_of, set_movement, tables_of
from workshop.errors import Invalid
from workshop.models import CafeTable, Movement, Participant
from workshop.perform import Done, Store
from workshop.standing import NOBODY


def at_tables(store: Store, event: EventMade, person: UUID) -> list[UUID]:
    """Where somebody is to sit, round by round."""
    seats = planned(store, event)
    return [seats[person, turn] for turn in event.rounds if (person, turn) in seats]


def guest_at(store: Store, event: EventMade, people: list[PersonMade], table: int) -> PersonMade:
    """Somebody who sits at a table and hosts none."""
    hosts = {one.host_id for one in tables_of(store, event)}
    seats = open_seats(store, event)
    return next(one for one in people if one.id not in hosts and seats[one.id][0] == event.tables[table - 1])


def told(done: Done) -> set[UUID]:
    """Whom a Change tells by their own channel."""
    return {UUID(name.partition(":")[2]) for name in done.at if name.startswith("person:")}


def test_who_is_handed_a_table_stays_at_it_and_who_hosted_it_goes_on(store: Store, process: ProcessMade) -> None:
    event, people = make_room(store, process, 12, 4, 3)
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    open_round(store, event, 1)
    before, heir = planned(store, event), guest_at(store, event, people, 1)
    vacated = at_tables(store, event, heir.id)
    done = do(store, people[0].actor, "table.hand_over", table=event.tables[0], participant=heir.id)
    assert told(done) >= {people[0].id, heir.id}
    assert at_tables(store, event, heir.id) == [event.tables[0]] * 2
    assert at_tables(store, event, people[0].id) == vacated
    # Nobody else goes elsewhere, and no table is larger or smaller than planned.
    swapped = {people[0].id, heir.id}
    after = planned(store, event)
    assert {key: table for key, table in after.items() if key[0] not in swapped} == {
        key: table for key, table in before.items() if key[0] not in swapped
    }
    assert sorted((turn, table) for (_, turn), table in after.items()) == sorted(
        (turn, table) for (_, turn), table in before.items()
    )
    open_round(store, event, 2)
    assert open_seats(store, event)[heir.id][0] == event.tables[0]
    assert open_seats(store, event)[people[0].id][0] == vacated[0]
    # Who is made host again has a plan again.
    do(store, event.moderator, "table.name_host", table=event.tables[0], participant=people[0].id)
    assert at_tables(store, event, people[0].id) == [event.tables[0]]
    assert at_tables(store, event, heir.id) == vacated[1:]


def test_whichever_way_somebody_becomes_host_they_stay(store: Store, process: ProcessMade) -> None:
    event, people = make_room(store, process, 16, 4, 3)
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    open_round(store, event, 1)
    card, named, left, moved = (guest_at(store, event, people, number) for number in (1, 2, 3, 4))
    with store.reading() as session:
        token = session.get_one(CafeTable, event.tables[0]).host_card
    do(store, card.actor, "table.host_by_card", card=token)
    name_host(store, event, 2, named)
    vacated = at_tables(store, event, left.id)
    do(store, event.moderator, "participant.leave_out", participant=people[2].id, new_host=left.id)
    do(
        store, event.moderator, "participant.move",
        participant=people[3].id, table=event.tables[0], new_host=moved.id,
    )  # fmt: skip
    for number, one in enumerate((card, named, left, moved)):
        assert at_tables(store, event, one.id) == [event.tables[number]] * 2
    # Who has left gets no seat of theirs.
    assert at_tables(store, event, people[2].id) == []
    assert vacated and event.tables[2] not in vacated
    # Another name of the same host: the one who stays hosts on, and has their plan.
    twin = guest_at(store, event, people, 2)
    do(store, event.moderator, "participant.unite", participant=twin.id, other=named.id)
    assert tables_of(store, event)[1].host_id == twin.id
    assert at_tables(store, event, twin.id) == [event.tables[1]] * 2


def test_without_a_plan_a_new_host_has_none(store: Store, process: ProcessMade) -> None:
    event, people = make_room(store, process, 8, 2, 2)
    name_host(store, event, 1, people[4])
    assert planned(store, event) == {}


def test_a_host_is_planned_only_where_they_can_come_to(store: Store, process: ProcessMade) -> None:
    event, people = make_room(store, process, 12, 3, 2)
    set_place(store, event, 2, "hybrid")
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    with Session(store.engine) as session:
        session.get_one(Participant, people[1].id).remote = True
        session.commit()
    # The one who hosted the table at a distance does not get the seats in the room that fall free.
    heir = next(
        one
        for one in people[3:]
        if at_tables(store, event, one.id) and set(at_tables(store, event, one.id)) <= {event.tables[0]}
    )
    do(store, event.moderator, "table.name_host", table=event.tables[1], participant=heir.id)
    assert at_tables(store, event, heir.id) == [event.tables[1]]
    assert at_tables(store, event, people[1].id) == [event.tables[1]]


def set_place(store: Store, event: EventMade, table: int, attendance: str) -> None:
    do(store, event.moderator, "table.set_place", table=event.tables[table - 1], attendance=attendance)


def come(store: Store, event: EventMade, name: str) -> UUID:
    """Somebody who comes with the event's code."""
    fields = {"code": event.code, "name": name, "language": "en", "writing_language": "en"}
    person = do(store, NOBODY, "participant.join", **fields).thing[1]
    assert person
    return person


def test_who_comes_to_the_room_is_seated_in_the_room(store: Store, process: ProcessMade) -> None:
    event = make_event(store, process, tables=3, rounds=2)
    set_movement(store, event, Movement.PLANNED)
    set_place(store, event, 3, "remote")
    do(
        store, event.moderator, "people.expect",
        event=event.id, people="name,organisation,language,together,apart,remote\nDistant,,,,,yes",
    )  # fmt: skip
    for number in range(6):
        come(store, event, f"P{number}")
    distant = come(store, event, "Distant")
    seats = open_seats(store, event)
    assert seats.pop(distant)[0] == event.tables[2]
    assert sorted(table for table, _ in seats.values()) == sorted(event.tables[:2] * 3)
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    assert planned(store, event)[distant, event.rounds[1]] == event.tables[2]
    # Where no table can be reached one sits at any.
    for number in (1, 2):
        set_place(store, event, number, "remote")
    assert come(store, event, "Late") in open_seats(store, event)


def test_who_says_that_they_are_at_a_distance_is_planned_within_reach(store: Store, process: ProcessMade) -> None:
    event = make_event(store, process, tables=4, rounds=4)
    set_movement(store, event, Movement.PLANNED)
    people = join_many(store, event, [f"P{number}" for number in range(16)])
    for number in (2, 4):
        set_place(store, event, number, "hybrid")
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    open_round(store, event, 1)
    person = come(store, event, "Late")
    one, before = PersonMade(person, "Late", event), planned(store, event)
    do(store, one.actor, "participant.describe", event=event.id, organisation="", remote="1")
    hybrid = {event.tables[1], event.tables[3]}
    mine = at_tables(store, event, person)
    assert len(mine) == 3 and set(mine) <= hybrid
    # As long as there is another one, not where they sit already.
    assert mine[0] != open_seats(store, event)[person][0] in hybrid
    after = planned(store, event)
    assert {key: table for key, table in after.items() if key[0] != person} == {
        key: table for key, table in before.items() if key[0] != person
    }
    # Whose seats can all be reached keeps them.
    do(store, one.actor, "participant.describe", event=event.id, organisation="Works")
    assert at_tables(store, event, person) == mine
    # With a group that goes to the room they do not go.
    set_movement(store, event, Movement.GROUP)
    do(store, people[0].actor, "participant.describe", event=event.id, organisation="", remote="1")
    assert set(at_tables(store, event, people[0].id)) <= hybrid


def test_where_people_sat_before_the_start_they_have_not_been(store: Store, process: ProcessMade) -> None:
    event, people = make_room(store, process, 16, 4, 3)
    set_movement(store, event, Movement.GROUP)
    began = open_seats(store, event)
    for group in range(4):
        guests = [one for one in people[4:] if began[one.id][0] == event.tables[group]]
        for step in (1, 2, 3):
            for one in guests:
                do(store, one.actor, "seat.take", table=event.tables[(group + step) % 4])
        for one in guests:
            do(store, one.actor, "seat.take", table=event.tables[group])
    open_round(store, event, 1)
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    for guest in people[4:]:
        been = [began[guest.id][0], *at_tables(store, event, guest.id)]
        assert len(set(been)) == 3


def test_where_a_few_of_a_group_have_been_the_group_has_not(store: Store, process: ProcessMade) -> None:
    event, people = make_room(store, process, 20, 4, 2)
    set_movement(store, event, Movement.GROUP)
    open_round(store, event, 1)
    # One of each group looks in at every other table and comes back.
    for group in range(4):
        one = people[4 + group]
        for step in (1, 2, 3, 4):
            do(store, one.actor, "seat.take", table=event.tables[(group + step) % 4])
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    seats = open_seats(store, event)
    for guest in people[4:]:
        assert at_tables(store, event, guest.id) != [seats[guest.id][0]]


def test_free_choice_ends_the_plan_there_is(store: Store, process: ProcessMade) -> None:
    event, people = make_room(store, process, 12, 3, 3)
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    open_round(store, event, 1)
    close_round(store, event, 1)
    done = do(store, event.moderator, "cafe.set_movement", cafe=event.cafe, movement="free")
    assert planned(store, event) == {}
    assert told(done) == {one.id for one in people}
    guest, before = people[3], open_seats(store, event)
    do(store, guest.actor, "seat.take", table=event.tables[1])
    open_round(store, event, 2)
    after = open_seats(store, event)
    assert after.pop(guest.id)[0] == event.tables[1]
    assert all(after[one][0] == before[one][0] for one in after)
    # A plan that is asked for all the same stays, also where only the number of seats changes.
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    kept = planned(store, event)
    do(store, event.moderator, "cafe.set_movement", cafe=event.cafe, movement="free", seats_per_table="9")
    assert kept and planned(store, event) == kept


def test_who_is_back_is_planned_like_who_comes_late(store: Store, process: ProcessMade) -> None:
    event, people = make_room(store, process, 15, 4, 4)
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    open_round(store, event, 1)
    sat, moved, carded, back = people[4:8]
    for one in (sat, moved, carded, back):
        do(store, event.moderator, "participant.leave_out", participant=one.id)
    assert not {sat.id, moved.id, carded.id, back.id} & {person for person, _ in planned(store, event)}
    do(store, sat.actor, "seat.take", table=event.tables[2])
    do(store, event.moderator, "participant.move", participant=moved.id, table=event.tables[2])
    with store.reading() as session:
        token = session.get_one(CafeTable, event.tables[2]).host_card
    do(store, carded.actor, "table.host_by_card", card=token)
    done = do(store, event.moderator, "participant.bring_back", participant=back.id)
    seats = open_seats(store, event)
    assert back.id in seats and back.id in told(done) and f"table:{seats[back.id][0]}" in done.at
    for one in (sat, moved, back):
        mine = at_tables(store, event, one.id)
        assert len(mine) == 3 and seats[one.id][0] not in mine
    assert at_tables(store, event, carded.id) == [event.tables[2]] * 3
    # Whoever has a plan keeps it, wherever they sit down.
    mine = at_tables(store, event, sat.id)
    do(store, sat.actor, "seat.take", table=event.tables[3])
    assert at_tables(store, event, sat.id) == mine


def test_who_is_on_the_list_is_brought_back_without_a_seat(store: Store, process: ProcessMade) -> None:
    event, _ = make_room(store, process, 6, 3, 2)
    do(store, event.moderator, "people.expect", event=event.id, people="Expected")
    with store.reading() as session:
        person = session.scalars(select(Participant.id).where(Participant.expected)).one()
    do(store, event.moderator, "participant.leave_out", participant=person)
    do(store, event.moderator, "participant.bring_back", participant=person)
    assert person not in open_seats(store, event)


def test_where_somebody_has_been_they_are_not_planned_again(store: Store, process: ProcessMade) -> None:
    event, people = make_room(store, process, 12, 3, 3)
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    open_round(store, event, 1)
    open_round(store, event, 2)
    back = people[5]
    been = {seats[back.id] for seats in rounds_of(store, event)[:2]}
    do(store, event.moderator, "participant.leave_out", participant=back.id)
    do(store, back.actor, "seat.take", table=open_seats(store, event)[people[6].id][0])
    been.add(open_seats(store, event)[back.id][0])
    mine = at_tables(store, event, back.id)
    assert len(mine) == 1 and (len(been) == 3 or mine[0] not in been)


@pytest.mark.parametrize("joined", [0, 2])
def test_a_first_plan_that_is_taken_back_leaves_nobody_planned(store: Store, process: ProcessMade, joined: int) -> None:
    event = make_event(store, process, tables=2, rounds=2)
    join_many(store, event, [f"P{number}" for number in range(8)])
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    late = [join(store, event, f"Late {number}") for number in range(joined)]
    done = do(store, event.moderator, "cafe.undo_tables", cafe=event.cafe)
    assert planned(store, event) == {}
    assert told(done) >= {one.id for one in late}
    # A second one that is taken back gives the first one back, and who came since keeps their seats.
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    first = planned(store, event)
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    later = join(store, event, "Later")
    do(store, event.moderator, "cafe.undo_tables", cafe=event.cafe)
    now_planned = planned(store, event)
    assert now_planned.pop((later.id, event.rounds[1]))
    assert now_planned == first


def test_a_host_on_the_list_who_was_not_counted_on_comes_to_their_table_and_stays(
    store: Store, process: ProcessMade
) -> None:
    event = make_event(store, process, tables=3, rounds=3)
    set_movement(store, event, Movement.PLANNED)
    do(store, event.moderator, "people.expect", event=event.id, people="Hanna")
    with store.reading() as session:
        hanna = session.scalars(select(Participant.id).where(Participant.expected)).one()
    do(store, event.moderator, "table.name_host", table=event.tables[2], participant=hanna)
    join_many(store, event, [f"P{number}" for number in range(9)])
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    assert come(store, event, "Hanna") == hanna
    assert open_seats(store, event)[hanna][0] == event.tables[2]
    assert at_tables(store, event, hanna) == [event.tables[2]] * 2


@pytest.mark.parametrize("how", ["removed", "united"])
def test_who_takes_part_no_longer_is_not_brought_back(store: Store, process: ProcessMade, how: str) -> None:
    event, people = make_room(store, process, 6, 2, 2)
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    gone = people[5]
    do(store, event.moderator, "participant.leave_out", participant=gone.id)
    if how == "removed":
        remove(store, gone)
    else:
        do(store, event.moderator, "participant.unite", participant=people[4].id, other=gone.id)
    with pytest.raises(Invalid):
        do(store, event.moderator, "participant.bring_back", participant=gone.id)
    assert gone.id not in open_seats(store, event)


def test_what_is_taken_back_brings_no_plan_that_was_dropped(store: Store, process: ProcessMade) -> None:
    event, _ = make_room(store, process, 12, 4, 3)
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    do(store, event.moderator, "tables.close", cafe=event.cafe, tables=[event.tables[3]])
    do(store, event.moderator, "cafe.set_movement", cafe=event.cafe, movement="free")
    do(store, event.moderator, "cafe.undo_tables", cafe=event.cafe)
    assert planned(store, event) == {} and all(one.closed_at is None for one in tables_of(store, event))


@pytest.mark.parametrize("heir", [False, True])
def test_a_host_without_a_seat_who_is_moved_is_planned_as_a_guest(
    store: Store, process: ProcessMade, heir: bool
) -> None:
    event, people = make_room(store, process, 12, 4, 4)
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    open_round(store, event, 1)
    host = people[5]
    do(store, event.moderator, "participant.leave_out", participant=host.id)
    with store.writing() as session:
        # As where several cafés were open when they came.
        session.get_one(Participant, host.id).away_at = None
        session.commit()
    name_host(store, event, 3, host)
    new_host = {"new_host": guest_at(store, event, people, 3).id} if heir else {}
    do(store, event.moderator, "participant.move", participant=host.id, table=event.tables[1], **new_host)
    mine = at_tables(store, event, host.id)
    assert len(mine) == len(set(mine)) == 3 and event.tables[1] not in mine
