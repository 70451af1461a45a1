"""Wrong codes and links: only what failed is counted, by where it came from, and only its own answer waits."""

import threading
from ipaddress import IPv6Address, ip_address, ip_network
from time import sleep

from flask import current_app, request

from workshop.pace import Pace

BURST = 40
"""Wrong codes of one address that are answered at once: typing errors of a whole hall."""
PER_SECOND = 2.0
"""Wrong codes of one address that are answered at once for good."""
DELAY = 3.0
"""Seconds that any other waits for its answer."""
MOST_WAITING = 60
"""Answers that wait at the same time, each in a thread where there are threads. Beyond it they come at once: with
the server's whole speed a code is not found in years, and nobody shall wait because of somebody else."""


class Attempts:
    """Holds up the answers to wrong codes; right ones never come here, whatever else comes from their address."""

    def __init__(self) -> None:
        self._pace = Pace(BURST, PER_SECOND)
        self._places = threading.BoundedSemaphore(MOST_WAITING)

    def failed(self, address: str) -> None:
        """Count a wrong code, and wait where too many came from there."""
        if not self._pace.wait(neighbourhood(address)) or not self._places.acquire(blocking=False):
            return
        try:
            sleep(DELAY)
        finally:
            self._places.release()


def neighbourhood(address: str) -> str:
    """What one household has: an IPv4 address, or the 2^64 addresses of an IPv6 network."""
    try:
        one = ip_address(address)
    except ValueError:
        return address
    if isinstance(one, IPv6Address):
        return str(one.ipv4_mapped or ip_network((one, 64), strict=False))
    return str(one)


def failed() -> None:
    """This request brought a wrong code, receipt or link; its address is kept in memory alone, and for seconds."""
    current_app.extensions["workshop_attempts"].failed(request.remote_addr or "")
