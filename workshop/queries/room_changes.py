"""Reads for "the room is different": what closing or merging tables would do, and what can be taken back."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.errors import NotFound
from workshop.models import Asks, Cafe, CafeTable, Event, Process
from workshop.planning import Asked, Rows, Sketch, last_rearranging, read_rows, sketch
from workshop.policy import Permission, authorize
from workshop.queries.viewing import Page, cafe_scope, open_page
from workshop.standing import Actor, At, standing_in_event


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


@dataclass
class Undoable:
    """The last change of the room, as long as it can be taken back."""

    operation: str
    at: datetime
    tables: list[int]
    moved: int


def undoable(session: Session, rows: Rows) -> Undoable | None:
    """The last change of the room, unless it was taken back or a round has begun since."""
    last = last_rearranging(session, rows.cafe.id)
    if last is None or rows.cafe.closed_at is not None:
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
    names: dict[UUID, str]
    """What everybody is called."""
    own_questions: bool
    """Whether each table has a question, and not each round."""


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
        names=rows.names,
        own_questions=rows.cafe.asks is Asks.TABLES,
    )


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
