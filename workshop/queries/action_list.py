"""Reads about the shared list: its numbers, its page, searched, filtered and ordered."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from workshop.errors import NotFound
from workshop.models import ActionItem, Event, Goal, GoalStatus, ItemStatus, Process
from workshop.models.base import fold
from workshop.policy import Permission, authorize
from workshop.queries.items import Field, Item, fields_of, items
from workshop.queries.phases import Phases, phases
from workshop.queries.viewing import Audience, Page, open_page
from workshop.standing import Actor, At, standing_in_event

PAGE_LENGTH = 100
SORTS = ("number", "votes", "newest")


@dataclass
class Count:
    """How many to:DOs are on an event's list, and how many of them are part of a goal."""

    id: UUID
    total: int
    sorted: int
    tables: int


def counts(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, Count]:
    """The list's numbers for each event; of goals that are drafts those alone know who run it."""
    known = Goal.id == ActionItem.goal_id
    if audience is not Audience.STAFF:
        known &= Goal.status != GoalStatus.DRAFT
    found: Any = session.execute(
        select(
            Event.id,
            func.count(ActionItem.id),
            func.count(Goal.id),
            func.count(ActionItem.table_id.distinct()),
        )
        .outerjoin(ActionItem, and_(ActionItem.event_id == Event.id, ActionItem.number.is_not(None)))
        .outerjoin(Goal, known)
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
    phases: Phases
    total: int
    wanted: Wanted
    fields: list[Field]
    drafts: list[Item]
    of_goal: Goal | None = None
    """The goal whose to:DOs alone are wanted."""

    @property
    def last(self) -> int:
        """The number of the last page."""
        return last_page(self.total)

    @property
    def piecewise(self) -> bool:
        """Whether changes are put in one by one; else the list is fetched again."""
        return self.wanted.plain and self.total <= PAGE_LENGTH


def last_page(total: int) -> int:
    """The number of the last page of a list of so many."""
    return max(1, -(-total // PAGE_LENGTH))


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
    # Of a page that has become the one after the last, because what was on it has gone, the last is shown.
    wanted = replace(wanted, page=min(wanted.page, last_page(total)))
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
        phases=phases(session, [event.id], audience)[event.id],
        total=total,
        wanted=wanted,
        fields=fields_of(session, event.process_id),
        drafts=items(session, waiting, audience, ActionItem.created_at, ActionItem.id, limit=PAGE_LENGTH)
        if audience is Audience.STAFF
        else [],
        of_goal=_goal_wanted(session, event, wanted, audience),
    )


def _goal_wanted(session: Session, event: Event, wanted: Wanted, audience: Audience) -> Goal | None:
    if wanted.goal in ("", "none"):
        return None
    goal = session.get(Goal, _id(wanted.goal))
    if goal is None or goal.process_id != event.process_id:
        return None
    return goal if goal.status is not GoalStatus.DRAFT or audience is Audience.STAFF else None


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
