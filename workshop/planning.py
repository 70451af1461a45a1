"""From a café's rows to a plan of its coming rounds: what is known of the room, what is asked, what comes of it.

Writes and previews ask the same: a preview shows what would be done, and what is done is what was shown.
"""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.clock import now
from workshop.models import (
    Attendance,
    Cafe,
    CafeTable,
    Movement,
    Participant,
    Round,
    Seat,
    SeatState,
    SeatWish,
    WishKind,
)
from workshop.seating import Effort, Impossible, Person, Reach, Report, Table, Wishes, plan, rotate_groups
from workshop.seating.report import report_on
from workshop.seating.units import units_of

REACH = {Attendance.ON_SITE: Reach.ROOM, Attendance.HYBRID: Reach.HYBRID, Attendance.REMOTE: Reach.REMOTE}

Round_ = tuple[tuple[UUID, tuple[UUID, ...]], ...]
"""One round as it was: table and people."""


@dataclass(frozen=True)
class Asked:
    """What is asked of the room.

    Attributes:
        closes: tables that close. merges: {table that closes: table that goes on with its question}.
        anew: before the start, whether those who sit already may be sent elsewhere.
        expected: whether those on the list who have not come yet get seats.
        plans: whether the coming rounds are planned, also where nothing was planned so far.
    """

    closes: frozenset[UUID] = frozenset()
    merges: tuple[tuple[UUID, UUID], ...] = ()
    anew: bool = False
    expected: bool = False
    plans: bool = False

    @property
    def closing(self) -> frozenset[UUID]:
        """Every table that closes."""
        return self.closes | {table for table, _ in self.merges}


@dataclass(frozen=True)
class Sketch:
    """All that a plan depends on: two that are equal have the same plan.

    Attributes:
        moves: who has to change tables at once, because theirs closes: (person, from, to).
        sitting: where everybody sits after that.
        coming: ids of the rounds that get planned seats, the first one being where people sit before the start.
        told: for each coming round who knows their table already.
        groups: the group of each person, where groups travel.
    """

    movement: Movement
    people: tuple[Person, ...]
    tables: tuple[Table, ...]
    coming: tuple[UUID, ...]
    past: tuple[Round_, ...]
    told: tuple[tuple[tuple[UUID, UUID], ...], ...]
    sitting: tuple[tuple[UUID, UUID], ...]
    moves: tuple[tuple[UUID, UUID, UUID], ...]
    together: tuple[tuple[UUID, UUID], ...]
    apart: tuple[tuple[UUID, UUID], ...]
    mix_languages: bool
    begun: bool
    planned: bool
    hosts_leaving: tuple[UUID, ...]
    """Hosts of tables that close, who become guests."""


@dataclass(frozen=True)
class Made:
    """What came of a sketch: for each coming round person -> table; or why there is no plan."""

    rounds: tuple[Mapping[UUID, UUID], ...] = ()
    report: Report | None = None
    why_not: Any = None


@dataclass
class Rows:
    """What is read of a café, once for whatever is asked."""

    cafe: Cafe
    tables: list[CafeTable]
    rounds: list[Round]
    people: dict[UUID, Participant]
    seats: list[Seat]
    wishes: list[SeatWish] = field(default_factory=list)

    @property
    def open_tables(self) -> list[CafeTable]:
        """Those that are not closed, by their numbers."""
        return [one for one in self.tables if one.closed_at is None]

    @property
    def turn(self) -> Round | None:
        """The round in which people sit: the last that was opened, before the start the first."""
        opened = [one for one in self.rounds if one.opened_at]
        return opened[-1] if opened else (self.rounds[0] if self.rounds else None)

    @property
    def begun(self) -> bool:
        """Whether the first round was opened."""
        return any(one.opened_at for one in self.rounds)

    @property
    def sitting(self) -> dict[UUID, UUID]:
        """Where everybody sits now."""
        return {
            one.participant_id: one.table_id
            for one in self.seats
            if one.state is SeatState.TAKEN and one.until_at is None
        }

    def planned(self) -> dict[UUID, dict[UUID, UUID]]:
        """What is planned: round -> person -> table."""
        found: dict[UUID, dict[UUID, UUID]] = {}
        for one in self.seats:
            if one.state is SeatState.PLANNED and one.until_at is None:
                found.setdefault(one.round_id, {})[one.participant_id] = one.table_id
        return found


def read_rows(session: Session, cafe: Cafe) -> Rows:
    """All that the seating of a café depends on, in a fixed number of statements."""
    tables = list(session.scalars(select(CafeTable).where(CafeTable.cafe_id == cafe.id).order_by(CafeTable.number)))
    rounds = list(session.scalars(select(Round).where(Round.cafe_id == cafe.id).order_by(Round.number)))
    people = session.scalars(
        select(Participant).where(Participant.event_id == cafe.event_id, Participant.removed_at.is_(None))
    )
    seats = session.scalars(
        select(Seat)
        .where(Seat.cafe_id == cafe.id, (Seat.state == SeatState.TAKEN) | Seat.until_at.is_(None))
        .order_by(Seat.from_at, Seat.id)
    )
    wishes = session.scalars(select(SeatWish).where(SeatWish.event_id == cafe.event_id).order_by(SeatWish.id))
    return Rows(cafe, tables, rounds, {one.id: one for one in people}, list(seats), list(wishes))


def sketch(rows: Rows, asked: Asked) -> Sketch:
    """What a plan of this room would be made from."""
    tables = [one for one in rows.open_tables if one.id not in asked.closing]
    sitting = rows.sitting
    moves = displaced(rows, asked, tables)
    for person, _, to in moves:
        sitting[person] = to
    here = [
        one
        for one in rows.people.values()
        if one.away_at is None and (one.id in sitting or (one.expected and asked.expected))
    ]
    here.sort(key=lambda one: one.id)
    known = {one.id for one in here}
    begun = rows.begun
    coming = [one for one in rows.rounds if one.opened_at is None]
    planned = rows.planned()
    told = _told(rows, asked, sitting if not begun else {}, planned, coming, {one.id for one in tables}, known)
    hosts_leaving = [
        one.host_id for one in rows.tables if one.id in asked.closing and one.closed_at is None and one.host_id in known
    ]
    merged: dict[UUID, UUID | None] = dict(asked.merges)
    merged |= {one.id: one.merged_into_id for one in rows.tables if one.merged_into_id}
    return Sketch(
        movement=rows.cafe.movement,
        people=tuple(Person(one.id, one.organisation.casefold(), one.writing_language, one.remote) for one in here),
        tables=tuple(
            Table(
                one.id,
                one.host_id if one.host_id in known else None,
                REACH[one.attendance],
                frozenset(_replaced_by(one.id, merged)),
            )
            for one in tables
        ),
        coming=tuple(one.id for one in coming),
        past=tuple(_past(rows, sitting)) if begun else (),
        told=told,
        sitting=tuple(sorted((person, table) for person, table in sitting.items() if person in known)),
        moves=tuple(moves),
        together=_pairs(rows, WishKind.TOGETHER),
        apart=_pairs(rows, WishKind.APART),
        mix_languages=rows.cafe.mixes_languages,
        begun=begun,
        planned=bool(planned),
        hosts_leaving=tuple(one for one in hosts_leaving if one),
    )


def _pairs(rows: Rows, kind: WishKind) -> tuple[tuple[UUID, UUID], ...]:
    return tuple((one.one_id, one.other_id) for one in rows.wishes if one.kind is kind)


def _replaced_by(table: UUID, merged: Mapping[UUID, UUID | None]) -> set[UUID]:
    """Every table that was merged into this one, also by way of others."""
    found: set[UUID] = set()
    wanted = {table}
    while wanted:
        wanted = {one for one, into in merged.items() if into in wanted and one not in found}
        found |= wanted
    return found


def _told(
    rows: Rows,
    asked: Asked,
    sitting: Mapping[UUID, UUID],
    planned: Mapping[UUID, Mapping[UUID, UUID]],
    coming: list[Round],
    tables: set[UUID],
    known: set[UUID],
) -> tuple[tuple[tuple[UUID, UUID], ...], ...]:
    """Who knows their table of the round that comes next: before the start by sitting there, else by phone."""
    if not coming:
        return ()
    last = rows.turn
    if not rows.begun:
        knows: Mapping[UUID, UUID] = {} if asked.anew else sitting
    elif last and (last.closed_at is not None or (last.ends_at and not last.paused_at and last.ends_at <= now())):
        knows = planned.get(coming[0].id, {})
    else:
        knows = {}
    return (tuple(sorted((one, table) for one, table in knows.items() if table in tables and one in known)),)


def _past(rows: Rows, sitting: Mapping[UUID, UUID]) -> Iterable[Round_]:
    """The rounds that have been, as people really sat; the one that runs as they sit in it now.

    Where somebody sat at two tables in one round, the first stands by itself: they have been there, and met nobody.
    """
    current = rows.turn
    for turn in rows.rounds:
        if turn.opened_at is None:
            continue
        last: dict[UUID, UUID] = {}
        also: list[tuple[UUID, UUID]] = []
        for seat in rows.seats:
            if seat.state is SeatState.TAKEN and seat.round_id == turn.id:
                before = last.get(seat.participant_id)
                if before is not None and before != seat.table_id:
                    also.append((before, seat.participant_id))
                last[seat.participant_id] = seat.table_id
        if current is not None and turn.id == current.id:
            for person, table in sitting.items():
                before = last.get(person)
                if before is not None and before != table:
                    also.append((before, person))
                last[person] = table
        at: dict[UUID, list[UUID]] = {}
        for person, table in last.items():
            at.setdefault(table, []).append(person)
        for table, person in also:
            if table not in at or person not in at[table]:
                yield ((table, (person,)),)
        yield tuple((table, tuple(sorted(at[table]))) for table in sorted(at))


def displaced(rows: Rows, asked: Asked, tables: list[CafeTable]) -> list[tuple[UUID, UUID, UUID]]:
    """Who has to leave a table that closes, and where to: to the merged table, else where the fewest are.

    Of those to a table at which they have not been, as long as there is one.
    """
    sitting, merges = rows.sitting, dict(asked.merges)
    leaving = sorted((person, table) for person, table in sitting.items() if table in asked.closing)
    people = Counter(table for person, table in sitting.items() if table not in asked.closing)
    been: dict[UUID, set[UUID]] = {}
    for seat in rows.seats:
        if seat.state is SeatState.TAKEN:
            been.setdefault(seat.participant_id, set()).add(seat.table_id)
    found = []
    for person, table in leaving:
        to = merges.get(table)
        if to is None:
            guest = rows.people.get(person)
            within = [one for one in tables if guest is None or reaches(one, guest.remote)] or tables
            new = [one for one in within if one.id not in been.get(person, ())] or within
            if not new:
                continue
            to = min(new, key=lambda one: (people[one.id], one.number)).id
        people[to] += 1
        found.append((person, table, to))
    return found


def reaches(table: CafeTable, remote: bool) -> bool:
    """Whether somebody in the room, or at a distance, can sit at a table."""
    return table.attendance is not (Attendance.ON_SITE if remote else Attendance.REMOTE)


def wants_plan(drawn: Sketch, asked: Asked) -> bool:
    """Whether the coming rounds are to be planned: where it is asked for, or a plan there is has to follow."""
    return bool(drawn.coming) and (asked.plans or drawn.planned)


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
        return Made(why_not=sentence(problem))
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
    """Where most of each group have been, round by round."""
    hosts = {one.host for one in drawn.tables}
    found: list[Mapping[Any, Any]] = []
    for turn in drawn.past:
        counts: dict[UUID, Counter[UUID]] = {}
        for table, people in turn:
            for person in people:
                if person in group_of and person not in hosts:
                    counts.setdefault(group_of[person], Counter())[table] += 1
        found.append({group: count.most_common(1)[0][0] for group, count in counts.items()})
    return found


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


def sentence(problem: Impossible) -> Any:
    """Why there is no plan, for people."""
    return SENTENCES.get(str(problem.obstacle), _l("There is no plan for this room."))
