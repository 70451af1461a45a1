"""Adding a table, how one comes to it, whether it is full, and opening a closed one again."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from wtforms import ValidationError

from workshop.errors import Invalid
from workshop.forms import Id, OperationForm, Pick, Text
from workshop.models import Attendance, CafeTable, Seat
from workshop.models.base import TITLE_LENGTH
from workshop.models.cafes import VIDEO_URL_LENGTH
from workshop.operations.at_table import OneTable, TableForm, require_open, table_to_host
from workshop.operations.cafes import OneCafe, lay_question, one_cafe, require_running, tell_cafe
from workshop.operations.moving import tell_people
from workshop.operations.room import tell_table_pages
from workshop.operations.setting_up import MOST_TABLES
from workshop.perform import operation
from workshop.policy import Permission
from workshop.tokens import new_link_token
from workshop.transaction import Transaction

ATTENDANCES = (
    (Attendance.ON_SITE, _l("In the room")),
    (Attendance.HYBRID, _l("In the room and at a distance")),
    (Attendance.REMOTE, _l("At a distance")),
)


class PlaceForm(OperationForm):
    """How one comes to a table."""

    way = Text(
        _l("The way there"),
        TITLE_LENGTH,
        description=_l("One short sentence: “Second room on the left, by the window.”"),
    )
    attendance = Pick(_l("Who can sit here"), ATTENDANCES, default=Attendance.ON_SITE.value)
    video_url = Text(
        _l("Address of a video room"),
        VIDEO_URL_LENGTH,
        description=_l("It is shown as a link and never opened by Workshop."),
    )

    def validate_video_url(self, address: Any) -> None:
        """Encrypted ones alone; what follows is nobody's business but the browser's."""
        if address.data and not (
            address.data.startswith("https://") and len(address.data) > 12 and " " not in address.data
        ):
            raise ValidationError(_l("An address begins with https:// and has no spaces."))


class AddTableForm(PlaceForm):
    """One more table for a café."""

    cafe = Id()
    question = Text(_l("Question"), TITLE_LENGTH, required=_l("Write the question of the table."))


@operation(
    "table.add",
    AddTableForm,
    Permission.RUN_CAFE,
    find=one_cafe,
    title=_l("Add a table"),
    says=_l("%(who)s added a table"),
)
def add_table(tx: Transaction, at: OneCafe, form: AddTableForm) -> None:
    """Open one more table; the coming rounds can be planned anew with it."""
    require_running(at)
    session = tx.session
    numbers = session.execute(
        select(func.count(), func.max(CafeTable.number)).where(CafeTable.cafe_id == at.cafe.id)
    ).one()
    if numbers[0] >= MOST_TABLES:
        raise Invalid(fields={"question": [_l("At most %(most)s tables.", most=MOST_TABLES)]})
    table = CafeTable(
        id=tx.key,
        cafe_id=at.cafe.id,
        number=(numbers[1] or 0) + 1,
        question={at.event.language: form.question.data},
        join_token=new_link_token(),
    )
    _place(table, form)
    session.add(table)
    tx.fact("table", None, table.number)
    tx.lifted = True
    tx.tell("table", table.id)
    tell_cafe(tx, at.cafe.id)
    tx.touch("table", table.id)
    # Pages that list every table's notes have to listen to one more.
    tx.touch("list_page", at.event.id)
    tx.tell("list", at.event.id)


def _place(table: CafeTable, form: PlaceForm) -> None:
    table.way = form.way.data or ""
    table.attendance = Attendance(form.attendance.data)
    table.video_url = form.video_url.data or ""


class EditPlaceForm(PlaceForm):
    """How one comes to which table."""

    table = Id()


@operation(
    "table.set_place",
    EditPlaceForm,
    Permission.RUN_CAFE,
    find=table_to_host,
    title=_l("How one comes to this table"),
    says=_l("%(who)s said how one comes to a table"),
)
def set_place(tx: Transaction, at: OneTable, form: EditPlaceForm) -> None:
    """Say the way to a table, who can sit there, and where those at a distance meet."""
    before = (at.table.way, at.table.attendance, at.table.video_url)
    _place(at.table, form)
    if before == (at.table.way, at.table.attendance, at.table.video_url):
        return
    tx.about("table", at.table.id)
    tell_table_pages(tx, at.table.id)
    # Whoever is to go there reads the way on their own phone.
    tell_people(
        tx,
        tx.session.scalars(
            select(Seat.participant_id).where(Seat.table_id == at.table.id, Seat.until_at.is_(None)).distinct()
        ),
    )


@operation(
    "table.reopen",
    TableForm,
    Permission.RUN_CAFE,
    find=table_to_host,
    title=_l("Open this table again"),
    says=_l("%(who)s opened a table again"),
)
def reopen_table(tx: Transaction, at: OneTable, form: TableForm) -> None:
    """Open a closed table again, with its notes; nobody moves by it."""
    require_running(at)
    table = at.table
    if table.closed_at is None:
        return
    merged_into = table.merged_into_id
    table.closed_at = table.merged_into_id = None
    tx.lifted = True
    if at.cafe.current_round:
        lay_question(tx, at.cafe, at.cafe.current_round)
    tx.fact("closed", True, False)
    tell_table_pages(tx, table.id, *([merged_into] if merged_into else []))
    tell_cafe(tx, at.cafe.id)


@operation(
    "table.mark_full",
    TableForm,
    Permission.LEAD_TABLE,
    find=table_to_host,
    title=_l("Full for now"),
    says=_l("%(who)s said that a table is full for now"),
)
def mark_full(tx: Transaction, at: OneTable, form: TableForm) -> None:
    """Say that a table takes nobody else until the others are covered."""
    require_running(at)
    require_open(at.table)
    if at.table.full_at is not None:
        return
    at.table.full_at = tx.now
    tx.about("table", at.table.id)
    tx.tell("table", at.table.id)


@operation(
    "table.mark_free",
    TableForm,
    Permission.LEAD_TABLE,
    find=table_to_host,
    title=_l("There is room again"),
    says=_l("%(who)s said that a table has room again"),
)
def mark_free(tx: Transaction, at: OneTable, form: TableForm) -> None:
    """Take back that a table is full."""
    if at.table.full_at is None:
        return
    at.table.full_at, tx.lifted = None, True
    tx.about("table", at.table.id)
    tx.tell("table", at.table.id)
