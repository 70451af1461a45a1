"""Group commit: on SQLite, where one writes at a time, those who wait share a transaction and its sync to the disk."""

import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from workshop.database import DRIVER, Driver, Kept, patiently, send
from workshop.engine import brief_lock

CLOSE_TOGETHER = 0.005
"""Seconds after a transaction within which others probably wait by now; who comes later comes alone."""


class Written(NamedTuple):
    """What came of a piece of work."""

    value: Any
    keep: bool
    """Whether what it wrote is to stay; there may be nothing."""


Work = Callable[[Session], Written]


class Waiting:
    """Somebody's work, and the gate they wait at, unless they lead, until it is answered or they are to."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.gate: threading.Lock | None = None
        self.leads = False
        self.value: Any = None
        self.error: BaseException | None = None


class Committer:
    """Owns the one connection that writes.

    Whoever finds nobody leading leads: does the work of all who wait, each under a savepoint where they are several,
    commits, and answers them. Who fails loses what they wrote alone.
    """

    def __init__(self, engine: Engine) -> None:
        self._kept = Kept(engine, write=True)
        self._lock = brief_lock()
        self._queue: list[Waiting] = []
        self._led = False
        self._committed = 0.0

    def run(self, work: Work) -> Any:
        """The value of `work`, once what it wrote is committed; raises what it raises, or why that failed."""
        mine = Waiting(work)
        with self._lock:
            mine.leads, self._led = not self._led, True
            if not mine.leads:
                mine.gate = threading.Lock()
                mine.gate.acquire()
            self._queue.append(mine)
        if mine.gate:
            mine.gate.acquire()
        if mine.leads:
            self._lead(mine)
        if mine.error is not None:
            raise mine.error
        return mine.value

    def _lead(self, leader: Waiting) -> None:
        group: list[Waiting] = []
        try:
            if time.monotonic() - self._committed < CLOSE_TOGETHER:
                # Under eventlet those come now whose calls have arrived too.
                time.sleep(0)
            self._together(group)
        except Exception as error:
            self._kept.drop()
            for one in group or self._take(group):
                one.error = one.error or error
        except BaseException:
            self._kept.drop()
            for one in group or self._take(group):
                one.error = RuntimeError("the one who led was stopped")
            raise
        finally:
            with self._lock:
                following = self._queue[0] if self._queue else None
                self._led = following is not None
            if following and following.gate:
                following.leads = True
                following.gate.release()
            for one in group:
                if one is not leader and one.gate:
                    one.gate.release()

    def _take(self, group: list[Waiting]) -> list[Waiting]:
        with self._lock:
            group += self._queue
            self._queue = []
        return group

    def _together(self, group: list[Waiting]) -> None:
        # One session from beginning to end: where its connection is given up meanwhile, nothing goes through another.
        session = self._kept.session()
        driver: Driver = session.info[DRIVER]
        # May wait for another process, and more come meanwhile. Without SQLAlchemy's ceremonies, which take longer
        # than what a note writes.
        patiently(lambda: send(driver, "BEGIN IMMEDIATE"))
        keep = True
        if len(self._take(group)) == 1:
            keep = self._one(session, group[0])
        else:
            for one in group:
                send(driver, "SAVEPOINT one")
                if not self._one(session, one):
                    send(driver, "ROLLBACK TO one")
                send(driver, "RELEASE one")
        self._end(driver, keep=keep)
        self._committed = time.monotonic()

    def _end(self, driver: Driver, *, keep: bool) -> None:
        connection = self._kept.joined
        if connection is None:
            send(driver, "COMMIT" if keep else "ROLLBACK")
        elif keep:
            connection.commit()
        else:
            connection.rollback()

    def _one(self, session: Session, one: Waiting) -> bool:
        try:
            one.value, keep = one.work(session)
            if session.in_transaction():
                session.flush()
                if keep:
                    session.commit()
        except Exception as error:
            one.error = error
            return False
        finally:
            # Nobody meets what another one read or left behind.
            if session.in_transaction() or session.identity_map:
                session.close()
        return keep
