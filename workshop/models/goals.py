"""Goals: drafted as clusters of to:DOs, promoted, answered for and followed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workshop.clock import now
from workshop.models.action_list import ActionItem
from workshop.models.base import IDEA_LENGTH, TITLE_LENGTH, Base, Choice, choice, index_where, one_of, primary_key
from workshop.models.processes import FieldOfAction, Party


class GoalStatus(Choice):
    """How a goal stands; overdue and quiet are computed, never stored."""

    DRAFT = "draft"
    PLANNED = "planned"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    ACHIEVED = "achieved"
    DROPPED = "dropped"


class Goal(Base):
    """A group of to:DOs with a field of action and handlers; numbered once it is promoted."""

    __tablename__ = "goal"
    __table_args__ = (
        one_of("status", GoalStatus),
        CheckConstraint("(status = 'draft') = (number IS NULL)", name="numbered_unless_draft"),
        CheckConstraint("status <> 'dropped' OR status_reason <> ''", name="reason_given"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent_range"),
        UniqueConstraint("process_id", "number"),
        Index("ix_goal_event_status", "event_id", "status"),
    )

    id: Mapped[UUID] = primary_key()
    process_id: Mapped[UUID] = mapped_column(ForeignKey("process.id"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("event.id"))
    """The event on whose list it was drafted."""
    number: Mapped[int | None]
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    description: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(8))
    field_id: Mapped[UUID | None] = mapped_column(ForeignKey("field_of_action.id"))
    status: Mapped[GoalStatus] = choice(GoalStatus, default=GoalStatus.DRAFT)
    status_reason: Mapped[str] = mapped_column(String(IDEA_LENGTH), default="")
    percent: Mapped[int] = mapped_column(default=0)
    starts_on: Mapped[date | None]
    due_on: Mapped[date | None]
    promoted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)

    field: Mapped[FieldOfAction | None] = relationship()
    items: Mapped[list[ActionItem]] = relationship(order_by=ActionItem.number)
    responsibilities: Mapped[list["Responsibility"]] = relationship(order_by="Responsibility.since")
    milestones: Mapped[list["Milestone"]] = relationship(order_by="Milestone.due_on")
    updates: Mapped[list["ProgressUpdate"]] = relationship(order_by="ProgressUpdate.at.desc()")

    @property
    def handlers(self) -> list["Responsibility"]:
        """Who answers for it now, the lead first."""
        order = list(ResponsibilityRole)
        return sorted(
            (one for one in self.responsibilities if one.ended_at is None), key=lambda one: order.index(one.role)
        )


class ResponsibilityRole(Choice):
    """A party's part in a goal."""

    LEAD = "lead"
    PARTNER = "partner"
    SUPPORTER = "supporter"


class Responsibility(Base):
    """That a party answers for a goal, in which part, and what it promised."""

    __tablename__ = "responsibility"
    __table_args__ = (
        one_of("role", ResponsibilityRole),
        index_where("ended_at IS NULL", "uq_responsibility_open", "goal_id", "party_id", unique=True),
    )

    id: Mapped[UUID] = primary_key()
    goal_id: Mapped[UUID] = mapped_column(ForeignKey("goal.id"))
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"), index=True)
    role: Mapped[ResponsibilityRole] = choice(ResponsibilityRole)
    promise: Mapped[str] = mapped_column(String(IDEA_LENGTH), default="")
    since: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]

    party: Mapped[Party] = relationship()


class Milestone(Base):
    """A step on the way to a goal."""

    __tablename__ = "milestone"

    id: Mapped[UUID] = primary_key()
    goal_id: Mapped[UUID] = mapped_column(ForeignKey("goal.id"), index=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    due_on: Mapped[date | None]
    finished_on: Mapped[date | None]


class ProgressUpdate(Base):
    """What happened, in the words of whoever follows the goal."""

    __tablename__ = "progress_update"
    __table_args__ = (
        one_of("status", GoalStatus),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent_range"),
    )

    id: Mapped[UUID] = primary_key()
    goal_id: Mapped[UUID] = mapped_column(ForeignKey("goal.id"), index=True)
    author: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    status: Mapped[GoalStatus] = choice(GoalStatus)
    percent: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    evidence_url: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(default=now)
