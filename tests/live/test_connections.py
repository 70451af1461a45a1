"""Who is connected."""

import gc

import pytest

from workshop.live.connections import Connection, Connections
from workshop.standing import Actor


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
