"""The room is never as planned: plans, tables that close and merge, people who come late or not at all, and undo."""

import re
from collections import Counter
from itertools import combinations
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tests.factories import do
from tests.factories.cafes import close_round, name_host, open_round
from tests.factories.events import EventMade, make_event
from tests.factories.people import PersonMade, enter, join, join_many
from tests.factories.processes import ProcessMade, make_process
from tests.operations.test_cafes import open_seats
from tests.operations.test_moving import planned
from workshop.errors import Closed, Conflict, Invalid, NotFound
from workshop.models import Cafe, CafeTable, Idea, Movement, Participant, Seat, SeatState, SeatWish
from workshop.operations import room
from workshop.perform import Store
from workshop.planning import last_rearranging
from workshop.standing import NOBODY


def make_room(
    store: Store, process: ProcessMade, people: int, tables: int, rounds: int
) -> tuple[EventMade, list[PersonMade]]:
    """A planned café whose first ones host its tables."""
    event = make_event(store, process, tables=tables, rounds=rounds)
    set_movement(store, event, Movement.PLANNED)
    made = join_many(store, event, [f"P{number}" for number in range(people)])
    for number in range(tables):
        name_host(store, event, number + 1, made[number])
    return event, made


def set_movement(store: Store, event: EventMade, movement: Movement) -> None:
    with Session(store.engine) as session:
        session.execute(update(Cafe).where(Cafe.id == event.cafe).values(movement=movement))
        session.commit()


def rounds_of(store: Store, event: EventMade) -> list[dict[UUID, UUID]]:
    """Where everybody sat or is to sit in each round: person -> table."""
    found: list[dict[UUID, UUID]] = []
    with store.reading() as session:
        for turn in event.rounds:
            seats = session.scalars(
                select(Seat)
                .where(Seat.round_id == turn, (Seat.state == SeatState.TAKEN) | Seat.until_at.is_(None))
                .order_by(Seat.from_at, Seat.state.desc())
            )
            found.append({one.participant_id: one.table_id for one in seats})
    return found


def sizes(seats: dict[UUID, UUID]) -> list[int]:
    return sorted(Counter(seats.values()).values())


def tables_of(store: Store, event: EventMade) -> list[CafeTable]:
    with store.reading() as session:
        return list(
            session.scalars(select(CafeTable).where(CafeTable.cafe_id == event.cafe).order_by(CafeTable.number))
        )


def test_a_plan_seats_everybody_and_nobody_twice_at_a_table(store: Store, process: ProcessMade) -> None:
    event, people = make_room(store, process, 24, 6, 3)
    before = open_seats(store, event)
    done = do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    assert open_seats(store, event) == before
    assert {name.partition(":")[0] for name in done.at} == {"cafe", "person"}
    assert len(planned(store, event)) == 24 * 2
    for number in (1, 2, 3):
        open_round(store, event, number)
    rounds = rounds_of(store, event)
    for host, table in zip(people, event.tables, strict=False):
        assert [seats[host.id] for seats in rounds] == [table] * 3
    for guest in people[6:]:
        assert len({seats[guest.id] for seats in rounds}) == 3
    assert [sizes(seats) for seats in rounds] == [[4] * 6] * 3


def test_a_plan_is_made_again_where_somebody_was_there_in_between(
    store: Store, process: ProcessMade, monkeypatch: pytest.MonkeyPatch
) -> None:
    event, _ = make_room(store, process, 12, 3, 2)
    reckon, late = room.reckon, []

    def reckon_slowly(drawn: object) -> object:
        if not late:
            late.append(join(store, event, "Late", table=1))
        return reckon(drawn)  # type: ignore[arg-type]

    monkeypatch.setattr(room, "reckon", reckon_slowly)
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    assert (late[0].id, event.rounds[1]) in planned(store, event)

    def reckon_among_crowds(drawn: object) -> object:
        join(store, event, "Another", table=1)
        return reckon(drawn)  # type: ignore[arg-type]

    monkeypatch.setattr(room, "reckon", reckon_among_crowds)
    with pytest.raises(Conflict):
        do(store, event.moderator, "cafe.plan", cafe=event.cafe)


def test_wishes_hold_and_organisations_are_mixed(store: Store, process: ProcessMade) -> None:
    event, people = make_room(store, process, 18, 3, 2)
    with Session(store.engine) as session:
        for number, one in enumerate(people):
            session.get_one(Participant, one.id).organisation = "Works" if number % 3 == 0 else f"Own {number}"
        session.commit()
    one, other, third, fourth = people[4:8]
    do(store, event.moderator, "wish.add", kind="together", one=one.id, other=other.id)
    do(store, event.moderator, "wish.add", kind="apart", one=fourth.id, other=third.id)
    do(store, event.moderator, "cafe.plan", cafe=event.cafe, anew="1")
    for seats in rounds_of(store, event):
        assert seats[one.id] == seats[other.id]
        assert seats[third.id] != seats[fourth.id]
        works = Counter(table for person, table in seats.items() if person in {one.id for one in people[::3]})
        assert max(works.values()) == 2
    do(store, event.moderator, "wish.add", kind="apart", one=other.id, other=one.id)
    with store.reading() as session:
        assert len(session.scalars(select(SeatWish)).all()) == 2
    with pytest.raises(Invalid):
        do(store, event.moderator, "wish.add", kind="apart", one=one.id, other=one.id)


def test_no_plan_says_why(store: Store, process: ProcessMade) -> None:
    event, _ = make_room(store, process, 6, 2, 3)
    with pytest.raises(Invalid) as refused:
        do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    assert "more rounds than tables" in str(refused.value.message)


def test_no_plan_says_whose_wishes_are_not_met(app_store: Store, client: FlaskClient) -> None:
    event, people = make_room(app_store, make_process(app_store), 9, 3, 2)
    moderator = event.moderator
    for one, other in combinations(people[3:7], 2):
        do(app_store, moderator, "wish.add", kind="apart", one=one.id, other=other.id)
    with pytest.raises(Invalid) as refused:
        do(app_store, moderator, "cafe.plan", cafe=event.cafe, anew="1")
    said = str(refused.value.message)
    named = re.search(r"these sit together: (.*)\. Drop a wish, or add a table\.$", said)
    assert said.startswith("The wishes of who sits together and who apart cannot all be met.") and named
    pairs = [set(pair.split(" and ")) for pair in named[1].split("; ")]
    assert pairs and all(len(pair) == 2 and pair <= {one.name for one in people[3:7]} for pair in pairs)
    with client.application.test_request_context(headers={"Accept-Language": "de"}):
        assert re.search(r"diese zusammen: \S+ und \S+[;.]", str(refused.value.message))
    # A plan that was made without them cannot be made anew for fewer tables.
    with Session(app_store.engine) as session:
        session.execute(delete(SeatWish))
        session.commit()
    do(app_store, moderator, "cafe.plan", cafe=event.cafe, anew="1")
    do(app_store, moderator, "wish.add", kind="apart", one=people[3].id, other=people[5].id)
    do(app_store, moderator, "wish.add", kind="together", one=people[3].id, other=people[4].id)
    do(app_store, moderator, "wish.add", kind="together", one=people[4].id, other=people[5].id)
    enter(client, app_store, moderator)
    page = client.get(f"/cafes/{event.cafe}/room?tables=2", headers={"Accept-Language": "en"}).text
    assert "Two people are to sit together and never to sit together. It is about" in page


def test_sixty_one_come_instead_of_ninety_six(store: Store, process: ProcessMade) -> None:
    """Twelve tables become eight, with people told and notes kept; and everything is as before after an undo."""
    event = make_event(store, process, tables=12, rounds=3)
    set_movement(store, event, Movement.PLANNED)
    names = "\n".join(f"Guest {number},Works {number % 20}" for number in range(96))
    do(store, event.moderator, "people.expect", event=event.id, people=f"name,organisation\n{names}")
    with store.reading() as session:
        expected = session.scalars(select(Participant).order_by(Participant.name_key)).all()
    assert len(expected) == 96 and all(one.expected for one in expected)
    for number, one in enumerate(expected[:12]):
        do(store, event.moderator, "table.name_host", table=event.tables[number], participant=one.id)
    do(store, event.moderator, "cafe.plan", cafe=event.cafe, expected="1")
    assert len(planned(store, event)) == 96 * 3
    came = []
    for one in expected[:61]:
        fields = {"code": event.code, "name": one.name.upper(), "language": "en", "writing_language": "en"}
        came.append(do(store, NOBODY, "participant.join", **fields).thing[1])
    assert came == [one.id for one in expected[:61]]
    seats = open_seats(store, event)
    assert all(seats[one.id][0] == event.tables[number] for number, one in enumerate(expected[:12]))

    closing = event.tables[8:]
    sent = {one for one, (table, _) in seats.items() if table in closing}
    done = do(store, event.moderator, "tables.close", cafe=event.cafe, tables=closing)
    after = open_seats(store, event)
    assert {one for one in after if after[one] != seats[one]} == sent
    assert sent <= {UUID(name.partition(":")[2]) for name in done.at if name.startswith("person:")}
    assert [one.closed_at is not None for one in tables_of(store, event)] == [False] * 8 + [True] * 4
    assert {one for one, _ in planned(store, event)} == set(came)
    # And a second time, with fewer still.
    do(store, event.moderator, "tables.close", cafe=event.cafe, tables=event.tables[6:8])
    for number in (1, 2, 3):
        open_round(store, event, number)
    rounds = rounds_of(store, event)
    assert [len(seats) for seats in rounds] == [61] * 3
    assert sizes(rounds[2]) == [10] * 5 + [11]
    for guest in came[12:]:
        assert len({seats[guest] for seats in rounds}) == 3


def test_undo_gives_back_seats_hosts_and_plan(store: Store, process: ProcessMade) -> None:
    event, people = make_room(store, process, 20, 5, 3)
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    before = open_seats(store, event), planned(store, event), [one.host_id for one in tables_of(store, event)]
    do(store, event.moderator, "tables.close", cafe=event.cafe, tables=event.tables[3:])
    assert {table for table, _ in open_seats(store, event).values()} == set(event.tables[:3])
    assert set(planned(store, event).values()) == set(event.tables[:3])
    assert [one.host_id for one in tables_of(store, event)][3:] == [None, None]
    # Who has gone elsewhere by themselves stays there.
    mover = people[4]
    do(store, mover.actor, "seat.take", table=event.tables[0])
    do(store, event.moderator, "cafe.undo_tables", cafe=event.cafe)
    seats = open_seats(store, event)
    assert seats.pop(mover.id)[0] == event.tables[0]
    hosts = [one.host_id for one in tables_of(store, event)]
    assert (seats | {mover.id: before[0][mover.id]}, planned(store, event), hosts) == before
    with pytest.raises(Closed):
        do(store, event.moderator, "cafe.undo_tables", cafe=event.cafe)


def test_what_was_before_a_round_is_not_taken_back(store: Store, process: ProcessMade) -> None:
    event, _ = make_room(store, process, 12, 4, 3)
    do(store, event.moderator, "tables.close", cafe=event.cafe, tables=[event.tables[3]])
    open_round(store, event, 1)
    with pytest.raises(Closed):
        do(store, event.moderator, "cafe.undo_tables", cafe=event.cafe)


def test_what_was_before_a_round_whose_start_was_taken_back_is_not_taken_back(
    store: Store, process: ProcessMade
) -> None:
    event, _ = make_room(store, process, 20, 5, 3)
    open_round(store, event, 1)
    do(store, event.moderator, "tables.close", cafe=event.cafe, tables=event.tables[3:])
    # It wrote the seats anew: of what they were before too little is known.
    open_round(store, event, 2)
    do(store, event.moderator, "round.take_back", round=event.rounds[1])
    before = open_seats(store, event), planned(store, event), [one.host_id for one in tables_of(store, event)]
    with pytest.raises(Closed):
        do(store, event.moderator, "cafe.undo_tables", cafe=event.cafe)
    with store.reading() as session:
        assert last_rearranging(session, event.cafe) is None
    # What is changed from here on can be undone again.
    do(store, event.moderator, "tables.close", cafe=event.cafe, tables=[event.tables[2]])
    do(store, event.moderator, "cafe.undo_tables", cafe=event.cafe)
    assert (open_seats(store, event), planned(store, event), [one.host_id for one in tables_of(store, event)]) == before


def test_a_table_closes_in_the_middle(store: Store, process: ProcessMade) -> None:
    event, people = make_room(store, process, 25, 5, 3)
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    open_round(store, event, 1)
    writer = people[7]
    idea = do(
        store, writer.actor, "idea.contribute",
        table=event.tables[2], round=event.rounds[0], kind="idea", text="Before it closed",
    ).thing[1]  # fmt: skip
    do(store, event.moderator, "tables.close", cafe=event.cafe, tables=[event.tables[2]])
    moved = open_seats(store, event)[writer.id][0]
    assert moved != event.tables[2]
    # What was begun there still arrives there.
    late = do(
        store, writer.actor, "idea.contribute",
        table=event.tables[2], round=event.rounds[0], kind="idea", text="Begun before",
    ).thing[1]  # fmt: skip
    with store.reading() as session:
        assert {session.get_one(Idea, one).table_id for one in (idea, late)} == {event.tables[2]}
    open_round(store, event, 2)
    open_round(store, event, 3)
    rounds = rounds_of(store, event)
    for guest in people[5:]:
        been = [seats[guest.id] for seats in rounds]
        assert len(set(been)) == 3, "nobody sits twice at a table that stayed open"
        assert event.tables[2] not in been[1:]
    assert sizes(rounds[1]) == [6, 6, 6, 7]


def test_nobody_who_was_told_moves(store: Store, process: ProcessMade) -> None:
    event, people = make_room(store, process, 20, 5, 4)
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    open_round(store, event, 1)
    close_round(store, event, 1)
    told = {one: table for (one, turn), table in planned(store, event).items() if turn == event.rounds[1]}
    late = join(store, event, "Late", table=5)
    do(store, event.moderator, "participant.leave_out", participant=people[9].id)
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    now_planned = {one: table for (one, turn), table in planned(store, event).items() if turn == event.rounds[1]}
    assert {one: table for one, table in now_planned.items() if one != late.id} == {
        one: table for one, table in told.items() if one != people[9].id
    }
    assert late.id in now_planned


def test_who_has_left_frees_their_seat_and_hands_their_table_over(store: Store, process: ProcessMade) -> None:
    event, people = make_room(store, process, 8, 2, 2)
    do(store, event.moderator, "table.name_host", table=event.tables[0], participant=people[0].id)
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    heir = next(one for one in people[1:] if open_seats(store, event)[one.id][0] == event.tables[0])
    do(store, event.moderator, "participant.leave_out", participant=people[0].id, new_host=heir.id)
    assert people[0].id not in open_seats(store, event)
    assert people[0].id not in {one for one, _ in planned(store, event)}
    assert tables_of(store, event)[0].host_id == heir.id
    open_round(store, event, 1)
    assert people[0].id not in open_seats(store, event)
    # Back, and seen by it.
    do(store, people[0].actor, "seat.take", table=event.tables[1])
    assert open_seats(store, event)[people[0].id][0] == event.tables[1]
    with store.reading() as session:
        assert session.get_one(Participant, people[0].id).away_at is None


def test_two_tables_become_one(store: Store, process: ProcessMade) -> None:
    event, people = make_room(store, process, 12, 4, 3)
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    do(store, event.moderator, "table.merge", table=event.tables[1], into=event.tables[3])
    seats = open_seats(store, event)
    assert {seats[one.id][0] for one in people[1::4]} == {event.tables[3]}
    assert tables_of(store, event)[1].merged_into_id == event.tables[3]
    # Its card leads to the other one.
    by_card = join(store, event, "By card", table=2)
    assert open_seats(store, event)[by_card.id][0] == event.tables[3]
    for fields in (
        {"table": event.tables[1], "into": event.tables[0]},
        {"table": event.tables[0], "into": event.tables[1]},
    ):
        with pytest.raises(Closed):
            do(store, event.moderator, "table.merge", **fields)
    with pytest.raises(Invalid):
        do(store, event.moderator, "table.merge", table=event.tables[0], into=event.tables[0])
    other = make_event(store, process)
    with pytest.raises(NotFound):
        do(store, event.moderator, "table.merge", table=event.tables[0], into=other.tables[0])


def test_one_table_stays_open(store: Store, event: EventMade) -> None:
    with pytest.raises(Invalid):
        do(store, event.moderator, "tables.close", cafe=event.cafe, tables=event.tables)


def test_a_table_is_added_and_opened_again(store: Store, event: EventMade) -> None:
    done = do(
        store, event.moderator, "table.add",
        cafe=event.cafe, question="What else?", way="By the stairs", attendance="hybrid", video_url="https://rooms.example/3",
    )  # fmt: skip
    table = tables_of(store, event)[2]
    assert (done.thing, table.number, table.way, table.video_url) == (
        ("cafe", event.cafe), 3, "By the stairs", "https://rooms.example/3",
    )  # fmt: skip
    for address in ("http://rooms.example/3", "javascript:alert(1)", "https://a b", "https://"):
        with pytest.raises(Invalid):
            do(
                store,
                event.moderator,
                "table.add",
                cafe=event.cafe,
                question="Q",
                attendance="hybrid",
                video_url=address,
            )
    do(store, event.moderator, "tables.close", cafe=event.cafe, tables=[table.id])
    do(store, event.moderator, "table.reopen", table=table.id)
    assert tables_of(store, event)[2].closed_at is None


def test_groups_go_on_together(store: Store, process: ProcessMade) -> None:
    event, people = make_room(store, process, 16, 4, 3)
    set_movement(store, event, Movement.GROUP)
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    open_round(store, event, 1)
    late = join(store, event, "Late", table=2)
    open_round(store, event, 2)
    open_round(store, event, 3)
    rounds = rounds_of(store, event)
    for start in range(4):
        group = [one.id for one in people[4 + start :: 4]]
        been = [{seats[one] for one in group} for seats in rounds]
        assert all(len(tables) == 1 for tables in been)
        assert len(set.union(*been)) == 3
    assert [seats[late.id] for seats in rounds] == [seats[people[5].id] for seats in rounds]


def test_undo_sends_nobody_who_has_left(store: Store, process: ProcessMade) -> None:
    event, people = make_room(store, process, 20, 5, 3)
    do(store, event.moderator, "cafe.plan", cafe=event.cafe)
    do(store, event.moderator, "tables.close", cafe=event.cafe, tables=event.tables[4:])
    gone = [people[4], people[9]]
    for one in gone:
        do(store, event.moderator, "participant.leave_out", participant=one.id)
    do(store, event.moderator, "cafe.undo_tables", cafe=event.cafe)
    assert not {one.id for one in gone} & {person for person, _ in planned(store, event)}
    assert [one.host_id for one in tables_of(store, event)] == [one.id for one in people[:4]] + [None]


def test_a_host_leaves_and_hands_over_in_one_step(store: Store, process: ProcessMade) -> None:
    event, people = make_room(store, process, 8, 2, 2)
    do(store, event.moderator, "participant.remove", participant=people[0].id, new_host=people[2].id)
    do(
        store,
        event.moderator,
        "participant.move",
        participant=people[1].id,
        table=event.tables[0],
        new_host=people[3].id,
    )
    assert [one.host_id for one in tables_of(store, event)] == [people[2].id, people[3].id]
    with pytest.raises(Invalid):
        do(store, event.moderator, "participant.remove", participant=people[2].id, new_host=people[0].id)
