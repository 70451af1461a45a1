"""The recorded fact of a write, the scopes it is told to, and the database's epoch."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from workshop.clock import now
from workshop.models.base import Base, new_id

# SQLite numbers rows by itself only where the type is exactly INTEGER.
RowNumber = BigInteger().with_variant(Integer(), "sqlite")


class Change(Base):
    """What one operation did: ids and fields, never a rendered sentence."""

    __tablename__ = "change"
    __table_args__ = (Index("ix_change_thing", "thing_type", "thing_id"), Index("ix_change_event_at", "event_id", "at"))

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    """HMAC over the submitted fields, by which a repeated call is told from a reused key."""
    operation: Mapped[str] = mapped_column(String(60))
    participant_id: Mapped[UUID | None] = mapped_column(ForeignKey("participant.id"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    device_id: Mapped[UUID | None]
    """The table's tablet on which it was done."""
    process_id: Mapped[UUID | None] = mapped_column(ForeignKey("process.id"))
    event_id: Mapped[UUID | None] = mapped_column(ForeignKey("event.id"))
    thing_type: Mapped[str] = mapped_column(String(30))
    thing_id: Mapped[UUID | None]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """{field: [before, after]}"""
    touched: Mapped[list[Any]] = mapped_column(default=list)
    """[[type, id], ...]: the things to read afresh wherever they are shown."""
    at: Mapped[datetime] = mapped_column(default=now)


class Channel(Base):
    """A live scope (`table:ID`, `cafe:ID`, `list:ID`, `goal:ID`, `person:ID`) and its newest revision."""

    __tablename__ = "channel"
    # One tree instead of two, each of which a note would write to.
    __table_args__ = {"sqlite_with_rowid": False}

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    revision: Mapped[int] = mapped_column(RowNumber)


class ChangeChannel(Base):
    """That a Change took a revision in a channel."""

    __tablename__ = "change_channel"
    __table_args__ = {"sqlite_with_rowid": False}

    channel: Mapped[str] = mapped_column(ForeignKey("channel.name"), primary_key=True)
    revision: Mapped[int] = mapped_column(RowNumber, primary_key=True, autoincrement=False)
    change_id: Mapped[int] = mapped_column(ForeignKey("change.id"), index=True)


class Epoch(Base):
    """Which life of the database this is: a new row after a restore, so that older screens load afresh."""

    __tablename__ = "epoch"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    since: Mapped[datetime] = mapped_column(default=now)


def current_epoch(session: Session) -> str:
    """The newest epoch; the first migration writes the first one."""
    return str(session.scalars(select(Epoch.id).order_by(Epoch.since.desc(), Epoch.id.desc()).limit(1)).one())
