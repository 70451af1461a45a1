"""Notes on a table."""

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
