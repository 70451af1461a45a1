"""Where bad input is tried: an open table, an event that is over, one from which somebody was removed."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from tests.factories import do
from tests.factories.cafes import open_round
from tests.factories.events import EventMade, close_event, make_event
from tests.factories.people import PersonMade, join, remove
from tests.factories.processes import make_process
from workshop.perform import Store
from workshop.standing import Actor

TEXT = "A bench at every stop,\nwith a roof."


@dataclass
class Place:
    """An event in its first round, in which Anna has written one note at table 1."""

    event: EventMade
    other: EventMade
    anna: PersonMade
    key: UUID

    def actor(self, who: str) -> Actor:
        """Anna or the moderator."""
        actor: Actor = self.anna.actor if who == "anna" else self.event.moderator
        return actor

    def fields(self, operation: str) -> dict[str, Any]:
        """What an operation takes there, with nothing wrong in it."""
        table, turn = self.event.tables[0], self.event.rounds[0]
        return {
            "idea.contribute": {"table": table, "round": turn, "kind": "question", "text": TEXT},
            "idea.edit": {"idea": self.key, "kind": "question", "text": TEXT},
            "idea.hold": {"idea": self.key, "reason": "Names somebody"},
            "action_item.take_forward": {"ideas": [self.key], "title": "Build roofs", "description": TEXT},
            "goal.draft": {"event": self.event.id, "title": "Dry feet"},
        }[operation]


def make_places(store: Store) -> dict[str, Place]:
    """All three, by what is the matter with them."""
    made = {}
    for name in ("open", "over", "removed"):
        process = make_process(store, f"Harbour {name}")
        event = make_event(store, process)
        other = make_event(store, process, title="Another forum")
        anna, key = join(store, event), uuid4()
        for one in (event, other):
            open_round(store, one)
        place = made[name] = Place(event, other, anna, key)
        do(store, anna.actor, "idea.contribute", key, **place.fields("idea.contribute"))
    close_event(store, made["over"].event)
    remove(store, made["removed"].anna)
    return made
