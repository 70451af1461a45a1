"""Reads for those who lead a table's conversation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workshop.models import (
    SITS_NOW,
    ActionItem,
    Cafe,
    CafeTable,
    Event,
    ItemStatus,
    Participant,
    Round,
    Seat,
)
from workshop.queries.viewing import Audience


@dataclass
class TableState:
    """What its host has decided for a table, for now.

    Attributes:
        open: whether the café still runs.
        points: how many to:DOs and drafts the table takes forward.
    """

    id: UUID
    number: int
    timezone: str
    open: bool
    paused_at: datetime | None
    help_called_at: datetime | None
    harvested_at: datetime | None
    points: int

    @property
    def table_id(self) -> UUID:
        """The table itself."""
        return self.id


def table_states(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, TableState]:
    """How it stands at these tables."""
    rows = session.execute(
        select(
            CafeTable.id,
            CafeTable.number,
            Event.timezone,
            Cafe.closed_at.is_(None) & Event.closed_at.is_(None) & Cafe.source.is_(None),
            CafeTable.writing_paused_at,
            CafeTable.help_called_at,
            CafeTable.harvested_at,
            select(func.count(ActionItem.id))
            .where(ActionItem.table_id == CafeTable.id, ActionItem.status != ItemStatus.DROPPED)
            .scalar_subquery(),
        )
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .join(Event, Event.id == Cafe.event_id)
        .where(CafeTable.id.in_(list(ids)))
    )
    return {row[0]: TableState(*row) for row in rows}


def staff_states(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, TableState]:
    """The same for those who have the tools; for nobody else."""
    return table_states(session, ids, audience) if audience is Audience.STAFF else {}


@dataclass
class Sitting:
    """Who sits at a table, and in which round: in whose name a note can be written down there."""

    round_id: UUID | None
    people: list[Participant]


def sitting(session: Session, table_id: UUID | None) -> Sitting:
    """Who sits at a table now; who may ask, the operation has decided."""
    turn = session.scalars(
        select(Round.id)
        .join(CafeTable, CafeTable.cafe_id == Round.cafe_id)
        .where(CafeTable.id == table_id, Round.opened_at.is_not(None))
        .order_by(Round.number.desc())
        .limit(1)
    ).first()
    people = session.scalars(
        select(Participant)
        .join(Seat, Seat.participant_id == Participant.id)
        .where(Seat.table_id == table_id, SITS_NOW)
        .order_by(Participant.name_key, Participant.name_number)
    )
    return Sitting(turn, list(people))
