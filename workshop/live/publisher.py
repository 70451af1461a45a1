"""One worker per process that tells rooms what changed: by listeners at once, by the poll in any case."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from flask import Flask

from workshop import engine
from workshop.live import summaries, telling
from workshop.live.connections import Connections
from workshop.live.endings import ENDING, MOVING, Endings, sockets_ended_by, sockets_out_of_sight
from workshop.live.presence import Presence
from workshop.live.reached import Reached, Told
from workshop.perform import Recorded, Store
from workshop.queries.viewing import current_epoch, heads
from workshop.statements import driver_of, get_ready

log = logging.getLogger(__name__)

POLL_SECONDS = 2.0
LOOK_SECONDS = 0.25
"""How often it is looked whether something is due that nobody has done anything for."""
HEADS_SECONDS = 25.0
Emit = Callable[[str, Any, str], None]


class Publisher:
    """Holds what waits to be told, and what has been told of each channel."""

    def __init__(self, app: Flask, store: Store, connections: Connections, emit: Emit, cut: Callable[[str], None]):
        self._app, self._store, self._connections = app, store, connections
        self._reading = store.steady_reading()
        self._emit, self._cut = emit, cut
        self._lock = engine.brief_lock()
        # Open when there is something to do; to wait for an event takes longer than a small turn.
        self._gate = threading.Lock()
        self._gate.acquire()
        self._reached = Reached(connections)
        self._waiting: dict[str, dict[int, Recorded]] = {}
        self._ended: list[Recorded] = []
        self._running = False
        self._heads_at: dict[str, float] = {}
        self._epoch: str | None = None
        self._polled = 0.0
        self._endings = Endings()
        self.looked = 0
        """How often it was looked who may listen no longer: whoever enters a room meanwhile may have been missed."""
        self.summaries = summaries.Summaries(connections, emit)
        self.presence = Presence(app, store, connections, emit)

    def start(self) -> None:
        """Begin to work; more than once does nothing."""
        if self._epoch is None:
            # Before the first socket says from which epoch its page is.
            self._look_at_epoch()
        with self._lock:
            if self._running:
                return
            self._running = True
        engine.background(self._work)
        engine.background(self._remind)
        engine.background(self._get_ready)

    def hear(self, recorded: Recorded) -> None:
        """The listener that `perform` calls after a commit."""
        if not self._running:
            return
        with self._lock:
            for channel, revision in recorded.at.items():
                self._waiting.setdefault(channel, {})[revision] = recorded
            if recorded.operation in ENDING or recorded.operation in MOVING:
                self._ended.append(recorded)
        self.presence.heard(recorded.touched)
        self._open()

    def first_watched(self, channel: str, revision: int) -> None:
        """From which revision on a channel is told."""
        self._reached.first(channel, revision)

    def _work(self) -> None:
        with self._app.app_context():
            while True:
                self._gate.acquire()
                try:
                    self._do_what_is_due()
                except Exception:
                    log.exception("the publisher stumbled and goes on")

    def _remind(self) -> None:
        """Open the gate for what is due by the clock: to wait there for so long takes longer than to draw a note."""
        while True:
            time.sleep(LOOK_SECONDS)
            try:
                to_poll = self._polled + POLL_SECONDS - time.monotonic()
                if min(to_poll, self.summaries.patience(to_poll), self.presence.patience(to_poll)) <= LOOK_SECONDS:
                    self._open()
            except Exception:
                log.exception("the publisher's clock stumbled and goes on")

    def _get_ready(self) -> None:
        """With the first who comes, so that the first note waits for nothing that is done once."""
        try:
            with self._store.reading_briefly() as session:
                dialect = driver_of(session).dialect
            get_ready(dialect, lambda: time.sleep(0))
        except Exception:
            log.exception("the statements are compiled as they come")

    def _open(self) -> None:
        try:
            self._gate.release()
        except RuntimeError:
            # Open already.
            return

    def _do_what_is_due(self) -> None:
        self._turn()
        if time.monotonic() - self._polled >= POLL_SECONDS:
            self._polled = time.monotonic()
            self._poll()
        self.summaries.send(self._store)
        self.presence.send()

    def _turn(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, {}
            ended, self._ended = self._ended, []
        if waiting:
            try:
                with self._reading() as session:
                    told = self._reached.read(session, waiting)
            except Exception:
                with self._lock:
                    self._ended[:0] = ended
                raise
            for channel in waiting:
                self.summaries.mark(channel)
            self._tell(told)
        # Last, so that a page still hears why it is cut off.
        if ended:
            self._end(ended)

    def _end(self, ended: list[Recorded]) -> None:
        sockets: list[str] = []
        if ended:
            self.looked += 1
        for recorded in ended:
            self._endings.know(recorded)
            if recorded.operation in ENDING:
                with self._reading() as session:
                    sockets += sockets_ended_by(session, self._connections, recorded)
        if any(recorded.operation in MOVING for recorded in ended):
            with self._reading() as session:
                sockets += sockets_out_of_sight(session, self._connections)
        for sid in dict.fromkeys(sockets):
            self._cut(sid)

    def _tell(self, told: list[Told]) -> None:
        turn = telling.Turn()
        for one in told:
            turn.give_way()
            for room in one.rooms:
                read = one.reads.get((room.page, room.audience))
                if read is None:
                    self._emit("behind", {one.channel: one.revision}, room.name)
                else:
                    change = telling.change(room, one.since, one.revision, one.keys, read)
                    self._emit("change", change, room.name)
            if one.removed:
                for sid in self._connections.of_participant(one.removed):
                    self._cut(sid)

    def is_now(self, epoch: Any) -> bool:
        """Whether a page is from the present life of the database; the poll tells of another one within two seconds."""
        if epoch == self._epoch:
            return True
        # Drawn after a restore of which nobody here has heard yet.
        with self._store.reading() as session:
            return bool(epoch == current_epoch(session))

    def _look_at_epoch(self) -> None:
        """Send everybody to load afresh when the database has been restored: no revision means what it did."""
        with self._store.reading() as session:
            epoch = current_epoch(session)
            before, self._epoch = self._epoch, epoch
            if before != epoch:
                self._endings.begin(session)
        if before in (None, epoch):
            return
        self._reached.forget()
        with self._lock:
            self._waiting = {}
        for sid in self._connections.where(lambda actor: True):
            self._emit("behind", {}, sid)

    def _poll(self) -> None:
        self._look_at_epoch()
        with self._reading() as session:
            ended = self._endings.found(session)
        self._end(ended)
        channels = self._connections.channels()
        tables = self.summaries.channels()
        if not channels and not tables:
            return
        with self._reading() as session:
            newest = heads(session, {*channels, *tables})
            with self._lock:
                heard = {channel: max(known) for channel, known in self._waiting.items()}
            # What has been heard of meanwhile is told by the next turn.
            changed = [
                one
                for one in channels
                if newest[one] != self._reached.at(one, newest[one]) and newest[one] > heard.get(one, 0)
            ]
            told = self._reached.read(session, {channel: {newest[channel]: None} for channel in changed})
        for channel in changed:
            self.summaries.mark(channel)
        self._tell(told)
        self.summaries.compare({channel: newest[channel] for channel in tables})
        self._tell_heads(newest, channels)

    def _tell_heads(self, newest: dict[str, int], channels: list[str]) -> None:
        now = time.monotonic()
        self._heads_at = {channel: self._heads_at[channel] for channel in channels if channel in self._heads_at}
        for channel in channels:
            # The first time somewhere in the coming period, so that channels do not all speak at once.
            due = self._heads_at.setdefault(channel, now + hash(channel) % int(HEADS_SECONDS))
            if now >= due:
                self._heads_at[channel] = now + HEADS_SECONDS
                for room in self._connections.rooms_of(channel):
                    self._emit("heads", {channel: newest[channel]}, room.name)
