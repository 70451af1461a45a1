"""Who hosts a table: named by a moderator, handed over by the host, given up by one who leaves."""

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workshop.errors import Invalid, NotFound
from workshop.forms import Id
from workshop.models import SITS_NOW, CafeTable, Participant, Round, Seat, SeatState
from workshop.operations.at_table import OneTable, TableForm, require_open, table_to_host
from workshop.operations.cafes import require_running
from workshop.operations.moving import SILENT, add_seats, planned_seats, tell_people
from workshop.perform import operation
from workshop.planning import reaches
from workshop.policy import Permission
from workshop.transaction import Transaction


class HostForm(TableForm):
    """Who hosts a table; nobody when empty."""

    participant = Id(required=False)


@operation(
    "table.name_host",
    HostForm,
    Permission.RUN_CAFE,
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
        require_here(tx.session, at.event.id, wanted, "participant")
        require_open(at.table)
    give_host(tx, at.table, wanted)


def has_been_removed(person: Participant) -> Any:
    """Why nothing is done with somebody any more."""
    return _l("%(name)s has been removed.", name=person.display_name)


def require_here(session: Session, event_id: UUID, wanted: UUID, field_name: str) -> Participant:
    """Somebody who may host a table; raises what keeps them from it: of another event, removed, not here.

    The lock keeps anybody from removing them, or counting them out, until they host it.
    """
    person = session.get(Participant, wanted, with_for_update=True, populate_existing=True)
    if person is None or person.event_id != event_id:
        raise NotFound
    if person.removed_at is not None:
        raise Invalid(fields={field_name: [has_been_removed(person)]})
    if person.away_at is not None:
        raise Invalid(fields={field_name: [_l("%(name)s is marked as not here.", name=person.display_name)]})
    return person


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
    if wanted is not None:
        plan_for_host(tx, table, wanted, before)
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
    require_here(tx.session, event_id, wanted, "new_host")
    # The database allows one host, and one table for each.
    tx.session.flush()
    _end_hosting(tx, wanted)
    table.host_id = wanted
    tx.fact("host", host_id, wanted)
    tx.touch("participant", wanted)
    tx.tell("person", wanted)
    plan_for_host(tx, table, wanted, host_id)


def plan_for_host(tx: Transaction, table: CafeTable, wanted: UUID, before: UUID | None) -> None:
    """Have a new host planned at their table in the rounds to come, where they were planned elsewhere.

    Whoever hosted it so far, and is planned there, gets the seats that fall free, where they can come to them: so
    nobody else moves, and as many sit at each table as were to. The café is held by whoever asks: no round may begin.
    """
    session = tx.session
    session.flush()
    mine, theirs = (
        dict(
            session.execute(
                select(Seat.round_id, CafeTable)
                .join(CafeTable, CafeTable.id == Seat.table_id)
                .join(Round, Round.id == Seat.round_id)
                .where(planned_seats(table.cafe_id), Seat.participant_id == one, Round.opened_at.is_(None))
            ).all()
        )
        for one in (wanted, before)
    )
    person = session.get(Participant, wanted)
    free = {turn: at for turn, at in mine.items() if at.id != table.id and person and reaches(table, person.remote)}
    if not free:
        return
    earlier = session.get(Participant, before) if before else None
    swapped = {
        turn: at
        for turn, at in free.items()
        if earlier and turn in theirs and theirs[turn].id == table.id and reaches(at, earlier.remote)
    }
    for one, turns in ((wanted, free), (before, swapped)):
        gone = update(Seat).where(planned_seats(table.cafe_id), Seat.participant_id == one, Seat.round_id.in_(turns))
        session.execute(gone.values(until_at=tx.now), execution_options=SILENT)
    seats = [(wanted, table.id, turn) for turn in free]
    seats += [(earlier.id, at.id, turn) for turn, at in swapped.items() if earlier]
    add_seats(tx, table.cafe_id, SeatState.PLANNED, seats)
    tell_people(tx, {person for person, _table, _turn in seats})


def _end_hosting(tx: Transaction, participant_id: UUID) -> None:
    for table in tx.session.scalars(select(CafeTable).where(CafeTable.host_id == participant_id)):
        table.host_id = None
        tx.touch("table", table.id)
        tx.tell("table", table.id)
        _tell_who_goes_there(tx, table.id)


class HandOverForm(TableForm):
    """A table and who is to host it."""

    participant = Id(required=False)


@operation(
    "table.hand_over",
    HandOverForm,
    Permission.LEAD_TABLE,
    find=table_to_host,
    title=_l("Hand this table over"),
    says=_l("%(who)s handed a table over"),
)
def hand_table_over(tx: Transaction, at: OneTable, form: HandOverForm) -> None:
    """Make somebody who sits at a table its host in place of the one who is; who handed it over is a guest there."""
    require_running(at)
    require_open(at.table)
    wanted = form.participant.data
    if wanted is None:
        raise Invalid(fields={"participant": [_l("Choose who hosts this table from now on.")]})
    if wanted == at.table.host_id:
        return
    # Before it is asked where they sit: whoever counts them out at this moment has ended that seat.
    person = require_here(tx.session, at.event.id, wanted, "participant")
    sits = select(Seat.id).where(
        Seat.participant_id == wanted,
        Seat.table_id == at.table.id,
        SITS_NOW,
    )
    if tx.session.scalar(sits) is None:
        raise Invalid(fields={"participant": [_l("%(name)s does not sit at this table.", name=person.display_name)]})
    give_host(tx, at.table, wanted)
