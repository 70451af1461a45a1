"""Texts, moments and days in the reader's language."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from flask_babel import force_locale, get_locale, get_translations
from markupsafe import Markup

from workshop.models import LocalText, in_language

_CATALOGUE: ContextVar[Any] = ContextVar("catalogue", default=None)


def gettext(text: str, /, **values: Any) -> Markup:
    """A template's text in the reader's language, with values in it escaped."""
    catalogue = _CATALOGUE.get() or get_translations()
    return Markup(catalogue.ugettext(text)) % values if values else _said(catalogue, text)


@lru_cache(maxsize=8192)
def _said(catalogue: Any, text: str) -> Markup:
    # Kept, because each note says the same few things; without values too a percent sign is written twice.
    said: Markup = Markup(catalogue.ugettext(text)) % {}
    return said


def ngettext(one: str, many: str, num: int, /, **values: Any) -> Markup:
    """A template's text for a number of things."""
    catalogue = _CATALOGUE.get() or get_translations()
    if values:
        return Markup(catalogue.ungettext(one, many, num)) % {"num": num, **values}
    return _counted(catalogue, one, many, num)


@lru_cache(maxsize=8192)
def _counted(catalogue: Any, one: str, many: str, num: int) -> Markup:
    said: Markup = Markup(catalogue.ungettext(one, many, num)) % {"num": num}
    return said


def pgettext(context: str, text: str, /, **values: Any) -> Markup:
    """A template's text that means something else elsewhere."""
    catalogue = _CATALOGUE.get() or get_translations()
    said: Markup = Markup(catalogue.upgettext(context, text)) % values
    return said


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Draw in one language, whose catalogue is looked up once and not for each text."""
    locale = _locale(language)
    with force_locale(locale):
        token = _CATALOGUE.set(_catalogue_of(locale))
        try:
            yield
        finally:
            _CATALOGUE.reset(token)


@lru_cache
def _catalogue_of(locale: Locale) -> Any:
    """The catalogue of the language that is spoken just now."""
    catalogue = get_translations()
    assert str(get_locale()) == str(locale), "outside of the application nothing is said in any language"
    return catalogue


@lru_cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


def in_my_language(text: LocalText | None, original: str) -> tuple[str, str]:
    """A text of the house for the one who reads: (its language, the text)."""
    return in_language(text, get_locale().language, original)


def time_of_day(moment: datetime, zone: str) -> str:
    """14:20, as the event's clocks show it."""
    return format_time(moment.astimezone(ZoneInfo(zone)), "short", locale=_habits())


def moment_in_words(moment: datetime, zone: str = "UTC", language: str = "") -> str:
    """12 May 2025, 14:20; day and time, as the event's clocks show it, in the reader's language or a named one."""
    habits = _habits_of(language) if language else _habits()
    return _moment(moment.replace(second=0, microsecond=0), zone, habits)


@lru_cache(maxsize=4096)
def _moment(minute: datetime, zone: str, habits: Locale) -> str:
    # Kept, because many notes are of one minute, and wording a moment takes longer than drawing the rest of a note.
    there = minute.astimezone(ZoneInfo(zone))
    return f"{format_skeleton('yMMMd', there, locale=habits)}, {format_time(there, 'short', locale=habits)}"


def minutes_and_seconds(time: timedelta) -> str:
    """11:42, and 1:11:42 from an hour on, as the page's clock shows it."""
    seconds = ceil(time.total_seconds())
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"


def day_in_words(day: date) -> str:
    """12 May 2025; in German 12. Mai 2025."""
    return format_date(day, "long", locale=_habits())


def in_a_row(numbers: Sequence[int]) -> str:
    """1, 2 and 3."""
    return format_list([str(number) for number in numbers], locale=_habits())


def _habits() -> Locale:
    return _habits_of(get_locale().language)


@lru_cache
def _habits_of(language: str) -> Locale:
    """How readers of a language write days and times; in English as in Europe, the day first and 24 hours."""
    return Locale("en", "GB") if language == "en" else Locale(language)
