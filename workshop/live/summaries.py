"""Pages that are summaries of a café: read once a second at most, drawn once per language, sent whole."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from workshop import clock, engine
from workshop.live.connections import Connections, Room
from workshop.perform import Store
from workshop.queries import cockpit, queue, screen
from workshop.queries.viewing import cafe_scope, summary_revision
from workshop.render.fragments import macro_of
from workshop.render.words import speaking
from workshop.standing import Standing

AT_MOST_EVERY = 1.0
"""Seconds between two summaries of one café."""


@dataclass(frozen=True)
class Summary:
    """How a kind of page sums up a café: a reader {café: row} and the macro that draws a row.

    A row may say by `due` when it will be another one although nobody changes anything.
    """

    read: Callable[[Session, Iterable[UUID]], dict[UUID, Any]]
    template: str
    macro: str
    staff_only: bool


SUMMARIES = {
    "screen": Summary(screen.screens, "cafes/_screen.html", "screen", staff_only=False),
    "queue": Summary(queue.queues, "moderation/_queue.html", "queue", staff_only=True),
    "cockpit": Summary(cockpit.cockpit, "cafes/_cockpit.html", "cockpit", staff_only=True),
}


def may_read(summary: Summary, standing: Standing) -> bool:
    """Whether somebody who is no staff reads a summary: one that shows every table is for who sees them all."""
    return not summary.staff_only and (standing.screen or standing.sight() is None)


def summary_of(channel: str, page: str) -> Summary | None:
    """What a kind of page shows of a café as a whole."""
    return SUMMARIES.get(page) if channel.startswith("cafe:") else None


def draw(page: str, row: Any, language: str) -> str:
    """The summary's HTML, the same for everybody who may see it."""
    summary = SUMMARIES[page]
    with speaking(language):
        return str(macro_of(summary.template, summary.macro)(row, None)).strip()


class Summaries:
    """Which cafés are watched as summaries, and which of them are stale."""

    def __init__(self, connections: Connections, emit: Callable[[str, Any, str], None]) -> None:
        self._connections, self._emit = connections, emit
        self._lock = engine.brief_lock()
        self._cafes_of: dict[str, set[UUID]] = {}
        self._newest: dict[str, int] = {}
        self._sent_at: dict[UUID, float] = {}
        self._due: dict[UUID, datetime] = {}
        self.stale: set[UUID] = set()

    def listen(self, session: Session, cafe_id: UUID) -> int:
        """Count a watcher's café; gives the revision its summary is at."""
        channels = cafe_scope(session, cafe_id)
        with self._lock:
            for channel in channels:
                # Several cafés of an event have one list.
                self._cafes_of.setdefault(channel, set()).add(cafe_id)
            # When its page will be another one by itself is known once it has been read.
            self.stale.add(cafe_id)
        return summary_revision(session, channels)

    def channels(self) -> list[str]:
        """What the poll has to look at for them."""
        with self._lock:
            watched = {cafe for cafes in self._cafes_of.values() for cafe in cafes}
            gone = {cafe for cafe in watched if not self._rooms(cafe)}
            if gone:
                left = {name: cafes - gone for name, cafes in self._cafes_of.items()}
                self._cafes_of = {name: cafes for name, cafes in left.items() if cafes}
            return list(self._cafes_of)

    def mark(self, channel: str) -> None:
        """A Change was told in this channel."""
        if channel not in self._cafes_of:
            return
        with self._lock:
            self.stale |= self._cafes_of.get(channel, set())

    def compare(self, newest: dict[str, int]) -> None:
        """Mark what another process has changed."""
        for channel, revision in newest.items():
            if self._newest.get(channel, revision) != revision:
                self.mark(channel)
        self._newest = newest

    def patience(self, longest: float) -> float:
        """Seconds until a summary has to be sent, as far as is known now."""
        if self.stale:
            return min(longest, 0.25)
        with self._lock:
            first = min(self._due.values(), default=None)
        return longest if first is None else max(0.0, min(longest, (first - clock.now()).total_seconds()))

    def _mark_due(self) -> None:
        moment = clock.now()
        over = {cafe for cafe, due in self._due.items() if due <= moment}
        self._due = {cafe: due for cafe, due in self._due.items() if cafe not in over}
        self.stale |= over

    def _rooms(self, cafe_id: UUID) -> list[Room]:
        return [room for room in self._connections.rooms_of(f"cafe:{cafe_id}") if room.page in SUMMARIES]

    def send(self, store: Store) -> None:
        """Draw and send what is stale and was not sent within the last second."""
        if not (self.stale or self._due):
            return
        now = time.monotonic()
        with self._lock:
            self._mark_due()
            due = {cafe for cafe in self.stale if now - self._sent_at.get(cafe, 0.0) >= AT_MOST_EVERY}
            self.stale -= due
        for cafe_id in due:
            rooms = self._rooms(cafe_id)
            if not rooms:
                continue
            self._sent_at[cafe_id] = now
            with store.reading() as session:
                # Before the content: what comes in between is then sent once more, never missed.
                channels = cafe_scope(session, cafe_id)
                revision = summary_revision(session, channels)
                # A table may have been added since somebody began to watch.
                with self._lock:
                    for channel in channels:
                        self._cafes_of.setdefault(channel, set()).add(cafe_id)
                rows = {
                    page: SUMMARIES[page].read(session, [cafe_id]).get(cafe_id)
                    for page in {room.page for room in rooms}
                }
            self._remember(cafe_id, rows.values())
            for room in rooms:
                if rows[room.page] is not None:
                    html = draw(room.page, rows[room.page], room.language)
                    message = {"page": room.page, "id": str(cafe_id), "revision": revision, "html": html}
                    self._emit("summary", message, room.name)

    def _remember(self, cafe_id: UUID, rows: Iterable[Any]) -> None:
        moments = [one for one in (getattr(row, "due", None) for row in rows) if one]
        with self._lock:
            self._due.pop(cafe_id, None)
            if moments:
                self._due[cafe_id] = min(moments)
