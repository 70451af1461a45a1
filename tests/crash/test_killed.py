"""Killed and back (G1, G3): acknowledged is kept, kept once, and every screen says so; broken servers are caught."""

from pathlib import Path

import pytest

from tests.crash.house import Mortal, Reborn, Tables

PEOPLE = 100
EACH = 20
KILLS = 5
CRASHES = 200


@pytest.mark.parametrize("mode", ["eventlet"])
def test_killed_five_times_while_a_hundred_people_write(tmp_path: Path, mode: str) -> None:
    server = Mortal(tmp_path, mode)
    try:
        with Tables(tmp_path, server.address, tables=20, people=PEOPLE, mode=mode) as tables:
            writing = tables.write(EACH)
            for number in range(1, KILLS + 1):
                tables.wait_for(number * PEOPLE * EACH // (KILLS + 1))
                server.kill()
            tables.wait_for(PEOPLE * EACH)
            writing.join()
            assert server.deaths == KILLS
            assert sum(phone.connections for phone in tables.phones) > PEOPLE * KILLS
            verdict = tables.judge()
            assert (verdict.lost, verdict.double, verdict.stored) == ([], [], PEOPLE * EACH)
            keys = {key: text for phone in tables.phones for key, text in phone.acknowledged.items()}
            assert {one["id"]: one["text"] for one in tables.stored()} == keys
            assert tables.differences() == []
    finally:
        server.stop()
    assert "Traceback" not in server.said


def test_dead_two_hundred_times_between_commit_and_acknowledgement(tmp_path: Path) -> None:
    with (
        Reborn(tmp_path, "product", CRASHES, mode="eventlet") as server,
        Tables(tmp_path, server.address_said, tables=2, people=3) as tables,
    ):
        # Each life acknowledges what the one before it had committed, and dies of the next notes: of several
        # where they shared a commit, so that there are more than deaths.
        tables.write(90).join()
        assert len(server.lives) == CRASHES + 1
        verdict = tables.judge()
        assert (verdict.lost, verdict.double, verdict.stored) == ([], [], 3 * 90)
        assert tables.differences() == []


def test_a_server_that_acknowledges_before_the_commit_is_caught(tmp_path: Path) -> None:
    with (
        Reborn(tmp_path, "acknowledge before commit", 0, mode="eventlet") as server,
        Tables(tmp_path, server.address_said, tables=2, people=10) as tables,
    ):
        writing = tables.write(30)
        for number in (1, 2, 3):
            tables.wait_for(number * 75)
            server.kill()
        writing.join()
        verdict = tables.judge()
        assert verdict.lost and not verdict.double


def test_a_server_that_forgets_keys_is_caught(tmp_path: Path) -> None:
    with (
        Reborn(tmp_path, "no idempotency", 10, mode="eventlet") as server,
        Tables(tmp_path, server.address_said, tables=2, people=3) as tables,
    ):
        tables.write(15).join()
        verdict = tables.judge()
        assert verdict.double and not verdict.lost
