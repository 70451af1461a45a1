"""What is kept of a cockpit's drawing reads as if it were drawn anew."""

import subprocess
import sys
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from tests.factories.servers import ROOT
from workshop.queries.cockpit import RoomTable
from workshop.render import kept
from workshop.render.fragments import macro_of
from workshop.render.words import speaking

TABLE = RoomTable(
    UUID(int=1), 4, {"de": "Was brauchen wir?", "en": "What do we need?"}, "Anna", people=3, wrote=1, notes=2, held=1,
    reported=1, asked=1, forward=1, photos=2, photos_waiting=1, attendance="hybrid", video_url="https://example.org/4",
)  # fmt: skip
OTHER: dict[str, Any] = {
    "id": UUID(int=2), "number": 5, "question": {"de": "Und dann?"}, "host": None,
    "help_called_at": datetime(2026, 5, 12, 12, 20, tzinfo=UTC), "harvested": True, "closed": True, "into": 3,
    "full": True, "attendance": "remote", "video_url": "https://example.org/5",
}  # fmt: skip
CAFE: dict[str, Any] = {"cafe": UUID(int=9), "language": "de", "timezone": "Europe/Berlin", "over": False}
TABLES = [TABLE] + [replace(TABLE, **{one.name: OTHER.get(one.name, 7)}) for one in fields(RoomTable)]
CAFES = [CAFE | more for more in ({}, {"cafe": UUID(int=8)}, {"language": "en"}, {"timezone": "UTC"}, {"over": True})]


@pytest.mark.parametrize("language", ["de", "en", "sv"])
def test_it_reads_as_if_drawn_anew_whatever_has_changed(app: Flask, language: str) -> None:
    with app.app_context(), speaking(language):
        macro = macro_of("cafes/_cockpit_tables.html", "room_table")
        for _ in range(2):
            for table in TABLES:
                assert kept.kept(macro, table, **CAFE) == macro(table, **CAFE)
            helped = replace(TABLE, help_called_at=OTHER["help_called_at"])
            for cafe in CAFES:
                assert kept.kept(macro, helped, **cafe) == macro(helped, **cafe)


def test_what_is_as_it_was_is_drawn_once_and_not_kept_without_end(app: Flask) -> None:
    drawn: list[Any] = []

    def draw(thing: Any) -> Any:
        drawn.append(thing)
        return str(thing)

    with app.app_context(), speaking("en"):
        for _ in range(2):
            kept.kept(draw, TABLE)
        assert len(drawn) == 1
        for number in range(kept.MOST + 10):
            kept.kept(draw, replace(TABLE, number=number))
    assert len(kept._KEPT) == kept.MOST


DRAW_AT_ONCE = """
import sys, threading
from uuid import UUID
from tests.render.test_kept import TABLE
from workshop.render import kept
from dataclasses import replace
kept.get_locale, kept.asset = (lambda: sys), (lambda name: name)
sys.language = "en"
sys.setswitchinterval(1e-5)
def draw(table, cafe):
    return "drawn"
def draw_all():
    for turn in range(20_000):
        # As the ORM reads them: equal to those of the others, and not the same.
        kept.kept(draw, replace(TABLE, id=UUID(int=turn % 40)), cafe=UUID(int=9))
threads = [threading.Thread(target=draw_all) for _ in range(4)]
for one in threads: one.start()
for one in threads: one.join()
print(len(kept._KEPT))
"""


def test_several_threads_draw_at_once() -> None:
    """In a process of its own, which it would end."""
    done = subprocess.run([sys.executable, "-c", DRAW_AT_ONCE], capture_output=True, text=True, cwd=ROOT, timeout=100)
    assert (done.returncode, done.stdout) == (0, "40\n"), done.stderr
