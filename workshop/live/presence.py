"""Who is connected of those who sit at a table: told to its host and to the cockpit, and recorded nowhere.

Each process counts its own sockets. A person with several tabs or devices counts once.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask
from flask_babel import ngettext
from sqlalchemy.orm import Session

from workshop import engine
from workshop.live.connections import Connections, Room
from workshop.perform import Store
from workshop.queries.seats import Sitting, sitting_in
from workshop.queries.viewing import Audience
from workshop.render.words import speaking

AT_MOST_EVERY = 1.0
"""Seconds between two messages to one room."""
MOVES_PEOPLE = {"table", "cafe", "participant"}
"""Things that a Change touches when somebody sits down elsewhere, comes, is renamed or removed."""


@dataclass(frozen=True)
class AtTable:
    """Those who sit at a table: how many, and the names of those of whom no page is connected."""

    seated: int
    away: tuple[str, ...]

    @property
    def here(self) -> int:
        """How many are connected."""
        return self.seated - len(self.away)


class Presence:
    """Which cafés are looked at by somebody who is told of presence, and what each room was told last."""

    def __init__(
        self, app: Flask, store: Store, connections: Connections, emit: Callable[[str, Any, str], None]
    ) -> None:
        self._app, self._store, self._connections, self._emit = app, store, connections, emit
        self._lock = engine.brief_lock()
        self._rooms: dict[UUID, dict[Room, None]] = {}
        """café -> the rooms that are told of it"""
        self._told: dict[Room, Any] = {}
        self._sent_at = 0.0
        self.stale = False

    def watched(self, cafe_id: UUID, room: Room) -> None:
        """Somebody entered a room that is told of presence: all of it is told what is now."""
        with self._lock:
            self._rooms.setdefault(cafe_id, {})[room] = None
            self._told.pop(room, None)
            self.stale = True

    def mark(self) -> None:
        """Somebody came, went, or sits elsewhere."""
        if self._rooms:
            self.stale = True

    def patience(self, longest: float) -> float:
        """Seconds until something has to be told."""
        return min(longest, 0.25) if self.stale else longest

    def heard(self, touched: Iterable[tuple[str, UUID]]) -> None:
        """A Change touched these things."""
        if self._rooms and any(thing in MOVES_PEOPLE for thing, _ in touched):
            self.stale = True

    def send(self) -> None:
        """Tell each room whose tables are others now, at most once a second."""
        now = time.monotonic()
        if not self.stale or now - self._sent_at < AT_MOST_EVERY:
            return
        self.stale, self._sent_at = False, now
        with self._lock:
            self._forget()
            rooms = {cafe_id: list(rooms) for cafe_id, rooms in self._rooms.items()}
        for cafe_id, listening in rooms.items():
            with self._store.reading() as session:
                tables = self._read(session, cafe_id)
            for room in listening:
                self._tell(room, tables)

    def _read(self, session: Session, cafe_id: UUID) -> dict[UUID, AtTable]:
        connected = self._connections.people()
        found: dict[UUID, list[Sitting]] = {}
        for one in sitting_in(session, cafe_id):
            found.setdefault(one.table_id, []).append(one)
        return {
            table_id: AtTable(len(people), tuple(one.name for one in people if one.id not in connected))
            for table_id, people in found.items()
        }

    def _tell(self, room: Room, tables: dict[UUID, AtTable]) -> None:
        kind, _, text = room.channel.partition(":")
        if kind == "table":
            table_id = UUID(text)
            tables = {table_id: tables.get(table_id, AtTable(0, ()))}
        if self._told.get(room) == tables:
            return
        self._told[room] = tables
        with speaking(room.language):
            message = {
                "channel": room.channel,
                "tables": {str(one): told_of(at, names=kind == "table") for one, at in tables.items()},
            }
        self._emit("presence", message, room.name)

    def _forget(self) -> None:
        """Leave out rooms in which nobody is any more."""
        for cafe_id, rooms in list(self._rooms.items()):
            for room in list(rooms):
                if room not in self._connections.rooms_of(room.channel):
                    del rooms[room]
                    self._told.pop(room, None)
            if not rooms:
                del self._rooms[cafe_id]


def told_of(at: AtTable, *, names: bool) -> dict[str, Any]:
    """What a page is told of a table: numbers, a sentence, and the names where it has a place for them."""
    words = ngettext("%(here)s of %(num)s connected", "%(here)s of %(num)s connected", at.seated, here=at.here)
    told = {"here": at.here, "seated": at.seated, "words": words}
    return {**told, "away": list(at.away)} if names else told


def is_told(room: Room) -> bool:
    """Whether a room is one that is told: a table's host and staff at it, and the cockpit."""
    if room.audience is not Audience.STAFF:
        return False
    return room.channel.startswith("table:") or (room.channel.startswith("cafe:") and room.page == "cockpit")
