"""What is done at a table begins by finding it: with its café, and held still or locked."""

from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from workshop.errors import Closed, NotFound, Problem
from workshop.forms import Id, OperationForm
from workshop.models import Cafe, CafeTable, Event
from workshop.operations.cafes import OneCafe
from workshop.standing import Actor, standing_in_event


@dataclass
class OneTable(OneCafe):
    """A table and its café."""

    table: CafeTable = field(kw_only=True)


class TableForm(OperationForm):
    """Which table."""

    table = Id()


def table_where(
    session: Session,
    by: Actor,
    condition: ColumnElement[bool],
    *held: type[Cafe] | type[CafeTable],
    read: bool = False,
    missing: Problem | type[Problem] = NotFound,
) -> OneTable:
    """The table of which this is so, with its café; what is named is locked, or held still where `read` says so."""
    row = session.execute(
        select(CafeTable, Cafe, Event)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .join(Event, Event.id == Cafe.event_id)
        .where(condition)
        .with_for_update(of=held, read=read)
    ).first()
    if row is None:
        raise missing
    table, cafe, event = row
    return OneTable(standing_in_event(session, by, event), table_id=table.id, cafe=cafe, table=table)


def table_to_sit_at(session: Session, by: Actor, form: TableForm) -> OneTable:
    """The table; it and its café are held still, so that no round begins and no table closes meanwhile."""
    return table_where(session, by, CafeTable.id == form.table.data, Cafe, CafeTable, read=True)


def table_to_take_a_seat_at(session: Session, by: Actor, form: TableForm) -> OneTable:
    """As `table_to_sit_at`; nobody else takes a seat there meanwhile: of the last one all would see that it is free."""
    at = table_where(session, by, CafeTable.id == form.table.data, Cafe, read=True)
    session.refresh(at.table, with_for_update={"key_share": True})
    return at


def table_to_host(session: Session, by: Actor, form: TableForm) -> OneTable:
    """The table and its café, both locked."""
    return table_where(session, by, CafeTable.id == form.table.data, Cafe, CafeTable)


def table_to_lead(session: Session, by: Actor, form: TableForm) -> OneTable:
    """The table, locked against a change at the same moment."""
    return table_where(session, by, CafeTable.id == form.table.data, CafeTable)


def require_open(table: CafeTable) -> None:
    """Raise Closed for a table that was closed or merged into another one."""
    if table.closed_at is not None:
        raise Closed(_l("Table %(number)s is closed.", number=table.number))
