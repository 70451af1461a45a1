"""Who is connected."""

import gc
from collections.abc import Iterator

import pytest

from workshop.live.connections import Connection, Connections
from workshop.standing import Actor


@pytest.fixture
def freezes(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How often what is there is taken out of the collector's sight."""
    seen: list[int] = []
    monkeypatch.setattr(gc, "freeze", lambda: seen.append(1))
    yield seen


def come(connections: Connections, many: int) -> None:
    for number in range(many):
        connections.add(Connection(str(number), Actor(), "table", "en"))


def test_what_a_hall_brings_with_it_is_settled_a_few_times(freezes: list[int]) -> None:
    connections = Connections()
    come(connections, 19)
    assert not freezes
    come(connections, 1000)
    assert 5 < len(freezes) < 30


def test_who_comes_back_settles_nothing_anew(freezes: list[int]) -> None:
    connections = Connections()
    come(connections, 500)
    before = len(freezes)
    for _ in range(20):
        for number in range(500):
            connections.remove(str(number))
        come(connections, 500)
    assert len(freezes) == before
