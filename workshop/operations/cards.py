"""A table's printed host card: taking the host's place with it, and making a new one."""

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from workshop.errors import Closed, Invalid
from workshop.forms import OperationForm, Text
from workshop.models import Cafe, CafeTable
from workshop.operations.at_table import OneTable, TableForm, require_open, table_to_host, table_where
from workshop.operations.cafes import require_running
from workshop.operations.hosting import give_host
from workshop.operations.seats import open_seat, sit_down
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor
from workshop.tokens import new_link_token
from workshop.transaction import Transaction

LEADS_NOWHERE = _l("This host card leads nowhere any more. Ask the moderators for the new one.")


class CardForm(OperationForm):
    """The token of a host card."""

    card = Text("", 64)


def table_of_card(session: Session, by: Actor, form: CardForm) -> OneTable:
    """The table of a card and its café, both locked; Invalid where the card was renewed."""
    nowhere = Invalid(fields={"card": [LEADS_NOWHERE]})
    return table_where(session, by, CafeTable.host_card == (form.card.data or ""), Cafe, CafeTable, missing=nowhere)


@operation(
    "table.host_by_card",
    CardForm,
    Permission.CHANGE_SEAT,
    find=table_of_card,
    title=_l("Host this table"),
    says=_l("%(who)s took the host's place at a table with its card"),
)
def host_by_card(tx: Transaction, at: OneTable, form: CardForm) -> None:
    """Sit down at the card's table as its host; whoever was the host before is one no longer."""
    require_running(at)
    require_open(at.table)
    turn = at.cafe.current_round
    if turn is None:
        raise Closed(_l("This café has no rounds yet."))
    seat = open_seat(tx.session, at.cafe.id, at.participant.id)
    if seat is None or (seat.table_id, seat.round_id) != (at.table.id, turn.id):
        sit_down(tx, at.table, turn, at.participant.id, seat)
        left = seat.table_id if seat else None
        tx.about("table", at.table.id)
        tx.touch("table", left)
        tx.touch("participant", at.participant.id)
        tx.tell("table", left, at.table.id)
        tx.tell("person", at.participant.id)
    if at.table.host_id != at.participant.id:
        give_host(tx, at.table, at.participant.id)


@operation(
    "table.renew_host_card",
    TableForm,
    Permission.RUN_CAFE,
    find=table_to_host,
    title=_l("Make a new host card"),
    says=_l("%(who)s made a new host card for a table"),
)
def renew_host_card(tx: Transaction, at: OneTable, form: TableForm) -> None:
    """Make a new card for a table; the one that was printed makes nobody a host any more."""
    at.table.host_card = new_link_token()
    tx.about("table", at.table.id)
