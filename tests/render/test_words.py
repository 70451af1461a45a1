"""Days and times, written as the reader's language writes them."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask_babel import force_locale

from workshop.render.words import day_in_words, moment_in_words, speaking, time_of_day


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


def test_templates_speak_the_language_that_is_drawn_for(app: Flask) -> None:
    template = app.jinja_env.from_string(
        "{{ _('Over') }} {{ ngettext('vote', 'votes', 2) }} {{ pgettext('event', 'Open') }}"
    )
    drawn = {}
    with app.test_request_context(), force_locale("sv"):
        outside = template.render()
        for language in ("de", "en"):
            with speaking(language):
                drawn[language] = template.render()
        assert template.render() == outside
    assert drawn["en"] == "Over votes Open" and len({outside, *drawn.values()}) == 3
    with app.test_request_context(), force_locale("de"):
        assert template.render() == drawn["de"]


def test_a_moment_is_worded_to_the_minute_in_each_zone(app: Flask) -> None:
    then = datetime(2026, 5, 3, 12, 5, 59, tzinfo=UTC)
    with app.test_request_context(), force_locale("de"):
        assert [moment_in_words(then, zone) for zone in ("Europe/Berlin", "UTC", "Europe/Berlin")] == [
            "3. Mai 2026, 14:05",
            "3. Mai 2026, 12:05",
            "3. Mai 2026, 14:05",
        ]
