"""To:DOs, from a note to the list."""

from uuid import UUID

from tests.factories import do
from tests.factories.events import EventMade
from workshop.perform import Store


def take_forward(store: Store, event: EventMade, *ideas: UUID, title: str = "Sunday opening") -> UUID:
    """A draft to:DO from notes, by the moderator."""
    found = do(store, event.moderator, "action_item.take_forward", ideas=list(ideas), title=title).thing[1]
    assert found
    return found


def publish(store: Store, event: EventMade, *items: UUID) -> None:
    """Put drafts on the list."""
    do(store, event.moderator, "action_item.publish", action_items=list(items))


def listed_item(store: Store, event: EventMade, *ideas: UUID, title: str = "Sunday opening") -> UUID:
    """A to:DO on the list, from notes."""
    item = take_forward(store, event, *ideas, title=title)
    publish(store, event, item)
    return item


def add_item(store: Store, event: EventMade, title: str = "Sunday opening") -> UUID:
    """A to:DO on the list that stands on no note."""
    found = do(store, event.moderator, "action_item.add", event=event.id, title=title).thing[1]
    assert found
    return found
