"""Whoever may no longer listen when their `watch` ends is in no room: what happens meanwhile counts."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from tests.factories import do
from tests.factories.cafes import name_host, open_round
from tests.factories.events import EventMade, make_event
from tests.factories.ideas import write
from tests.factories.people import PersonMade, join, remove
from tests.factories.processes import make_process
from workshop.errors import Problem
from workshop.live import watching
from workshop.live.connections import Connection
from workshop.live.door import LiveDoor
from workshop.live.watching import Watching
from workshop.perform import Store


class Hall:
    """The live door of an application, with a wire that remembers; its publisher works when it is told to."""

    def __init__(self, app: Flask, store: Store) -> None:
        self.store, self.door = store, app.extensions["workshop_live"]
        assert isinstance(self.door, LiveDoor)
        self.sent: list[tuple[str, Any]] = []
        self.rooms: set[str] = set()
        self.app, self.publisher = app, self.door.publisher
        self.publisher._running = True
        self.door._server = SimpleNamespace(
            emit=self._emit,
            enter_room=lambda sid, room: self.rooms.add(room),
            leave_room=lambda sid, room: self.rooms.discard(room),
            disconnect=self._cut,
        )
        self.watching = Watching(app, store, self.door._server, self.door.connections, self.publisher)
        self.event = make_event(store, make_process(store))
        self.anna, self.ben = join(store, self.event, "Anna"), join(store, self.event, "Ben")
        open_round(store, self.event)
        self.work()

    def _emit(self, event: str, message: Any, to: str = "", room: str = "") -> None:
        if to:
            self.sent.append((event, message))

    def _cut(self, sid: str) -> None:
        self.rooms.clear()
        self.door.connections.remove(sid)

    def work(self) -> None:
        """What the publisher does of its own accord a moment after each Change."""
        with self.app.app_context():
            self.publisher._turn()

    def connect(self, person: PersonMade) -> Connection:
        connection = Connection("one", person.actor, "table", "en", participant=person.id)
        self.door.connections.add(connection)
        return connection


@pytest.fixture
def hall(app: Flask, app_store: Store) -> Hall:
    return Hall(app, app_store)


def set_sight(store: Store, event: EventMade, visible: str) -> None:
    do(store, event.moderator, "event.set_sight", event=event.id, tables_visible=visible)


def moved(hall: Hall) -> None:
    do(hall.store, hall.anna.actor, "seat.take", table=hall.event.tables[1])
    write(hall.store, hall.ben, "Not for who has left")


def shown_less(hall: Hall) -> None:
    moved(hall)
    set_sight(hall.store, hall.event, "own")


def removed(hall: Hall) -> None:
    remove(hall.store, hall.anna)


def host_no_more(hall: Hall) -> None:
    name_host(hall.store, hall.event, 1, hall.ben)


@pytest.mark.parametrize("happens", [moved, shown_less, removed])
@pytest.mark.parametrize("entered", [False, True])
def test_a_watch_under_way_opens_no_room_that_is_closed_meanwhile(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, happens: Callable[[Hall], None], entered: bool
) -> None:
    if happens is moved:
        set_sight(hall.store, hall.event, "own")
    here = f"table:{hall.event.tables[0]}"
    connection = hall.connect(hall.anna)
    between(hall, monkeypatch, "heads" if entered else "watch", happens)
    with pytest.raises(Problem):
        hall.watching.watch(connection, {here: 0, f"cafe:{hall.event.cafe}": 0})
    assert hall.rooms == set() and hall.door.connections.channels() == []
    assert hall.sent == []


def test_a_host_who_is_replaced_meanwhile_comes_into_the_room_of_all(hall: Hall, monkeypatch: Any) -> None:
    name_host(hall.store, hall.event, 1, hall.anna)
    hall.work()
    here = f"table:{hall.event.tables[0]}"
    connection = hall.connect(hall.anna)
    between(hall, monkeypatch, "watch", host_no_more)
    _, viewer = hall.watching.watch(connection, {here: 0})
    assert viewer.hosts == []
    assert hall.rooms == {connection.rooms[here].name} == {f"{here}|table|en|everybody"}


def between(hall: Hall, monkeypatch: pytest.MonkeyPatch, step: str, happens: Callable[[Hall], None]) -> None:
    """Have something happen, and be told to the end, right after the first time a watch has taken a step."""
    done: list[bool] = []

    def taken(*arguments: Any) -> Any:
        found = original(*arguments)
        if not done:
            done.append(True)
            happens(hall)
            hall.work()
        return found

    original = getattr(watching, step)
    monkeypatch.setattr(watching, step, taken)
