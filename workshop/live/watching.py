"""`watch`: into which rooms a socket comes, and what it is missing there."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy.orm import Session

from workshop.errors import Forbidden, NotFound, Problem
from workshop.live import telling
from workshop.live.connections import Connection, Connections, Room
from workshop.live.presence import is_told
from workshop.live.publisher import Publisher
from workshop.live.summaries import may_read, summary_of
from workshop.perform import Store
from workshop.queries.seats import cafe_of
from workshop.queries.viewing import Audience, Known, Viewer, heads, viewer_in_event, watch

MAIN_PAGE = {"table": "table", "cafe": "table", "person": "table", "list": "list", "goal": "goal"}


class Watching:
    """Puts sockets into rooms, and brings them up to date."""

    def __init__(self, app: Flask, store: Store, server: Any, connections: Connections, publisher: Publisher) -> None:
        self._app, self._store, self._server = app, store, server
        self._connections, self._publisher = connections, publisher

    def watch(self, connection: Connection, wanted: dict[str, int]) -> tuple[dict[str, int], Viewer]:
        """Put a socket into the rooms of these channels, all or none, and send what it is missing since the revisions.

        Answers with the revisions now and with who looks. Whoever is moved or removed, or sees less, while this goes
        on may have been looked for before they were in a room: then it is decided again, and nothing has been sent.
        """
        while True:
            looked = self._publisher.looked
            with self._store.reading_briefly() as session:
                try:
                    rooms, viewer, told = self._allowed(session, connection, wanted)
                except Problem:
                    self._leave(connection, wanted)
                    raise
                # First into the rooms, then compare, then apply: nothing falls between.
                for room in rooms:
                    self._put_into(room, connection)
                # Nothing that was read before may stand in for what is there now.
                session.expire_all()
                at, messages = self._missing(session, rooms, wanted)
            if self._publisher.looked == looked:
                break
        for cafe_id, room in told:
            self._publisher.presence.watched(cafe_id, room)
        for event, message in messages:
            self._server.emit(event, message, to=connection.sid)
        return at, viewer

    def _allowed(
        self, session: Session, connection: Connection, channels: Iterable[str]
    ) -> tuple[list[Room], Viewer, list[tuple[UUID, Room]]]:
        """The rooms, who looks, and which of the rooms are told who is there, each with its café."""
        rooms, viewer = [], Viewer()
        told: list[tuple[UUID, Room]] = []
        known: Known = {}
        for channel in channels:
            kind = channel.partition(":")[0]
            page = connection.page or MAIN_PAGE.get(kind, "")
            audience, standing = watch(session, connection.actor, channel, known)
            if viewer.role == "stranger":
                viewer = viewer_in_event(session, standing)
            summary = summary_of(channel, page)
            if summary and audience is not Audience.STAFF and not may_read(summary, standing):
                raise Forbidden
            room = Room(channel, page, connection.language, audience)
            rooms.append(room)
            if is_told(room):
                thing_id = UUID(channel.partition(":")[2])
                told.append((cafe_of(session, thing_id) if kind == "table" else thing_id, room))
        return rooms, viewer, told

    def _put_into(self, room: Room, connection: Connection) -> None:
        if connection.rooms.get(room.channel, room) != room:
            self._leave(connection, [room.channel])
        if not self._connections.enter(connection, room):
            # Cut off meanwhile.
            raise NotFound
        self._server.enter_room(connection.sid, room.name)

    def _leave(self, connection: Connection, channels: Iterable[str]) -> None:
        for channel in channels:
            room = self._connections.leave(connection, channel)
            if room:
                self._server.leave_room(connection.sid, room.name)

    def _missing(
        self, session: Session, rooms: list[Room], wanted: dict[str, int]
    ) -> tuple[dict[str, int], list[tuple[str, dict[str, Any]]]]:
        """The revisions these rooms are at, and the messages that lead there."""
        messages: list[tuple[str, dict[str, Any]]] = []
        missing: list[tuple[Room, telling.Read]] = []
        at = newest = heads(session, wanted)
        for room in rooms:
            channel, since = room.channel, wanted[room.channel]
            self._publisher.first_watched(channel, newest[channel])
            if summary_of(channel, room.page):
                revision = self._publisher.summaries.listen(session, UUID(channel.partition(":")[2]))
                at = {**at, channel: revision}
                if revision != since:
                    self._publisher.summaries.mark(channel)
            elif since != newest[channel]:
                touched = telling.touched_between(session, channel, since, newest[channel])
                if isinstance(touched, telling.TooFarBehind):
                    messages.append(("behind", {channel: newest[channel]}))
                else:
                    missing.append((room, telling.read_now(session, channel, room.page, room.audience, touched)))
        if missing:
            with self._app.app_context():
                for room, read in missing:
                    change = telling.change(room, wanted[room.channel], newest[room.channel], [], read)
                    messages.append(("change", change))
        return at, messages
