"""Counting what a page asks the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from workshop.perform import Store
from workshop.statements import HEARING


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """The SQL statements that are sent meanwhile, without what begins and ends a transaction."""
    sent: list[str] = []

    def hear(statement: str) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            sent.append(statement)

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        hear(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    HEARING.append(hear)
    try:
        yield sent
    finally:
        HEARING.remove(hear)
        event.remove(store.engine, "before_cursor_execute", note)
