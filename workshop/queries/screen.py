"""Reads for the big screen: a café in one look."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workshop.errors import NotFound
from workshop.models import (
    ActionItem,
    Cafe,
    CafeTable,
    Event,
    Idea,
    IdeaKind,
    IdeaState,
    LocalText,
    Origin,
    Seat,
    SeatState,
)
from workshop.policy import Actor, standing_in_event
from workshop.queries.people import event_of_screen as event_of
from workshop.queries.phases import Phases, phases
from workshop.queries.turns import Turns, turns
from workshop.queries.viewing import Audience, Page, cafe_scope, open_page, summary_revision

__all__ = ["event_of", "screen_page", "screens"]

NEWEST = 3


@dataclass
class Said:
    """One note on the big screen."""

    id: UUID
    table_number: int
    kind: IdeaKind
    language: str
    text: str
    excerpt: str | None


@dataclass
class Screen:
    """What the big screen shows of a café."""

    id: UUID
    event_title: LocalText
    cafe_title: LocalText
    language: str
    code: str | None
    join_token: str | None
    turns: Turns
    phases: Phases
    newest: list[Said]
    notes: int
    forward: int
    people: int


@dataclass
class ScreenPage(Page):
    """The big screen's page."""

    event: Event
    screen: Screen


def screen_page(session: Session, by: Actor, event_id: UUID) -> ScreenPage:
    """The big screen of an event: its café that is open, else its last."""
    event = session.get(Event, event_id)
    standing = standing_in_event(session, by, event)
    cafe_id = session.scalars(
        select(Cafe.id)
        .where(Cafe.event_id == event_id, Cafe.source.is_(None))
        .order_by(Cafe.closed_at.is_not(None), Cafe.id)
        .limit(1)
    ).first()
    if cafe_id is None or event is None:
        raise NotFound
    channel = f"cafe:{cafe_id}"
    opened = open_page(session, standing, [channel])
    # The page listens to one channel, and is at the revision of what it sums up.
    opened["channels"][channel] = summary_revision(session, cafe_scope(session, cafe_id))
    return ScreenPage(**opened, event=event, screen=screens(session, [cafe_id])[cafe_id])


def screens(session: Session, ids: Iterable[UUID]) -> dict[UUID, Screen]:
    """What the big screens of these cafés show, for everybody."""
    wanted = list(ids)
    running = turns(session, wanted, Audience.EVERYBODY)
    visible = (Idea.state == IdeaState.VISIBLE) & (CafeTable.cafe_id == Cafe.id)
    notes = select(func.count(Idea.id)).join(CafeTable, CafeTable.id == Idea.table_id).where(visible).scalar_subquery()
    forward = (
        select(func.count(ActionItem.id))
        .join(CafeTable, CafeTable.id == ActionItem.table_id)
        .where(CafeTable.cafe_id == Cafe.id)
        .scalar_subquery()
    )
    people = (
        select(func.count(Seat.id))
        .where(Seat.cafe_id == Cafe.id, Seat.until_at.is_(None), Seat.state == SeatState.TAKEN)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Cafe, Event, notes, forward, people).join(Event, Event.id == Cafe.event_id).where(Cafe.id.in_(wanted))
    ).all()
    newest = _newest(session, wanted)
    held = phases(session, [row[1].id for row in rows], Audience.EVERYBODY)
    return {
        cafe.id: Screen(
            cafe.id,
            event.title,
            cafe.title,
            event.language,
            event.code,
            event.join_token,
            running[cafe.id],
            held[event.id],
            newest.get(cafe.id, []),
            noted,
            taken,
            seated,
        )
        for cafe, event, noted, taken, seated in rows
    }


def _newest(session: Session, cafes: list[UUID]) -> dict[UUID, list[Said]]:
    excerpt = select(func.min(Origin.excerpt)).where(Origin.idea_id == Idea.id).scalar_subquery()
    place = func.row_number().over(partition_by=CafeTable.cafe_id, order_by=(Idea.created_at.desc(), Idea.id))
    ranked = (
        select(
            Idea.id,
            CafeTable.number,
            Idea.kind,
            Idea.language,
            Idea.text,
            excerpt.label("excerpt"),
            CafeTable.cafe_id,
            place.label("place"),
        )
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .where(CafeTable.cafe_id.in_(cafes), Idea.state == IdeaState.VISIBLE)
        .subquery()
    )
    found: dict[UUID, list[Said]] = {}
    for row in session.execute(select(ranked).where(ranked.c.place <= NEWEST).order_by(ranked.c.place)):
        found.setdefault(row.cafe_id, []).append(Said(*row[:6]))
    return found
