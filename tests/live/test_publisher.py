"""The publisher's hints."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
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
from workshop.live import telling
from workshop.live.connections import Connection, Connections, Room
from workshop.live.publisher import HEADS_SECONDS, Publisher
from workshop.perform import Recorded, Store
from workshop.queries.viewing import Audience
from workshop.render.fragments import Fragment
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


class Clock:
    """Time in hand: it passes where the test says so. Whoever stands back lets `others` work."""

    def __init__(self, others: Callable[[], None] = lambda: None) -> None:
        self.now, self.stood_back, self.others = 100.0, 0, others

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds == 0
        self.stood_back += 1
        self.others()


@pytest.mark.parametrize(("step", "steps", "times"), [(0.001, 1000, 24), (0.015, 9, 3), (0.2, 4, 4), (0.0001, 300, 0)])
def test_the_publisher_stands_back_by_time_and_not_by_number(
    monkeypatch: pytest.MonkeyPatch, step: float, steps: int, times: int
) -> None:
    at: list[float] = []

    def others() -> None:
        at.append(time.now)
        # However long they take, it is not the publisher's time.
        time.now += 7

    time = Clock(others)
    monkeypatch.setattr(telling, "time", time)
    turn = telling.Turn()
    for _ in range(steps):
        time.now += step
        turn.give_way()
    assert len(at) == times
    worked = [later - before - 7 for before, later in pairwise([93.0, *at])]
    assert all(telling.LONGEST_TURN - 1e-9 <= one <= telling.LONGEST_TURN + step for one in worked)


def test_the_publisher_catches_up_with_a_hall_that_writes_whenever_it_stands_back(
    app: Flask, app_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred tables wait with a hundred notes each; nobody is told to load afresh, and it comes to an end."""
    told: list[tuple[str, Any]] = []
    written = dict.fromkeys((f"table:{uuid4()}" for _ in range(100)), 0)

    def emit(event: str, message: Any, room: str) -> None:
        told.append((event, message))
        time.now += 0.000_01 * len(message.get("remove", ()))

    def hear(notes: int) -> None:
        for channel in written:
            for _ in range(notes):
                written[channel] += 1
                touched = (("idea", uuid4()),)
                publisher.hear(Recorded("x", str(uuid4()), ("", None), touched, {channel: written[channel]}))

    time = Clock(lambda: hear(20))
    shown = Fragment("table", "table", "idea", "", "", "", lambda session, ids, audience: {})
    monkeypatch.setattr(telling, "time", time)
    monkeypatch.setattr(telling, "fragments_of", lambda channel, page: [shown])
    connections = Connections()
    publisher = Publisher(app, app_store, connections, emit, lambda sid: None)
    publisher._running = True
    connection = Connection("one", Actor(), "table", "en")
    connections.add(connection)
    for channel in written:
        connections.enter(connection, Room(channel, "table", "en", Audience.EVERYBODY))
        publisher.first_watched(channel, 0)
    hear(100)
    turns = 0
    with app.app_context():
        while publisher._waiting:
            publisher._turn()
            turns += 1
            assert turns < 10, "It falls behind."
    assert {event for event, _ in told} == {"change"}
    assert (
        sum(len(message["remove"]) for _, message in told)
        == sum(written.values())
        == 100 * (100 + 20 * time.stood_back)
    )
    assert turns > 1 and time.stood_back
