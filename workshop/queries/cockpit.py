"""Reads of the one who runs a café: the whole room at a glance."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session, selectinload

from workshop.models import (
    SITS_NOW,
    ActionItem,
    Cafe,
    CafeTable,
    Event,
    Idea,
    IdeaState,
    ItemStatus,
    LocalText,
    Participant,
    ScreenShows,
    Seat,
)
from workshop.queries.announcements import Said, recorded
from workshop.queries.phases import Phases, phases
from workshop.queries.photos import HOW_MANY
from workshop.queries.queue import ASKED, REPORTED, ToDecide, how_many_wait, to_decide
from workshop.queries.turns import Turns, turns_of
from workshop.queries.viewing import Audience

MOST_TO_DECIDE = 5
"""As many of those that wait for a decision as the cockpit lists; it counts them all, and the queue lists more."""


@dataclass
class RoomTable:
    """A table seen from the cockpit.

    Attributes:
        wrote: how many of those who sit there have written in the round they sit in.
        held, reported, asked: notes and comments that wait for a decision.
        forward: to:DOs and drafts taken forward here.
    """

    id: UUID
    number: int
    question: LocalText
    host: str | None
    people: int = 0
    wrote: int = 0
    notes: int = 0
    held: int = 0
    reported: int = 0
    asked: int = 0
    forward: int = 0
    help_called_at: datetime | None = None
    harvested: bool = False
    closed: bool = False
    into: int | None = None
    """The table that goes on with its question."""
    photos: int = 0
    photos_waiting: int = 0
    full: bool = False
    attendance: str = "on_site"
    video_url: str = ""

    @property
    def waiting(self) -> int:
        """How many wait for a decision."""
        return self.held + self.reported + self.asked


@dataclass
class Cockpit:
    """All of a café that its moderators watch."""

    id: UUID
    event_id: UUID
    title: LocalText
    language: str
    timezone: str
    code: str | None
    closed_at: datetime | None
    turns: Turns
    phases: Phases
    screen_shows: ScreenShows
    screen_table: int | None
    screen_dark: bool
    tables: list[RoomTable] = field(default_factory=list)
    waiting: int = 0
    """How many wait for a decision, comments on the event's to:DOs among them."""
    decide: list[ToDecide] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    """The announcements that were made last."""

    def total(self, what: str) -> int:
        """The sum of one number over all tables."""
        return sum(getattr(table, what) for table in self.tables)

    @property
    def more_to_decide(self) -> int:
        """What waits, beyond what is listed."""
        return max(0, self.waiting - len(self.decide))


def cockpit(session: Session, ids: Iterable[UUID]) -> dict[UUID, Cockpit]:
    """The cockpit of each café, in the same number of statements however full it is."""
    wanted = list(ids)
    rows = session.execute(
        select(Cafe, Event)
        .join(Event, Event.id == Cafe.event_id)
        .where(Cafe.id.in_(wanted))
        .options(selectinload(Cafe.rounds))
    ).all()
    running = phases(session, [event.id for _, event in rows], Audience.STAFF)
    found = {
        cafe.id: Cockpit(
            cafe.id,
            event.id,
            cafe.title,
            event.language,
            event.timezone,
            event.code,
            cafe.closed_at or event.closed_at,
            turns_of(cafe, event.closed_at, event.timezone, event.language),
            running[event.id],
            cafe.screen_shows,
            cafe.screen_table,
            cafe.screen_dark,
        )
        for cafe, event in rows
    }
    tables: dict[UUID, RoomTable] = {}
    merged: dict[UUID, UUID] = {}
    for table, host, photos, photos_waiting in session.execute(
        select(CafeTable, Participant, *HOW_MANY)
        .outerjoin(Participant, Participant.id == CafeTable.host_id)
        .where(CafeTable.cafe_id.in_(wanted))
        .order_by(CafeTable.number)
    ):
        one = RoomTable(table.id, table.number, table.question, host.display_name if host else None)
        one.photos, one.photos_waiting = photos, photos_waiting
        one.help_called_at = None if found[table.cafe_id].closed_at else table.help_called_at
        one.harvested = table.harvested_at is not None
        one.closed, one.full = table.closed_at is not None, table.full_at is not None
        one.attendance, one.video_url = str(table.attendance), table.video_url
        if table.merged_into_id:
            merged[table.id] = table.merged_into_id
        tables[table.id] = one
        found[table.cafe_id].tables.append(one)
    for table_id, into in merged.items():
        tables[table_id].into = tables[into].number
    _count_people(session, wanted, tables)
    _count_notes(session, wanted, tables)
    _count_forward(session, wanted, tables)
    for some in how_many_wait(session, wanted):
        found[some.cafe_id].waiting += some.many
        if some.table_id:
            _count_waiting(tables[some.table_id], some.waits, some.many)
    for cafe_id, notes in to_decide(session, wanted, MOST_TO_DECIDE).items():
        found[cafe_id].decide = notes
    for cafe_id, said in recorded(session, wanted).items():
        found[cafe_id].said = said
    return found


def _count_people(session: Session, cafe_ids: list[UUID], tables: dict[UUID, RoomTable]) -> None:
    # Asked of each who sits there, and of the index alone: it costs the same however much was written.
    wrote_now = exists().where(Idea.participant_id == Seat.participant_id, Idea.round_id == Seat.round_id)
    sitting = (
        select(Seat.table_id, func.count(), func.sum(case((wrote_now, 1), else_=0)))
        .where(Seat.cafe_id.in_(cafe_ids), SITS_NOW)
        .group_by(Seat.table_id)
    )
    for table_id, people, wrote in session.execute(sitting):
        tables[table_id].people, tables[table_id].wrote = people, wrote


def _count_notes(session: Session, cafe_ids: list[UUID], tables: dict[UUID, RoomTable]) -> None:
    # Of the rows themselves nothing is read: an index has the table and the state.
    here = (Idea.table_id == CafeTable.id, Idea.state == IdeaState.VISIBLE)
    count = select(func.count()).select_from(Idea).where(*here).scalar_subquery()
    for table_id, notes in session.execute(select(CafeTable.id, count).where(CafeTable.cafe_id.in_(cafe_ids))):
        tables[table_id].notes = notes


def _count_waiting(table: RoomTable, waits: str, count: int) -> None:
    if waits == REPORTED:
        table.reported += count
    elif waits == ASKED:
        table.asked += count
    else:
        table.held += count


def _count_forward(session: Session, cafe_ids: list[UUID], tables: dict[UUID, RoomTable]) -> None:
    forward = (
        select(ActionItem.table_id, func.count())
        .join(CafeTable, CafeTable.id == ActionItem.table_id)
        .where(CafeTable.cafe_id.in_(cafe_ids), ActionItem.status != ItemStatus.DROPPED)
        .group_by(ActionItem.table_id)
    )
    for table_id, count in session.execute(forward):
        if table_id:
            tables[table_id].forward = count
