"""Goals, from a draft to one that is followed."""

from uuid import UUID

from tests.factories import do
from tests.factories.events import EventMade
from workshop.perform import Store


def draft_goal(store: Store, event: EventMade, *items: UUID, title: str = "A library for everybody") -> UUID:
    """A draft goal, with to:DOs of the list moved into it."""
    found = do(store, event.moderator, "goal.draft", event=event.id, title=title).thing[1]
    assert found
    if items:
        do(store, event.moderator, "action_item.move", action_items=list(items), goal=found)
    return found


def add_handler(store: Store, event: EventMade, goal: UUID, name: str = "City library") -> UUID:
    """Somebody who answers for a goal; gives the responsibility's id."""
    return UUID(do(store, event.moderator, "responsibility.add", goal=goal, name=name).key)


def promoted_goal(store: Store, event: EventMade, *items: UUID, title: str = "A library for everybody") -> UUID:
    """A goal with its number and a handler."""
    goal = draft_goal(store, event, *items, title=title)
    add_handler(store, event, goal)
    do(store, event.moderator, "goal.promote", goal=goal)
    return goal
