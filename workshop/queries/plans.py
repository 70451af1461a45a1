"""Reads about the plan of a café: who sits where in each round, how good that is, and what a change would do."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.errors import NotFound
from workshop.models import Cafe, CafeTable, Change, Event, Participant, Process, Round, Seat, SeatState, SeatWish
from workshop.planning import Asked, Rows, Sketch, read_rows, report_of, sketch
from workshop.policy import Actor, At, Permission, authorize, standing_in_event
from workshop.queries.viewing import Page, cafe_scope, open_page

UNDOABLE = ("tables.close", "table.merge", "cafe.plan")
"""What can be taken back until a round begins."""


@dataclass
class Sitting:
    """Somebody at a table in a round."""

    id: UUID
    name: str
    host: bool
    is_: str = ""
    """host, found or met"""

    @property
    def letters(self) -> str:
        """Two letters that stand for the name."""
        return self.name[:2]


@dataclass
class PlannedRound:
    """A row of the plan: the people at each table."""

    round: Round
    seats: dict[UUID, list[Sitting]]


@dataclass
class Undoable:
    """The last change of the room, as long as it can be taken back."""

    operation: str
    at: datetime
    tables: list[int]
    moved: int


@dataclass
class PlanPage(Page):
    """Who sits where, for moderators."""

    cafe: Cafe
    event: Event
    process: Process
    tables: list[CafeTable]
    closed: list[CafeTable]
    rounds: list[PlannedRound]
    people: int
    expected: int
    away: int
    planned_at: datetime | None
    told: bool
    """Whether a round has begun."""
    report: Any
    twice: int
    pairs: int
    wanted: str
    found: Participant | None
    found_at: list[int]
    wishes: list[tuple[SeatWish, Participant, Participant]]
    undoable: Undoable | None


def open_room(session: Session, by: Actor, cafe_id: UUID) -> tuple[dict[str, Any], Cafe, Event, Rows]:
    """What every page about the seating of a café begins with, for moderators."""
    found = session.execute(
        select(Cafe, Event).join(Event, Event.id == Cafe.event_id).where(Cafe.id == cafe_id, Cafe.source.is_(None))
    ).first()
    if found is None:
        raise NotFound
    cafe, event = found
    standing = standing_in_event(session, by, event)
    authorize(Permission.RUN_EVENT, At(standing))
    # Who sits down at a table is told there alone.
    opened = open_page(session, standing, cafe_scope(session, cafe.id))
    return opened, cafe, event, read_rows(session, cafe)


def plan_page(session: Session, by: Actor, cafe_id: UUID, wanted: str = "") -> PlanPage:
    """The plan of a café as it is now; `wanted` is the beginning of a name to look for."""
    opened, cafe, event, rows = open_room(session, by, cafe_id)
    everybody = {one.id: one for one in session.scalars(select(Participant).where(Participant.event_id == event.id))}
    turns = seats_by_round(rows)
    drawn = sketch(rows, Asked(expected=True))
    coming = [turns[turn.id] for turn in rows.rounds if turn.opened_at is None]
    planned = rows.planned()
    report = report_of(drawn, coming) if planned and all(coming) else None
    found = find_person(everybody, wanted)
    tables = [
        one for one in rows.tables if one.closed_at is None or any(one.id in at.values() for at in turns.values())
    ]
    numbers = {one.id: one.number for one in rows.tables}
    met = [pair for turn in turns.values() for pair in pairs_of(turn)]
    times = Counter(met)
    people = len({one for turn in turns.values() for one in turn})
    return PlanPage(
        **opened,
        cafe=cafe,
        event=event,
        process=session.get_one(Process, event.process_id),
        tables=tables,
        closed=[one for one in rows.tables if one.closed_at is not None],
        rounds=[PlannedRound(turn, drawn_seats(rows, everybody, turns[turn.id], found)) for turn in rows.rounds],
        people=len(rows.sitting),
        expected=sum(one.expected for one in rows.people.values()),
        away=sum(one.away_at is not None for one in rows.people.values()),
        planned_at=max((one.from_at for one in rows.seats if one.state is SeatState.PLANNED), default=None),
        told=rows.begun,
        report=report,
        twice=sum(count > 1 for count in times.values()),
        pairs=people * (people - 1) // 2,
        wanted=wanted,
        found=found,
        found_at=[numbers[at[found.id]] for at in turns.values() if found.id in at] if found else [],
        wishes=[
            (one, everybody[one.one_id], everybody[one.other_id])
            for one in rows.wishes
            if one.one_id in everybody and one.other_id in everybody
        ],
        undoable=undoable(session, rows),
    )


def seats_by_round(rows: Rows) -> dict[UUID, dict[UUID, UUID]]:
    """For each round person -> table: as they sat, sit, or are to sit."""
    found: dict[UUID, dict[UUID, UUID]] = {turn.id: {} for turn in rows.rounds}
    for seat in rows.seats:
        if seat.state is SeatState.PLANNED and seat.round_id in found:
            found[seat.round_id][seat.participant_id] = seat.table_id
    for seat in rows.seats:
        if seat.state is SeatState.TAKEN and seat.round_id in found and seat.participant_id in rows.people:
            found[seat.round_id][seat.participant_id] = seat.table_id
    return found


def pairs_of(turn: Mapping[UUID, UUID]) -> Iterable[tuple[UUID, UUID]]:
    """Who meets whom in a round."""
    at: dict[UUID, list[UUID]] = {}
    for person, table in turn.items():
        at.setdefault(table, []).append(person)
    for people in at.values():
        yield from combinations(sorted(people), 2)


def find_person(people: Mapping[UUID, Participant], wanted: str) -> Participant | None:
    """Somebody whose name begins so: the whole name first, then the alphabet."""
    key = " ".join(wanted.split()).casefold()
    if not key:
        return None
    named = [one for one in people.values() if one.display_name.casefold().startswith(key) and one.removed_at is None]
    return min(named, key=lambda one: (one.display_name.casefold() != key, one.display_name.casefold()), default=None)


def drawn_seats(
    rows: Rows, people: Mapping[UUID, Participant], turn: Mapping[UUID, UUID], found: Participant | None
) -> dict[UUID, list[Sitting]]:
    """The people at each table, its host first."""
    hosts = {one.host_id: one.id for one in rows.tables if one.host_id}
    with_found = turn.get(found.id) if found else None
    at: dict[UUID, list[Sitting]] = {}
    for person, table in turn.items():
        host = hosts.get(person) == table
        is_ = "host" if host else ""
        if found and table == with_found:
            is_ = "found" if person == found.id else is_ or "met"
        at.setdefault(table, []).append(Sitting(person, people[person].display_name, host, is_))
    for one in at.values():
        one.sort(key=lambda sitting: (not sitting.host, sitting.name.casefold()))
    return at


def undoable(session: Session, rows: Rows) -> Undoable | None:
    """The last change of the room, unless it was taken back or a round has begun since."""
    last = session.scalars(
        select(Change)
        .where(
            Change.thing_type == "cafe",
            Change.thing_id == rows.cafe.id,
            Change.operation.in_((*UNDOABLE, "cafe.undo_tables")),
        )
        .order_by(Change.id.desc())
        .limit(1)
    ).first()
    if last is None or last.operation not in UNDOABLE or rows.cafe.closed_at is not None:
        return None
    if any(turn.opened_at and turn.opened_at > last.at for turn in rows.rounds):
        return None
    numbers = [one.number for one in rows.tables if one.closed_at == last.at]
    return Undoable(last.operation, last.at, numbers, (last.facts.get("moved") or [None, 0])[1])


@dataclass
class Preview:
    """What would happen if tables closed."""

    closing: list[CafeTable]
    into: CafeTable | None
    drawn: Sketch
    asked: Asked
    hosts: list[str]
    moving: int
    to: list[int]
    staying: int
    empty: int
    """Planned seats of people who have not come."""


@dataclass
class RoomPage(Page):
    """The room is different: how many tables there are to be, and what that would do."""

    cafe: Cafe
    event: Event
    process: Process
    tables: list[CafeTable]
    sitting: dict[UUID, int] = field(default_factory=dict)
    people: int = 0
    expected: int = 0
    preview: Preview | None = None
    undoable: Undoable | None = None


def room_page(
    session: Session, by: Actor, cafe_id: UUID, closing: Iterable[UUID] = (), count: int | None = None
) -> RoomPage:
    """The open tables of a café, and what closing some of them would do; `count` closes those with the last numbers."""
    opened, cafe, event, rows = open_room(session, by, cafe_id)
    tables = rows.open_tables
    wanted = {one.id for one in tables} & set(closing)
    if not wanted and count is not None:
        wanted = {one.id for one in tables[max(1, count) :]}
    if len(wanted) == len(tables):
        wanted = set()
    return RoomPage(
        **opened,
        cafe=cafe,
        event=event,
        process=session.get_one(Process, event.process_id),
        tables=tables,
        sitting=dict(Counter(rows.sitting.values())),
        people=len(rows.sitting),
        expected=sum(one.expected for one in rows.people.values()),
        preview=preview(rows, Asked(closes=frozenset(wanted))) if wanted else None,
        undoable=undoable(session, rows),
    )


def preview(rows: Rows, asked: Asked) -> Preview:
    """What a change of the room would do."""
    drawn = sketch(rows, asked)
    numbers = {one.id: one.number for one in rows.tables}
    empty = {
        person
        for turn in rows.planned().values()
        for person in turn
        if person in rows.people and rows.people[person].expected
    }
    into = dict(asked.merges).values()
    return Preview(
        closing=[one for one in rows.open_tables if one.id in asked.closing],
        into=next((one for one in rows.tables if one.id in into), None),
        drawn=drawn,
        asked=asked,
        hosts=[rows.people[one].display_name for one in drawn.hosts_leaving],
        moving=len(drawn.moves),
        to=sorted({numbers[to] for _, _, to in drawn.moves}),
        staying=len(rows.sitting) - len(drawn.moves),
        empty=len(empty),
    )


@dataclass
class MergePage:
    """A table and those it could go on at, and what that would do."""

    table: CafeTable
    others: list[CafeTable]
    preview: Preview | None


def merging(session: Session, by: Actor, table_id: UUID | None, into: UUID | None) -> MergePage:
    """What merging a table would do, for moderators."""
    table = session.get(CafeTable, table_id)
    if table is None:
        raise NotFound
    _, _, _, rows = open_room(session, by, table.cafe_id)
    others = [one for one in rows.open_tables if one.id != table.id]
    seen = preview(rows, Asked(merges=((table.id, into),))) if into and into in {one.id for one in others} else None
    return MergePage(table, others, seen)


def one_table(session: Session, by: Actor, table_id: UUID | None) -> CafeTable:
    """A table, for moderators."""
    found = session.execute(
        select(CafeTable, Event)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .join(Event, Event.id == Cafe.event_id)
        .where(CafeTable.id == table_id)
    ).first()
    if found is None:
        raise NotFound
    table, event = found
    authorize(Permission.RUN_EVENT, At(standing_in_event(session, by, event)))
    return table


def one_cafe(session: Session, by: Actor, cafe_id: UUID | None) -> Cafe:
    """A café, for moderators."""
    cafe = session.get(Cafe, cafe_id) if cafe_id else None
    if cafe is None:
        raise NotFound
    authorize(Permission.RUN_EVENT, At(standing_in_event(session, by, session.get(Event, cafe.event_id))))
    return cafe


@dataclass
class PersonToMove:
    """Somebody, where they sit, and the tables they could sit at; who could host theirs."""

    person: Participant
    table: CafeTable | None
    hosts: CafeTable | None
    tables: list[tuple[CafeTable, int]]
    others: list[Participant]


def person_to_move(session: Session, by: Actor, participant_id: UUID | None) -> PersonToMove:
    """Somebody and where they could sit, for moderators."""
    found = session.execute(
        select(Participant, Event).join(Event, Event.id == Participant.event_id).where(Participant.id == participant_id)
    ).first()
    if found is None:
        raise NotFound
    person, event = found
    authorize(Permission.RUN_EVENT, At(standing_in_event(session, by, event)))
    rows = session.execute(
        select(CafeTable, Seat.participant_id)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .outerjoin(Seat, (Seat.table_id == CafeTable.id) & Seat.until_at.is_(None) & (Seat.state == SeatState.TAKEN))
        .where(Cafe.event_id == event.id, Cafe.source.is_(None), Cafe.closed_at.is_(None))
        .order_by(CafeTable.cafe_id, CafeTable.number)
    ).all()
    tables = {table.id: table for table, _ in rows}
    people = Counter(table.id for table, sitting in rows if sitting is not None)
    here = next((table for table, sitting in rows if sitting == person.id), None)
    hosts = next((table for table in tables.values() if table.host_id == person.id), None)
    beside = {sitting for table, sitting in rows if hosts is not None and table.id == hosts.id and sitting != person.id}
    others = session.scalars(
        select(Participant).where(Participant.id.in_(beside)).order_by(Participant.name_key, Participant.name_number)
    ).all()
    return PersonToMove(
        person,
        here,
        hosts,
        [(one, people[one.id]) for one in tables.values() if one.closed_at is None],
        list(others),
    )


@dataclass
class WishPage(Page):
    """Everybody of an event, to choose two of."""

    cafe: Cafe
    event: Event
    process: Process
    people: list[Participant]


def wish_page(session: Session, by: Actor, cafe_id: UUID) -> WishPage:
    """Who could sit together or apart, for moderators."""
    opened, cafe, event, rows = open_room(session, by, cafe_id)
    people = sorted(rows.people.values(), key=lambda one: (one.name_key, one.name_number))
    return WishPage(**opened, cafe=cafe, event=event, process=session.get_one(Process, event.process_id), people=people)
