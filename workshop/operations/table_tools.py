"""What the host of a table does for its conversation: pausing, calling for help, writing for others."""

from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _l
from sqlalchemy import case, select
from sqlalchemy.orm import Session

from workshop.errors import Invalid, NotFound
from workshop.forms import Id, LongText, Pick
from workshop.models import CafeTable, IdeaKind, Participant, Round
from workshop.models.base import IDEA_LENGTH
from workshop.operations.at_table import OneTable, TableForm, table_to_lead
from workshop.operations.cafes import require_running
from workshop.operations.ideas import KINDS, NOTHING_WRITTEN
from workshop.operations.writing import SEAT, SeatAtTable, lay_note, place_of, require_seat
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor
from workshop.transaction import Transaction


def _tell(tx: Transaction, at: OneTable) -> None:
    tx.about("table_state", at.table.id)
    tx.tell("table", at.table.id)


@operation(
    "table.pause_writing",
    TableForm,
    Permission.LEAD_TABLE,
    find=table_to_lead,
    title=_l("Pause writing"),
    says=_l("%(who)s paused writing at a table"),
)
def pause_writing(tx: Transaction, at: OneTable, form: TableForm) -> None:
    """Close the writing line of everybody at a table for a while; what was begun stays with them.

    A note that arrives all the same was written before, somewhere without network: it is taken.
    """
    require_running(at)
    if at.table.writing_paused_at is not None:
        return
    at.table.writing_paused_at = tx.now
    tx.fact("paused", False, True)
    _tell(tx, at)


@operation(
    "table.resume_writing",
    TableForm,
    Permission.LEAD_TABLE,
    find=table_to_lead,
    title=_l("Go on writing"),
    says=_l("%(who)s opened writing at a table again"),
)
def resume_writing(tx: Transaction, at: OneTable, form: TableForm) -> None:
    """Open the writing line again."""
    if at.table.writing_paused_at is None:
        return
    at.table.writing_paused_at = None
    tx.fact("paused", True, False)
    _tell(tx, at)


@operation(
    "table.call_help",
    TableForm,
    Permission.LEAD_TABLE,
    find=table_to_lead,
    title=_l("Ask for help"),
    says=_l("%(who)s asked for help at a table"),
)
def call_help(tx: Transaction, at: OneTable, form: TableForm) -> None:
    """Show in the cockpit that somebody should come to a table."""
    require_running(at)
    if at.table.help_called_at is not None:
        return
    at.table.help_called_at = tx.now
    tx.fact("help", False, True)
    _tell(tx, at)


@operation(
    "table.settle_help",
    TableForm,
    Permission.LEAD_TABLE,
    find=table_to_lead,
    title=_l("Help has come"),
    says=_l("%(who)s settled a call for help"),
)
def settle_help(tx: Transaction, at: OneTable, form: TableForm) -> None:
    """Take the call for help back from the cockpit."""
    if at.table.help_called_at is None:
        return
    at.table.help_called_at = None
    tx.fact("help", True, False)
    _tell(tx, at)


@dataclass
class SomebodyAtTable(SeatAtTable):
    """A table, a round, and the person in whose name a note is written down there."""

    person: Participant | None = field(kw_only=True)


class WriteForForm(TableForm):
    """A note, where it was said, and by whom; without a round in the one that was opened last."""

    round = Id(required=False)
    participant = Id(required=False)
    kind = Pick(_l("What is it?"), KINDS, default=IdeaKind.IDEA.value)
    text = LongText(_l("Their words"), IDEA_LENGTH, required=NOTHING_WRITTEN)


def somebody_at_table(session: Session, by: Actor, form: WriteForForm) -> SomebodyAtTable:
    """The table and round, and a person of the same event, who may have sat there."""
    latest = (
        select(Round.id)
        .join(CafeTable, CafeTable.cafe_id == Round.cafe_id)
        .where(CafeTable.id == form.table.data)
        .order_by(Round.opened_at.is_not(None).desc(), Round.number * case((Round.opened_at.is_(None), 1), else_=-1))
        .limit(1)
    )
    turn = form.round.data or session.scalar(latest)
    found, standing = place_of(session, by, form.table.data, turn)
    person = session.get(Participant, form.participant.data) if form.participant.data else None
    if form.participant.data and (person is None or person.event_id != found.id):
        raise NotFound
    seat = SEAT.first(session, participant=person.id, table=found.table_id, round=turn) if person else None
    return SomebodyAtTable.of(standing, found, form, seated=seat is not None, person=person)


@operation(
    "idea.write_for",
    WriteForForm,
    Permission.LEAD_TABLE,
    find=somebody_at_table,
    title=_l("Write for someone"),
    says=_l("%(who)s wrote a note down for somebody"),
)
def write_for(tx: Transaction, at: SomebodyAtTable, form: WriteForForm) -> None:
    """Lay a note on the table in the name of somebody who sits there and cannot write; it is theirs from then on."""
    if at.person is None:
        raise Invalid(fields={"participant": [_l("Choose whose words they are.")]})
    require_seat(at, at.person)
    lay_note(tx, at, form, at.person.id, at.person.writing_language, written_for=True)
    tx.fact("author", None, at.person.id)
    # Their own pages learn that it is theirs.
    tx.tell("person", at.person.id)
