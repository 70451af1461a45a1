"""The only clock: every time the product stores or compares comes from here."""

from datetime import UTC, datetime
from functools import cache
from zoneinfo import available_timezones


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


@cache
def time_zones() -> frozenset[str]:
    """Every zone that the IANA database knows; looking through its files takes 40 ms."""
    return frozenset(available_timezones())
