"""What everything costs that a plan should avoid, before anybody has a seat."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from workshop.seating.bounds import spread
from workshop.seating.room import Id, Person, Seats, Table, Wishes
from workshop.seating.search import AGAIN, MIX, NEVER, TABLE, Board
from workshop.seating.sizes import Pool
from workshop.seating.units import Unit


def numbers_of(tables: Sequence[Table]) -> dict[Id, int]:
    """The number of each table, also under the names of those it replaces."""
    return {place: number for number, table in enumerate(tables) for place in (table.id, *table.replaces)}


def groups_to_mix(people: Sequence[Person], unit_of: Mapping[Id, int], wishes: Wishes) -> list[list[int]]:
    """Units of one organisation, or of one language where that is wished; once for each of their people."""
    groups: dict[tuple[str, str], list[int]] = {}
    for one in people:
        for kind, name in (("organisation", one.organisation), ("language", one.language)):
            if name and (kind == "organisation" or wishes.mix_languages):
                groups.setdefault((kind, name), []).append(unit_of[one.id])
    return list(groups.values())


def unmixable(groups: Sequence[Sequence[int]], tables: int, rounds: int) -> int:
    """What mixing costs at best in the coming rounds."""
    least = 0
    for members in groups:
        # Those who stay together pay nothing for each other.
        within = sum(one == other for one, other in combinations(members, 2))
        least += max(0, spread(len(members), tables) - within)
    return rounds * least


def priced_board(
    units: Sequence[Unit],
    tables: Sequence[Table],
    pools: Sequence[Pool],
    groups: Sequence[Sequence[int]],
    wishes: Wishes,
    past: Sequence[Seats],
    rounds: int,
    fixed: Sequence[Mapping[int, int]],
) -> Board:
    """A board on which nobody sits yet; behind the units come as many empty chairs as there are tables."""
    count = len(units) + len(tables)
    unit_of = {one.id: number for number, unit in enumerate(units) for one in unit.people}
    number = numbers_of(tables)
    return Board(
        chairs=[len(unit.people) for unit in units] + [1] * len(tables),
        weight=[len(unit.people) for unit in units] + [0] * len(tables),
        price=prices_to_meet(count, unit_of, len(units), groups, wishes, past),
        place=prices_of_places(count, unit_of, units, tables, pools, rounds, past, number),
        again=[again_price(unit, rounds, len(tables)) for unit in units] + [0] * len(tables),
        seats=[[[] for _ in tables] for _ in range(rounds)],
        where=[[-1] * count for _ in range(rounds)],
        free=[[unit not in known for unit in range(len(units))] + [False] * len(tables) for known in fixed],
    )


def again_price(unit: Unit, rounds: int, tables: int) -> int:
    """What it costs a unit to come to a table again; little where all have to."""
    if unit.stays is not None:
        return 0
    return TABLE if rounds <= tables else MIX


def prices_to_meet(
    count: int,
    unit_of: Mapping[Id, int],
    chairs_from: int,
    groups: Sequence[Sequence[int]],
    wishes: Wishes,
    past: Sequence[Seats],
) -> list[list[int]]:
    """What it costs two units to meet once in the coming rounds."""
    price = [[0] * count for _ in range(count)]

    def add(one: int, other: int, amount: int) -> None:
        if one != other:
            price[one][other] += amount
            price[other][one] += amount

    for seats in past:
        for members in seats.values():
            for one, other in combinations([unit_of[known] for known in members if known in unit_of], 2):
                add(one, other, AGAIN)
    for group in groups:
        for one, other in combinations(group, 2):
            add(one, other, MIX)
    for pair in wishes.apart:
        if pair[0] in unit_of and pair[1] in unit_of:
            add(unit_of[pair[0]], unit_of[pair[1]], NEVER)
    # No table has two empty chairs.
    for one, other in combinations(range(chairs_from, count), 2):
        add(one, other, NEVER)
    return price


def prices_of_places(
    count: int,
    unit_of: Mapping[Id, int],
    units: Sequence[Unit],
    tables: Sequence[Table],
    pools: Sequence[Pool],
    rounds: int,
    past: Sequence[Seats],
    number: Mapping[Id, int],
) -> list[list[int]]:
    """What it costs a unit to sit at a table once."""
    place = [[0] * len(tables) for _ in range(count)]
    for pool in pools:
        for guest in pool.units:
            if units[guest].stays is None:
                for to, table in enumerate(tables):
                    if to not in pool.tables or not units[guest].may_sit(table):
                        place[guest][to] = NEVER
    for seats in past:
        for name, members in seats.items():
            if name in number:
                for unit in {unit_of[one] for one in members if one in unit_of}:
                    place[unit][number[name]] += again_price(units[unit], rounds, len(tables))
    return place
