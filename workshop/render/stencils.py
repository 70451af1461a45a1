"""Drawings with blanks: what most notes have in common is drawn once, and what differs is put into it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from markupsafe import escape

from workshop.models import IdeaState
from workshop.queries.cafes import Tally
from workshop.queries.ideas import Note
from workshop.render.words import moment_in_words

MOST = 1024
"""Stencils that are kept; then they are made anew."""


class Blanks(NamedTuple):
    """How one thing is drawn by a stencil.

    Attributes:
        alike: what all that share the stencil have in common.
        empty: gives a thing with marks in its blanks, and how these read when it is drawn.
        values: what belongs there, as it reads when it is drawn, in the order of the marks.
    """

    alike: tuple[Any, ...]
    empty: Callable[[], tuple[Any, list[str]]]
    values: list[str]


class Stencils:
    """What was drawn once, in pieces: the odd ones name the blank that lies between two of the drawing."""

    def __init__(self) -> None:
        self._kept: dict[Any, tuple[list[str], list[int]]] = {}

    def filled(self, kind: tuple[str, ...], blanks: Blanks) -> str | None:
        """The drawing of one thing, if one like it was drawn; `kind` is all else that the drawing depends on."""
        made = self._kept.get((kind, blanks.alike))
        if made is None:
            return None
        pieces, places = list(made[0]), made[1]
        pieces[1::2] = [blanks.values[place] for place in places]
        return "".join(pieces)

    def learn(self, kind: tuple[str, ...], draw: Callable[[Any], str], blanks: Blanks) -> None:
        """Keep how things like this one are drawn."""
        if len(self._kept) >= MOST:
            self._kept.clear()
        empty, marks = blanks.empty()
        pieces = re.split("(" + "|".join(map(re.escape, marks)) + ")", draw(empty))
        self._kept[kind, blanks.alike] = pieces, [marks.index(mark) for mark in pieces[1::2]]


@dataclass(frozen=True)
class Marks:
    """What stands in the blanks of a note: nothing that anybody could have written."""

    id: UUID = UUID("00000000-0000-0000-0000-00000000b1a1")
    table_id: UUID = UUID("00000000-0000-0000-0000-00000000b1a2")
    table_number: int = 7_310_000_001
    round_number: int = 7_310_000_002
    position: int = 7_310_000_003
    text: str = "\x01text\x01"
    author: str = "\x01author\x01"
    author_guest: int = 7_310_000_004
    created_at: datetime = datetime(1907, 3, 10, 4, 5, 6, tzinfo=UTC)


MARKS = Marks()
_MARKED = {one.name for one in fields(Marks)}
_APART = {*_MARKED, "author_id", "author_number", "reason", "remarks", "wordings"}
_alike = attrgetter(*(one.name for one in fields(Note) if one.name not in _APART))


def note_blanks(note: Note, language: str) -> Blanks | None:
    """The blanks of a note that lies on the table as it was written; None for one that is drawn by itself."""
    if (
        note.state is not IdeaState.VISIBLE
        or note.for_staff
        or note.excerpts
        or note.taken_by
        or note.comments
        or note.wordings
        or note.reason is not None
    ):
        return None
    who = note.who
    name, guest = who.name, who.as_guest

    def empty() -> tuple[Note, list[str]]:
        marked = {one: getattr(MARKS, one) for one in _MARKED}
        # Where nobody is named there is no place for it.
        marked |= {} if name else {"author": None}
        marked |= {} if guest else {"author_guest": None}
        drawn = _as_drawn(MARKS, MARKS.author, MARKS.author_guest, note.timezone, language)
        return replace(note, **marked, author_number=None), drawn

    alike = (*_alike(note), note.author_id is None, not name, not guest)
    return Blanks(alike, empty, _as_drawn(note, name, guest, note.timezone, language))


def tally_blanks(tally: Tally, language: str) -> Blanks:
    """The blanks of a table's count: many tables have as many notes, one after the other."""
    return Blanks((tally.notes,), lambda: (tally._replace(id=MARKS.id), [str(MARKS.id)]), [str(tally.id)])


def _as_drawn(given: Note | Marks, name: str, guest: int | None, zone: str, language: str) -> list[str]:
    return [
        str(given.id),
        str(given.table_id),
        str(given.table_number),
        str(given.round_number),
        str(given.position),
        escape(given.text),
        escape(name),
        str(guest),
        given.created_at.isoformat(timespec="seconds"),
        moment_in_words(given.created_at, zone, language),
    ]
