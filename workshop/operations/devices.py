"""A table's tablet: pairing it, taking it away, and what people write and do on it."""

from dataclasses import dataclass, field
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.errors import Closed, NotFound
from workshop.forms import Id, OperationForm, Text
from workshop.models import Cafe, CafeTable, Event, Participant, TableDevice
from workshop.models.base import NAME_LENGTH
from workshop.operations.at_table import OneTable, TableForm, require_open, table_to_sit_at
from workshop.operations.cafes import require_running
from workshop.operations.people import newcomer
from workshop.operations.seats import open_seat, sit_down
from workshop.operations.writing import SEAT, ContributeForm, SeatAtTable, lay_note, place_of, require_seat
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor, At, standing_in_event
from workshop.tokens import new_link_token
from workshop.transaction import Transaction


@operation(
    "device.pair",
    TableForm,
    Permission.LEAD_TABLE,
    find=table_to_sit_at,
    title=_l("Give this table a tablet"),
    says=_l("%(who)s gave a table a tablet"),
)
def pair(tx: Transaction, at: OneTable, form: TableForm) -> None:
    """Make a link that turns a tablet into the table's own, for those without a phone."""
    require_running(at)
    tx.session.add(TableDevice(id=tx.key, table_id=at.table.id, token=new_link_token(), made_at=tx.now))
    tx.about("device", tx.key)


@dataclass
class OneDevice(At):
    """A table's tablet, locked."""

    device: TableDevice = field(kw_only=True)


class DeviceForm(OperationForm):
    """Which tablet."""

    device = Id()


def one_device(session: Session, by: Actor, form: DeviceForm) -> OneDevice:
    """The tablet, if this actor may know of the event."""
    row = session.execute(
        select(TableDevice, Event)
        .join(CafeTable, CafeTable.id == TableDevice.table_id)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .join(Event, Event.id == Cafe.event_id)
        .where(TableDevice.id == form.device.data)
        .with_for_update(of=TableDevice)
    ).first()
    if row is None:
        raise NotFound
    device, event = row
    return OneDevice(standing_in_event(session, by, event), table_id=device.table_id, device=device)


@operation(
    "device.revoke",
    DeviceForm,
    Permission.MODERATE_TABLE,
    find=one_device,
    title=_l("Take the tablet away from this table"),
    says=_l("%(who)s took a tablet away from a table"),
)
def revoke(tx: Transaction, at: OneDevice, form: DeviceForm) -> None:
    """End a tablet's part at its table at once; what was written on it stays."""
    if at.device.revoked_at is not None:
        return
    at.device.revoked_at = tx.now
    tx.about("device", at.device.id)


class OnDeviceForm(ContributeForm):
    """A note, where it was written, and by whom of those at the tablet."""

    participant = Id()


@dataclass
class WriterAtTable(SeatAtTable):
    """A table, a round, and who of those at its tablet wrote there then."""

    writer: Participant = field(kw_only=True)


def writer_at_table(session: Session, by: Actor, form: OnDeviceForm) -> WriterAtTable:
    """The table and round of a note, and the one at the tablet who wrote it."""
    found, standing = place_of(session, by, form.table.data, form.round.data)
    writer = session.get(Participant, form.participant.data)
    if writer is None or writer.event_id != found.id or not writer.on_tablet:
        raise NotFound
    seat = SEAT.first(session, participant=writer.id, table=found.table_id, round=found.round_id)
    return WriterAtTable.of(standing, found, form, seated=seat is not None, writer=writer)


@operation(
    "idea.write_on_device",
    OnDeviceForm,
    Permission.USE_TABLET,
    find=writer_at_table,
    title=_l("Write a note on the table's tablet"),
    says=_l("%(who)s wrote a note on a table's tablet"),
)
def write_on_device(tx: Transaction, at: WriterAtTable, form: OnDeviceForm) -> None:
    """Lay a note of somebody at the tablet on the table, into the round where it was written."""
    require_seat(at, at.writer)
    lay_note(tx, at, form, at.writer.id, at.writer.writing_language)


class NewNameForm(TableForm):
    """The first name of somebody who has no device."""

    name = Text(_l("First name"), NAME_LENGTH, required=_l("Write a name. One letter is enough."))


@operation(
    "participant.join_on_device",
    NewNameForm,
    Permission.USE_TABLET,
    find=table_to_sit_at,
    title=_l("Sit down at the tablet"),
    says=_l("%(who)s sat down at a table's tablet"),
)
def join_on_device(tx: Transaction, at: OneTable, form: NewNameForm) -> None:
    """Take part without a device of one's own, at the table of the tablet; a receipt is theirs all the same."""
    require_running(at)
    require_open(at.table)
    # As with joining: one at a time in an event.
    tx.session.refresh(at.event, with_for_update={"key_share": True})
    turn = at.cafe.current_round
    if turn is None:
        raise Closed(_l("This café has no rounds yet."))
    language = at.event.language
    person = newcomer(tx, at.event, form.name.data, language=language, writing_language=language, on_tablet=True)
    tx.session.flush()
    sit_down(tx, at.table, turn, person.id, None)
    tx.about("participant", person.id)
    tx.touch("table", at.table.id)
    tx.tell("table", at.table.id)


class ComeForm(TableForm):
    """Somebody who comes from another table's tablet."""

    participant = Id()


@dataclass
class Coming(OneTable):
    """A table, and who comes to it."""

    person: Participant = field(kw_only=True)


def coming(session: Session, by: Actor, form: ComeForm) -> Coming:
    """The table, and the one without a device who comes to it."""
    at = table_to_sit_at(session, by, form)
    person = session.get(Participant, form.participant.data, with_for_update=True)
    if person is None or person.event_id != at.event.id or not person.on_tablet or person.removed_at is not None:
        raise NotFound
    return Coming(at.standing, table_id=at.table_id, cafe=at.cafe, table=at.table, person=person)


@operation(
    "seat.take_on_device",
    ComeForm,
    Permission.USE_TABLET,
    find=coming,
    title=_l("Sit down at this tablet"),
    says=_l("%(who)s changed to another table's tablet"),
)
def come(tx: Transaction, at: Coming, form: ComeForm) -> None:
    """Sit down at the tablet's table, in the round that runs or is to come; the seat before ends."""
    require_running(at)
    require_open(at.table)
    turn = at.cafe.current_round
    if turn is None:
        raise Closed(_l("This café has no rounds yet."))
    seat = open_seat(tx.session, at.cafe.id, at.person.id)
    if seat and (seat.table_id, seat.round_id) == (at.table.id, turn.id):
        return
    left: UUID | None = seat.table_id if seat else None
    sit_down(tx, at.table, turn, at.person.id, seat)
    tx.fact("table", left, at.table.id)
    tx.about("table", at.table.id)
    tx.touch("table", left)
    tx.touch("participant", at.person.id)
    tx.tell("table", left, at.table.id)
    tx.tell("person", at.person.id)
