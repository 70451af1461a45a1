"""Whose notes lie at a table that they do not see themselves, because the event shows each participant few."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from workshop.models import CafeTable, Event, Idea, Seat, SeatState, TablesVisible

READ_AT_ONCE = 500


def authors_out_of_sight(session: Session, event: Event | None, ideas: Iterable[UUID]) -> set[UUID]:
    """The authors of these notes who do not hear of what happens at their tables: it is told in their own channel."""
    wanted = list(ideas)
    if event is None or event.tables_visible is TablesVisible.ALL or not wanted:
        return set()
    sat = [Seat.table_id == Idea.table_id, Seat.participant_id == Idea.participant_id, Seat.state == SeatState.TAKEN]
    if event.tables_visible is TablesVisible.OWN:
        sat.append(Seat.until_at.is_(None))
    found: set[UUID] = set()
    for first in range(0, len(wanted), READ_AT_ONCE):
        rows = session.scalars(
            select(Idea.participant_id)
            .join(CafeTable, CafeTable.id == Idea.table_id)
            .where(
                Idea.id.in_(wanted[first : first + READ_AT_ONCE]),
                Idea.participant_id.is_not(None),
                or_(CafeTable.host_id.is_(None), CafeTable.host_id != Idea.participant_id),
                ~exists().where(*sat),
            )
        )
        found.update(one for one in rows if one)
    return found
