"""Reads for the page on which an event's moderators change how it runs."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from workshop.errors import NotFound
from workshop.models import Cafe, Event, Process
from workshop.policy import Permission, authorize
from workshop.queries.viewing import Page, open_page
from workshop.standing import Actor, At, standing_in_event


@dataclass
class SettingsPage(Page):
    """An event with the cafés that people sit in."""

    event: Event
    process: Process
    cafes: list[Cafe]
    """Each with its tables and rounds; those that hold an import are left out."""

    def cafe(self, cafe_id: UUID | None) -> Cafe:
        """One of them."""
        return next(one for one in self.cafes if one.id == cafe_id)


def settings_page(session: Session, by: Actor, event_id: UUID) -> SettingsPage:
    """The event's settings, for those who run it."""
    event = session.scalars(select(Event).where(Event.id == event_id).options(selectinload(Event.phases))).first()
    standing = standing_in_event(session, by, event)
    authorize(Permission.RUN_EVENT, At(standing))
    assert event is not None
    return SettingsPage(
        **open_page(session, standing, []),
        event=event,
        process=session.get_one(Process, event.process_id),
        cafes=list(
            session.scalars(
                select(Cafe)
                .where(Cafe.event_id == event_id, Cafe.source.is_(None))
                .order_by(Cafe.id)
                .options(selectinload(Cafe.tables), selectinload(Cafe.rounds))
            )
        ),
    )


def event_of_cafe(session: Session, cafe_id: UUID | None) -> UUID:
    """Which event a café belongs to; NotFound without one."""
    event_id = session.scalar(select(Cafe.event_id).where(Cafe.id == cafe_id))
    if event_id is None:
        raise NotFound
    return event_id
