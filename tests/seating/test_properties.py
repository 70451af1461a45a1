"""What holds in every room, drawn at random."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.seating.rooms import holds, people, tables, times_met
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
