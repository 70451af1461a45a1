"""The arithmetic that plans begin with."""

from itertools import combinations
from random import Random

import pytest

from workshop.seating.fields import Part, parts_of, rotation
from workshop.seating.starters import turned


@pytest.mark.parametrize("part", [Part(2, 1), Part(2, 3), Part(3, 2), Part(7, 1), Part(2, 4)])
def test_a_field_can_divide(part: Part) -> None:
    products = part.products(part.size)
    everything = set(range(part.size))
    assert all(set(row) == everything for row in products[1:])
    for one, other, third in [(1, part.size - 1, 1), (part.size // 2, 1, part.size - 1)]:
        added = part.add(one, other)
        assert products[third][added] == part.add(products[third][one], products[third][other])
        assert part.add(added, other, -1) == one


def test_numbers_are_products_of_fields() -> None:
    assert [(part.prime, part.degree) for part in parts_of(40)] == [(2, 3), (5, 1)]
    assert [part.size for part in parts_of(59)] == [59]


@pytest.mark.parametrize(
    ("tables", "rounds", "guests"), [(8, 8, 56), (12, 3, 132), (12, 6, 132), (40, 5, 300), (5, 5, 20), (10, 3, 60)]
)
def test_nobody_meets_twice_and_nobody_sits_twice_at_a_table(tables: int, rounds: int, guests: int) -> None:
    found = rotation(tables, rounds, guests, Random(1))
    seats = [[found.table(guest, turn, tables) for turn in range(rounds)] for guest in range(guests)]
    assert all(len(set(mine)) == rounds for mine in seats)
    for first, second in combinations(range(rounds), 2):
        assert len({(mine[first], mine[second]) for mine in seats}) == guests
    for turn in range(rounds):
        counts = [[mine[turn] for mine in seats].count(table) for table in range(tables)]
        assert max(counts) - min(counts) <= 1


@pytest.mark.parametrize(("tables", "rounds", "guests"), [(6, 5, 33), (10, 5, 80), (15, 6, 150)])
def test_where_arithmetic_ends_nobody_sits_twice_at_a_table_all_the_same(tables: int, rounds: int, guests: int) -> None:
    found = rotation(tables, rounds, guests, Random(1))
    for guest in range(guests):
        assert len({found.table(guest, turn, tables) for turn in range(rounds)}) == rounds


def test_one_round_turned_makes_all() -> None:
    plan = turned(15, 5, 7, Random(0), 500_000, lambda: None)
    assert plan is not None
    met = [frozenset(two) for where in plan for two in combinations(range(15), 2) if where[two[0]] == where[two[1]]]
    assert len(met) == len(set(met)) == 105


def test_what_cannot_be_turned_is_left_to_the_search() -> None:
    # 13 people in circles of five leave three; 16 people cannot meet 18 others.
    assert turned(13, 4, 5, Random(0), 10_000, lambda: None) is None
    assert turned(16, 4, 6, Random(0), 10_000, lambda: None) is None
