"""Notes on a table."""

from typing import Any
from uuid import UUID

from tests.factories import do
from tests.factories.people import PersonMade
from workshop.perform import Store


def write(
    store: Store, person: PersonMade, text: str = "Open the library on Sundays", *, table: int = 1, turn: int = 1
) -> UUID:
    """A note by somebody who sat at the table with this number in the round with this number."""
    event = person.event
    where = {"table": event.tables[table - 1], "round": event.rounds[turn - 1]}
    found = do(store, person.actor, "idea.contribute", **where, kind="idea", text=text).thing[1]
    assert found
    return found


def comment_on(store: Store, person: PersonMade, idea: UUID, text: str = "On Saturdays too") -> UUID:
    """A remark on a note."""
    found = do(store, person.actor, "comment.write", idea=idea, text=text).thing[1]
    assert found
    return found


def type_in(store: Store, host: PersonMade, text: str, table: int = 1, turn: int = 1, **more: Any) -> UUID:
    """A note from paper, typed in by a table's host."""
    where = {"table": host.event.tables[table - 1], "round": host.event.rounds[turn - 1]}
    done = do(store, host.actor, "idea.type_in", **where, kind="idea", text=text, language="en", **more)
    assert done.thing[1]
    return done.thing[1]
