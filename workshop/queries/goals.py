"""Reads about goals: their heads, their lines back, updates and milestones, the overview."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from workshop import clock
from workshop.errors import NotFound
from workshop.models import (
    ActionItem,
    Event,
    FieldOfAction,
    Goal,
    GoalStatus,
    Milestone,
    Participant,
    Party,
    PartyKind,
    Process,
    ProgressUpdate,
    Responsibility,
    ResponsibilityRole,
    Role,
)
from workshop.policy import Permission, allowed, authorize
from workshop.queries import lines
from workshop.queries.following import Step, Update, read_milestones, read_updates
from workshop.queries.items import Field
from workshop.queries.lines import Became
from workshop.queries.viewing import Audience, Page, open_page
from workshop.standing import Actor, At, standing_in_process

QUIET_AFTER = timedelta(days=90)
OVER = (GoalStatus.ACHIEVED, GoalStatus.DROPPED)
MOST_WATCHED = 20
"""Channels that one page may watch."""


@dataclass
class Handler:
    """A party's part in a goal."""

    id: UUID
    name: str
    kind: PartyKind
    role: ResponsibilityRole
    promise: str


@dataclass
class GoalHead:
    """What stands at the head of a goal, in the overview and on the sorting board."""

    id: UUID
    event_id: UUID
    number: int | None
    title: str
    language: str
    description: str
    status: GoalStatus
    status_reason: str
    percent: int
    due_on: date | None
    promoted_at: datetime | None
    version: int
    original: str
    """The language of the process: the original of the field's name."""
    created_at: datetime
    updated_at: datetime | None
    field: Field | None = None
    handlers: list[Handler] = dataclasses.field(default_factory=list)
    items: int = 0

    @property
    def overdue_since(self) -> date | None:
        """The day it was due, where that has passed and the goal is still pursued."""
        late = self.due_on is not None and self.due_on < clock.now().date()
        return self.due_on if late and self.status not in OVER and self.number is not None else None

    @property
    def quiet_since(self) -> datetime | None:
        """When it was last heard of, where that is long ago and the goal is still pursued."""
        heard = self.updated_at or self.promoted_at
        quiet = heard is not None and clock.now() - heard > QUIET_AFTER
        return heard if quiet and self.status not in OVER and self.number is not None else None


def goal_heads(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, GoalHead]:
    """Goals with their fields and handlers; two statements. Whether drafts may be seen the channel decides."""
    return {head.id: head for head in heads(session, Goal.id.in_(list(ids)))}


def heads(session: Session, condition: object) -> list[GoalHead]:
    """The goals that fulfil a condition, by their numbers, drafts last."""
    updated = (
        select(func.max(ProgressUpdate.at)).where(ProgressUpdate.goal_id == Goal.id).correlate(Goal).scalar_subquery()
    )
    items = select(func.count(ActionItem.id)).where(ActionItem.goal_id == Goal.id).correlate(Goal).scalar_subquery()
    rows: Any = session.execute(
        select(
            Goal.id, Goal.event_id, Goal.number, Goal.title, Goal.language, Goal.description, Goal.status,
            Goal.status_reason, Goal.percent, Goal.due_on, Goal.promoted_at, Goal.version, Process.language,
            Goal.created_at, updated, items,
            FieldOfAction.id, FieldOfAction.code, FieldOfAction.colour, FieldOfAction.name,
        )
        .join(Process, Process.id == Goal.process_id)
        .outerjoin(FieldOfAction, FieldOfAction.id == Goal.field_id)
        .where(condition)  # type: ignore[arg-type]
        .order_by(Goal.number.is_(None), Goal.number, Goal.created_at, Goal.id)
    )  # fmt: skip
    found = []
    for row in rows:
        head = GoalHead(*row[:15])
        head.items = row[15]
        if row[16]:
            head.field = Field(*row[16:20])
        found.append(head)
    parts = handlers(session, [head.id for head in found])
    for head in found:
        head.handlers = parts.get(head.id, [])
    return found


def handlers(session: Session, goal_ids: Iterable[UUID]) -> dict[UUID, list[Handler]]:
    """Who answers for each goal now, the lead first."""
    order = list(ResponsibilityRole)
    rows: Any = session.execute(
        select(
            Responsibility.goal_id, Responsibility.id, Party.name, Party.kind, Responsibility.role,
            Responsibility.promise,
        )
        .join(Party, Party.id == Responsibility.party_id)
        .where(Responsibility.goal_id.in_(list(goal_ids)), Responsibility.ended_at.is_(None))
        .order_by(Responsibility.since, Responsibility.id)
    ).all()  # fmt: skip
    found: dict[UUID, list[Handler]] = {}
    for goal_id, *values in sorted(rows, key=lambda row: order.index(row[4])):
        found.setdefault(goal_id, []).append(Handler(*values))
    return found


@dataclass
class Lineage:
    """A goal with its to:DOs and their voices: the line back."""

    id: UUID
    number: int | None
    title: str
    language: str
    promoted_at: datetime | None
    field: Field | None
    original: str
    items: list[Became]
    voices: int
    tables: int
    whole: bool = False
    """Whether all voices were asked for, so that none is folded."""

    @property
    def folded(self) -> bool:
        """Whether some voices are left out."""
        return any(item.more for item in self.items)


def lineages(session: Session, ids: Iterable[UUID], audience: Audience, whole: bool = False) -> dict[UUID, Lineage]:
    """The line back of each goal; many voices are folded unless it is wanted whole."""
    wanted = list(ids)
    rows: Any = session.execute(
        select(Goal, Process.language)
        .join(Process, Process.id == Goal.process_id)
        .outerjoin(FieldOfAction, FieldOfAction.id == Goal.field_id)
        .add_columns(FieldOfAction.id, FieldOfAction.code, FieldOfAction.colour, FieldOfAction.name)
        .where(Goal.id.in_(wanted))
    )
    became = lines.became(session, wanted)
    found = {}
    for goal, original, *tag in rows:
        items = became.get(goal.id, [])
        said = {voice.id: voice.table_id for item in items for voice in item.voices}
        if not whole:
            lines.fold_voices(items)
        found[goal.id] = Lineage(
            goal.id,
            goal.number,
            goal.title,
            goal.language,
            goal.promoted_at,
            Field(*tag) if tag[0] else None,
            original,
            items,
            voices=len(said),
            tables=len(set(said.values())),
            whole=whole,
        )
    return found


@dataclass
class GoalPage(Page):
    """A goal with the line back and what has happened since."""

    process: Process
    event: Event
    head: GoalHead
    lineage: Lineage
    milestones: list[Step]
    updates: list[Update]
    may_follow: bool
    may_sort: bool
    may_read_event: bool


def goal_page(session: Session, by: Actor, goal_id: UUID, whole: bool = False) -> GoalPage:
    """A goal's page: everybody's in the process once it is promoted, before that the staff's."""
    goal = session.get(Goal, goal_id)
    standing = standing_in_process(session, by, goal.process_id if goal else None)
    if goal is None or (goal.status is GoalStatus.DRAFT and not standing.staff):
        raise NotFound
    at = At(standing)
    authorize(Permission.READ_GOALS, at)
    audience = Audience.STAFF if standing.staff or Role.INNOLAB in standing.roles else Audience.EVERYBODY
    opened = open_page(session, standing, [f"goal:{goal.id}"])
    return GoalPage(
        **opened,
        process=session.get_one(Process, goal.process_id),
        event=session.get_one(Event, goal.event_id),
        head=goal_heads(session, [goal.id], audience)[goal.id],
        lineage=lineages(session, [goal.id], audience, whole)[goal.id],
        milestones=read_milestones(session, Milestone.goal_id == goal.id),
        updates=read_updates(session, ProgressUpdate.goal_id == goal.id),
        may_follow=allowed(Permission.FOLLOW_GOAL, at) and goal.status is not GoalStatus.DRAFT,
        may_sort=allowed(Permission.SORT, at),
        may_read_event=bool(standing.roles) or goal.event_id in session.scalars(_events_of(by)).all(),
    )


@dataclass
class GoalsPage(Page):
    """All goals of a process that are tracked, and its fields."""

    process: Process
    goals: list[GoalHead]
    watched: list[str]


def _events_of(by: Actor) -> Select[Any]:
    """Where this browser takes part; it may be at several events of one process."""
    return select(Participant.event_id).where(Participant.id.in_(by.participants), Participant.removed_at.is_(None))


def goals_page(session: Session, by: Actor, slug: str) -> GoalsPage:
    """The overview of a process's goals."""
    process = session.scalars(select(Process).where(Process.slug == slug)).first()
    standing = standing_in_process(session, by, process.id if process else None)
    authorize(Permission.READ_GOALS, At(standing))
    assert process is not None
    tracked = and_(Goal.process_id == process.id, Goal.status != GoalStatus.DRAFT)
    events = select(Event.id).where(Event.process_id == process.id).order_by(Event.starts_on.desc(), Event.id)
    if not standing.roles:
        events = events.where(Event.id.in_(_events_of(by)))
    lists = list(session.scalars(events))
    # What happens to a goal is told to the list it was drafted on, and to itself where that list is not theirs.
    others = session.scalars(select(Goal.id).where(tracked, Goal.event_id.not_in(lists)).order_by(Goal.number))
    watched = [*(f"list:{one}" for one in lists), *(f"goal:{one}" for one in others)][:MOST_WATCHED]
    opened = open_page(session, standing, watched)
    return GoalsPage(**opened, process=process, goals=heads(session, tracked), watched=watched)


def tally(goals: Iterable[GoalHead]) -> dict[GoalStatus, int]:
    """How many goals stand where, in the order of the statuses."""
    counts: dict[GoalStatus, int] = dict.fromkeys(GoalStatus, 0)
    for goal in goals:
        counts[goal.status] += 1
    return counts
