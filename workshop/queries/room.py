"""Reads about a café as a room: its cockpit or its choice of tables, and everybody in it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from workshop.errors import NotFound
from workshop.models import (
    SITS_NOW,
    Cafe,
    CafeTable,
    Event,
    Idea,
    IdeaState,
    Participant,
    Process,
    Round,
    Seat,
)
from workshop.models.base import fold
from workshop.policy import Permission, authorize
from workshop.queries.cockpit import Cockpit, cockpit
from workshop.queries.events import ListedCafe, listed_cafes
from workshop.queries.placing import one_person
from workshop.queries.seats import Sitting, sitting_in
from workshop.queries.viewing import Page, cafe_scope, open_page, summary_revision
from workshop.standing import Actor, At, standing_in_event


@dataclass
class CockpitPage(Page):
    """A café for the one who runs it, and what lets people in."""

    row: Cockpit
    event: Event
    process: Process


@dataclass
class ChoicePage(Page):
    """A café for those who take part: its tables to choose from."""

    cafe: ListedCafe
    event: Event
    process: Process
    may_sit: bool


def cafe_page(session: Session, by: Actor, cafe_id: UUID) -> CockpitPage | ChoicePage:
    """The café's page: the cockpit for moderators, the choice of tables for everybody else."""
    found = session.execute(
        select(Cafe, Event).join(Event, Event.id == Cafe.event_id).where(Cafe.id == cafe_id, Cafe.importing.is_(False))
    ).first()
    if found is None:
        raise NotFound
    cafe, event = found
    standing = standing_in_event(session, by, event)
    authorize(Permission.READ_EVENT, At(standing))
    process = session.get_one(Process, event.process_id)
    person = standing.participant
    channels = [f"cafe:{cafe.id}"] + ([f"person:{person.id}"] if person else [])
    opened = open_page(session, standing, channels, aloud=not standing.staff)
    if standing.staff:
        # The page listens to one channel, and is at the revision of what it sums up.
        opened["channels"] = {f"cafe:{cafe.id}": summary_revision(session, cafe_scope(session, cafe.id))}
        return CockpitPage(**opened, row=cockpit(session, [cafe.id])[cafe.id], event=event, process=process)
    listed = listed_cafes(session, [cafe.id])[0]
    listed.tables = [one for one in listed.tables if not one.closed]
    listed.tables.sort(key=lambda table: (table.full, table.people, table.number))
    may_sit = (
        opened["viewer"].seated == "yes" and not listed.closed and listed.source is None and event.closed_at is None
    )
    return ChoicePage(**opened, cafe=listed, event=event, process=process, may_sit=may_sit)


def cafe_now(session: Session, by: Actor, event_id: UUID) -> UUID | None:
    """The café of an event to look at now: the one with a running round, else one that is not closed, else any.

    None where the event has none.
    """
    event = session.get(Event, event_id)
    authorize(Permission.READ_EVENT, At(standing_in_event(session, by, event)))
    running = exists().where(Round.cafe_id == Cafe.id, Round.opened_at.is_not(None), Round.closed_at.is_(None))
    return session.scalar(
        select(Cafe.id)
        .where(Cafe.event_id == event_id, Cafe.importing.is_(False))
        .order_by(running.desc(), Cafe.closed_at.is_not(None), Cafe.source.is_not(None), Cafe.id)
        .limit(1)
    )


@dataclass
class Guest:
    """Somebody at an event, and where."""

    id: UUID
    name: str
    table_id: UUID | None
    table: int | None
    hosts: int | None
    notes: int
    organisation: str = ""
    remote: bool = False
    expected: bool = False
    """On the list, and has not come yet."""
    away: bool = False


@dataclass
class PeoplePage(Page):
    """Everybody at a café's event, table by table."""

    cafe: Cafe
    event: Event
    process: Process
    tables: list[CafeTable]
    guests: list[Guest]
    total: int
    """How many there are in all."""


def people_page(session: Session, by: Actor, cafe_id: UUID, words: str = "") -> PeoplePage:
    """Who is there, for moderators; with `words`, those in whose names they stand."""
    found = session.execute(
        select(Cafe, Event).join(Event, Event.id == Cafe.event_id).where(Cafe.id == cafe_id)
    ).first()
    if found is None:
        raise NotFound
    cafe, event = found
    standing = standing_in_event(session, by, event)
    authorize(Permission.RUN_EVENT, At(standing))
    opened = open_page(session, standing, [])
    process = session.get_one(Process, event.process_id)
    tables = list(session.scalars(select(CafeTable).where(CafeTable.cafe_id == cafe.id).order_by(CafeTable.number)))
    everybody = _guests(session, event.id, Seat.cafe_id == cafe.id, tables)
    guests = [one for one in everybody if fold(words) in fold(one.name)]
    guests.sort(key=lambda one: (one.expected, one.table or 0, one.hosts is None, one.name.casefold()))
    return PeoplePage(
        **opened, cafe=cafe, event=event, process=process, tables=tables, guests=guests, total=len(everybody)
    )


def _guests(session: Session, event_id: UUID, seats: ColumnElement[bool], tables: list[CafeTable]) -> list[Guest]:
    """Everybody at an event, with their seat among certain ones and what they host among certain tables."""
    numbers = {table.id: table.number for table in tables}
    hosting = {table.host_id: table.number for table in tables if table.host_id}
    written = (
        select(func.count())
        .select_from(Idea)
        .where(Idea.participant_id == Participant.id, Idea.state != IdeaState.WITHDRAWN)
        .scalar_subquery()
    )
    sitting = (Seat.participant_id == Participant.id) & SITS_NOW
    rows = session.execute(
        select(Participant, Seat.table_id, written)
        .outerjoin(Seat, sitting & seats)
        .where(Participant.event_id == event_id, Participant.removed_at.is_(None))
        .order_by(Participant.name_key, Participant.name_number, Seat.from_at)
    )
    # Who sits in several cafés stands here once, where they sat down last.
    found = {one.id: (one, table_id, count) for one, table_id, count in rows}
    guests = []
    for one, table_id, count in found.values():
        number = numbers.get(table_id) if table_id else None
        guest = Guest(one.id, one.display_name, table_id, number, hosting.get(one.id), count)
        guest.organisation, guest.remote, guest.expected = one.organisation, one.remote, one.expected
        guest.away = one.away_at is not None
        guests.append(guest)
    return guests


@dataclass
class SamePerson:
    """Somebody, and who could be the same person: those with a name like theirs, then everybody else."""

    person: Guest
    alike: list[Guest]
    others: list[Guest]


def who_is_the_same(session: Session, by: Actor, participant_id: UUID | None) -> SamePerson:
    """Who could be the same person as somebody, for moderators."""
    person = session.get(Participant, participant_id)
    event = session.get(Event, person.event_id) if person else None
    authorize(Permission.RUN_EVENT, At(standing_in_event(session, by, event)))
    assert event is not None
    cafes = select(Cafe.id).where(Cafe.event_id == event.id)
    tables = list(session.scalars(select(CafeTable).where(CafeTable.cafe_id.in_(cafes))))
    everybody = _guests(session, event.id, Seat.cafe_id.in_(cafes), tables)
    me = next((one for one in everybody if one.id == participant_id), None)
    if me is None:
        raise NotFound
    others = [one for one in everybody if one is not me]
    first = fold(me.name)[:2]
    alike = [one for one in others if fold(one.name).startswith(first)]
    return SamePerson(me, alike, [one for one in others if one not in alike])


@dataclass
class NextHost:
    """A table, and those who sit there."""

    table: CafeTable
    people: list[Sitting]


def next_host(session: Session, table_id: UUID | None) -> NextHost:
    """Who could host a table in place of its host; authorised by the operation."""
    table = session.get_one(CafeTable, table_id)
    return NextHost(table, [one for one in sitting_in(session, table.cafe_id) if one.table_id == table.id])


@dataclass
class PersonToRemove:
    """Somebody and what would be left behind."""

    person: Participant
    tables: list[int]
    hosts: list[int]
    notes: int
    others: list[Participant]
    """Who sits at the table this person hosts, and could host it then."""


def person_to_remove(session: Session, by: Actor, participant_id: UUID | None) -> PersonToRemove:
    """Somebody, where they sit, what they host and how many notes they wrote, for moderators."""
    person, _ = one_person(session, by, participant_id)
    seats = select(Seat.table_id).where(Seat.participant_id == person.id, SITS_NOW)
    tables = session.scalars(select(CafeTable.number).where(CafeTable.id.in_(seats))).all()
    hosts = session.scalars(select(CafeTable.number).where(CafeTable.host_id == person.id)).all()
    notes = session.scalar(
        select(func.count())
        .select_from(Idea)
        .where(Idea.participant_id == person.id, Idea.state.in_((IdeaState.VISIBLE, IdeaState.HELD, IdeaState.HIDDEN)))
    )
    hosted = select(CafeTable.id).where(CafeTable.host_id == person.id)
    beside = select(Seat.participant_id).where(Seat.table_id.in_(hosted), SITS_NOW)
    others = session.scalars(
        select(Participant)
        .where(Participant.id.in_(beside), Participant.id != person.id)
        .order_by(Participant.name_key, Participant.name_number)
    ).all()
    return PersonToRemove(person, list(tables), list(hosts), notes or 0, list(others))
