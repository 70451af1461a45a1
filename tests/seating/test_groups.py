"""Groups that visit every table."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.seating.rooms import people, tables
from workshop.seating import Impossible, Obstacle, Person, plan, rotate_groups


def test_every_group_visits_every_table() -> None:
    plan = rotate_groups("abcd", [1, 2, 3, 4], 4)
    assert [sorted(turn.values()) for turn in plan] == [[1, 2, 3, 4]] * 4
    assert all({turn[group] for turn in plan} == {1, 2, 3, 4} for group in "abcd")
    assert [turn["a"] for turn in plan] == [1, 2, 3, 4]


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.integers(1, 8), st.integers(0, 3), st.integers(1, 8), st.integers(0, 6), st.integers(0, 8))
def test_groups_have_a_table_each_and_see_new_ones_first(
    groups: int, more: int, rounds: int, been: int, closed: int
) -> None:
    at = list(range(groups + more))
    past = rotate_groups(list(range(groups)), at, been)
    left = at[min(closed, len(at) - groups) :]
    coming = rotate_groups(list(range(groups)), left, rounds, past)
    for turn in coming:
        assert set(turn) == set(range(groups)) and len(set(turn.values())) == groups
        assert set(turn.values()) <= set(left)
    if been + rounds <= len(left) == len(at):
        for group in range(groups):
            visited = [turn[group] for turn in [*past, *coming]]
            assert len(set(visited)) == len(visited)


def test_groups_are_made_by_one_round_of_a_plan() -> None:
    who = [Person(number, organisation=f"org {number % 4}") for number in range(22)]
    made = plan(who, tables(5, hosts=False), 1)
    assert sorted(len(at) for at in made.rounds[0].values()) == [4, 4, 4, 5, 5]
    assert made.report.most_of_one_organisation == 2
    assert len(people(22)) == sum(map(len, made.rounds[0].values()))


def test_more_groups_than_tables() -> None:
    with pytest.raises(Impossible) as caught:
        rotate_groups("abc", [1, 2], 2)
    assert caught.value.obstacle is Obstacle.MORE_GROUPS_THAN_TABLES
