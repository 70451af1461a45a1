"""Which tables take nobody else for now, and whose other tables hang on that."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from workshop.models import SITS_NOW, Cafe, CafeTable, Seat
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


def _hanging_on(tables: list[Any]) -> Any:
    cafes = select(NAMED.cafe_id).where(NAMED.id.in_(tables))
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


def tables_hanging_on(session: Session, tables: Iterable[UUID]) -> list[UUID]:
    """The other open tables of the same cafés, where none has room: whether they take somebody hangs on these."""
    return [row.id for row in HANGING_ON.run(session, tables)]
