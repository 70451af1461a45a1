"""Handing a table over: its host names the next one among those who sit there."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from workshop.errors import Invalid, NotFound
from workshop.forms import Id
from workshop.models import Participant, Seat, SeatState
from workshop.operations.cafes import require_running
from workshop.operations.seats import OneTable, TableForm, give_host, require_open, table_to_host
from workshop.perform import Transaction, operation
from workshop.policy import Permission


class HandOverForm(TableForm):
    """A table and who is to host it."""

    participant = Id(required=False)


@operation(
    "table.hand_over",
    HandOverForm,
    Permission.MODERATE_TABLE,
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
    person = tx.session.get(Participant, wanted)
    if person is None or person.event_id != at.event.id:
        raise NotFound
    if wanted == at.table.host_id:
        return
    sits = select(Seat.id).where(
        Seat.participant_id == wanted,
        Seat.table_id == at.table.id,
        Seat.until_at.is_(None),
        Seat.state == SeatState.TAKEN,
    )
    if tx.session.scalar(sits) is None:
        raise Invalid(fields={"participant": [_l("%(name)s does not sit at this table.", name=person.display_name)]})
    give_host(tx, at.table, wanted)
