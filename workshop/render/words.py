"""Texts, moments and days in the reader's language."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from flask_babel import get_locale

from workshop.models import LocalText, in_language


def in_my_language(text: LocalText | None, original: str) -> tuple[str, str]:
    """A text of the house for the one who reads: (its language, the text)."""
    return in_language(text, get_locale().language, original)


def time_of_day(moment: datetime, zone: str) -> str:
    """14:20, as the event's clocks show it."""
    return format_time(moment.astimezone(ZoneInfo(zone)), "short", locale=_habits())


def moment_in_words(moment: datetime, zone: str = "UTC") -> str:
    """12 May 2025, 14:20; day and time, as the event's clocks show it."""
    day = format_skeleton("yMMMd", moment.astimezone(ZoneInfo(zone)), locale=_habits())
    return f"{day}, {time_of_day(moment, zone)}"


def day_in_words(day: date) -> str:
    """12 May 2025; in German 12. Mai 2025."""
    return format_date(day, "long", locale=_habits())


def in_a_row(numbers: Sequence[int]) -> str:
    """1, 2 and 3."""
    return format_list([str(number) for number in numbers], locale=_habits())


def _habits() -> Locale:
    """How the reader writes days and times; in English as in Europe, the day first and 24 hours."""
    language: str = get_locale().language
    return Locale("en", "GB") if language == "en" else Locale(language)
