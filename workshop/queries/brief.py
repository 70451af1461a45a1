"""What was said at a table before somebody came to it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workshop.models import Idea, IdeaState, Round, Seat, SeatState, Vote
from workshop.queries.ideas import Note, notes
from workshop.queries.viewing import Audience

MOST_LINES = 5


@dataclass
class Brief:
    """For a newcomer: the notes of the rounds before, the best supported first.

    Attributes:
        rounds: how many rounds there were before; notes: how many notes they left.
        written: whether the newcomer has written here since, and knows the table.
    """

    lines: list[Note]
    rounds: int
    notes: int
    written: bool


def brief(session: Session, table_id: UUID, participant_id: UUID) -> Brief | None:
    """What one reads who came to this table after its first round; None for whoever was there, or is not.

    The order is that of the support when they came, so that it does not move under their eyes.
    """
    came = session.execute(
        select(Round.number, Seat.from_at)
        .join(Round, Round.id == Seat.round_id)
        .where(Seat.participant_id == participant_id, Seat.table_id == table_id, Seat.state == SeatState.TAKEN)
        .order_by(Round.number, Seat.from_at)
        .limit(1)
    ).first()
    if came is None or came.number < 2:
        return None
    support = (
        Idea.counted_elsewhere
        + select(func.count(Vote.id)).where(Vote.idea_id == Idea.id, Vote.at <= came.from_at).scalar_subquery()
    )
    before = (
        select(Idea.id)
        .join(Round, Round.id == Idea.round_id)
        .where(Idea.table_id == table_id, Idea.state == IdeaState.VISIBLE, Round.number < came.number)
    )
    strongest = session.scalars(
        before.order_by(Idea.pinned_at.is_(None), support.desc(), Idea.created_at, Idea.id).limit(MOST_LINES)
    ).all()
    if not strongest:
        return None
    found = notes(session, strongest, Audience.EVERYBODY)
    count = session.scalar(select(func.count()).select_from(before.subquery())) or 0
    wrote = select(Idea.id).where(Idea.table_id == table_id, Idea.participant_id == participant_id).limit(1)
    return Brief(
        [found[one] for one in strongest if one in found],
        came.number - 1,
        count,
        session.scalar(wrote) is not None,
    )
