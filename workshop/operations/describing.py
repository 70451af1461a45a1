"""What somebody says of themselves: where they come from, and whether they are at a distance."""

from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workshop.forms import Id, OperationForm, Text, Yes
from workshop.models import Cafe, CafeTable, Event, Participant, Seat, SeatState
from workshop.models.base import NAME_LENGTH
from workshop.operations.cafes import hold_cafes
from workshop.operations.moving import end_seats, open_tables, plan_for_latecomer, seat_people, taken_seats, tell_moved
from workshop.perform import operation
from workshop.planning import reaches
from workshop.policy import Permission
from workshop.standing import Actor, At, standing_in_event
from workshop.transaction import Transaction


class AboutForm(OperationForm):
    """What somebody says of themselves, so that a plan can heed it."""

    event = Id()
    organisation = Text(_l("Where you come from"), NAME_LENGTH, description=_l("An organisation, a firm, a school"))
    remote = Yes(_l("I take part at a distance"))


def own_place(session: Session, by: Actor, form: AboutForm) -> At:
    """The event, if this actor may know of it."""
    return At(standing_in_event(session, by, session.get(Event, form.event.data)))


@operation(
    "participant.describe",
    AboutForm,
    Permission.CHANGE_SEAT,
    find=own_place,
    title=_l("About you"),
    says=_l("%(who)s said where they come from"),
)
def describe(tx: Transaction, at: At, form: AboutForm) -> None:
    """Say where one comes from and whether one is at a distance; out of reach one sits nowhere and is sent nowhere."""
    hold_cafes(tx.session, at.participant.id)
    person = tx.session.get_one(Participant, at.participant.id, with_for_update=True, populate_existing=True)
    before = [person.organisation, person.remote]
    person.organisation, person.remote = form.organisation.data or "", bool(form.remote.data)
    if before == [person.organisation, person.remote]:
        return
    moved = _within_reach(tx, person)
    tx.about("participant", person.id)
    tx.tell("person", person.id)
    tell_moved(tx, moved)
    # The page of the plan listens there; a thousand who say so one after the other concern nobody else.
    sitting = (Seat.participant_id == person.id) & Seat.until_at.is_(None)
    tx.tell("table", *tx.session.scalars(select(Seat.table_id).where(sitting).distinct()))


def _within_reach(tx: Transaction, person: Participant) -> dict[UUID, tuple[UUID | None, UUID | None]]:
    """Seat somebody within reach, and plan the coming rounds anew where they were to go out of reach."""
    session = tx.session
    rows = session.execute(
        select(Cafe, CafeTable, Seat.state)
        .join(CafeTable, CafeTable.cafe_id == Cafe.id)
        .join(Seat, Seat.table_id == CafeTable.id)
        .where(Seat.participant_id == person.id, Seat.until_at.is_(None), Cafe.closed_at.is_(None))
        .order_by(Seat.from_at.desc())
    ).all()
    sits = next(((cafe, table) for cafe, table, state in rows if state is SeatState.TAKEN), None)
    if sits is None or all(reaches(table, person.remote) for _cafe, table, _state in rows):
        return {}
    cafe, table = sits
    people = dict(
        session.execute(
            select(Seat.table_id, func.count(Seat.id)).where(taken_seats(cafe.id)).group_by(Seat.table_id)
        ).all()
    )
    within = [one for one in open_tables(session, cafe.id) if reaches(one, person.remote)]
    turn = cafe.current_round
    if not within or turn is None:
        return {}
    if not reaches(table, person.remote):
        table = min(within, key=lambda one: (people.get(one.id, 0), one.number))
    moved = seat_people(tx, turn, {person.id: table.id})
    end_seats(tx, cafe.id, SeatState.PLANNED, [person.id])
    plan_for_latecomer(tx, cafe, person, table.id, turn)
    return moved
