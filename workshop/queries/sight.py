"""Which tables somebody sees: asked by every read that gives what lies on a table."""

from typing import Any

from sqlalchemy import ColumnElement, true

from workshop.standing import Standing


def on_seen_tables(standing: Standing, table: Any) -> ColumnElement[bool]:
    """The condition that `table`, a column with a table's id, is one that this viewer sees."""
    sight = standing.sight()
    return true() if sight is None else table.in_(sight)
