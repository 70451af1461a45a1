"""Texts, moments and days in the reader's language."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from flask_babel import get_locale

from workshop.models import LocalText, in_language


def in_my_language(text: LocalText | None, original: str) -> tuple[str, str]:
    """A text of the house for the one who reads: (its language, the text)."""
    return in_language(text, get_locale().language, original)


def time_of_day(moment: datetime, zone: str) -> str:
    """14:20, as the event's clocks show it."""
    return format_time(moment.astimezone(ZoneInfo(zone)), "short", locale=get_locale())


def moment_in_words(moment: datetime, zone: str = "UTC") -> str:
    """Day and time, as the event's clocks show it."""
    return format_datetime(moment.astimezone(ZoneInfo(zone)), "d MMM y, HH:mm", locale=get_locale())


def day_in_words(day: date) -> str:
    """12 May 2025."""
    return format_date(day, "d MMMM y", locale=get_locale())
