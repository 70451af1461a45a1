"""Which tables take nobody else for now, and whose other tables hang on that."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from workshop.models import SITS_NOW, Cafe, CafeTable, Seat, SeatState
from workshop.statements import Many

OTHER = aliased(CafeTable)
NAMED = aliased(CafeTable)


def has_no_room(table: Any) -> ColumnElement[bool]:
    """Whether somebody said so, or as many sit there as may; for a statement that reads the café too."""
    sitting = select(func.count()).select_from(Seat).where(Seat.table_id == table.id, SITS_NOW)
    taken = sitting.correlate(table).scalar_subquery() >= Cafe.seats_per_table
    return or_(table.full_at.is_not(None), and_(Cafe.seats_per_table.is_not(None), taken))


def _another_with_room(*wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    open_ones = exists().where(OTHER.cafe_id == CafeTable.cafe_id, OTHER.closed_at.is_(None), *wanted)
    return open_ones.where(~has_no_room(OTHER)).correlate(CafeTable, Cafe)


IS_FULL = and_(has_no_room(CafeTable), _another_with_room())
"""Whether a table takes nobody else for now, in a statement that reads the café too.

Only as long as there is another one with room: nobody is left standing.
"""


def _changed(table: Any) -> ColumnElement[bool]:
    """Whether it takes somebody else otherwise than before what is done at `moment`."""
    moment = bindparam("moment", type_=Seat.from_at.type)
    sat = and_(Seat.from_at < moment, or_(Seat.until_at.is_(None), Seat.until_at == moment))
    before, after = (
        select(func.count())
        .select_from(Seat)
        .where(Seat.table_id == table.id, Seat.state == SeatState.TAKEN, when)
        .correlate(table)
        .scalar_subquery()
        for when in (sat, Seat.until_at.is_(None))
    )
    limit = select(Cafe.seats_per_table).where(Cafe.id == table.cafe_id).correlate(table).scalar_subquery()
    return or_(
        bindparam("lifted", type_=Boolean),
        table.full_at == moment,
        table.closed_at == moment,
        and_(limit.is_not(None), (before >= limit) != (after >= limit)),
    )


def _hanging_on(tables: list[Any]) -> Any:
    cafes = select(NAMED.cafe_id).where(NAMED.id.in_(tables), _changed(NAMED))
    return (
        select(CafeTable.id)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .where(
            CafeTable.cafe_id.in_(cafes),
            CafeTable.closed_at.is_(None),
            CafeTable.id.not_in(tables),
            ~_another_with_room(OTHER.id.not_in(tables)),
        )
    )


HANGING_ON = Many(_hanging_on)


def tables_hanging_on(session: Session, tables: Iterable[UUID], moment: datetime, *, lifted: bool) -> list[UUID]:
    """The other open tables of the same cafés, where none has room: whether they take somebody hangs on these.

    Only where one of these takes people otherwise than before `moment`, or where that was `lifted`, of which the
    database keeps no trace: a table that is there again, or no longer full for now.
    """
    return [row.id for row in HANGING_ON.run(session, tables, moment=moment, lifted=lifted)]
