"""The bound: never above what can be reached, and reached in small rooms."""

from collections import Counter
from itertools import combinations, permutations

import pytest

from tests.seating.rooms import cost, holds, people, tables, times_met
from workshop.seating import Effort, Person, Why, Wishes, plan
from workshop.seating.bounds import meetings_bound, spread, ways_bound
from workshop.seating.search import Board


def test_things_spread_evenly() -> None:
    assert [spread(things, 3) for things in (0, 3, 4, 6, 7, 10)] == [0, 0, 1, 3, 5, 12]


def test_the_counts_of_the_known_example() -> None:
    # 26 guests and 20 ways, six pairs of rounds.
    assert ways_bound(26, 5, 4, [], stay=False) == 36
    report = plan(people(31), tables(5), 4).report
    assert (report.guests, report.ways, report.forced_by_ways, report.forced_by_meetings) == (26, 20, 36, 0)


def test_meetings_go_to_those_who_met_least() -> None:
    assert meetings_bound(Counter({0: 10}), 10, 3) == 0
    assert meetings_bound(Counter({0: 10}), 13, 3) == 3
    assert meetings_bound(Counter({0: 3, 2: 2}), 7, 3) == 3 + 1 + 3
    # A pair can meet once in each coming round and no more.
    assert meetings_bound(Counter({0: 1, 5: 1}), 3, 2) == 1 + 15
    assert meetings_bound(Counter(), 3, 2) == 0


def test_more_meetings_than_pairs() -> None:
    # Two tables of five without hosts: 20 meetings in a round, 45 pairs; the tables allow two ways.
    report = plan(people(10), tables(2, hosts=False), 6).report
    assert report.why is Why.MEETINGS or report.forced_by_ways > report.forced_by_meetings
    assert report.meetings == 120 and report.forced_by_meetings == 45 + 2 * 30
    assert report.cost >= report.bound


@pytest.mark.parametrize(("count", "at", "rounds"), [(6, 3, 3), (7, 3, 2), (8, 3, 2), (9, 3, 3)])
def test_no_plan_of_a_small_room_is_below_the_bound_and_ours_is_the_best(count: int, at: int, rounds: int) -> None:
    report = plan(people(count), tables(at), rounds).report
    assert report.bound <= best_of_all(count, at, rounds) == report.cost


def best_of_all(count: int, at: int, rounds: int) -> int:
    """The least cost of all plans in which hosts stay and nobody sits twice at a table, by trying them."""
    guests = range(at, count)
    ways = list(permutations(range(at), rounds))
    sizes = {count // at, -(-count // at)}
    best: int | None = None

    def extend(chosen: list[tuple[int, ...]]) -> None:
        nonlocal best
        if len(chosen) < len(guests):
            # Guests are alike, so their ways are taken in order.
            for number in range(ways.index(chosen[-1]) if chosen else 0, len(ways)):
                extend([*chosen, ways[number]])
            return
        seated = [
            {
                table: [table, *(one for one, way in zip(guests, chosen, strict=True) if way[turn] == table)]
                for table in range(at)
            }
            for turn in range(rounds)
        ]
        if all(len(members) in sizes for seats in seated for members in seats.values()):
            best = cost(seated) if best is None else min(best, cost(seated))

    extend([])
    assert best is not None
    return best


def test_what_has_been_counts_with_the_ways_that_people_really_took() -> None:
    been = plan(people(31), tables(5), 2)
    made = plan(people(31), tables(5), 2, past=been.rounds, effort=Effort(trials=50_000))
    assert made.report.bound == 36 and made.report.been == been.report.cost == 6
    # Had all guests come from one table, they would have few ways and not twenty; as six have to sit there again, five.
    crowd = {"table 0": list(range(5, 31)), **{f"table {number}": [number] for number in range(1, 5)}}
    after = plan(people(31), tables(5), 1, past=[crowd], effort=Effort(trials=20_000))
    together = times_met([crowd])
    assert after.report.been == 0 and sum(together.values()) == len(list(combinations(range(26), 2)))
    assert after.report.bound == after.report.forced_by_ways == spread(26, 5) == after.report.cost


@pytest.mark.parametrize(("together", "each"), [(0, 30), (30, 50)])
def test_large_tables_are_not_searched_longer_than_small_ones(
    together: int, each: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the people at a table each may have to be looked at: with a hundred there, fewer exchanges are tried."""
    looked_at = 0

    def counting(name: str) -> None:
        method = getattr(Board, name)

        def counted(board: Board, turn: int, unit: int, *more: int) -> int:
            nonlocal looked_at
            tables = {board.where[turn][unit]}
            if name == "more":
                tables.add(board.where[turn][more[0]])
            elif name == "sit":
                tables = set(more)
            looked_at += sum(board.heads[turn][table] for table in tables)
            found: int = method(board, turn, unit, *more)
            return found

        monkeypatch.setattr(Board, name, counted)

    for name in ("more", "sit", "leave"):
        counting(name)
    who = [Person(number, organisation=f"o{number % 25}") for number in range(500)]
    wishes = Wishes([(100 + 2 * one, 101 + 2 * one) for one in range(together)])
    trials = 30_000
    made = plan(who, tables(5), 3, wishes, effort=Effort(trials=trials))
    holds(made, who, tables(5))
    assert looked_at < trials * each
