"""A note that is put into a drawing made before is drawn as if it had been drawn by itself."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workshop.models import AuthorNames, IdeaKind, IdeaState, ScreenNotes, new_id
from workshop.queries.cafes import Tally
from workshop.queries.comments import Remark
from workshop.queries.ideas import Note, Wording
from workshop.render import assets
from workshop.render.fragments import FRAGMENTS, STENCILS, macro_of
from workshop.render.stencils import MARKS, MOST, Stencils, note_blanks, tally_blanks
from workshop.render.words import speaking

[FRAGMENT] = [one for one in FRAGMENTS if (one.channel, one.page, one.thing) == ("table", "table", "idea")]
PLAIN = Note(
    id=new_id(), table_id=new_id(), table_number=4, round_number=2, kind=IdeaKind.IDEA, language="de",
    text="Eine Bank an jeder Haltestelle", state=IdeaState.VISIBLE, state_reason="", late=False, written_for=False,
    pinned_at=None, position=7, version=1, created_at=datetime(2026, 5, 12, 12, 20, 59, tzinfo=UTC),
    timezone="Europe/Berlin", votes=0, on_screen=None, screen_notes=ScreenNotes.LET_THROUGH, author_id=new_id(),
    names=AuthorNames.SHOWN, author="Anna", author_number=1, author_guest=3, reports=0, after_the_end=None,
    reason=None, reason_language="de", reason_in_words=None, asked=None, answer=None, comments=0, taken=0, merged=0,
    merged_into_id=None,
)  # fmt: skip
WORDS = st.text("ab<&>\"'\x01\n ß", min_size=1, max_size=90) | st.sampled_from([MARKS.text, str(MARKS.id), "{0}"])
NOTES = st.builds(
    replace,
    st.just(PLAIN),
    id=st.uuids(), table_id=st.uuids(), table_number=st.integers(1, 99), round_number=st.integers(1, 9),
    kind=st.sampled_from(IdeaKind), text=WORDS, late=st.booleans(), written_for=st.booleans(),
    on_paper=st.booleans(), card=st.none() | st.integers(1, 30), counted_elsewhere=st.integers(0, 3),
    pinned_at=st.none() | st.just(PLAIN.created_at), position=st.integers(0, 10**6), version=st.integers(1, 3),
    created_at=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    timezone=st.sampled_from(["Europe/Berlin", "Europe/Stockholm", "UTC"]), votes=st.integers(0, 3),
    author_id=st.none() | st.just(PLAIN.author_id), names=st.sampled_from(AuthorNames),
    author=st.none() | WORDS, author_number=st.none() | st.integers(1, 3), author_guest=st.none() | st.integers(1, 99),
)  # fmt: skip


def by_itself(note: Note) -> str:
    return str(macro_of(FRAGMENT.template, FRAGMENT.macro)(note, None)).strip()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(NOTES, min_size=2, max_size=4), st.sampled_from(["de", "en", "sv"]))
def test_it_reads_as_if_drawn_by_itself(app: Flask, notes: list[Note], language: str) -> None:
    with app.app_context(), speaking(language):
        for note in notes:
            assert note_blanks(note, language)
            assert FRAGMENT.render(note) == by_itself(note)


@pytest.mark.parametrize(
    "other",
    [
        {"state": IdeaState.HELD, "state_reason": "Names somebody"},
        {"for_staff": True, "text": "Long enough that the host reads only its beginning beside the tick. " * 2},
        {"excerpts": ("Bank",), "taken_by": ("Ben",), "taken": 1},
        {"comments": 1, "remarks": [Remark]},
        {"wordings": [Wording(UUID(int=1), "Bänke", "de")], "merged": 1},
    ],
    ids=lambda other: next(iter(other)),
)
def test_what_was_done_with_is_drawn_by_itself(other: dict[str, Any]) -> None:
    assert note_blanks(replace(PLAIN, **other), "de") is None


def test_what_all_have_in_common_is_drawn_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    other = replace(PLAIN, id=new_id(), text="Haltestelle 2", author="Ben")
    monkeypatch.setattr("workshop.render.fragments.STENCILS", Stencils())
    assert FRAGMENT.known(other, "sv") is None
    with app.app_context(), speaking("sv"):
        FRAGMENT.render(PLAIN)
        expected = by_itself(other)
    # Outside of the application, where nothing can be drawn.
    assert FRAGMENT.known(other, "sv") == expected
    assert FRAGMENT.known(other, "de") is None


def test_counts_read_as_if_drawn_by_themselves(app: Flask) -> None:
    count = next(one for one in FRAGMENTS if one.blanks is tally_blanks)
    for language in ("de", "en", "sv"):
        with app.app_context(), speaking(language):
            for notes in (0, 1, 2, 1, 0, 2):
                tally = Tally(new_id(), notes)
                assert count.render(tally) == str(macro_of(count.template, count.macro)(tally, None)).strip()


def test_icons_that_are_built_anew_are_named_anew(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with app.app_context(), speaking("en"):
        before = FRAGMENT.render(PLAIN)
        built = json.loads(assets.MANIFEST.read_text())
        (tmp_path / "manifest.json").write_text(json.dumps(built | {"icons.svg": "icons-NEW.svg"}))
        monkeypatch.setattr(assets, "MANIFEST", tmp_path / "manifest.json")
        assets._age.cache_clear()
        assert FRAGMENT.render(PLAIN) == by_itself(PLAIN) != before
        monkeypatch.undo()
        assets._age.cache_clear()


def test_stencils_are_not_kept_without_end(app: Flask) -> None:
    with app.app_context(), speaking("en"):
        for votes in range(MOST + 10):
            FRAGMENT.render(replace(PLAIN, votes=votes))
        assert FRAGMENT.render(replace(PLAIN, votes=3)) == by_itself(replace(PLAIN, votes=3))
    assert len(STENCILS._kept) <= MOST
