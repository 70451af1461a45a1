"""Wrong codes and links: only what failed is counted, by where it came from, and only its own answer waits."""

import threading
from collections import Counter
from ipaddress import IPv6Address, ip_address, ip_network
from time import sleep

from flask import current_app, request
from flask_babel import lazy_gettext as _l

from workshop.errors import TooFast
from workshop.pace import Pace

BURST = 40
"""Wrong codes of one address that are answered at once: typing errors of a whole hall."""
PER_SECOND = 2.0
"""Wrong codes of one address that are answered at once for good."""
DELAY = 3.0
"""Seconds that any other waits for its answer."""
MOST_WAITING = 60
"""Answers that wait at the same time, each in a thread where there are threads."""
SHARE = 20
"""Of them, those to one address, so that whoever guesses there lets nobody elsewhere guess without waiting.

Beyond it the answer comes at once and says so, with everything kept: whoever mistyped a code beside somebody who
guesses corrects it at once. With the server's whole speed a code is not found in years.
"""
TOO_MANY = _l(
    "Very many wrong codes and links come in from here at this moment. Look at yours once more: a right one is taken"
    " at once."
)


class Attempts:
    """Holds up the answers to wrong codes; right ones never come here, whatever else comes from their address."""

    def __init__(self) -> None:
        self._pace = Pace(BURST, PER_SECOND)
        self._lock = threading.Lock()
        self._waiting: Counter[str] = Counter()

    def failed(self, address: str) -> bool:
        """Count a wrong code, and wait where too many came from there; False where no more may wait."""
        where = neighbourhood(address)
        if not self._pace.wait(where):
            return True
        if not self._take(where):
            return False
        try:
            sleep(DELAY)
        finally:
            self._give(where)
        return True

    def _take(self, where: str) -> bool:
        with self._lock:
            free = self._waiting[where] < SHARE and self._waiting.total() < MOST_WAITING
            # Who waits nowhere is not kept.
            self._waiting += Counter({where: int(free)})
            return free

    def _give(self, where: str) -> None:
        with self._lock:
            self._waiting -= Counter({where: 1})


def neighbourhood(address: str) -> str:
    """What one household has: an IPv4 address, or the 2^64 addresses of an IPv6 network."""
    try:
        one = ip_address(address)
    except ValueError:
        return address
    if isinstance(one, IPv6Address):
        return str(one.ipv4_mapped or ip_network((one, 64), strict=False))
    return str(one)


def failed() -> TooFast | None:
    """This request brought a wrong code, receipt or link; what it is answered with where no more may wait.

    Its address is kept in memory alone, and for seconds.
    """
    waited = current_app.extensions["workshop_attempts"].failed(request.remote_addr or "")
    return None if waited else TooFast(DELAY, TOO_MANY)
