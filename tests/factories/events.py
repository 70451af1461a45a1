"""Events with a café."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tests.factories import do
from tests.factories.processes import ProcessMade
from workshop.models import Cafe, Event, Phase
from workshop.perform import Store


@dataclass
class EventMade:
    """An event, its one café, and the ids of its tables and rounds in their order."""

    id: UUID
    process: ProcessMade
    cafe: UUID
    tables: list[UUID]
    rounds: list[UUID]
    code: str
    join_token: str
    screen_token: str
    table_tokens: list[str]
    host_cards: list[str]

    @property
    def moderator(self) -> Any:
        """Who runs it."""
        return self.process.moderator


def make_event(store: Store, process: ProcessMade, tables: int = 2, rounds: int = 2, **fields: Any) -> EventMade:
    """An event with a café in which no round has been opened; `fields` go to `event.create`."""
    questions = "\n".join(f"What is missing at corner {number}?" for number in range(1, tables + 1))
    given = {
        "title": "Forum",
        "rounds": rounds,
        "minutes": 20,
        "starts_on": "2026-05-12",
        "questions": questions,
        "screen_notes": "at_once",
    }
    event_id = do(store, process.moderator, "event.create", process=process.id, **{**given, **fields}).thing[1]
    assert event_id
    return made_event(store, process, event_id)


def made_event(store: Store, process: ProcessMade, event_id: UUID) -> EventMade:
    """What there is of an event that was set up."""
    with store.reading() as session:
        event = session.get_one(Event, event_id)
        cafe = session.scalars(
            select(Cafe).where(Cafe.event_id == event_id).options(selectinload(Cafe.tables), selectinload(Cafe.rounds))
        ).one()
        assert event.code and event.join_token and event.screen_token
        return EventMade(
            id=event.id,
            process=process,
            cafe=cafe.id,
            tables=[table.id for table in cafe.tables],
            rounds=[turn.id for turn in cafe.rounds],
            code=event.code,
            join_token=event.join_token,
            screen_token=event.screen_token,
            table_tokens=[table.join_token or "" for table in cafe.tables],
            host_cards=[table.host_card or "" for table in cafe.tables],
        )


def close_event(store: Store, event: EventMade) -> None:
    """End it."""
    do(store, event.moderator, "event.close", event=event.id)


def set_phases(store: Store, event: EventMade, **names: str) -> list[UUID]:
    """Give it phases {kind: name}, as many as are named; their ids in their order."""
    do(
        store,
        event.moderator,
        "event.set_phases",
        event=event.id,
        **{f"{kind}_name": name for kind, name in names.items()},
    )
    with store.reading() as session:
        return list(session.scalars(select(Phase.id).where(Phase.event_id == event.id).order_by(Phase.position)))
