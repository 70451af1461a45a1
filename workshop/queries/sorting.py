"""Reads for the sorting board and for the pages that its moves and goals are chosen on."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from workshop.models import ActionItem, Event, Goal, Origin, Party, Process
from workshop.policy import Permission, authorize
from workshop.queries import goals
from workshop.queries.action_list import Count, counts
from workshop.queries.goals import GoalHead
from workshop.queries.items import Field, Item, fields_of, items
from workshop.queries.viewing import Audience, Page, open_page
from workshop.standing import Actor, At, standing_in_event

SHOWN_IN_BOX = 50
SHOWN_UNSORTED = 100


@dataclass
class Box:
    """A goal with its to:DOs as slips; `head.items` counts all of them."""

    head: GoalHead
    slips: list[Item] = field(default_factory=list)
    voices: int = 0

    @property
    def id(self) -> UUID:
        """The goal's id."""
        return self.head.id


def boxes(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, Box]:
    """Goals as boxes of the sorting board, which is the staff's."""
    if audience is not Audience.STAFF:
        return {}
    return {box.id: box for box in _boxes(session, Goal.id.in_(list(ids)))}


def _boxes(session: Session, condition: ColumnElement[bool]) -> list[Box]:
    found = {head.id: Box(head) for head in goals.heads(session, condition)}
    place = func.row_number().over(partition_by=ActionItem.goal_id, order_by=ActionItem.number).label("place")
    placed = select(ActionItem.id, place).where(ActionItem.goal_id.in_(found)).subquery()
    first = select(placed.c.id).where(placed.c.place <= SHOWN_IN_BOX)
    for item in items(session, ActionItem.id.in_(first), Audience.STAFF, ActionItem.number):
        if item.goal:
            found[item.goal.id].slips.append(item)
    for goal_id, voices in _voices(session, found):
        found[goal_id].voices = voices
    return sorted(found.values(), key=lambda box: (box.head.created_at, box.head.id))


def _voices(session: Session, goal_ids: Iterable[UUID]) -> Iterable[tuple[UUID, int]]:
    return session.execute(
        select(ActionItem.goal_id, func.count(Origin.idea_id.distinct()))
        .join(Origin, Origin.action_item_id == ActionItem.id)
        .where(ActionItem.goal_id.in_(list(goal_ids)))
        .group_by(ActionItem.goal_id)
    )


def unsorted(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, Item]:
    """These to:DOs while they are part of no goal."""
    if audience is not Audience.STAFF:
        return {}
    free = and_(ActionItem.id.in_(list(ids)), ActionItem.number.is_not(None), ActionItem.goal_id.is_(None))
    return {item.id: item for item in items(session, free, audience)}


@dataclass
class SortingPage(Page):
    """The sorting board of an event's list."""

    event: Event
    process: Process
    count: Count
    unsorted: list[Item]
    boxes: list[Box]

    @property
    def waiting(self) -> int:
        """How many to:DOs are part of no goal."""
        return self.count.total - self.count.sorted


def sorting_page(session: Session, by: Actor, event_id: UUID) -> SortingPage:
    """The board, for those who sort."""
    event = session.get(Event, event_id)
    standing = standing_in_event(session, by, event)
    authorize(Permission.SORT, At(standing))
    assert event is not None
    opened = open_page(session, standing, [f"list:{event.id}"])
    free = and_(ActionItem.event_id == event.id, ActionItem.number.is_not(None), ActionItem.goal_id.is_(None))
    return SortingPage(
        **opened,
        event=event,
        process=session.get_one(Process, event.process_id),
        count=counts(session, [event.id], Audience.STAFF)[event.id],
        unsorted=items(session, free, Audience.STAFF, ActionItem.number, limit=SHOWN_UNSORTED),
        boxes=_boxes(session, Goal.event_id == event.id),
    )


@dataclass
class Choice:
    """What to:DOs can be moved into."""

    items: list[Item]
    goals: list[GoalHead]
    here: UUID | None
    """The goal that all of them are part of now."""


def choice(session: Session, item_ids: Iterable[UUID]) -> Choice:
    """The to:DOs that are to be moved and the goals of their event; who may, the operation has decided."""
    chosen = items(
        session,
        and_(ActionItem.id.in_(list(item_ids)), ActionItem.number.is_not(None)),
        Audience.STAFF,
        ActionItem.number,
    )
    events = {item.event_id for item in chosen}
    now = {item.goal.id if item.goal else None for item in chosen}
    return Choice(chosen, goals.heads(session, Goal.event_id.in_(events)), now.pop() if len(now) == 1 else None)


@dataclass
class GoalContext:
    """What is known of a goal and of its process where it is named and given handlers."""

    head: GoalHead
    process: Process
    fields: list[Field]
    parties: list[str]


def goal_context(session: Session, goal_id: UUID) -> GoalContext | None:
    """A goal with the fields and the parties of its process; who may, the operation has decided."""
    goal = session.get(Goal, goal_id)
    if goal is None:
        return None
    parties = session.scalars(select(Party.name).where(Party.process_id == goal.process_id).order_by(Party.name))
    return GoalContext(
        goals.goal_heads(session, [goal.id], Audience.STAFF)[goal.id],
        session.get_one(Process, goal.process_id),
        fields_of(session, goal.process_id),
        list(dict.fromkeys(parties)),
    )


def item_to_change(session: Session, item_id: UUID | None) -> ActionItem | None:
    """A to:DO as it is; who may, the operation has decided."""
    return session.get(ActionItem, item_id) if item_id else None
