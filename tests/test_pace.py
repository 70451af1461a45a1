"""Token buckets, by a clock that the test turns."""

from workshop import pace
from workshop.pace import Pace


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_what_was_saved_up_is_taken_at_once_and_then_as_it_comes_back() -> None:
    clock = Clock()
    bucket = Pace(3, 2.0, clock)
    assert [bucket.wait("a") for _ in range(3)] == [0, 0, 0]
    # Asking in vain costs nothing.
    assert [round(bucket.wait("a"), 6) for _ in range(5)] == [0.5] * 5
    clock.now += 0.4
    assert round(bucket.wait("a"), 6) == 0.1
    clock.now += 0.1
    assert bucket.wait("a") == 0
    clock.now += 1.0
    assert [bucket.wait("a") > 0 for _ in range(3)] == [False, False, True]
    clock.now += 1e6
    assert [bucket.wait("a") > 0 for _ in range(4)] == [False, False, False, True]


def test_each_key_has_its_own() -> None:
    bucket = Pace(1, 1.0, Clock())
    assert bucket.wait("a") == 0 and bucket.wait("a") > 0 and bucket.wait("b") == 0


def test_no_more_are_kept_than_the_bound(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(pace, "MOST_KEPT", 10)
    bucket = Pace(1, 1.0, Clock())
    bucket.wait("busy")
    for number in range(50):
        bucket.wait(f"somebody {number}")
        assert bucket.wait("busy") > 0
    assert len(bucket._full_at) == 10
