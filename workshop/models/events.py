"""An event of a process: its phases, its programme, its codes and links."""

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from workshop.clock import now
from workshop.models.base import (
    NAME_LENGTH,
    TITLE_LENGTH,
    Base,
    Choice,
    LocalText,
    choice,
    index_where,
    new_id,
    one_of,
    primary_key,
)


class VotesAt(Choice):
    """Where a participant may vote on notes."""

    TABLE = "table"
    EVENT = "event"


class TablesVisible(Choice):
    """Of which tables a participant reads what was written."""

    ALL = "all"
    BEEN = "been"
    """Where they sit and where they sat before."""
    OWN = "own"
    """Where they sit."""


class AuthorNames(Choice):
    """As whom people speak at an event, everywhere and for everybody who reads it."""

    SHOWN = "shown"
    """By the name they gave at the table."""
    PSEUDONYM = "pseudonym"
    """By a number of their own that says nothing of who they are and stays the same."""
    HIDDEN = "hidden"


class ScreenNotes(Choice):
    """When a note may stand on the big screen."""

    AT_ONCE = "at_once"
    AFTER_DELAY = "after_delay"
    """Some seconds after it was written, so that somebody can report it first."""
    LET_THROUGH = "let_through"
    """Only when a moderator puts it there."""


class Event(Base):
    """An event week, a forum or a single workshop."""

    __tablename__ = "event"
    __table_args__ = (
        one_of("votes_at", VotesAt),
        one_of("tables_visible", TablesVisible),
        one_of("screen_notes", ScreenNotes),
        one_of("author_names", AuthorNames),
    )

    id: Mapped[UUID] = primary_key()
    process_id: Mapped[UUID] = mapped_column(ForeignKey("process.id"), index=True)
    title: Mapped[LocalText]
    description: Mapped[LocalText]
    language: Mapped[str] = mapped_column(String(8))
    timezone: Mapped[str] = mapped_column(String(64))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    venue: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    votes_at: Mapped[VotesAt] = choice(VotesAt, default=VotesAt.TABLE)
    tables_visible: Mapped[TablesVisible] = choice(
        TablesVisible, default=TablesVisible.ALL, server_default=str(TablesVisible.ALL)
    )
    author_names: Mapped[AuthorNames] = choice(AuthorNames, default=AuthorNames.SHOWN)
    notes_wait: Mapped[bool] = mapped_column(default=False)
    """Whether every note is held until the host or a moderator has let it through."""
    screen_notes: Mapped[ScreenNotes] = choice(ScreenNotes, default=ScreenNotes.AFTER_DELAY)
    code: Mapped[str | None] = mapped_column(String(8), unique=True)
    """Eight characters without look-alikes; None once the event has ended."""
    join_token: Mapped[str | None] = mapped_column(String(32), unique=True)
    """128 bits for the QR, in the address's fragment."""
    screen_token: Mapped[str | None] = mapped_column(String(32), unique=True)
    """128 bits for the big screen's read-only link; renewed to revoke it."""
    last_item_number: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    phases: Mapped[list["Phase"]] = relationship(order_by="Phase.position")
    slots: Mapped[list["Slot"]] = relationship(order_by="Slot.starts_at")
    if TYPE_CHECKING:
        # Mapped below; declared here for real it would become a column of the table.
        phase_kind: Mapped["PhaseKind | None"]
        """What the phase is that holds now; None: everything is allowed."""


class Reason(Base):
    """One of an event's own reasons for which a note may be hidden, open to everybody before the start."""

    __tablename__ = "reason"

    id: Mapped[UUID] = primary_key()
    event_id: Mapped[UUID] = mapped_column(ForeignKey("event.id"), index=True)
    position: Mapped[int]
    words: Mapped[LocalText]
    in_words: Mapped[bool] = mapped_column(default=False)
    """Whoever decides has to say it in words of their own; so an event may leave room for what it did not foresee."""
    ended_at: Mapped[datetime | None]
    """When it was taken from the list; what was hidden for it still counts."""


FIRST_REASONS: tuple[LocalText, ...] = (
    {
        "de": "Nennt oder beschreibt eine Privatperson",
        "en": "Names or describes a private person",
        "sv": "Nämner eller beskriver en privatperson",
    },
    {"de": "Beleidigt oder bedroht jemanden", "en": "Insults or threatens somebody", "sv": "Kränker eller hotar någon"},
    {"de": "Ist Werbung", "en": "Is advertising", "sv": "Är reklam"},
    {
        "de": "Gehört nicht zu den Fragen dieser Veranstaltung",
        "en": "Is not about the questions of this event",
        "sv": "Hör inte till frågorna på det här evenemanget",
    },
    {"de": "Verstößt gegen das Gesetz", "en": "Is against the law", "sv": "Bryter mot lagen"},
)
"""What an event begins with, until its moderators write their own."""
IN_WORDS: LocalText = {"de": "Ein anderer Grund", "en": "Another reason", "sv": "Ett annat skäl"}


def first_reasons(event_id: UUID, id_of: Callable[[int], UUID] = lambda number: new_id()) -> list[Reason]:
    """The list of reasons of a new event."""
    last = len(FIRST_REASONS) + 1
    return [
        Reason(id=id_of(number), event_id=event_id, position=number, words=words, in_words=number == last)
        for number, words in enumerate((*FIRST_REASONS, IN_WORDS), 1)
    ]


class PhaseKind(Choice):
    """The three phases of a forum."""

    CO_LEARNING = "co_learning"
    CO_SHARING = "co_sharing"
    CO_CREATION = "co_creation"


class Phase(Base):
    """One named, ordered phase of an event; what may be done in it stands in `workshop.phases`."""

    __tablename__ = "phase"
    __table_args__ = (
        one_of("kind", PhaseKind),
        UniqueConstraint("event_id", "position"),
        index_where("since IS NOT NULL", "uq_phase_one_now", "event_id", unique=True),
    )

    id: Mapped[UUID] = primary_key()
    event_id: Mapped[UUID] = mapped_column(ForeignKey("event.id"))
    position: Mapped[int]
    kind: Mapped[PhaseKind] = choice(PhaseKind)
    name: Mapped[LocalText]
    begins_at: Mapped[datetime | None]
    """When it is to begin, so that people know; it begins when a moderator says so."""
    since: Mapped[datetime | None]
    """Set for the one that holds now."""


Event.phase_kind = column_property(
    select(Phase.kind)
    .where(Phase.event_id == Event.id, Phase.since.is_not(None))
    .correlate_except(Phase)
    .scalar_subquery()
)


class Slot(Base):
    """One entry of an event's programme."""

    __tablename__ = "slot"

    id: Mapped[UUID] = primary_key()
    event_id: Mapped[UUID] = mapped_column(ForeignKey("event.id"), index=True)
    phase_id: Mapped[UUID | None] = mapped_column(ForeignKey("phase.id"))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    abstract: Mapped[str] = mapped_column(Text, default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    room: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")


class HallDevice(Base):
    """What one device measured in the hall; kept for days, without name or address of whose it is."""

    __tablename__ = "hall_device"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    """The browser's, new for each tab."""
    event_id: Mapped[UUID] = mapped_column(ForeignKey("event.id"), index=True)
    label: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    """Which one it is, in the words of whoever holds it."""
    websocket: Mapped[int | None]
    websocket_worst: Mapped[int | None]
    polling: Mapped[int | None]
    polling_worst: Mapped[int | None]
    """Round trips in ms, in the middle and at worst; nothing where this way did not get through."""
    large: Mapped[int | None]
    """In the middle for 2 kB, by the quicker way."""
    secure: Mapped[bool]
    worker: Mapped[bool]
    """Whether it can keep a page for when there is no network."""
    clock_off: Mapped[int]
    """Seconds by which its clock is ahead of the server's."""
    at: Mapped[datetime] = mapped_column(default=now)
