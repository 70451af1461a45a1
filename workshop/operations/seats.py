"""Who sits where, who hosts a table, and who may stay."""

from dataclasses import dataclass, field
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from workshop.errors import Closed, Invalid, NotFound, Removed
from workshop.forms import Id, OperationForm
from workshop.models import Cafe, CafeTable, Event, Participant, Round, Seat, SeatState, new_id
from workshop.operations.cafes import OneCafe, OneRound, RoundForm, one_round, require_running
from workshop.operations.moving import SILENT, planned_seats, seat_people, tell_moved
from workshop.perform import Transaction, operation
from workshop.policy import Actor, At, Permission, standing_in_event


@dataclass
class OneTable(OneCafe):
    """A table and its café."""

    table: CafeTable = field(kw_only=True)


class TableForm(OperationForm):
    """Which table."""

    table = Id()


def table_to_sit_at(session: Session, by: Actor, form: TableForm) -> OneTable:
    """The table; it and its café are held still, so that no round begins and no table closes meanwhile."""
    row = session.execute(
        select(CafeTable, Cafe, Event)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .join(Event, Event.id == Cafe.event_id)
        .where(CafeTable.id == form.table.data)
        .with_for_update(of=[Cafe, CafeTable], read=True)
    ).first()
    if row is None:
        raise NotFound
    table, cafe, event = row
    return OneTable(standing_in_event(session, by, event), table_id=table.id, cafe=cafe, table=table)


@operation(
    "seat.take",
    TableForm,
    Permission.CHANGE_SEAT,
    find=table_to_sit_at,
    title=_l("Sit at this table"),
    says=_l("%(who)s sat down at a table"),
)
def take_seat(tx: Transaction, at: OneTable, form: TableForm) -> None:
    """Sit down at a table, in the round that runs or is to come; the seat before ends."""
    require_running(at)
    require_open(at.table)
    seat = open_seat(tx.session, at.cafe.id, at.participant.id)
    turn = at.cafe.current_round
    if turn is None:
        raise Closed(_l("This café has no rounds yet."))
    if seat and (seat.table_id, seat.round_id) == (at.table.id, turn.id):
        return
    if is_full(tx.session, at.cafe, at.table):
        number = at.table.number
        raise Closed(_l("Table %(number)s is full for now. Take another one, until all have people.", number=number))
    left = seat.table_id if seat else None
    sit_down(tx, at.table, turn, at.participant.id, seat)
    tx.fact("table", left, at.table.id)
    tx.about("table", at.table.id)
    tx.touch("table", left)
    tx.touch("participant", at.participant.id)
    tx.tell("table", left, at.table.id)
    tx.tell("person", at.participant.id)


def open_seat(session: Session, cafe_id: UUID, participant_id: UUID) -> Seat | None:
    """Where somebody sits in a café now."""
    return session.scalars(
        select(Seat).where(
            Seat.participant_id == participant_id,
            Seat.cafe_id == cafe_id,
            Seat.until_at.is_(None),
            Seat.state == SeatState.TAKEN,
        )
    ).first()


def sit_down(tx: Transaction, table: CafeTable, turn: Round, participant_id: UUID, before: Seat | None) -> None:
    """Seat somebody at a table in a round; the seat before ends. Who sits down is here, unless they were removed."""
    if before:
        before.until_at = tx.now
        # Before the new one: the database allows one open seat.
        tx.session.flush()
    tx.session.add(
        Seat(
            id=new_id(),
            participant_id=participant_id,
            cafe_id=table.cafe_id,
            table_id=table.id,
            round_id=turn.id,
            from_at=tx.now,
        )
    )
    # The seat keeps anybody from removing them, or saying that they are away, from here on.
    tx.session.flush()
    person = tx.session.get_one(Participant, participant_id, populate_existing=True)
    if person.removed_at is not None:
        raise Removed(participant=participant_id)
    person.away_at = None


@operation(
    "seat.stay",
    RoundForm,
    Permission.CHANGE_SEAT,
    find=one_round,
    title=_l("Stay at this table"),
    says=_l("%(who)s stays where they sit"),
)
def stay(tx: Transaction, at: OneRound, form: RoundForm) -> None:
    """Leave the seat that was planned for a coming round: one stays where one sits."""
    require_running(at)
    person = at.participant.id
    planned = tx.session.scalars(
        select(Seat).where(planned_seats(at.cafe.id), Seat.participant_id == person, Seat.round_id == at.round.id)
    ).first()
    if planned is None:
        return
    planned.until_at = tx.now
    tx.fact("planned", planned.table_id, None)
    tx.about("participant", person)
    tx.tell("person", person)
    # The page of the plan listens there.
    tx.tell("table", planned.table_id)


class MoveForm(OperationForm):
    """Who is to sit where; a host who leaves their table hands it over to somebody, or to nobody."""

    participant = Id()
    table = Id()
    new_host = Id(required=False)


@dataclass
class PersonAndTable(OneTable):
    """Somebody and the table they are to sit at."""

    person: Participant = field(kw_only=True)


def person_and_table(session: Session, by: Actor, form: MoveForm) -> PersonAndTable:
    """Both, of one event; table and café are held still, so that no round begins and no table closes meanwhile."""
    row = session.execute(
        select(CafeTable, Cafe, Event, Participant)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .join(Event, Event.id == Cafe.event_id)
        .join(Participant, Participant.event_id == Event.id)
        .where(CafeTable.id == form.table.data, Participant.id == form.participant.data)
        .with_for_update(of=[Cafe, CafeTable, Participant])
    ).first()
    if row is None:
        raise NotFound
    table, cafe, event, person = row
    standing = standing_in_event(session, by, event)
    return PersonAndTable(standing, table_id=table.id, cafe=cafe, table=table, person=person)


@operation(
    "participant.move",
    MoveForm,
    Permission.RUN_EVENT,
    find=person_and_table,
    title=_l("Move somebody to another table"),
    says=_l("%(who)s moved somebody to another table"),
)
def move_participant(tx: Transaction, at: PersonAndTable, form: MoveForm) -> None:
    """Seat somebody at a table in the round that runs or is to come; their phone says where."""
    require_running(at)
    require_open(at.table)
    if at.person.removed_at is not None:
        raise Invalid(fields={"participant": [_l("%(name)s has been removed.", name=at.person.display_name)]})
    turn = at.cafe.current_round
    if turn is None:
        raise Closed(_l("This café has no rounds yet."))
    moved = seat_people(tx, turn, {at.person.id: at.table.id})
    if not moved:
        return
    left, came = moved[at.person.id]
    at.person.away_at = None
    tx.fact("table", left, came)
    hosted = tx.session.scalars(select(CafeTable.id).where(CafeTable.host_id == at.person.id)).first()
    if hosted is not None and hosted != at.table.id:
        hand_over(tx, at.event.id, at.person.id, form.new_host.data)
    tx.about("participant", at.person.id)
    tell_moved(tx, moved)


def is_full(session: Session, cafe: Cafe, table: CafeTable) -> bool:
    """Whether a table takes nobody else for now: somebody said so, or as many sit there as may.

    Only as long as there is another one with room: nobody is left standing.
    """
    people = (
        select(func.count(Seat.id))
        .where(Seat.table_id == CafeTable.id, Seat.until_at.is_(None), Seat.state == SeatState.TAKEN)
        .scalar_subquery()
    )
    open_ones = (CafeTable.cafe_id == cafe.id) & CafeTable.closed_at.is_(None)
    limit = cafe.seats_per_table
    full = {
        one: full_at is not None or (limit is not None and sitting >= limit)
        for one, full_at, sitting in session.execute(select(CafeTable.id, CafeTable.full_at, people).where(open_ones))
    }
    return full.get(table.id, False) and not all(full.values())


def require_open(table: CafeTable) -> None:
    """Raise Closed for a table that was closed or merged into another one."""
    if table.closed_at is not None:
        raise Closed(_l("Table %(number)s is closed.", number=table.number))


class HostForm(TableForm):
    """Who hosts a table; nobody when empty."""

    participant = Id(required=False)


def table_to_host(session: Session, by: Actor, form: HostForm) -> OneTable:
    """The table and its café, both locked."""
    row = session.execute(
        select(CafeTable, Cafe, Event)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .join(Event, Event.id == Cafe.event_id)
        .where(CafeTable.id == form.table.data)
        .with_for_update(of=[Cafe, CafeTable])
    ).first()
    if row is None:
        raise NotFound
    table, cafe, event = row
    return OneTable(standing_in_event(session, by, event), table_id=table.id, cafe=cafe, table=table)


@operation(
    "table.name_host",
    HostForm,
    Permission.RUN_EVENT,
    find=table_to_host,
    title=_l("Name the host of this table"),
    says=_l("%(who)s named the host of a table"),
)
def name_host(tx: Transaction, at: OneTable, form: HostForm) -> None:
    """Give a table its host, who hosts no other one; without a participant it has none."""
    before, wanted = at.table.host_id, form.participant.data
    if wanted == before:
        return
    if wanted is not None:
        person = tx.session.get(Participant, wanted, with_for_update=True, populate_existing=True)
        if person is None or person.event_id != at.event.id:
            raise NotFound
        if person.removed_at is not None:
            raise Invalid(fields={"participant": [_l("%(name)s has been removed.", name=person.display_name)]})
        require_open(at.table)
    give_host(tx, at.table, wanted)


def give_host(tx: Transaction, table: CafeTable, wanted: UUID | None) -> None:
    """Make somebody the host of a table, and of no other one; nobody where none is wanted."""
    before = table.host_id
    if wanted is not None:
        _end_hosting(tx, wanted)
    tx.fact("host", before, wanted)
    table.host_id = wanted
    tx.about("table", table.id)
    tx.touch("participant", before, wanted)
    tx.tell("table", table.id)
    tx.tell("person", before, wanted)
    _tell_who_goes_there(tx, table.id)


def _tell_who_goes_there(tx: Transaction, table_id: UUID) -> None:
    """Have those who are sent or are to go to a table know that somebody else hosts it."""
    going = (Seat.state == SeatState.PLANNED) | Seat.sent
    people = tx.session.scalars(
        select(Seat.participant_id).where(Seat.table_id == table_id, Seat.until_at.is_(None), going).distinct()
    ).all()
    tx.touch("participant", *people)
    tx.tell("person", *people)


def hand_over(tx: Transaction, event_id: UUID, host_id: UUID, wanted: UUID | None) -> None:
    """End somebody's hosting, in favour of somebody else where one is named."""
    table = tx.session.scalars(select(CafeTable).where(CafeTable.host_id == host_id)).first()
    _end_hosting(tx, host_id)
    if table is None or wanted is None or wanted == host_id:
        return
    person = tx.session.get(Participant, wanted)
    if person is None or person.event_id != event_id or person.removed_at is not None:
        raise NotFound
    # The database allows one host, and one table for each.
    tx.session.flush()
    _end_hosting(tx, wanted)
    table.host_id = wanted
    tx.fact("host", host_id, wanted)
    tx.touch("participant", wanted)
    tx.tell("person", wanted)


def _end_hosting(tx: Transaction, participant_id: UUID) -> None:
    for table in tx.session.scalars(select(CafeTable).where(CafeTable.host_id == participant_id)):
        table.host_id = None
        tx.touch("table", table.id)
        tx.tell("table", table.id)
        _tell_who_goes_there(tx, table.id)


@dataclass
class OnePerson(At):
    """A participant, locked."""

    person: Participant = field(kw_only=True)


class PersonForm(OperationForm):
    """Which participant."""

    participant = Id()


class LeavingForm(PersonForm):
    """Who leaves, and who hosts their table from then on."""

    new_host = Id(required=False)


def one_person(session: Session, by: Actor, form: PersonForm) -> OnePerson:
    """The participant, if this actor may know of the event."""
    row = session.execute(
        select(Participant, Event)
        .join(Event, Event.id == Participant.event_id)
        .where(Participant.id == form.participant.data)
        .with_for_update(of=Participant)
    ).first()
    if row is None:
        raise NotFound
    return OnePerson(standing_in_event(session, by, row[1]), person=row[0])


@operation(
    "participant.remove",
    LeavingForm,
    Permission.RUN_EVENT,
    find=one_person,
    title=_l("Remove this person"),
    says=_l("%(who)s removed somebody from the event"),
)
def remove_participant(tx: Transaction, at: OnePerson, form: LeavingForm) -> None:
    """Take somebody's place away; what the person wrote stays where it is."""
    person = at.person
    if person.removed_at is not None:
        return
    person.removed_at = tx.now
    give_up_seats(tx, person.id)
    hand_over(tx, at.event.id, person.id, form.new_host.data)
    tx.about("participant", person.id)
    tx.tell("person", person.id)


def give_up_seats(tx: Transaction, participant_id: UUID) -> None:
    """End where somebody sits and is to sit, in every café."""
    open_ones = (Seat.participant_id == participant_id) & Seat.until_at.is_(None)
    taken = select(Seat).where(open_ones, Seat.state == SeatState.TAKEN)
    for seat in tx.session.scalars(taken):
        seat.until_at = tx.now
        tx.touch("table", seat.table_id)
        tx.tell("table", seat.table_id)
    planned = update(Seat).where(open_ones, Seat.state == SeatState.PLANNED).values(until_at=tx.now)
    tx.session.execute(planned, execution_options=SILENT)
