"""Taking somebody's place away, with where they sit, are to sit, and what they host."""

from dataclasses import dataclass, field
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workshop.errors import NotFound
from workshop.forms import Id, OperationForm
from workshop.models import Event, Participant, Seat, SeatState
from workshop.operations.cafes import hold_cafes
from workshop.operations.hosting import hand_over
from workshop.operations.moving import SILENT
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor, At, standing_in_event
from workshop.transaction import Transaction


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


def one_person_in_the_room(session: Session, by: Actor, form: PersonForm) -> OnePerson:
    """The same, while no round begins: with seats and a plan to be changed, or a table to be handed over."""
    hold_cafes(session, form.participant.data)
    return one_person(session, by, form)


@operation(
    "participant.remove",
    LeavingForm,
    Permission.RUN_EVENT,
    find=one_person_in_the_room,
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
