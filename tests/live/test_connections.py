"""Who is connected."""

import gc
from uuid import uuid4

import pytest

from workshop.live.connections import MOST_OF_NOBODY, MOST_OF_ONE, Connection, Connections
from workshop.standing import NOBODY, Actor


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the collector was told."""
    told: list[str] = []
    for name in ("freeze", "unfreeze", "collect"):
        monkeypatch.setattr(gc, name, lambda name=name: told.append(name))
    return told


def come(connections: Connections, numbers: range) -> None:
    for number in numbers:
        connections.add(Connection(str(number), Actor(), "table", "en"))


def go(connections: Connections, numbers: range) -> None:
    for number in numbers:
        connections.remove(str(number))


def test_what_a_hall_brings_with_it_is_settled_a_few_times(done: list[str]) -> None:
    connections = Connections()
    come(connections, range(19))
    assert not done
    come(connections, range(1000))
    assert 5 < len(done) < 30 and set(done) == {"freeze"}


def test_who_comes_back_settles_nothing_anew(done: list[str]) -> None:
    """What was garbage at that moment could add up."""
    connections = Connections()
    come(connections, range(500))
    before = len(done)
    for _ in range(20):
        go(connections, range(100, 500))
        come(connections, range(100, 500))
    assert len(done) == before


def test_a_hall_that_has_gone_is_put_away_once_and_the_next_one_settles(done: list[str]) -> None:
    connections = Connections()
    come(connections, range(500))
    as_often = len(done)
    for _ in range(3):
        done.clear()
        go(connections, range(500))
        assert done == ["unfreeze", "collect"]
        come(connections, range(500))
        assert done[2:] == ["freeze"] * as_often


def test_a_few_who_come_and_go_cost_nothing(done: list[str]) -> None:
    connections = Connections()
    for _ in range(50):
        come(connections, range(19))
        go(connections, range(19))
    assert not done


def test_beyond_so_many_of_one_caller_the_oldest_that_is_there_goes() -> None:
    connections = Connections()

    def of(caller: str, number: int) -> str | None:
        return connections.add(Connection(f"{caller}{number}", Actor(), "table", "en", caller))

    assert [of("anna", number) for number in range(MOST_OF_ONE)] == [None] * MOST_OF_ONE
    assert of("ben", 0) is None
    connections.remove("anna0")
    assert of("anna", 100) is None
    # Each is named once, also while those named before are still there.
    assert [of("anna", number) for number in (101, 102)] == ["anna1", "anna2"]
    for number in (1, 2):
        connections.remove(f"anna{number}")
    assert of("anna", 103) == "anna3"
    for sid in connections.where(lambda actor: True):
        connections.remove(sid)
    assert not connections._of_callers, "nothing is kept of who has gone"


def test_of_those_whom_nobody_knows_there_are_so_many_in_all_and_they_end_no_screen(done: list[str]) -> None:
    connections = Connections()
    screen = Actor(screen_of=uuid4())

    def come(sid: str, actor: Actor = NOBODY) -> str | None:
        return connections.add(Connection(sid, actor, None, "en", sid))

    # A link of a screen may be shown to many, far from the room.
    assert [come(f"screen{number}", screen) for number in range(2 * MOST_OF_ONE)] == [None] * 2 * MOST_OF_ONE
    assert [come(str(number)) for number in range(MOST_OF_NOBODY)] == [None] * MOST_OF_NOBODY
    assert [come("one"), come("two")] == ["0", "1"]
