"""Reads of the one who runs a café: the whole room at a glance."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Subquery, case, func, select
from sqlalchemy.orm import Session, selectinload

from workshop.models import (
    ActionItem,
    Cafe,
    CafeTable,
    Event,
    Idea,
    IdeaState,
    ItemStatus,
    LocalText,
    Participant,
    Report,
    Round,
    Seat,
    SeatState,
)
from workshop.queries.cafes import WithRounds

MOST_TO_DECIDE = 50
"""Held and reported notes that the cockpit lists; it counts them all."""


@dataclass
class RoomTable:
    """A table seen from the cockpit.

    Attributes:
        wrote: how many of those who sit there have written in the round they sit in.
        held, reported: notes that wait for a decision.
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
    forward: int = 0


@dataclass
class ToDecide:
    """A note that is held or that somebody reported."""

    id: UUID
    table_id: UUID
    table: int
    text: str
    language: str
    kind: str
    held: bool
    reason: str
    reports: int


@dataclass
class Cockpit(WithRounds):
    """All of a café that its moderators watch."""

    id: UUID
    event_id: UUID
    title: LocalText
    language: str
    timezone: str
    code: str | None
    closed_at: datetime | None
    rounds: list[Round]
    tables: list[RoomTable] = field(default_factory=list)
    decide: list[ToDecide] = field(default_factory=list)

    @property
    def following(self) -> Round | None:
        """The round that comes next."""
        begun = self.last.number if self.last else 0
        return next((turn for turn in self.rounds if turn.number > begun), None)

    def total(self, what: str) -> int:
        """The sum of one number over all tables."""
        return sum(getattr(table, what) for table in self.tables)

    @property
    def more_to_decide(self) -> int:
        """Held and reported notes beyond those listed."""
        return max(0, self.total("held") + self.total("reported") - len(self.decide))


def cockpit(session: Session, ids: Iterable[UUID]) -> dict[UUID, Cockpit]:
    """The cockpit of each café, in the same number of statements however full it is."""
    wanted = list(ids)
    rows = session.execute(
        select(Cafe, Event)
        .join(Event, Event.id == Cafe.event_id)
        .where(Cafe.id.in_(wanted))
        .options(selectinload(Cafe.rounds))
    ).all()
    found = {
        cafe.id: Cockpit(
            cafe.id,
            event.id,
            cafe.title,
            event.language,
            event.timezone,
            event.code,
            cafe.closed_at or event.closed_at,
            cafe.rounds,
        )
        for cafe, event in rows
    }
    tables: dict[UUID, RoomTable] = {}
    for table, host in session.execute(
        select(CafeTable, Participant)
        .outerjoin(Participant, Participant.id == CafeTable.host_id)
        .where(CafeTable.cafe_id.in_(wanted))
        .order_by(CafeTable.number)
    ):
        one = RoomTable(table.id, table.number, table.question, host.display_name if host else None)
        tables[table.id] = one
        found[table.cafe_id].tables.append(one)
    _count_people(session, wanted, tables)
    _count_notes(session, wanted, tables)
    _count_forward(session, wanted, tables)
    for cafe_id, note in _to_decide(session, wanted):
        found[cafe_id].decide.append(note)
    return found


def _count_people(session: Session, cafe_ids: list[UUID], tables: dict[UUID, RoomTable]) -> None:
    authors = (
        select(Idea.participant_id, Idea.round_id)
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .where(CafeTable.cafe_id.in_(cafe_ids))
        .distinct()
        .subquery()
    )
    sitting = (
        select(Seat.table_id, func.count(Seat.id), func.count(authors.c.round_id))
        .outerjoin(authors, (authors.c.participant_id == Seat.participant_id) & (authors.c.round_id == Seat.round_id))
        .where(Seat.cafe_id.in_(cafe_ids), Seat.until_at.is_(None), Seat.state == SeatState.TAKEN)
        .group_by(Seat.table_id)
    )
    for table_id, people, wrote in session.execute(sitting):
        tables[table_id].people, tables[table_id].wrote = people, wrote


def _open_reports(cafe_ids: list[UUID]) -> Subquery:
    return (
        select(Report.idea_id, func.count().label("count"))
        .join(Idea, Idea.id == Report.idea_id)
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .where(CafeTable.cafe_id.in_(cafe_ids), Report.settled_at.is_(None))
        .group_by(Report.idea_id)
        .subquery()
    )


def _count_notes(session: Session, cafe_ids: list[UUID], tables: dict[UUID, RoomTable]) -> None:
    reports = _open_reports(cafe_ids)
    reported = case(((Idea.state == IdeaState.VISIBLE) & (reports.c.count > 0), 1), else_=0)
    counts = (
        select(
            Idea.table_id,
            func.sum(case((Idea.state == IdeaState.VISIBLE, 1), else_=0)),
            func.sum(case((Idea.state == IdeaState.HELD, 1), else_=0)),
            func.sum(reported),
        )
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .outerjoin(reports, reports.c.idea_id == Idea.id)
        .where(CafeTable.cafe_id.in_(cafe_ids))
        .group_by(Idea.table_id)
    )
    for table_id, notes, held, talked_about in session.execute(counts):
        table = tables[table_id]
        table.notes, table.held, table.reported = notes, held, talked_about


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


def _to_decide(session: Session, cafe_ids: list[UUID]) -> list[tuple[UUID, ToDecide]]:
    reports = _open_reports(cafe_ids)
    why = (
        select(func.max(Report.reason)).where(Report.idea_id == Idea.id, Report.settled_at.is_(None)).scalar_subquery()
    )
    place = func.row_number().over(partition_by=CafeTable.cafe_id, order_by=(Idea.created_at, Idea.id)).label("place")
    waiting = (
        select(
            CafeTable.cafe_id,
            Idea.id,
            Idea.table_id,
            CafeTable.number,
            Idea.text,
            Idea.language,
            Idea.kind,
            Idea.state,
            Idea.state_reason,
            func.coalesce(reports.c.count, 0).label("reports"),
            why.label("why"),
            place,
        )
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .outerjoin(reports, reports.c.idea_id == Idea.id)
        .where(
            CafeTable.cafe_id.in_(cafe_ids),
            (Idea.state == IdeaState.HELD) | ((Idea.state == IdeaState.VISIBLE) & (reports.c.count > 0)),
        )
        .subquery()
    )
    rows = session.execute(select(waiting).where(waiting.c.place <= MOST_TO_DECIDE).order_by(waiting.c.place))
    return [
        (
            row.cafe_id,
            ToDecide(
                row.id,
                row.table_id,
                row.number,
                row.text,
                row.language,
                row.kind,
                row.state is IdeaState.HELD,
                row.state_reason or row.why or "",
                row.reports,
            ),
        )
        for row in rows
    ]
