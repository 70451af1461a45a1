"""A table, as each of its pages begins with it."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from workshop.errors import NotFound
from workshop.models import Cafe, CafeTable, Event
from workshop.standing import Actor, Standing, standing_in_event


def table_to_show(session: Session, by: Actor, table_id: UUID) -> tuple[CafeTable, Event, Standing]:
    """A table with its café, its event, and what somebody is there; NotFound while it is brought in from elsewhere."""
    found = session.execute(
        select(CafeTable, Event)
        .join(CafeTable.cafe)
        .join(Event, Event.id == Cafe.event_id)
        .options(contains_eager(CafeTable.cafe))
        .where(CafeTable.id == table_id, ~Cafe.importing)
    ).first()
    if found is None:
        raise NotFound
    table, event = found
    return table, event, standing_in_event(session, by, event)
