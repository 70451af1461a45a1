"""Those who move as one: people who stay together, and whether they stay where a host is."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from workshop.seating.room import Id, Impossible, Obstacle, Person, Reach, Table, Wishes


@dataclass(frozen=True)
class Unit:
    """One person, or several who stay together.

    Attributes:
        stays: the number of the table where they sit in every round, a host among them; None for guests.
    """

    people: tuple[Person, ...]
    stays: int | None = None

    @property
    def reaches(self) -> frozenset[bool]:
        """Whether they take part in the room (False), from afar (True), or both."""
        return frozenset(one.remote for one in self.people)

    def may_sit(self, table: Table) -> bool:
        """Whether all of them can reach a table."""
        return self.reaches in REACHED[table.reach]


ROOM, AFAR = frozenset({False}), frozenset({True})
REACHED = {Reach.ROOM: (ROOM,), Reach.REMOTE: (AFAR,), Reach.HYBRID: (ROOM, AFAR, ROOM | AFAR)}


def units_of(people: Sequence[Person], tables: Sequence[Table], wishes: Wishes) -> list[Unit]:
    """Hosts and guests as they move; raises Impossible where wishes contradict each other."""
    number = {person.id: place for place, person in enumerate(people)}
    leader = list(range(len(people)))

    def lead(place: int) -> int:
        while leader[place] != place:
            place = leader[place]
        return place

    for pair in wishes.together:
        one, other = (number.get(person) for person in pair)
        if one is not None and other is not None:
            first, second = sorted((lead(one), lead(other)))
            leader[second] = first
    hosts = {table.host: place for place, table in enumerate(tables) if table.host is not None}
    groups: dict[int, list[Person]] = {}
    for place, person in enumerate(people):
        groups.setdefault(lead(place), []).append(person)
    units = []
    for members in groups.values():
        stays = [hosts[one.id] for one in members if one.id in hosts]
        if len(stays) > 1:
            raise Impossible(
                Obstacle.TOGETHER_AT_TWO_TABLES,
                f"{named(members)} are to stay together, but two of them are hosts of different tables.",
                [one.id for one in members],
            )
        unit = Unit(tuple(members), stays[0] if stays else None)
        reached = [tables[unit.stays]] if unit.stays is not None else tables
        if not any(unit.may_sit(table) for table in reached):
            raise Impossible(
                Obstacle.HOST_OUT_OF_REACH if stays else Obstacle.NO_TABLE_WITHIN_REACH,
                f"{named(members)} cannot reach {'the table they are to sit at' if stays else 'any table'}.",
                [one.id for one in members],
            )
        units.append(unit)
    together = {one.id: place for place, unit in enumerate(units) for one in unit.people}
    for one_id, other_id in wishes.apart:
        if one_id != other_id and together.get(one_id, -1) == together.get(other_id, -2):
            raise Impossible(
                Obstacle.TOGETHER_AND_APART,
                f"{one_id} and {other_id} are to be apart, but also to stay together.",
                [one_id, other_id],
            )
    return units


def named(people: Sequence[Person]) -> str:
    """Some people in a sentence."""
    return ", ".join(str(one.id) for one in people)


def pairs_within(units: Sequence[Unit]) -> set[frozenset[Id]]:
    """Pairs that stay together."""
    return {frozenset((one.id, other.id)) for unit in units for one, other in combinations(unit.people, 2)}
