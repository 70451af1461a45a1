"""The shared action list: numbered to:DOs that know the notes they came from."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from workshop.clock import now
from workshop.models.base import (
    IDEA_LENGTH,
    TITLE_LENGTH,
    Base,
    Choice,
    choice,
    folded_from,
    keep_folded,
    one_of,
    primary_key,
)
from workshop.models.cafes import CafeTable
from workshop.models.ideas import Idea, Vote


class ItemStatus(Choice):
    """How far a to:DO has come; parked and dropped carry a reason."""

    DRAFT = "draft"
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    PARKED = "parked"
    DROPPED = "dropped"


class ActionItem(Base):
    """One to:DO. A draft of a table becomes a numbered point when it goes on the list."""

    __tablename__ = "action_item"
    __table_args__ = (
        one_of("status", ItemStatus),
        CheckConstraint("status NOT IN ('parked', 'dropped') OR status_reason <> ''", name="reason_given"),
        CheckConstraint("(status = 'draft') = (number IS NULL)", name="numbered_unless_draft"),
        CheckConstraint("counted_elsewhere >= 0", name="counted_positive"),
        UniqueConstraint("event_id", "number"),
        Index("ix_action_item_event_status", "event_id", "status"),
    )

    id: Mapped[UUID] = primary_key()
    event_id: Mapped[UUID] = mapped_column(ForeignKey("event.id"))
    number: Mapped[int | None]
    table_id: Mapped[UUID | None] = mapped_column(ForeignKey("cafe_table.id"), index=True)
    slot_id: Mapped[UUID | None] = mapped_column(ForeignKey("slot.id"))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    description: Mapped[str] = mapped_column(Text, default="")
    folded: Mapped[str] = folded_from("title", "description")
    language: Mapped[str] = mapped_column(String(8))
    status: Mapped[ItemStatus] = choice(ItemStatus, default=ItemStatus.DRAFT)
    status_reason: Mapped[str] = mapped_column(String(IDEA_LENGTH), default="")
    field_id: Mapped[UUID | None] = mapped_column(ForeignKey("field_of_action.id"))
    goal_id: Mapped[UUID | None] = mapped_column(ForeignKey("goal.id"), index=True)
    counted_elsewhere: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)
    """Its place in the harvest of its table."""
    taken_by: Mapped[str] = mapped_column(String(80), default="")
    """The name under which somebody took it forward; leaves with the names of the event."""
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)

    origins: Mapped[list["Origin"]] = relationship(order_by="Origin.position", back_populates="item")
    table: Mapped[CafeTable | None] = relationship()
    if TYPE_CHECKING:
        # Mapped below; declared here for real it would become a column of the table.
        votes: Mapped[int]


keep_folded(ActionItem)
ActionItem.votes = column_property(
    ActionItem.counted_elsewhere
    + select(func.count(Vote.id)).where(Vote.action_item_id == ActionItem.id).correlate_except(Vote).scalar_subquery()
)


class Origin(Base):
    """That a to:DO came from a note, and which passage of it was marked."""

    __tablename__ = "origin"

    action_item_id: Mapped[UUID] = mapped_column(ForeignKey("action_item.id"), primary_key=True)
    idea_id: Mapped[UUID] = mapped_column(ForeignKey("idea.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)
    excerpt: Mapped[str | None] = mapped_column(String(IDEA_LENGTH))
    """A passage that occurs literally in the note."""

    item: Mapped[ActionItem] = relationship(back_populates="origins")
    idea: Mapped[Idea] = relationship()
