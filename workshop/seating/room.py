"""What a rotation plan is made of: people, tables, wishes, and the reasons why a plan cannot be made."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

Id: TypeAlias = Hashable
"""A person's or a table's name for itself; the plan only compares and returns it."""
Seats: TypeAlias = Mapping[Id, Sequence[Id]]
"""One round: table -> the people at it."""


class Reach(StrEnum):
    """Who can sit at a table."""

    ROOM = "room"
    REMOTE = "remote"
    HYBRID = "hybrid"


@dataclass(frozen=True)
class Person:
    """Somebody who is to have a seat; an empty organisation or language is mixed with nobody's."""

    id: Id
    organisation: str = ""
    language: str = ""
    remote: bool = False


@dataclass(frozen=True)
class Table:
    """A table that is open in the coming rounds.

    Attributes:
        host: who stays there, one of the people; None where everybody travels.
        replaces: tables merged into this one; who sat there has been here.
    """

    id: Id
    host: Id | None = None
    reach: Reach = Reach.ROOM
    replaces: frozenset[Id] = frozenset()


@dataclass(frozen=True)
class Wishes:
    """What a plan has to hold, and what it mixes beside organisations.

    Attributes:
        together, apart: pairs of people; pairs that name somebody who is not there are left alone.
        mix_languages: whether speakers of one language are spread like an organisation.
    """

    together: Sequence[tuple[Id, Id]] = ()
    apart: Sequence[tuple[Id, Id]] = ()
    mix_languages: bool = False


def go_on() -> None:
    """Nothing else has to run."""


@dataclass(frozen=True)
class Effort:
    """How long a plan is looked for. It is counted, not timed, so that the same input gives the same plan.

    Attributes:
        trials: exchanges tried at most; a million take about a second of the processor, so one between large tables
            counts as several. Where no plan can be better, the search ends sooner.
        seed: another one gives another plan.
        pause: called every few milliseconds; a server lets others run in it.
    """

    trials: int = 1_000_000
    seed: int = 0
    pause: Callable[[], None] = field(default=go_on, compare=False)


class Obstacle(StrEnum):
    """Why there is no plan."""

    NO_TABLES = "no_tables"
    NO_ROUNDS = "no_rounds"
    FEWER_PEOPLE_THAN_TABLES = "fewer_people_than_tables"
    MORE_ROUNDS_THAN_TABLES = "more_rounds_than_tables"
    MORE_GROUPS_THAN_TABLES = "more_groups_than_tables"
    NAMED_TWICE = "named_twice"
    HOST_NOT_THERE = "host_not_there"
    HOST_OUT_OF_REACH = "host_out_of_reach"
    NO_TABLE_WITHIN_REACH = "no_table_within_reach"
    TOGETHER_AND_APART = "together_and_apart"
    TOGETHER_AT_TWO_TABLES = "together_at_two_tables"
    WISHES_NOT_MET = "wishes_not_met"


class Impossible(Exception):
    """There is no plan; the text says why in English, `obstacle` and `people` are for pages to say it."""

    def __init__(self, obstacle: Obstacle, message: str, people: Sequence[Id] = ()) -> None:
        super().__init__(message)
        self.obstacle = obstacle
        self.people = tuple(people)
