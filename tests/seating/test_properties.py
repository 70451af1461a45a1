"""What holds in every room, drawn at random."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.seating.rooms import cost, holds, people, tables, times_met
from workshop.seating import Effort, Obstacle, Table, Wishes, plan
from workshop.seating.room import Impossible

QUICK = Effort(trials=20_000)
random_rooms = settings(max_examples=60, deadline=None, derandomize=True)


@st.composite
def rooms(draw: st.DrawFn) -> tuple[int, list[Table], int]:
    """People, tables and rounds; with hosts or without."""
    count = draw(st.integers(2, 9))
    hosts = draw(st.booleans())
    rounds = draw(st.integers(1, min(count, 5) if hosts else 6))
    return draw(st.integers(2 * count, 7 * count)), tables(count, hosts), rounds


@random_rooms
@given(rooms())
def test_everybody_has_one_seat_and_nobody_sits_twice_at_a_table(room: tuple[int, list[Table], int]) -> None:
    count, at, rounds = room
    holds(plan(people(count), at, rounds, effort=QUICK), people(count), at)


@random_rooms
@given(rooms(), st.data())
def test_wishes_hold_always(room: tuple[int, list[Table], int], data: st.DataObject) -> None:
    count, at, rounds = room
    guests = st.integers(len(at), count - 1)
    pairs = st.lists(st.tuples(guests, guests).filter(lambda pair: pair[0] != pair[1]), max_size=4)
    together, apart = data.draw(pairs), data.draw(pairs)
    try:
        made = plan(people(count), at, rounds, Wishes(together, apart), effort=QUICK)
    except Impossible as error:
        # Nothing else may stand in the way of such wishes.
        assert error.obstacle in (Obstacle.TOGETHER_AND_APART, Obstacle.WISHES_NOT_MET)
        return
    met = times_met(made.rounds)
    assert all(met[frozenset(pair)] == rounds for pair in together)
    assert not any(met[frozenset(pair)] for pair in apart)
    assert made.report.cost >= made.report.bound


@random_rooms
@given(rooms(), st.data())
def test_a_room_that_changes_moves_nobody_who_knows(room: tuple[int, list[Table], int], data: st.DataObject) -> None:
    count, at, rounds = room
    first = plan(people(count), at, rounds, effort=QUICK)
    been = data.draw(st.integers(0, rounds - 1))
    closed = data.draw(st.integers(0, len(at) - max(1, rounds - been)) if at[0].host is not None else st.integers(0, 1))
    absent = data.draw(st.sets(st.integers(len(at), count - 1), max_size=3))
    late = data.draw(st.integers(0, 5))
    left = at[closed:]
    there = [one for one in people(count + late) if one.id not in absent]
    open_now = {table.id for table in left}
    knows = data.draw(st.integers(0, 3))
    told = {
        one: table
        for table, members in first.rounds[been].items()
        for one in members
        if table in open_now and one >= len(at) and one not in absent and one % 3 < knows
    }
    past = first.rounds[:been]
    made = plan(there, left, rounds - been, past=past, told=[told], effort=QUICK)
    now = {one: table for table, members in made.rounds[0].items() for one in members}
    assert {one: now[one] for one in told} == told
    for turn, seats in enumerate(made.rounds):
        assert sorted(one for members in seats.values() for one in members) == [one.id for one in there]
        assert all(seats[table.id][0] == table.host for table in left if table.host is not None)
        sizes = [len(members) for members in seats.values()]
        if turn or not told:
            assert max(sizes) - min(sizes) <= 1
    assert made.report.cost == cost([*past, *made.rounds]) >= made.report.bound
