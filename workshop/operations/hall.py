"""What devices in the hall found out about its network, the day before."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from wtforms import ValidationError

from workshop.errors import Closed, Conflict, Invalid
from workshop.forms import Number, OperationForm, Text, Yes, to_id
from workshop.models import Cafe, HallDevice
from workshop.models.base import NAME_LENGTH
from workshop.operations.people import OVER, by_token, event_by_code
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor, At, Standing
from workshop.transaction import Transaction

KEPT_FOR = timedelta(days=3)
MOST_DEVICES = 300
"""Of one event; the one that measured longest ago makes room for another."""
SLOWEST = 600_000
"""Milliseconds; whatever takes longer never came."""
FARTHEST = 999_999_999


class CodeForm(OperationForm):
    """The event's code, or the token of its QR in its place."""

    code = Text(_l("Code"), 40)
    token = Text("", 64)


class HallForm(CodeForm):
    """One device's round trips, and what its browser can do."""

    device = Text("", 36)
    label = Text(_l("Which device is it?"), NAME_LENGTH)
    websocket = Number("", 0, SLOWEST, required=False)
    websocket_worst = Number("", 0, SLOWEST, required=False)
    polling = Number("", 0, SLOWEST, required=False)
    polling_worst = Number("", 0, SLOWEST, required=False)
    large = Number("", 0, SLOWEST, required=False)
    secure = Yes("")
    worker = Yes("")
    clock_off = Number("", -FARTHEST, FARTHEST, required=False)

    def validate_device(self, device: Any) -> None:
        """A UUID, which the device has made itself."""
        try:
            to_id(device.data)
        except ValueError as error:
            raise ValidationError(error.args[0]) from None


def hall_of_code(session: Session, by: Actor, form: CodeForm) -> At:
    """The event that a code or a QR leads to; Invalid with a kind sentence where there is none."""
    if form.token.data:
        event, _table = by_token(session, form.token.data)
    else:
        event = event_by_code(session, form.code.data or "")
    if event.closed_at is not None:
        raise Closed(OVER)
    return At(Standing(event.process_id, event, system=by.system))


@operation(
    "hall.report",
    HallForm,
    Permission.JOIN,
    find=hall_of_code,
    title=_l("Tell how the network is"),
    says=_l("%(who)s told how the network in the hall is"),
    form_only=True,
)
def report(tx: Transaction, at: At, form: HallForm) -> None:
    """Keep what a device measured; again, where it measures again."""
    if not form.device.data:
        raise Invalid(_l("This was sent without a key."))
    event_id, device_id = at.event.id, to_id(form.device.data)
    tx.session.execute(
        delete(HallDevice).where(HallDevice.event_id == event_id, HallDevice.at < tx.now - KEPT_FOR),
        execution_options={"synchronize_session": False},
    )
    device = tx.session.get(HallDevice, device_id, with_for_update=True)
    if device is not None and device.event_id != event_id:
        raise Conflict
    if device is None:
        _make_room(tx.session, event_id)
        device = HallDevice(id=device_id, event_id=event_id)
        tx.session.add(device)
    device.label = form.label.data or ""
    device.websocket, device.websocket_worst = form.websocket.data, form.websocket_worst.data
    device.polling, device.polling_worst = form.polling.data, form.polling_worst.data
    device.large = form.large.data
    device.secure, device.worker = form.secure.data, form.worker.data
    device.clock_off = form.clock_off.data or 0
    device.at = tx.now
    tx.about("hall", event_id)
    # The list of the devices is drawn anew wherever it is looked at.
    tx.tell("cafe", *tx.session.scalars(select(Cafe.id).where(Cafe.event_id == event_id)))


def _make_room(session: Session, event_id: UUID) -> None:
    """Give up what was measured longest ago, where the list is full: whoever invents devices keeps no real one out."""
    newest = select(HallDevice.id).where(HallDevice.event_id == event_id)
    newest = newest.order_by(HallDevice.at.desc(), HallDevice.id).limit(MOST_DEVICES - 1)
    session.execute(
        delete(HallDevice).where(HallDevice.event_id == event_id, HallDevice.id.not_in(newest)),
        execution_options={"synchronize_session": False},
    )
