"""Reads of to:DOs: as rows of the list, as drafts waiting at a table, with what they are part of."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, aliased

from workshop.models import (
    ActionItem,
    Cafe,
    CafeTable,
    Event,
    FieldOfAction,
    Goal,
    GoalStatus,
    Idea,
    ItemStatus,
    LocalText,
    Origin,
    Party,
    Responsibility,
    ResponsibilityRole,
)
from workshop.queries.viewing import Audience


@dataclass
class Field:
    """A field of action as a tag shows it."""

    id: UUID
    code: str
    colour: int
    name: LocalText


@dataclass
class PartOf:
    """The goal a to:DO is part of; drafts are for staff only."""

    id: UUID
    number: int | None
    title: str
    language: str
    status: GoalStatus


@dataclass
class Item:
    """A to:DO as a row or a slip."""

    id: UUID
    event_id: UUID
    number: int | None
    title: str
    language: str
    description: str
    status: ItemStatus
    status_reason: str
    taken_by: str
    version: int
    votes: int
    counted_elsewhere: int
    table_id: UUID | None
    table_number: int | None
    cafe: LocalText | None
    source: str | None
    original: str
    """The event's language: the original of `cafe`."""
    open: bool
    """Whether votes can be given: until the event closes."""
    created_at: datetime
    position: int
    goal: PartOf | None = None
    field: Field | None = None
    handlers: list[str] = dataclasses.field(default_factory=list)
    tables: list[int] = dataclasses.field(default_factory=list)
    """Numbers of the tables of `cafe` it comes from: the one that took it forward, and those of its notes."""


def items(
    session: Session,
    condition: ColumnElement[bool],
    audience: Audience,
    *order: Any,
    limit: int | None = None,
    offset: int = 0,
) -> list[Item]:
    """To:DOs with where they came from and what they are part of: three statements, however many."""
    own, goals = aliased(FieldOfAction), aliased(FieldOfAction)
    statement = (
        select(
            ActionItem.id, ActionItem.event_id, ActionItem.number, ActionItem.title, ActionItem.language,
            ActionItem.description, ActionItem.status, ActionItem.status_reason, ActionItem.taken_by,
            ActionItem.version, ActionItem.votes.label("votes"), ActionItem.counted_elsewhere,
            CafeTable.id, CafeTable.number, Cafe.title, Cafe.source, Event.language,
            Event.closed_at.is_(None), ActionItem.created_at, ActionItem.position,
            Goal.id, Goal.number, Goal.title, Goal.language, Goal.status,
            own.id, own.code, own.colour, own.name,
            goals.id, goals.code, goals.colour, goals.name,
        )
        .join(Event, Event.id == ActionItem.event_id)
        .outerjoin(CafeTable, CafeTable.id == ActionItem.table_id)
        .outerjoin(Cafe, Cafe.id == CafeTable.cafe_id)
        .outerjoin(Goal, Goal.id == ActionItem.goal_id)
        .outerjoin(own, own.id == ActionItem.field_id)
        .outerjoin(goals, goals.id == Goal.field_id)
        .where(condition)
        .order_by(*order)
        .offset(offset)
    )  # fmt: skip
    found = []
    rows: Any = session.execute(statement.limit(limit) if limit else statement)
    for row in rows:
        itself, goal, own_field, goal_field = row[:20], row[20:25], row[25:29], row[29:33]
        item = Item(*itself)
        if goal[0] and (goal[4] is not GoalStatus.DRAFT or audience is Audience.STAFF):
            item.goal = PartOf(*goal)
        # Where a goal has a field, its to:DOs stand in it, whatever they were tagged with before.
        if item.goal and goal_field[0]:
            item.field = Field(*goal_field)
        elif own_field[0]:
            item.field = Field(*own_field)
        found.append(item)
    _name_handlers(session, found)
    _name_tables(session, found)
    return found


def _name_tables(session: Session, found: list[Item]) -> None:
    own, said = aliased(CafeTable), aliased(CafeTable)
    numbers: dict[UUID, set[int]] = {item.id: {item.table_number} for item in found if item.table_number}
    pairs = session.execute(
        select(ActionItem.id, said.number)
        .join(own, own.id == ActionItem.table_id)
        .join(Origin, Origin.action_item_id == ActionItem.id)
        .join(Idea, Idea.id == Origin.idea_id)
        .join(said, and_(said.id == Idea.table_id, said.cafe_id == own.cafe_id))
        .where(ActionItem.id.in_(numbers))
        .distinct()
    )
    for item_id, number in pairs:
        numbers[item_id].add(number)
    for item in found:
        item.tables = sorted(numbers.get(item.id, ()))


def _name_handlers(session: Session, found: list[Item]) -> None:
    wanted = {item.goal.id for item in found if item.goal}
    names: dict[UUID, list[str]] = {}
    order = list(ResponsibilityRole)
    rows: Any = session.execute(
        select(Responsibility.goal_id, Responsibility.role, Party.name)
        .join(Party, Party.id == Responsibility.party_id)
        .where(Responsibility.goal_id.in_(wanted), Responsibility.ended_at.is_(None))
        .order_by(Responsibility.since)
    ).all()
    for goal_id, _, name in sorted(rows, key=lambda row: order.index(row[1])):
        names.setdefault(goal_id, []).append(name)
    for item in found:
        item.handlers = names.get(item.goal.id, []) if item.goal else []


def rows(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, Item]:
    """These to:DOs as they stand on the list; drafts are not on it."""
    found = items(session, and_(ActionItem.id.in_(list(ids)), ActionItem.number.is_not(None)), audience)
    return {item.id: item for item in found}


def drafts(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, Item]:
    """These to:DOs where they are still drafts, for those who may put them on the list."""
    if audience is not Audience.STAFF:
        return {}
    found = items(session, and_(ActionItem.id.in_(list(ids)), ActionItem.number.is_(None)), audience)
    return {item.id: item for item in found}


def drafts_at_table(session: Session, table_id: UUID, audience: Audience) -> list[Item]:
    """The drafts in a table's tray, oldest first."""
    if audience is not Audience.STAFF:
        return []
    here = and_(ActionItem.table_id == table_id, ActionItem.number.is_(None))
    return items(session, here, audience, ActionItem.position, ActionItem.created_at, ActionItem.id)


def fields_of(session: Session, process_id: UUID) -> list[Field]:
    """A process's fields of action in their order."""
    found: Any = session.execute(
        select(FieldOfAction.id, FieldOfAction.code, FieldOfAction.colour, FieldOfAction.name)
        .where(FieldOfAction.process_id == process_id)
        .order_by(FieldOfAction.position, FieldOfAction.code)
    )
    return [Field(*row) for row in found]
