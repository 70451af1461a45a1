"""Rounds that end and begin by the clock: looked at every second, done by an operation like anybody's.

Several processes may look at once, and one may have been away: what is due is decided by the database's times, and the
operation does it once, under the café's lock.
"""

import logging
import time
from uuid import UUID

from workshop import clock, engine
from workshop.binding import bind
from workshop.errors import Problem
from workshop.perform import OPERATIONS, Store, fresh_key, perform
from workshop.queries import turns
from workshop.standing import SYSTEM

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0


class Clockwork:
    """Lets cafés go on whose time has come."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._running = False

    def start(self) -> None:
        """Begin to look; more than once does nothing."""
        if not self._running:
            self._running = True
            engine.background(self._work)

    def _work(self) -> None:
        while True:
            time.sleep(EVERY_SECONDS)
            try:
                self.look()
            except Exception:
                log.exception("the clockwork stumbled and goes on")

    def look(self) -> list[UUID]:
        """Let every café go on that is due, one step each; gives those that were."""
        with self._store.reading() as session:
            due = turns.due(session, clock.now())
        what = OPERATIONS["cafe.go_on"]
        for cafe in due:
            try:
                perform(self._store, SYSTEM, what, bind(what.form, {"cafe": cafe}), fresh_key())
            except Problem as problem:
                # One café that cannot go on must not stop the others.
                log.warning("café %s does not go on by itself: %s", cafe, problem.code)
        return due
