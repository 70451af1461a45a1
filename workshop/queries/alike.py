"""Reads for finding notes that look alike: what an index has to know, and what may be shown of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.errors import NotFound
from workshop.models import Cafe, CafeTable, Event, Idea, IdeaState
from workshop.policy import Permission, authorize
from workshop.standing import Actor, At, standing_in_event

MOST_TO_SHOW = 3


@dataclass
class AlikeNote:
    """A note that is likely to say the same, as everybody at the event may read it."""

    id: UUID
    table_id: UUID
    table_number: int
    text: str
    language: str


def event_to_compare(session: Session, by: Actor, table_id: UUID) -> tuple[UUID, frozenset[UUID] | None]:
    """The event of a table that this actor sees, and which of its tables they see; None: all."""
    event = session.scalars(
        select(Event).join(Cafe, Cafe.event_id == Event.id).join(CafeTable, CafeTable.cafe_id == Cafe.id)
        .where(CafeTable.id == table_id)
    ).first()  # fmt: skip
    standing = standing_in_event(session, by, event)
    authorize(Permission.READ_EVENT, At(standing))
    if event is None or not standing.sees(table_id):
        raise NotFound
    return event.id, standing.sight()


def versions(session: Session, event_id: UUID) -> dict[UUID, tuple[int, UUID]]:
    """Version and table of each note of an event that everybody sees."""
    rows: Any = session.execute(
        select(Idea.id, Idea.version, Idea.table_id)
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .where(Idea.event_id == event_id, Idea.state == IdeaState.VISIBLE, ~Cafe.importing)
    )
    return {idea: (version, table) for idea, version, table in rows}


def texts(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The words of these notes."""
    rows: Any = session.execute(select(Idea.id, Idea.text).where(Idea.id.in_(list(ids))))
    return dict(tuple(row) for row in rows)


def to_show(
    session: Session, event_id: UUID, ids: Iterable[UUID], sight: frozenset[UUID] | None = None
) -> list[AlikeNote]:
    """Those of these notes that everybody at the tables in sight sees at this moment, in the order given."""
    wanted = list(ids)
    rows: Any = session.execute(
        select(Idea.id, Idea.table_id, CafeTable.number, Idea.text, Idea.language)
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .where(Idea.id.in_(wanted), Idea.event_id == event_id, Idea.state == IdeaState.VISIBLE)
    )
    found = {row[0]: AlikeNote(*row) for row in rows}
    return [found[one] for one in wanted if one in found and (sight is None or found[one].table_id in sight)]
