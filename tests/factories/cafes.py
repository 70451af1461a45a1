"""Running a café."""

from tests.factories import do
from tests.factories.events import EventMade
from tests.factories.people import PersonMade
from workshop.perform import Store


def open_round(store: Store, event: EventMade, number: int = 1) -> None:
    """Open a round of the café; the one before ends."""
    do(store, event.moderator, "round.open", round=event.rounds[number - 1])


def close_round(store: Store, event: EventMade, number: int = 1) -> None:
    """Close a round."""
    do(store, event.moderator, "round.close", round=event.rounds[number - 1])


def close_cafe(store: Store, event: EventMade) -> None:
    """End the café."""
    do(store, event.moderator, "cafe.close", cafe=event.cafe)


def name_host(store: Store, event: EventMade, table: int, person: PersonMade) -> None:
    """Make somebody host of the table with this number."""
    do(store, event.moderator, "table.name_host", table=event.tables[table - 1], participant=person.id)
