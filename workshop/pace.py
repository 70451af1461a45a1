"""How fast somebody may go: token buckets, in this process's memory alone."""

import time
from collections import OrderedDict
from collections.abc import Callable

MOST_KEPT = 20_000
"""Buckets kept; the one that was touched longest ago is given up first, and is full by then."""


class Pace:
    """A bucket of tokens for each key.

    Attributes:
        burst: how many tokens a bucket holds.
        per_second: how fast they come back.
    """

    def __init__(self, burst: int, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.burst, self.per_second, self._clock = burst, per_second, clock
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def wait(self, key: str) -> float:
        """Take a token: 0 where there was one, else the seconds until there is, and none is taken."""
        now = self._clock()
        full_at = max(self._full_at.pop(key, now), now)
        taken = full_at + 1 / self.per_second
        wait = taken - now - self.burst / self.per_second
        # What rounding leaves of a token's time is none.
        enough = wait < 1e-6
        self._full_at[key] = taken if enough else full_at
        if len(self._full_at) > MOST_KEPT:
            self._full_at.popitem(last=False)
        return 0.0 if enough else wait
