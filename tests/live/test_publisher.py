"""The publisher's hints."""

from typing import Any
from uuid import uuid4

from flask import Flask

from workshop.live.connections import Connection, Connections, Room
from workshop.live.publisher import HEADS_SECONDS, Publisher
from workshop.perform import Store
from workshop.policy import Actor
from workshop.queries.viewing import Audience


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
