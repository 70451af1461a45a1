"""What the command line tells other programs about an event."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workshop.models import SEEN_BY, Cafe, CafeTable, Idea, Participant, Round, Seat, SeatState


def tables_and_rounds(session: Session, event_id: UUID) -> tuple[list[UUID], list[UUID]]:
    """The ids of an event's tables and rounds by their numbers, without those of imports."""
    cafes = select(Cafe.id).where(Cafe.event_id == event_id, Cafe.source.is_(None))
    tables = select(CafeTable.id).where(CafeTable.cafe_id.in_(cafes)).order_by(CafeTable.cafe_id, CafeTable.number)
    rounds = select(Round.id).where(Round.cafe_id.in_(cafes)).order_by(Round.cafe_id, Round.number)
    return list(session.scalars(tables)), list(session.scalars(rounds))


def people_in(session: Session, event_id: UUID) -> int:
    """How many have ever joined an event."""
    return session.scalar(select(func.count(Participant.id)).where(Participant.event_id == event_id)) or 0


def tables_of(session: Session, participants: Iterable[UUID]) -> dict[UUID, UUID]:
    """Where each of them sits now."""
    rows = session.execute(
        select(Seat.participant_id, Seat.table_id).where(
            Seat.participant_id.in_(list(participants)), Seat.until_at.is_(None), Seat.state == SeatState.TAKEN
        )
    )
    return dict(rows.all())


def ideas_of(session: Session, event_id: UUID) -> list[dict[str, Any]]:
    """Every note of an event in the order of its tables; without words where nobody sees them any more."""
    rows = session.execute(
        select(Idea.id, Idea.table_id, Idea.round_id, Idea.state, Idea.text, Idea.votes)
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .where(Idea.event_id == event_id, Cafe.importing.is_(False))
        .order_by(CafeTable.cafe_id, CafeTable.number, Idea.position)
    )
    return [
        {
            "id": str(idea),
            "table": str(table),
            "round": str(turn),
            "state": str(state),
            "text": text if any(SEEN_BY[state]) else "",
            "votes": votes,
        }
        for idea, table, turn, state, text, votes in rows
    ]
