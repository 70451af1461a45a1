"""The room is never as planned: late, absent, tables closed, added and merged, people who know their seat already."""

from dataclasses import replace

import pytest

from tests.seating.rooms import cost, people, tables, visits
from workshop.seating import Effort, Impossible, Obstacle, Person, Reach, Table, Wishes, plan
from workshop.seating.room import Seats

QUICK = Effort(trials=50_000)


def sizes(seats: Seats) -> set[int]:
    return {len(at) for at in seats.values()}


def test_late_and_absent_are_placed_in_the_coming_rounds() -> None:
    first = plan(people(97), tables(12), 3)
    past = [{table: [one for one in at if one not in range(40, 45)] for table, at in first.rounds[0].items()}]
    there = [one for one in people(105) if one.id not in range(40, 45)]
    made = plan(there, tables(12), 2, past=past)
    assert [sorted(one for at in seats.values() for one in at) for seats in made.rounds] == [
        [one.id for one in there]
    ] * 2
    assert all(sizes(seats) <= {8, 9} for seats in made.rounds)
    assert made.report.cost == made.report.bound == cost([*past, *made.rounds]) == 0
    assert made.report.table_repeats == 0


def test_twelve_tables_become_eight_and_nobody_returns_to_a_table() -> None:
    first = plan(people(61), tables(12), 3)
    made = plan(people(61), tables(8), 2, past=first.rounds[:1])
    assert all(list(seats) == [f"table {number}" for number in range(8)] for seats in made.rounds)
    assert all(sizes(seats) <= {7, 8} for seats in made.rounds)
    assert made.report.table_repeats == 0
    assert made.report.cost == made.report.bound == 0
    # The hosts of the closed tables travel now.
    assert made.report.guests == 53


def test_who_knows_the_next_seat_keeps_it() -> None:
    first = plan(people(60), tables(8), 3)
    told = {one: table for table, at in first.rounds[1].items() for one in at if one % 3 and one >= 8}
    made = plan(people(68), tables(8), 2, past=first.rounds[:1], told=[told])
    now = {one: table for table, at in made.rounds[0].items() for one in at}
    assert {one: now[one] for one in told} == told
    assert all(sizes(seats) <= {8, 9} for seats in made.rounds)
    assert made.report.table_repeats == 0


def test_those_who_know_are_not_moved_to_even_the_tables_out() -> None:
    told = dict.fromkeys(range(4, 10), "table 0")
    made = plan(people(16), tables(4), 1, told=[told])
    # Seven sit at table 0 with its host; the six others fill the rest.
    assert sorted(len(at) for at in made.rounds[0].values()) == [3, 3, 3, 7]


def test_a_merged_table_was_visited_by_the_guests_of_both() -> None:
    first = plan(people(30), tables(5), 2)
    merged = [
        replace(table, replaces=frozenset({"table 4"})) if table.id == "table 1" else table for table in tables(4)
    ]
    made = plan(people(30), merged, 1, past=first.rounds)
    been = {one for seats in first.rounds for table in ("table 1", "table 4") for one in seats[table]}
    assert been & set(made.rounds[0]["table 1"]) == {1}
    assert made.report.table_repeats == 0


def test_another_host_takes_over_and_a_new_table_opens() -> None:
    first = plan(people(40), tables(5), 3)
    guest = first.rounds[0]["table 0"][3]
    room = [replace(table, host=guest) if table.id == "table 0" else table for table in tables(5)]
    room.append(Table("another", None))
    made = plan([one for one in people(40) if one.id != 0], room, 2, past=first.rounds[:1])
    assert all(seats["table 0"][0] == guest for seats in made.rounds)
    assert all(sizes(seats) <= {6, 7} for seats in made.rounds)
    assert made.report.table_repeats == 0


def test_where_everything_was_seen_a_table_comes_again_and_the_bound_stays_honest() -> None:
    first = plan(people(12), tables(3), 3)
    made = plan(people(12), tables(3), 1, past=first.rounds, effort=QUICK)
    assert made.report.table_repeats == 9
    assert first.report.bound <= made.report.bound <= made.report.cost == cost([*first.rounds, *made.rounds])
    assert made.report.been == first.report.cost


def test_replanning_a_crowded_room_stays_near_the_bound() -> None:
    first = plan(people(31), tables(5), 4)
    made = plan(people(31), tables(5), 2, past=first.rounds[:2])
    assert made.report.cost <= made.report.bound * 1.05
    assert visits(made, range(5)).most_common(1)[0][1] == 1


def test_people_sit_where_they_can_be() -> None:
    who = [Person(number, remote=number % 4 == 0) for number in range(40)]
    room = [
        Table("near", 1), Table("nearer", 2), Table("far", 0, Reach.REMOTE),
        Table("both", 3, Reach.HYBRID), Table("either", 4, Reach.HYBRID),
    ]  # fmt: skip
    made = plan(who, room, 2, effort=QUICK)
    for seats in made.rounds:
        assert sizes(seats) == {8}
        assert not any(one % 4 == 0 for table in ("near", "nearer") for one in seats[table])
        assert all(one % 4 == 0 for one in seats["far"])


def test_few_from_afar_have_smaller_tables() -> None:
    who = [Person(number, remote=number < 6) for number in range(30)]
    room = [
        Table("far", None, Reach.REMOTE),
        Table("farther", None, Reach.REMOTE),
        Table("near"),
        Table("both", None, Reach.HYBRID),
    ]
    made = plan(who, room, 2, effort=QUICK)
    for seats in made.rounds:
        assert {one for table in ("far", "farther") for one in seats[table]} == set(range(6))
        assert [len(at) for at in seats.values()] == [3, 3, 12, 12]


def test_nobody_is_seated_out_of_reach() -> None:
    with pytest.raises(Impossible) as caught:
        plan([*people(8), Person("afar", remote=True)], tables(2), 2)
    assert (caught.value.obstacle, caught.value.people) == (Obstacle.NO_TABLE_WITHIN_REACH, ("afar",))
    with pytest.raises(Impossible) as caught:
        plan(people(8), [Table("near", 0), Table("far", 1, Reach.REMOTE)], 2)
    assert caught.value.obstacle is Obstacle.HOST_OUT_OF_REACH
    mixed = [Person(number, remote=number == 7) for number in range(8)]
    room = [Table("near"), Table("both", reach=Reach.HYBRID)]
    made = plan(mixed, room, 2, Wishes(together=[(6, 7)]), effort=QUICK)
    assert all({6, 7} <= set(seats["both"]) for seats in made.rounds)
