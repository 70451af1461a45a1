"""How many sit at each table: everywhere as many as elsewhere, or one more."""

from collections.abc import Sequence
from dataclasses import dataclass

from workshop.seating.room import Reach, Table
from workshop.seating.units import AFAR, ROOM, Unit


@dataclass(frozen=True)
class Pool:
    """Tables among which some people are spread evenly."""

    tables: tuple[int, ...]
    units: tuple[int, ...]


@dataclass(frozen=True)
class Sizes:
    """What a pool's tables hold in a round.

    Attributes:
        chairs: table -> how many chairs stand there.
        empty: how many of these stay empty; no table has two of them.
        lower: the tables that may have one.
    """

    chairs: dict[int, int]
    empty: int
    lower: tuple[int, ...]


def pools_of(units: Sequence[Unit], tables: Sequence[Table]) -> list[Pool]:
    """One pool, or two where those in the room and those from afar are too unequal for one size."""
    count = {
        kind: sum(len(unit.people) for unit in units if unit.reaches == kind) for kind in (ROOM, AFAR, ROOM | AFAR)
    }
    size = sum(count.values()) / len(tables)
    of = {reach: tuple(place for place, table in enumerate(tables) if table.reach is reach) for reach in Reach}
    room, afar, both = of[Reach.ROOM], of[Reach.REMOTE], of[Reach.HYBRID]
    if room and (len(room) * size > count[ROOM] or not both):
        pools = [(room, {ROOM}), (afar + both, {AFAR, ROOM | AFAR})]
    elif afar and len(afar) * size > count[AFAR]:
        pools = [(afar, {AFAR}), (room + both, {ROOM, ROOM | AFAR})]
    else:
        pools = [(room + afar + both, {ROOM, AFAR, ROOM | AFAR})]
    made = []
    for places, kinds in pools:
        inside = tuple(
            number
            for number, unit in enumerate(units)
            if (unit.stays in places if unit.stays is not None else unit.reaches in kinds)
        )
        if places:
            made.append(Pool(tuple(sorted(places)), inside))
    return made


def sizes_of(pool: Pool, units: Sequence[Unit], fixed: dict[int, int]) -> Sizes:
    """Where some sit already (unit -> table), the others fill up the emptiest tables."""
    taken = dict.fromkeys(pool.tables, 0)
    for unit, table in fixed.items():
        if table in taken:
            taken[table] += len(units[unit].people)
    coming = sum(len(units[unit].people) for unit in pool.units if unit not in fixed)
    if not coming:
        return Sizes(taken, 0, ())
    line = min(taken.values())
    while sum(max(0, line - there) for there in taken.values()) < coming:
        line += 1
    room = sum(max(0, line - there) for there in taken.values())
    lower = tuple(table for table, there in taken.items() if there < line)
    return Sizes(
        {table: max(line, there) if table in lower else there for table, there in taken.items()}, room - coming, lower
    )
