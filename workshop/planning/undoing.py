"""The last change of a room, as long as it can be taken back."""

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from workshop.models import Change, Round

UNDOABLE = ("tables.close", "table.merge", "cafe.plan")
"""What can be taken back until a round begins."""
ENDS_IT = ("cafe.undo_tables", "round.take_back")
"""After which nothing before can be taken back: a round had begun also where its start was taken back."""


def last_rearranging(session: Session, cafe_id: UUID) -> Change | None:
    """What would be taken back: the last change of the room, unless that was taken back or a round has begun since."""
    last = session.scalars(
        select(Change)
        .where(
            Change.thing_type == "cafe",
            Change.thing_id == cafe_id,
            Change.operation.in_(UNDOABLE + ENDS_IT),
            ~exists().where(Round.cafe_id == cafe_id, Round.opened_at > Change.at),
        )
        .order_by(Change.id.desc())
        .limit(1)
    ).first()
    return last if last is not None and last.operation in UNDOABLE else None
