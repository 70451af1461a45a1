"""What is asked of a room, and all that its plan depends on."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from workshop.clock import now
from workshop.models import Attendance, CafeTable, Movement, Round, SeatState, WishKind
from workshop.planning.rows import Rows, reaches
from workshop.seating import Person, Reach, Table

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
    Where somebody sat only before it began they have not been.
    """
    current = rows.turn
    for turn in rows.rounds:
        if turn.opened_at is None:
            continue
        last: dict[UUID, UUID] = {}
        also: list[tuple[UUID, UUID]] = []
        for seat in rows.seats:
            over = seat.until_at is not None and seat.until_at <= turn.opened_at
            if seat.state is SeatState.TAKEN and seat.round_id == turn.id and not over:
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


def wants_plan(drawn: Sketch, asked: Asked) -> bool:
    """Whether the coming rounds are to be planned: where it is asked for, or a plan there is has to follow."""
    return bool(drawn.coming) and (asked.plans or drawn.planned)
