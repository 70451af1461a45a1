"""Reads for forms of moderators: a table, a café, where one person could sit, and who could host."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.errors import NotFound
from workshop.models import SITS_NOW, Cafe, CafeTable, Event, Participant, Seat
from workshop.policy import Permission, authorize
from workshop.standing import Actor, At, standing_in_event


def one_table(session: Session, by: Actor, table_id: UUID | None) -> CafeTable:
    """A table, for moderators."""
    found = session.execute(
        select(CafeTable, Event)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .join(Event, Event.id == Cafe.event_id)
        .where(CafeTable.id == table_id)
    ).first()
    if found is None:
        raise NotFound
    table, event = found
    authorize(Permission.RUN_EVENT, At(standing_in_event(session, by, event)))
    return table


def one_cafe(session: Session, by: Actor, cafe_id: UUID | None) -> Cafe:
    """A café, for moderators."""
    cafe = session.get(Cafe, cafe_id) if cafe_id else None
    if cafe is None:
        raise NotFound
    authorize(Permission.RUN_EVENT, At(standing_in_event(session, by, session.get(Event, cafe.event_id))))
    return cafe


def one_person(session: Session, by: Actor, participant_id: UUID | None) -> tuple[Participant, Event]:
    """Somebody and their event, for moderators."""
    found = session.execute(
        select(Participant, Event).join(Event, Event.id == Participant.event_id).where(Participant.id == participant_id)
    ).first()
    if found is None:
        raise NotFound
    person, event = found
    authorize(Permission.RUN_EVENT, At(standing_in_event(session, by, event)))
    return person, event


@dataclass
class PersonToMove:
    """Somebody, where they sit, and the tables they could sit at; who could host theirs."""

    person: Participant
    table: CafeTable | None
    hosts: CafeTable | None
    tables: list[tuple[CafeTable, int]]
    others: list[Participant]


def person_to_move(session: Session, by: Actor, participant_id: UUID | None) -> PersonToMove:
    """Somebody and where they could sit, for moderators."""
    person, event = one_person(session, by, participant_id)
    rows = session.execute(
        select(CafeTable, Seat.participant_id)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .outerjoin(Seat, (Seat.table_id == CafeTable.id) & SITS_NOW)
        .where(Cafe.event_id == event.id, Cafe.source.is_(None), Cafe.closed_at.is_(None))
        .order_by(CafeTable.cafe_id, CafeTable.number)
    ).all()
    tables = {table.id: table for table, _ in rows}
    people = Counter(table.id for table, sitting in rows if sitting is not None)
    here = next((table for table, sitting in rows if sitting == person.id), None)
    hosts = next((table for table in tables.values() if table.host_id == person.id), None)
    beside = {sitting for table, sitting in rows if hosts is not None and table.id == hosts.id and sitting != person.id}
    others = session.scalars(
        select(Participant).where(Participant.id.in_(beside)).order_by(Participant.name_key, Participant.name_number)
    ).all()
    return PersonToMove(
        person,
        here,
        hosts,
        [(one, people[one.id]) for one in tables.values() if one.closed_at is None],
        list(others),
    )


@dataclass
class HostsToChoose:
    """A table and those who could host it: who sits there first, then everybody else."""

    table: CafeTable
    here: list[Participant]
    elsewhere: list[Participant]


def hosts_to_choose(session: Session, by: Actor, table_id: UUID | None) -> HostsToChoose:
    """Who could host a table, for moderators."""
    table = one_table(session, by, table_id)
    event_id = select(Cafe.event_id).where(Cafe.id == table.cafe_id).scalar_subquery()
    sitting = SITS_NOW & (Seat.table_id == table.id)
    rows = session.execute(
        select(Participant, Seat.id)
        .outerjoin(Seat, (Seat.participant_id == Participant.id) & sitting)
        .where(Participant.event_id == event_id, Participant.removed_at.is_(None), Participant.away_at.is_(None))
        .order_by(Participant.name_key, Participant.name_number)
    ).all()
    return HostsToChoose(
        table, [one for one, seat in rows if seat is not None], [one for one, seat in rows if seat is None]
    )
