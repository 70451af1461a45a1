"""Reads about events: what happens there, where its tables are, what came of it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from workshop.models import (
    SITS_NOW,
    ActionItem,
    Cafe,
    CafeTable,
    Event,
    Goal,
    GoalStatus,
    Idea,
    IdeaState,
    ItemStatus,
    LocalText,
    Movement,
    Participant,
    Process,
    Round,
    Seat,
)
from workshop.policy import Permission, authorize
from workshop.queries.turns import WithRounds
from workshop.queries.viewing import Page, open_page
from workshop.room_left import IS_FULL
from workshop.standing import Actor, At, standing_in_event


@dataclass
class ListedTable:
    """A table as a line: its question, how many sit there, how many notes lie on it."""

    id: UUID
    number: int
    question: LocalText
    people: int
    notes: int
    full: bool = False
    """Whether it takes nobody else for now."""
    closed: bool = False
    way: str = ""
    video_url: str = ""


@dataclass
class ListedCafe(WithRounds):
    """A café of an event with its tables."""

    id: UUID
    title: LocalText
    source: str | None
    closed: bool
    rounds: list[Round]
    tables: list[ListedTable]
    movement: Movement


@dataclass
class EventPage(Page):
    """What happens at an event."""

    event: Event
    process: Process
    cafes: list[ListedCafe]
    people: int
    items: int
    goals: int
    """Promoted goals that began here."""


def event_page(session: Session, by: Actor, event_id: UUID) -> EventPage:
    """The event's page, for whoever may read it."""
    event = session.scalars(
        select(Event).where(Event.id == event_id).options(selectinload(Event.phases), selectinload(Event.slots))
    ).first()
    standing = standing_in_event(session, by, event)
    assert event is not None
    authorize(Permission.READ_EVENT, At(standing))
    cafe_ids = list(
        session.scalars(
            select(Cafe.id).where(Cafe.event_id == event.id, Cafe.importing.is_(False)).order_by(Cafe.source, Cafe.id)
        )
    )
    person = standing.participant
    channels = [f"cafe:{one}" for one in cafe_ids] + ([f"person:{person.id}"] if person else [])
    opened = open_page(session, standing, channels)
    totals = session.execute(
        select(
            select(func.count())
            .select_from(Participant)
            .where(Participant.event_id == event.id, Participant.removed_at.is_(None), ~Participant.expected)
            .scalar_subquery(),
            select(func.count())
            .select_from(ActionItem)
            .where(ActionItem.event_id == event.id, ActionItem.status != ItemStatus.DRAFT)
            .scalar_subquery(),
            select(func.count())
            .select_from(Goal)
            .where(Goal.event_id == event.id, Goal.status != GoalStatus.DRAFT)
            .scalar_subquery(),
        )
    ).one()
    return EventPage(
        **opened,
        event=event,
        process=session.get_one(Process, event.process_id),
        cafes=listed_cafes(session, cafe_ids),
        people=totals[0],
        items=totals[1],
        goals=totals[2],
    )


def listed_cafes(session: Session, ids: list[UUID]) -> list[ListedCafe]:
    """Cafés with their rounds and tables, in four statements."""
    cafes = session.scalars(select(Cafe).where(Cafe.id.in_(ids)).options(selectinload(Cafe.rounds))).all()
    people = select(func.count()).select_from(Seat).where(Seat.table_id == CafeTable.id, SITS_NOW).scalar_subquery()
    notes = (
        select(func.count())
        .select_from(Idea)
        .where(Idea.table_id == CafeTable.id, Idea.state == IdeaState.VISIBLE)
        .scalar_subquery()
    )
    tables: dict[UUID, list[ListedTable]] = {one: [] for one in ids}
    for table, sitting, written, full in session.execute(
        select(CafeTable, people, notes, IS_FULL)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .where(CafeTable.cafe_id.in_(ids))
        .order_by(CafeTable.number)
    ):
        one = ListedTable(table.id, table.number, table.question, sitting, written)
        one.full, one.closed = bool(full), table.closed_at is not None
        one.way, one.video_url = table.way, table.video_url
        tables[table.cafe_id].append(one)
    by_id = {one.id: one for one in cafes}
    return [
        ListedCafe(one.id, one.title, one.source, one.closed_at is not None, one.rounds, tables[one.id], one.movement)
        for one in (by_id[cafe_id] for cafe_id in ids)
    ]
