"""From a sketch to the plan of the coming rounds, or to why there is none."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from workshop.models import Movement
from workshop.planning.sketch import Sketch
from workshop.seating import Effort, Impossible, Obstacle, Report, Wishes, plan, rotate_groups
from workshop.seating.report import report_on
from workshop.seating.units import units_of

SENTENCES = {
    "no_tables": _l("There is no open table."),
    "no_rounds": _l("There is no round left to plan."),
    "fewer_people_than_tables": _l("There are more tables than people. Close some, or wait until more have come."),
    "more_rounds_than_tables": _l(
        "There are more rounds than tables: somebody would sit twice at the same table. "
        "Add a table, or go on without a plan."
    ),
    "host_out_of_reach": _l("A host is at a distance and the table is in the room, or the other way round."),
    "no_table_within_reach": _l(
        "Somebody is at a distance and no table can be reached from there, or the other way round."
    ),
    "together_too_many": _l("More people are to stay together than fit at one table."),
    "together_and_apart": _l("Two people are to sit together and never to sit together."),
    "together_at_two_tables": _l("Two who are to sit together have been sent to two tables, or host two."),
    "wishes_not_met": _l("The wishes of who sits together and who apart cannot all be met."),
    "more_groups_than_tables": _l("There are more groups than tables."),
}


MOST_NAMED = 6
"""Pairs, or groups, that a sentence names."""


@dataclass(frozen=True)
class Made:
    """What came of a sketch: for each coming round person -> table; or why there is no plan."""

    rounds: tuple[Mapping[UUID, UUID], ...] = ()
    report: Report | None = None
    why_not: Any = None
    whom: tuple[tuple[UUID, ...], ...] = ()
    """Whom that is about: of wishes that are not met each pair."""

    def why(self, names: Mapping[UUID, str]) -> Any:
        """Why there is no plan, and by name whom that is about; None where there is one."""
        groups = [[names[one] for one in group if one in names] for group in self.whom]
        groups = [one for one in groups if one]
        if not groups:
            return self.why_not
        said = [named(one) for one in groups[:MOST_NAMED]]
        # In the language in which the whole of it is read.
        whom = LazyString(lambda: "; ".join(str(one) for one in said) + " …" * (len(groups) > MOST_NAMED))
        if self.why_not is SENTENCES["wishes_not_met"]:
            return _l(
                "%(why)s In the best plan that was found these sit together: %(whom)s. Drop a wish, or add a table.",
                why=self.why_not,
                whom=whom,
            )
        return _l("%(why)s It is about %(whom)s.", why=self.why_not, whom=whom)


def named(people: Sequence[str]) -> Any:
    """Some people in a sentence."""
    if len(people) == 2:
        return _l("%(one)s and %(other)s", one=people[0], other=people[1])
    return ", ".join(people)


@lru_cache(maxsize=8)
def reckon(drawn: Sketch) -> Made:
    """The plan of a sketch; the same one again is at hand. It takes up to some seconds, and lets others run."""
    try:
        if drawn.movement is Movement.GROUP:
            return _groups(drawn)
        made = plan(
            drawn.people,
            drawn.tables,
            len(drawn.coming),
            Wishes(drawn.together, drawn.apart, drawn.mix_languages),
            [dict(one) for one in drawn.past],
            [dict(one) for one in drawn.told],
            Effort(pause=let_others_run),
        )
    except Impossible as problem:
        return Made(why_not=sentence(problem), whom=whom(problem))
    rounds: Any = tuple({person: table for table, people in one.items() for person in people} for one in made.rounds)
    return Made(rounds, made.report)


def report_of(drawn: Sketch, rounds: Iterable[Mapping[UUID, UUID]]) -> Report | None:
    """How good a plan of these people is that was made before; None where there is no plan, or none to measure."""
    known = {one.id for one in drawn.people}
    seats: list[dict[Any, tuple[Any, ...]]] = []
    for turn in rounds:
        at: dict[Any, tuple[Any, ...]] = {one.id: () for one in drawn.tables}
        for person, table in turn.items():
            if person in known and table in at:
                at[table] += (person,)
        seats.append(at)
    if not seats or not drawn.tables or not all(any(at.values()) for at in seats):
        return None
    try:
        units = units_of(drawn.people, drawn.tables, Wishes(drawn.together, drawn.apart, drawn.mix_languages))
        return report_on(drawn.people, drawn.tables, units, [dict(one) for one in drawn.past], seats)
    except Impossible:
        return None


def let_others_run() -> None:
    """Under eventlet whoever waits is answered."""
    time.sleep(0)


def _groups(drawn: Sketch) -> Made:
    """Groups go on together: who sits at one table now is one."""
    group_of = dict(drawn.sitting)
    tables = [one.id for one in drawn.tables]
    hosts = {one.host: one.id for one in drawn.tables if one.host}
    groups: list[Any] = [one for one in tables if one in set(group_of.values())]
    # Before the start each sits at its own table in the round that comes.
    past: list[Mapping[Any, Any]] = (
        _group_past(drawn, group_of) if drawn.begun else [{group: group for group in groups}]
    )
    coming = drawn.coming if drawn.begun else drawn.coming[1:]
    turns: list[dict[UUID, Any]] = [] if drawn.begun else [dict(drawn.sitting)]
    turn: Mapping[Any, Any]
    for turn in rotate_groups(groups, tables, len(coming), past):
        turns.append({one: hosts.get(one, turn[group]) for one, group in group_of.items()})
    return Made(tuple(turns))


def _group_past(drawn: Sketch, group_of: Mapping[UUID, UUID]) -> list[Mapping[Any, Any]]:
    """Where most of each group have been, round by round; nowhere, where fewer than half of them were at one table."""
    hosts = {one.host for one in drawn.tables}
    sizes = Counter(group for person, group in group_of.items() if person not in hosts)
    found: list[Mapping[Any, Any]] = []
    for turn in drawn.past:
        counts: dict[UUID, Counter[UUID]] = {}
        for table, people in turn:
            for person in people:
                if person in group_of and person not in hosts:
                    counts.setdefault(group_of[person], Counter())[table] += 1
        most = {group: count.most_common(1)[0] for group, count in counts.items()}
        found.append({group: table for group, (table, count) in most.items() if 2 * count >= sizes[group]})
    return found


def sentence(problem: Impossible) -> Any:
    """Why there is no plan, for people."""
    return SENTENCES.get(str(problem.obstacle), _l("There is no plan for this room."))


def whom(problem: Impossible) -> tuple[tuple[Any, ...], ...]:
    """Whom it is about: wishes that are not met pair by pair, everything else as one group."""
    people = problem.people
    if problem.obstacle is Obstacle.WISHES_NOT_MET:
        return tuple(zip(people[::2], people[1::2], strict=True))
    return (people,) if people else ()
