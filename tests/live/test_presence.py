"""Who is connected: told to those who run a table or a café, at most once a second, each person once."""

from typing import Any

from flask import Flask

from tests.factories.events import make_event
from tests.factories.people import PersonMade, join, remove
from tests.factories.processes import make_process
from workshop.live import presence
from workshop.live.connections import Connection, Connections, Room
from workshop.perform import Store
from workshop.queries.viewing import Audience
from workshop.standing import Actor


def socket(sid: str, person: PersonMade | None = None) -> Connection:
    actor = person.actor if person else Actor()
    return Connection(sid, actor, "table", "en", participant=person.id if person else None)


def test_those_who_run_it_are_told_who_is_connected_each_person_once(app: Flask, store: Store) -> None:
    event = make_event(store, make_process(store))
    anna, ben, otto = join(store, event, "Anna"), join(store, event, "Ben"), join(store, event, "Otto", 2)
    told: list[tuple[str, Any, str]] = []
    connections = Connections()
    here = presence.Presence(app, store, connections, lambda *message: told.append(message))
    host, cockpit = socket("host"), socket("cockpit")
    rooms = [
        Room(f"table:{event.tables[0]}", "table", "en", Audience.STAFF),
        Room(f"cafe:{event.cafe}", "cockpit", "de", Audience.STAFF),
    ]
    for connection, room in zip((host, cockpit), rooms, strict=True):
        connections.add(connection)
        connections.enter(connection, room)
        assert presence.is_told(room)
        here.watched(event.cafe, room)
    assert not presence.is_told(Room(rooms[0].channel, "table", "en", Audience.EVERYBODY))
    for sid, person in (("one", anna), ("another tab", anna), ("three", otto)):
        connections.add(socket(sid, person))

    def sent() -> dict[str, dict[str, Any]]:
        told.clear()
        here._sent_at = 0.0
        with app.app_context():
            here.send()
        return {room: message["tables"] for kind, message, room in told if kind == "presence"}

    first, second = map(str, event.tables)
    assert sent() == {
        rooms[0].name: {first: {"here": 1, "seated": 2, "words": "1 of 2 connected", "away": ["Ben"]}},
        rooms[1].name: {
            first: {"here": 1, "seated": 2, "words": "1 von 2 verbunden"},
            second: {"here": 1, "seated": 1, "words": "1 von 1 verbunden"},
        },
    }
    # A tab of two that is closed changes nothing, and what has not changed is not told again.
    connections.remove("another tab")
    here.mark()
    assert sent() == {}
    connections.add(socket("four", ben))
    connections.remove("three")
    here.mark()
    changed = sent()
    assert changed[rooms[0].name][first]["away"] == []
    assert [one["here"] for one in changed[rooms[1].name].values()] == [2, 0]
    # Not more often than once a second, and then all at once.
    here.mark()
    told.clear()
    with app.app_context():
        here.send()
    assert not told and here.stale
    remove(store, ben)
    here.heard([("participant", ben.id)])
    assert sent()[rooms[0].name][first]["seated"] == 1
    # Notes move nobody: nothing is read for them.
    here.heard([("idea", ben.id), ("tally", event.tables[0])])
    assert not here.stale
    # Where nobody looks any more nothing is kept.
    for sid in ("host", "cockpit"):
        connections.remove(sid)
    here.mark()
    sent()
    assert not here._rooms and not here._told
