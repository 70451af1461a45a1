"""What there is to say of a plan: how good it is, how good it could be, and why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from workshop.seating.bounds import meetings_bound, spread, twice, ways_bound
from workshop.seating.room import Id, Person, Seats, Table
from workshop.seating.units import AFAR, REACHED, ROOM, Unit, pairs_within


class Why(StrEnum):
    """What keeps a plan from being better."""

    ENOUGH_ROOM = "enough_room"
    """Nothing: nobody would have to meet twice."""
    BEEN = "been"
    """Only in rounds that have been did people meet again."""
    TOGETHER = "together"
    """Only those who stay together meet again."""
    WAYS = "ways"
    """More guests than ways from table to table."""
    MEETINGS = "meetings"
    """More meetings than pairs."""


@dataclass(frozen=True)
class Report:
    """A plan in figures; rounds that have been are part of them.

    Attributes:
        cost: the sum over all pairs of v(v−1)/2, v being how often the pair met.
        bound: no plan costs less.
        met_again: pairs that meet twice or more often.
        met_again_together: those of them who were to stay together.
        why: what keeps the bound from being 0.
        forced_by_ways, forced_by_meetings: what the two counts force between people who need not stay together, in the
            coming rounds; the larger one counts.
        forced_by_together: what staying together costs in the coming rounds.
        been: what the rounds that have been cost.
        guests: who travels in the coming rounds.
        ways: ways from table to table between two rounds.
        all_pairs: pairs of people there are, hosts and those who left included.
        pairs: pairs of guests in the coming rounds.
        meetings: meetings of guests in the coming rounds, at the fewest.
        table_repeats: how often somebody comes to a table where they have sat before.
        smallest, largest: people at a table in a coming round.
        met_fewest, met_most: how many others a guest meets.
        most_of_one_organisation: how many of one organisation sit at one table in a coming round, at most.
        most_of_one_organisation_at_best: how many have to, if all are mixed evenly.
    """

    cost: int
    bound: int
    met_again: int
    met_again_together: int
    why: Why
    forced_by_ways: int
    forced_by_meetings: int
    forced_by_together: int
    been: int
    guests: int
    ways: int
    all_pairs: int
    pairs: int
    meetings: int
    table_repeats: int
    smallest: int
    largest: int
    met_fewest: int
    met_most: int
    most_of_one_organisation: int
    most_of_one_organisation_at_best: int

    @property
    def best_possible(self) -> bool:
        """Whether no plan is better."""
        return self.cost == self.bound


@dataclass(frozen=True)
class Forced:
    """What the coming rounds cost at the least."""

    ways: int
    meetings: int
    together: int
    guests: int
    way_count: int
    pairs: int
    meeting_count: int

    @property
    def between_units(self) -> int:
        """Without those who stay together."""
        return max(self.ways, self.meetings)


def met_in(rounds: Sequence[Seats]) -> Counter[frozenset[Id]]:
    """How often each pair has met."""
    return Counter(
        frozenset(pair) for seats in rounds for members in seats.values() for pair in combinations(members, 2)
    )


def fewest_tables_left(units: Sequence[Unit], tables: Sequence[Table], past: Sequence[Seats]) -> int:
    """At how many of the coming tables nobody of a unit has sat yet; the unit that has fewest."""
    now = now_called(tables)
    been: dict[Id, set[Id]] = {}
    for seats in past:
        for table, members in seats.items():
            for one in members:
                been.setdefault(one, set()).add(now.get(table))
    reach = {kind: {table.id for table in tables if kind in REACHED[table.reach]} for kind in (ROOM, AFAR, ROOM | AFAR)}
    return min(
        (len(reach[unit.reaches].difference(*(been.get(one.id, ()) for one in unit.people))) for unit in units),
        default=len(tables),
    )


def now_called(tables: Sequence[Table]) -> dict[Id, Id]:
    """What a table of an earlier round is called now."""
    return {place: table.id for table in tables for place in (table.id, *table.replaces)}


def forced(
    units: Sequence[Unit], tables: Sequence[Table], past: Sequence[Seats], rounds: int, stay: bool = False
) -> Forced:
    """The two counts for the coming rounds.

    Args:
        stay: somebody sits at the same table twice, though none has to.
    """
    guests = [unit for unit in units if unit.stays is None]
    people = [one.id for unit in guests for one in unit.people]
    stay = stay or fewest_tables_left(guests, tables, past) < rounds
    unit_of = {unit.people[0].id: place for place, unit in enumerate(guests)}
    open_tables = now_called(tables)
    came_from = [
        [
            (
                len({unit_of[one] for one in members if one in unit_of}),
                len(tables) - (table in open_tables and not stay),
            )
            for table, members in seats.items()
        ]
        for seats in past
    ]
    met = met_in(past)
    inside = pairs_within(units)
    inside_guests = pairs_within(guests)
    meetings = rounds * (spread(len(people), len(tables)) - len(inside_guests))
    travelling = set(people)
    how_often = Counter(times for pair, times in met.items() if pair <= travelling and pair not in inside_guests)
    how_often[0] = twice(len(people)) - len(inside_guests) - how_often.total()
    before = sum(pairs * twice(times) for times, pairs in how_often.items())
    return Forced(
        ways=ways_bound(len(guests), len(tables), rounds, came_from, stay),
        meetings=meetings_bound(how_often, max(0, meetings), rounds) - before,
        together=sum(twice(met[pair] + rounds) - twice(met[pair]) for pair in inside),
        guests=len(people),
        way_count=len(tables) * (len(tables) - (not stay)),
        pairs=twice(len(people)),
        meeting_count=rounds * spread(len(people), len(tables)),
    )


def report_on(
    people: Sequence[Person],
    tables: Sequence[Table],
    units: Sequence[Unit],
    past: Sequence[Seats],
    coming: Sequence[Mapping[Id, Sequence[Id]]],
) -> Report:
    """All figures of a plan."""
    met = met_in([*past, *coming])
    inside = pairs_within(units)
    repeats = repeated_tables(tables, units, past, coming)
    least = forced(units, tables, past, len(coming), stay=repeats > 0)
    been = sum(map(twice, met_in(past).values()))
    sizes = [len(members) for seats in coming for members in seats.values()]
    others: dict[Id, int] = {one.id: 0 for unit in units if unit.stays is None for one in unit.people}
    for pair in met:
        for one in pair & others.keys():
            others[one] += 1
    organisation = {one.id: one.organisation for one in people}
    alike = [
        Counter(organisation[one] for one in members if organisation[one])
        for seats in coming
        for members in seats.values()
    ]
    # Those who stay together cost something only from the second time on.
    why = Why.TOGETHER if least.together else Why.BEEN if been else Why.ENOUGH_ROOM
    if least.between_units:
        why = Why.WAYS if least.ways >= least.meetings else Why.MEETINGS
    return Report(
        cost=sum(map(twice, met.values())),
        bound=been + least.together + least.between_units,
        met_again=sum(times > 1 for times in met.values()),
        met_again_together=sum(met[pair] > 1 for pair in inside),
        why=why,
        forced_by_ways=least.ways,
        forced_by_meetings=least.meetings,
        forced_by_together=least.together,
        been=been,
        guests=least.guests,
        ways=least.way_count,
        all_pairs=twice(len({one for seats in [*past, *coming] for members in seats.values() for one in members})),
        pairs=least.pairs,
        meetings=least.meeting_count,
        table_repeats=repeats,
        smallest=min(sizes),
        largest=max(sizes),
        met_fewest=min(others.values(), default=0),
        met_most=max(others.values(), default=0),
        most_of_one_organisation=max((max(count.values(), default=0) for count in alike), default=0),
        most_of_one_organisation_at_best=max(
            (-(-size // len(tables)) for name, size in Counter(organisation.values()).items() if name), default=0
        ),
    )


def repeated_tables(
    tables: Sequence[Table],
    units: Sequence[Unit],
    past: Sequence[Seats],
    coming: Sequence[Mapping[Id, Sequence[Id]]],
) -> int:
    """How often a guest comes to a table where they have sat before."""
    guests = {one.id for unit in units if unit.stays is None for one in unit.people}
    now = now_called(tables)
    been = {(one, now.get(table, table)) for seats in past for table, members in seats.items() for one in members}
    repeats = 0
    for seats in coming:
        for table, members in seats.items():
            for one in guests.intersection(members):
                repeats += (one, table) in been
                been.add((one, table))
    return repeats
