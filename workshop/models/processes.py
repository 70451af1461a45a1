"""A dialogue process that runs for years, its fields of action and the parties that can be responsible."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workshop.clock import now
from workshop.models.base import TITLE_LENGTH, Base, Choice, LocalText, choice, one_of, primary_key


class Process(Base):
    """A dialogue process ("Arbeit 4.0 – made in Berlin")."""

    __tablename__ = "process"

    id: Mapped[UUID] = primary_key()
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[LocalText]
    description: Mapped[LocalText]
    language: Mapped[str] = mapped_column(String(8))
    city: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    lead: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    demonstration: Mapped[bool] = mapped_column(default=False)
    started_on: Mapped[date | None]
    last_goal_number: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)

    fields: Mapped[list["FieldOfAction"]] = relationship(order_by="FieldOfAction.position")


class FieldOfAction(Base):
    """A field of action (Handlungsfeld) of a process: two letters on one of twelve colours."""

    __tablename__ = "field_of_action"
    __table_args__ = (
        UniqueConstraint("process_id", "code"),
        CheckConstraint("colour BETWEEN 1 AND 12", name="colour_known"),
    )

    id: Mapped[UUID] = primary_key()
    process_id: Mapped[UUID] = mapped_column(ForeignKey("process.id"))
    code: Mapped[str] = mapped_column(String(2))
    colour: Mapped[int]
    name: Mapped[LocalText]
    position: Mapped[int] = mapped_column(default=0)


class PartyKind(Choice):
    """What can be responsible for a goal."""

    PERSON = "person"
    ORGANISATION = "organisation"
    ALLIANCE = "alliance"


class Party(Base):
    """A person, an organisation or an alliance that can be responsible."""

    __tablename__ = "party"
    __table_args__ = (one_of("kind", PartyKind), UniqueConstraint("process_id", "kind", "name"))

    id: Mapped[UUID] = primary_key()
    process_id: Mapped[UUID] = mapped_column(ForeignKey("process.id"))
    kind: Mapped[PartyKind] = choice(PartyKind)
    name: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
