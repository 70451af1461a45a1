"""More rows than anybody writes one by one."""

from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.factories.events import EventMade
from tests.factories.people import PersonMade
from workshop.models import ActionItem, Idea, IdeaKind, ItemStatus, Origin, new_id
from workshop.perform import Store


def fill(store: Store, event: EventMade, author: PersonMade, goal: UUID, first: int, count: int) -> None:
    """Many notes and to:DOs at once, a third of these part of a goal."""
    with Session(store.engine) as session:
        ideas = [new_id() for _ in range(count)]
        items = [new_id() for _ in range(count)]
        session.execute(
            insert(Idea),
            [
                {
                    "id": one, "event_id": event.id, "table_id": event.tables[0], "round_id": event.rounds[0],
                    "participant_id": author.id, "kind": IdeaKind.IDEA, "language": "en", "text": f"Note {number}",
                    "position": number,
                }
                for number, one in enumerate(ideas, first)
            ],
        )  # fmt: skip
        session.execute(
            insert(ActionItem),
            [
                {
                    "id": one, "event_id": event.id, "number": number, "table_id": event.tables[0],
                    "title": f"Wanted {number}", "language": "en", "status": ItemStatus.OPEN,
                    "goal_id": goal if number % 3 == 0 else None,
                }
                for number, one in enumerate(items, first)
            ],
        )  # fmt: skip
        session.execute(
            insert(Origin),
            [{"action_item_id": item, "idea_id": idea} for item, idea in zip(items, ideas, strict=True)],
        )
        session.commit()
