"""Rooms to plan for, and what a plan is measured by without asking the plan itself."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations

from workshop.seating import Id, Person, Plan, Seats, Table


def people(count: int) -> list[Person]:
    """People of whom nothing is known."""
    return [Person(number) for number in range(count)]


def tables(count: int, hosts: bool = True) -> list[Table]:
    """Tables, the first people being their hosts."""
    return [Table(f"table {number}", number if hosts else None) for number in range(count)]


def times_met(rounds: Iterable[Seats]) -> Counter[frozenset[Id]]:
    """How often each pair sat at one table."""
    return Counter(frozenset(two) for seats in rounds for at in seats.values() for two in combinations(at, 2))


def cost(rounds: Iterable[Seats]) -> int:
    """The sum over all pairs of v(v−1)/2."""
    return sum(times * (times - 1) // 2 for times in times_met(rounds).values())


def visits(plan: Plan, hosts: Iterable[Id] = ()) -> Counter[tuple[Id, Id]]:
    """How often each guest came to each table."""
    staying = set(hosts)
    return Counter(
        (one, table) for seats in plan.rounds for table, at in seats.items() for one in at if one not in staying
    )


def holds(plan: Plan, who: Sequence[Person], room: Sequence[Table]) -> None:
    """What every plan of a regular room has to hold: each person once, even sizes, hosts who stay, no table twice."""
    hosts = [table.host for table in room if table.host is not None]
    for seats in plan.rounds:
        assert list(seats) == [table.id for table in room]
        assert Counter(one for at in seats.values() for one in at) == Counter(one.id for one in who)
        sizes = [len(at) for at in seats.values()]
        assert max(sizes) - min(sizes) <= 1
        assert all(seats[table.id][0] == table.host for table in room if table.host is not None)
    if len(plan.rounds) <= len(room):
        assert max(visits(plan, hosts).values(), default=1) == 1
    assert plan.report.cost == cost(plan.rounds) >= plan.report.bound
