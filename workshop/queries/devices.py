"""Reads about tables' tablets: what they show, and who writes on them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop import clock
from workshop.errors import Forbidden, NotFound
from workshop.models import (
    SITS_NOW,
    Cafe,
    CafeTable,
    Event,
    Participant,
    Process,
    Seat,
    TableDevice,
    Vote,
    VotesPer,
    votes_given,
)
from workshop.models.people import named
from workshop.phases import Activity, is_open
from workshop.policy import Permission, authorize
from workshop.queries import seats
from workshop.queries.cafes import TableHead, Turns, table_heads, turns
from workshop.queries.ideas import Note, notes_at_table
from workshop.queries.phases import Phases, phases
from workshop.queries.photos import TablePhotos, table_photos
from workshop.queries.table_tools import TableState, table_states
from workshop.queries.tables import table_to_show
from workshop.queries.viewing import Audience, Page, open_page
from workshop.standing import Actor, At, standing_in_event

SHOWN_FOR = timedelta(minutes=10)
"""How long a tablet shows the receipt of somebody who has just sat down at it."""


@dataclass
class OnTablet:
    """Somebody who writes on a tablet, and the table they go to next, if it is known."""

    id: UUID
    name: str
    following: int | None


@dataclass
class Names:
    """Who writes on the tablet of a table now."""

    id: UUID
    number: int
    people: list[OnTablet]


def names(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, Names]:
    """Who sits at each table without a device of their own."""
    wanted = list(ids)
    numbers = session.execute(select(CafeTable.id, CafeTable.number).where(CafeTable.id.in_(wanted)))
    found = {table_id: Names(table_id, number, []) for table_id, number in numbers}
    rows = session.execute(
        select(Seat.table_id, Participant.id, Participant.name, Participant.name_number)
        .join(Participant, Participant.id == Seat.participant_id)
        .where(Seat.table_id.in_(wanted), SITS_NOW, Participant.on_tablet)
        .order_by(Seat.from_at, Participant.joined_at, Participant.id)
    ).all()
    going = seats.moments(session, [row.id for row in rows], audience) if rows else {}
    for table_id, person_id, name, number in rows:
        following = going[person_id].next
        found[table_id].people.append(OnTablet(person_id, named(name, number), following.number if following else None))
    return found


@dataclass
class DevicePage(Page):
    """A table as its tablet shows it."""

    table: CafeTable
    cafe: Cafe
    event: Event
    head: TableHead
    turns: Turns
    state: TableState
    phases: Phases
    notes: list[Note]
    photos: TablePhotos
    more: bool
    names: Names
    elsewhere: list[OnTablet] | None
    """Who writes on other tables' tablets and may come here, where that was asked."""
    device: UUID


def device_page(session: Session, by: Actor, table_id: UUID, *, others: bool = False) -> DevicePage:
    """The page of a table's tablet, for that tablet alone."""
    table, event, standing = table_to_show(session, by, table_id)
    cafe = table.cafe
    authorize(Permission.READ_TABLE, At(standing, table_id=table.id))
    if standing.tablet is None or standing.tablet.table_id != table.id:
        raise Forbidden
    opened = open_page(session, standing, [f"table:{table.id}", f"cafe:{cafe.id}"], aloud=False)
    notes, more = notes_at_table(session, table.id, Audience.EVERYBODY, None)
    return DevicePage(
        **opened,
        table=table,
        cafe=cafe,
        event=event,
        head=table_heads(session, [table.id], Audience.EVERYBODY)[table.id],
        turns=turns(session, [cafe.id], Audience.EVERYBODY)[cafe.id],
        state=table_states(session, [table.id], Audience.EVERYBODY)[table.id],
        phases=phases(session, [event.id], Audience.EVERYBODY)[event.id],
        notes=notes,
        photos=table_photos(session, [table.id], Audience.EVERYBODY)[table.id],
        more=more,
        names=names(session, [table.id], Audience.EVERYBODY)[table.id],
        elsewhere=_elsewhere(session, event.id, table.id) if others else None,
        device=standing.tablet.id,
    )


def _elsewhere(session: Session, event_id: UUID, table_id: UUID) -> list[OnTablet]:
    here = (
        select(Seat.id)
        .where(
            Seat.participant_id == Participant.id,
            Seat.table_id == table_id,
            SITS_NOW,
        )
        .exists()
    )
    rows = session.execute(
        select(Participant.id, Participant.name, Participant.name_number)
        .where(Participant.event_id == event_id, Participant.on_tablet, Participant.removed_at.is_(None), ~here)
        .order_by(Participant.name_key, Participant.name_number)
    )
    return [OnTablet(person_id, named(name, number), None) for person_id, name, number in rows]


def just_came(session: Session, table_id: UUID, participant_id: UUID) -> Participant | None:
    """Somebody who has just sat down at a table's tablet, and whose receipt it may show; none otherwise."""
    return session.scalars(
        select(Participant)
        .join(Seat, Seat.participant_id == Participant.id)
        .where(
            Participant.id == participant_id,
            Participant.on_tablet,
            Participant.joined_at > clock.now() - SHOWN_FOR,
            Seat.table_id == table_id,
            SITS_NOW,
        )
    ).first()


@dataclass
class AtTablet(Page):
    """Somebody at a table's tablet: what they supported, and what is theirs to take along."""

    table: CafeTable
    event: Event
    person: Participant
    notes: list[Note]
    voted: set[UUID]
    """Of these notes."""
    most: int | None
    """How many votes one has in the café, or in each of its rounds; None: as many as one likes."""
    left: int
    voting: bool
    """Whether votes are given now."""


def person_page(session: Session, by: Actor, table_id: UUID, participant_id: UUID) -> AtTablet:
    """Somebody who sits at the table of this tablet now."""
    row = session.execute(
        select(CafeTable, Cafe, Event, Participant)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .join(Event, Event.id == Cafe.event_id)
        .join(Seat, Seat.table_id == CafeTable.id)
        .join(Participant, Participant.id == Seat.participant_id)
        .where(
            CafeTable.id == table_id,
            Participant.id == participant_id,
            Participant.on_tablet,
            Participant.removed_at.is_(None),
            SITS_NOW,
        )
    ).first()
    if row is None:
        raise NotFound
    table, cafe, event, person = row
    standing = standing_in_event(session, by, event)
    authorize(Permission.READ_TABLE, At(standing, table_id=table.id))
    if standing.tablet is None or standing.tablet.table_id != table.id:
        raise Forbidden
    opened = open_page(session, standing, [f"table:{table.id}", f"cafe:{cafe.id}"])
    notes, _ = notes_at_table(session, table.id, Audience.EVERYBODY, None)
    supported = select(Vote.idea_id).where(Vote.participant_id == person.id, Vote.idea_id.is_not(None))
    turn = cafe.current_round if cafe.votes_per is VotesPer.ROUND else None
    given = votes_given(session, person.id, cafe.id, turn.id if turn else None)
    most = cafe.votes_per_participant
    return AtTablet(
        **opened,
        table=table,
        event=event,
        person=person,
        notes=notes,
        voted={one for one in session.scalars(supported) if one},
        most=most,
        left=max(0, most - given) if most is not None else 0,
        voting=event.closed_at is None and cafe.closed_at is None and is_open(Activity.VOTE, event.phase_kind),
    )


@dataclass
class DevicesPage(Page):
    """A table's tablets, for those who run it."""

    table: CafeTable
    event: Event
    process: Process
    devices: list[TableDevice]
    is_open: bool


def devices_page(session: Session, by: Actor, table_id: UUID) -> DevicesPage:
    """The tablets of a table, for its host and for moderators."""
    table, event, standing = table_to_show(session, by, table_id)
    authorize(Permission.MODERATE_TABLE, At(standing, table_id=table.id))
    devices = session.scalars(
        select(TableDevice)
        .where(TableDevice.table_id == table.id, TableDevice.revoked_at.is_(None))
        .order_by(TableDevice.made_at, TableDevice.id)
    )
    return DevicesPage(
        **open_page(session, standing, []),
        table=table,
        event=event,
        process=session.get_one(Process, event.process_id),
        devices=list(devices),
        is_open=event.closed_at is None and table.cafe.closed_at is None,
    )
