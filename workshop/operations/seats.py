"""Who sits where: sitting down, staying, and being moved."""

from dataclasses import dataclass, field
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.errors import Closed, Invalid, NotFound, Removed
from workshop.forms import Id, OperationForm
from workshop.models import SITS_NOW, Cafe, CafeTable, Event, Participant, Round, Seat, new_id
from workshop.operations.at_table import OneTable, TableForm, require_open, table_to_take_a_seat_at
from workshop.operations.cafes import OneRound, RoundForm, one_round, require_running
from workshop.operations.hosting import hand_over, has_been_removed
from workshop.operations.moving import plan_for_latecomer, planned_seats, seat_people, tell_moved
from workshop.perform import operation
from workshop.policy import Permission
from workshop.room_left import IS_FULL
from workshop.standing import Actor, standing_in_event
from workshop.transaction import Transaction


@operation(
    "seat.take",
    TableForm,
    Permission.CHANGE_SEAT,
    find=table_to_take_a_seat_at,
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
    if is_full(tx.session, at.table):
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
            SITS_NOW,
        )
    ).first()


def sit_down(tx: Transaction, table: CafeTable, turn: Round, participant_id: UUID, before: Seat | None) -> None:
    """Seat somebody at a table in a round; the seat before ends. Who sits down is here, unless they were removed.

    Whoever sat nowhere is planned like somebody who comes late.
    """
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
    if before is None:
        plan_for_latecomer(tx, tx.session.get_one(Cafe, table.cafe_id), person, table.id, turn)


def is_full(session: Session, table: CafeTable) -> bool:
    """Whether a table takes nobody else for now."""
    reads = select(IS_FULL).select_from(CafeTable).join(Cafe, Cafe.id == CafeTable.cafe_id)
    return bool(session.scalar(reads.where(CafeTable.id == table.id)))


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
    Permission.RUN_CAFE,
    find=person_and_table,
    title=_l("Move somebody to another table"),
    says=_l("%(who)s moved somebody to another table"),
)
def move_participant(tx: Transaction, at: PersonAndTable, form: MoveForm) -> None:
    """Seat somebody at a table in the round that runs or is to come; their phone says where."""
    require_running(at)
    require_open(at.table)
    if at.person.removed_at is not None:
        raise Invalid(fields={"participant": [has_been_removed(at.person)]})
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
    if left is None:
        # What they hosted elsewhere they do no longer.
        plan_for_latecomer(tx, at.cafe, at.person, at.table.id, turn)
    tx.about("participant", at.person.id)
    tell_moved(tx, moved)
