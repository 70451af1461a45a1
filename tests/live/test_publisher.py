"""The publisher's hints."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from tests.factories.cafes import open_round
from tests.factories.events import make_event
from tests.factories.ideas import write
from tests.factories.people import join
from tests.factories.processes import make_process
from workshop import clock
from workshop.live.connections import Connection, Connections, Room
from workshop.live.publisher import HEADS_SECONDS, Publisher
from workshop.perform import Store
from workshop.queries.viewing import Audience
from workshop.standing import Actor


def test_every_room_is_told_its_newest_revision_now_and_then(app: Flask, app_store: Store) -> None:
    told: list[tuple[str, Any, str]] = []
    connections = Connections()
    publisher = Publisher(app, app_store, connections, lambda *message: told.append(message), lambda sid: None)
    connection = Connection("one", Actor(), "table", "en")
    connections.add(connection)
    rooms = [Room(f"table:{uuid4()}", "table", "en", Audience.EVERYBODY) for _ in range(2)]
    for room in rooms:
        connections.enter(connection, room)
    with app.app_context():
        publisher._poll()
        told.clear()
        publisher._heads_at = dict.fromkeys((room.channel for room in rooms), 0.0)
        publisher._poll()
        publisher._poll()
    assert sorted(told, key=str) == sorted((("heads", {room.channel: 0}, room.name) for room in rooms), key=str)
    assert HEADS_SECONDS <= 25


def test_a_summary_is_sent_when_something_is_due_and_nothing_was_written(
    app: Flask, app_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A note comes to the big screen by the server's clock, 20 seconds after it was written."""
    event = make_event(app_store, make_process(app_store), screen_notes="after_delay")
    anna = join(app_store, event)
    open_round(app_store, event)
    told: list[tuple[str, Any, str]] = []
    connections = Connections()
    publisher = Publisher(app, app_store, connections, lambda *message: told.append(message), lambda sid: None)
    connection = Connection("wall", Actor(screen_of=event.id), "screen", "en")
    connections.add(connection)
    connections.enter(connection, Room(f"cafe:{event.cafe}", "screen", "en", Audience.EVERYBODY))
    summaries = publisher.summaries

    def turn(seconds: float) -> list[str]:
        """What is sent so many seconds after now."""
        told.clear()
        for module in ("workshop.clock", "workshop.queries.screen"):
            monkeypatch.setattr(f"{module}.now", lambda: moment + timedelta(seconds=seconds))
        # As if the last one had been sent a while ago.
        summaries._sent_at.clear()
        with app.app_context():
            summaries.send(app_store)
        return [message["html"] for kind, message, _ in told if kind == "summary"]

    moment = clock.now()
    with app_store.reading() as session:
        summaries.listen(session, event.cafe)
    assert "The first notes will stand here." in turn(0)[0]
    assert summaries.patience(2.0) == 2.0
    monkeypatch.undo()
    write(app_store, anna, "A bench under the lime trees")
    summaries.mark(f"table:{event.tables[0]}")
    moment = clock.now()
    assert "A bench" not in turn(0)[0]
    assert turn(18) == [], "Nothing is due yet."
    assert 0 < summaries.patience(5.0) < 2.1
    assert "A bench under the lime trees" in turn(20.5)[0]
    assert turn(60) == []
