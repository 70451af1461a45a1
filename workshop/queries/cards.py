"""Reads for what is printed: cards of tables, hosts and notes, and what a host card leads to."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from workshop.errors import NotFound
from workshop.models import Cafe, CafeTable, Event, Process
from workshop.policy import Permission, authorize
from workshop.queries.viewing import Page, open_page
from workshop.standing import Actor, At, standing_in_event


@dataclass
class CardsPage(Page):
    """A café's tables with the tokens that stand on their cards."""

    cafe: Cafe
    event: Event
    process: Process
    tables: list[CafeTable]


def cards_page(session: Session, by: Actor, cafe_id: UUID) -> CardsPage:
    """What there is to print, for moderators."""
    found = session.execute(
        select(Cafe, Event)
        .join(Event, Event.id == Cafe.event_id)
        .where(Cafe.id == cafe_id, Cafe.importing.is_(False), Cafe.source.is_(None))
    ).first()
    if found is None:
        raise NotFound
    cafe, event = found
    standing = standing_in_event(session, by, event)
    authorize(Permission.RUN_EVENT, At(standing))
    tables = session.scalars(
        select(CafeTable)
        .where(CafeTable.cafe_id == cafe.id)
        .order_by(CafeTable.number)
        .options(joinedload(CafeTable.host))
    ).all()
    return CardsPage(
        **open_page(session, standing, []),
        cafe=cafe,
        event=event,
        process=session.get_one(Process, event.process_id),
        tables=list(tables),
    )


@dataclass
class HostCard:
    """The table a host card is of, and the event in which it holds."""

    table_id: UUID
    number: int
    join_token: str | None
    event_id: UUID


def host_card(session: Session, card: str) -> HostCard | None:
    """What a card leads to; None once it was renewed."""
    row = session.execute(
        select(CafeTable.id, CafeTable.number, CafeTable.join_token, Cafe.event_id)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .where(CafeTable.host_card == card)
    ).first()
    return HostCard(*row) if row else None
