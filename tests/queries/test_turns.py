"""The states of a café: from its rounds and the time, in one place."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from workshop.models import Asks, Movement
from workshop.queries.turns import Turn, Turns

START = datetime(2026, 5, 12, 10, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """Minutes after ten o'clock."""
    return START + timedelta(minutes=minutes)


def turn(number: int, opened: float | None = None, closed: float | None = None, **more: Any) -> Turn:
    """A round of 20 minutes."""
    given = {
        "opened_at": None if opened is None else at(opened),
        "ends_at": None if opened is None else at(opened + 20),
        "paused_at": None,
        "closed_at": None if closed is None else at(closed),
        **more,
    }
    return Turn(uuid4(), number, 20, {}, **given)


def cafe(*rounds: Turn, **more: Any) -> Turns:
    """A café with these rounds."""
    usual: dict[str, Any] = {
        "closed_at": None, "event_closed_at": None, "timezone": "UTC", "language": "en", "imported": False,
        "asks": Asks.TABLES, "movement": Movement.FREE,
        "warning_minutes": 2, "grace_seconds": 30, "change_minutes": 2, "gong": True,
        "runs_itself": False, "next_round_at": None, "break_ends_at": None,
    }  # fmt: skip
    return Turns(uuid4(), list(rounds), **{**usual, **more})


ONCE = cafe(turn(1, 0), turn(2))
"""The first of two rounds runs."""
ENDED = cafe(turn(1, 0, 10), turn(2))
"""It was ended early."""


@pytest.mark.parametrize(
    ("row", "minutes", "state"),
    [
        (cafe(turn(1), turn(2)), 0, "before"),
        (ONCE, 0, "round"),
        (ONCE, 17.9, "round"),
        (ONCE, 18, "warning"),
        (ONCE, 20, "grace"),
        # Whoever does not end it has it go on.
        (ONCE, 500, "grace"),
        (cafe(turn(1, 0), turn(2), warning_minutes=0), 19.9, "round"),
        # Its warning is longer than the round: nobody is warned at its beginning.
        (cafe(turn(1, 0), turn(2), warning_minutes=20), 5, "round"),
        (cafe(turn(1, 0, paused_at=at(5)), turn(2)), 90, "paused"),
        (ENDED, 10.4, "grace"),
        (ENDED, 10.5, "between"),
        (cafe(turn(1, 0, 10), turn(2), grace_seconds=0), 10, "between"),
        # Ended by the clock, after its grace: that is not given twice.
        (cafe(turn(1, 0, 20.5), turn(2)), 20.5, "between"),
        (cafe(turn(1, 0, 30), turn(2)), 30, "between"),
        (cafe(turn(1, 0, 10), turn(2), break_ends_at=at(30)), 10.2, "grace"),
        (cafe(turn(1, 0, 10), turn(2), break_ends_at=at(30)), 11, "break"),
        (cafe(turn(1, 0, 10), turn(2), break_ends_at=at(30)), 30, "between"),
        (cafe(turn(1, 0, 20), turn(2, 22, 30)), 30.1, "grace"),
        (cafe(turn(1, 0, 20), turn(2, 22, 30)), 31, "after"),
        (cafe(turn(1, 0, 10), turn(2), closed_at=at(12)), 13, "closed"),
        (cafe(turn(1, 0, 10), turn(2), closed_at=at(12), event_closed_at=at(13)), 13, "over"),
    ],
)
def test_a_cafe_is_in_one_state_at_each_moment(row: Turns, minutes: float, state: str) -> None:
    assert row.state_at(at(minutes)) == state


def test_time_alone_leads_through_the_course_a_page_is_given() -> None:
    assert ONCE.course_in_words == ("round warning@2026-05-12T10:18:00+00:00 grace@2026-05-12T10:20:00+00:00")
    assert ENDED.course_in_words == "grace between@2026-05-12T10:10:30+00:00"


def test_what_is_left_of_a_round_that_was_stopped() -> None:
    paused = turn(1, 0, paused_at=at(5))
    assert (paused.left, cafe(paused).done_of(paused)) == (timedelta(minutes=15), 25)
    assert turn(1, 0).left is None
    assert replace(paused, paused_at=None, closed_at=at(25)).left == timedelta()


def test_when_the_next_round_begins_is_known_where_somebody_or_the_clock_says_so() -> None:
    assert ENDED.back_at is None
    assert cafe(turn(1, 0, 10), turn(2), next_round_at=at(12)).back_at == at(12)
    assert cafe(turn(1, 0, 10), turn(2), break_ends_at=at(30)).back_at == at(30)
    assert cafe(turn(1, 0, 10), break_ends_at=at(30)).back_at is None
