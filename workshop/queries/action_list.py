"""Reads about the shared list: its rows, its page, drafts waiting at a table, one to:DO."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from workshop.errors import NotFound
from workshop.models import (
    ActionItem,
    Cafe,
    CafeTable,
    Event,
    FieldOfAction,
    Goal,
    GoalStatus,
    ItemStatus,
    LocalText,
    Party,
    Process,
    Responsibility,
    ResponsibilityRole,
)
from workshop.models.base import fold
from workshop.policy import Actor, At, Permission, authorize, standing_in_event
from workshop.queries.viewing import Audience, Page, open_page

PAGE_LENGTH = 100
SORTS = ("number", "votes", "newest")


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
    goal: PartOf | None = None
    field: Field | None = None
    handlers: list[str] = dataclasses.field(default_factory=list)


def items(
    session: Session,
    condition: ColumnElement[bool],
    audience: Audience,
    *order: Any,
    limit: int | None = None,
    offset: int = 0,
) -> list[Item]:
    """To:DOs with where they came from and what they are part of: two statements, however many."""
    own, goals = aliased(FieldOfAction), aliased(FieldOfAction)
    statement = (
        select(
            ActionItem.id, ActionItem.event_id, ActionItem.number, ActionItem.title, ActionItem.language,
            ActionItem.description, ActionItem.status, ActionItem.status_reason, ActionItem.taken_by,
            ActionItem.version, ActionItem.votes.label("votes"), ActionItem.counted_elsewhere,
            CafeTable.id, CafeTable.number, Cafe.title, Cafe.source, Event.language,
            Event.closed_at.is_(None), ActionItem.created_at,
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
        itself, goal, own_field, goal_field = row[:19], row[19:24], row[24:28], row[28:32]
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
    return found


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
    return items(session, here, audience, ActionItem.created_at, ActionItem.id)


@dataclass
class Count:
    """How many to:DOs are on an event's list, and how many of them are part of a goal."""

    id: UUID
    total: int
    sorted: int
    tables: int


def counts(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, Count]:
    """The list's numbers for each event."""
    found: Any = session.execute(
        select(
            Event.id,
            func.count(ActionItem.id),
            func.count(ActionItem.goal_id),
            func.count(ActionItem.table_id.distinct()),
        )
        .outerjoin(ActionItem, and_(ActionItem.event_id == Event.id, ActionItem.number.is_not(None)))
        .where(Event.id.in_(list(ids)))
        .group_by(Event.id)
    )
    return {row[0]: Count(*row) for row in found}


@dataclass(frozen=True)
class Wanted:
    """What of the list is to be seen: search words or a number, filters, order, page."""

    words: str = ""
    status: str = ""
    field: str = ""
    goal: str = ""
    """"none": only what is part of no goal; an id: only what is part of that goal."""
    sort: str = "number"
    page: int = 1

    @property
    def plain(self) -> bool:
        """Whether it is the list as it is, so that a change can be put into it piecewise."""
        return self == Wanted()

    @property
    def filtered(self) -> bool:
        """Whether something is left out."""
        return bool(self.words or self.status or self.field or self.goal)


@dataclass
class ListPage(Page):
    """The list of an event."""

    event: Event
    process: Process
    items: list[Item]
    count: Count
    total: int
    wanted: Wanted
    fields: list[Field]
    drafts: list[Item]

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // PAGE_LENGTH))

    @property
    def piecewise(self) -> bool:
        """Whether changes are put in one by one; else the list is fetched again."""
        return self.wanted.plain and self.total <= PAGE_LENGTH


def list_page(session: Session, by: Actor, event_id: UUID, wanted: Wanted) -> ListPage:
    """The list, or the part of it that is wanted."""
    event = session.get(Event, event_id)
    standing = standing_in_event(session, by, event)
    authorize(Permission.READ_EVENT, At(standing))
    assert event is not None
    audience = Audience.STAFF if standing.staff else Audience.EVERYBODY
    opened = open_page(session, standing, [f"list:{event.id}"])
    condition = _wanted(event.id, wanted, audience)
    total = (
        session.scalar(
            select(func.count(ActionItem.id)).outerjoin(Goal, Goal.id == ActionItem.goal_id).where(condition)
        )
        or 0
    )
    orders: dict[str, tuple[Any, ...]] = {
        "number": (ActionItem.number,),
        "newest": (ActionItem.number.desc(),),
        "votes": (ActionItem.votes.desc(), ActionItem.number),
    }
    order = orders.get(wanted.sort, orders["number"])
    found = items(session, condition, audience, *order, limit=PAGE_LENGTH, offset=(wanted.page - 1) * PAGE_LENGTH)
    waiting = and_(ActionItem.event_id == event.id, ActionItem.number.is_(None))
    return ListPage(
        **opened,
        event=event,
        process=session.get_one(Process, event.process_id),
        items=found,
        count=counts(session, [event.id], audience)[event.id],
        total=total,
        wanted=wanted,
        fields=fields_of(session, event.process_id),
        drafts=items(session, waiting, audience, ActionItem.created_at, ActionItem.id, limit=PAGE_LENGTH)
        if audience is Audience.STAFF
        else [],
    )


def _wanted(event_id: UUID, wanted: Wanted, audience: Audience) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = [ActionItem.event_id == event_id, ActionItem.number.is_not(None)]
    seen = Goal.status != GoalStatus.DRAFT if audience is Audience.EVERYBODY else Goal.id.is_not(None)
    if wanted.words:
        found = ActionItem.folded.contains(fold(wanted.words), autoescape=True)
        number = wanted.words.strip().lstrip("#")
        if number.isascii() and number.isdigit() and len(number) < 9:
            found = or_(found, ActionItem.number == int(number))
        parts.append(found)
    if wanted.status in set(ItemStatus):
        parts.append(ActionItem.status == ItemStatus(wanted.status))
    if wanted.goal == "none":
        parts.append(or_(Goal.id.is_(None), ~seen))
    elif wanted.goal:
        parts.append(and_(Goal.id == _id(wanted.goal), seen))
    if wanted.field:
        tagged = func.coalesce(_if_seen(seen, audience), ActionItem.field_id)
        parts.append(tagged.is_(None) if wanted.field == "none" else tagged == _id(wanted.field))
    return and_(*parts)


def _if_seen(seen: ColumnElement[bool], audience: Audience) -> Any:
    return Goal.field_id if audience is Audience.STAFF else case((seen, Goal.field_id))


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def fields_of(session: Session, process_id: UUID) -> list[Field]:
    """A process's fields of action in their order."""
    found: Any = session.execute(
        select(FieldOfAction.id, FieldOfAction.code, FieldOfAction.colour, FieldOfAction.name)
        .where(FieldOfAction.process_id == process_id)
        .order_by(FieldOfAction.position, FieldOfAction.code)
    )
    return [Field(*row) for row in found]
