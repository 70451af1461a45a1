"""Days and times, written as the reader's language writes them."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask_babel import force_locale

from workshop.render.words import day_in_words, moment_in_words, time_of_day


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("de", "3. Mai 2026", "3. Mai 2026, 14:05"),
        ("en", "3 May 2026", "3 May 2026, 14:05"),
        ("sv", "3 maj 2026", "3 maj 2026, 14:05"),
    ],
)
def test_days_and_moments_are_written_as_the_language_does(app: Flask, language: str, day: str, moment: str) -> None:
    then = datetime(2026, 5, 3, 12, 5, tzinfo=UTC)
    with app.test_request_context(), force_locale(language):
        assert day_in_words(date(2026, 5, 3)) == day
        assert moment_in_words(then, "Europe/Berlin") == moment
        assert time_of_day(then, "Europe/Berlin") == "14:05"
