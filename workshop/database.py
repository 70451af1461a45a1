"""How connections behave on either database: durable commits, and writers that wait without freezing anybody."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Engine, Uuid, event, exc
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

WRITE = "workshop_write"
"""Execution option of an engine whose transactions begin as writes."""
LOOSE = "workshop_loose"
"""Execution option of an engine on which each statement sees what is committed by then, as on PostgreSQL anyway."""
READER_WAITS = 2000
"""Milliseconds a read waits inside SQLite: only while a log is brought back after a crash, or put away at the end."""
DRIVER = "workshop_driver"
"""What a session on a kept connection has among its `info`, so that nothing has to look for it."""
LOGGED = 4_000
"""Pages in the log before they are put into the database. Sixty notes fill SQLite's own 1,000; a page that every note
changes is written once for all that are in the log, so that four times as many are put away in one go."""
LARGEST_LOG = 32 * 1024 * 1024
"""Bytes that the log keeps on the disk once it begins anew: an import, or a hall of people who come by a command, may
make it many times as large."""
PAGES_KEPT = 16_384
"""KiB of pages that the connection keeps which writes, at most; SQLite's own 2,000 are soon written out of the way."""
MOST_KEPT = 4
"""Connections that are kept for brief reads; one is enough for SQLite under eventlet, where no read is interrupted."""
WAIT_FOR_WRITER = 20.0
"""Seconds a write waits for another process before it gives up."""


def tune(engine: Engine) -> None:
    """Install what `engine` needs; once per engine."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def writing(engine: Engine) -> Engine:
    """The same engine and pool; its transactions take the write lock at their beginning."""
    return engine.execution_options(**{WRITE: True})


def loose(engine: Engine) -> Engine:
    """The same engine and pool, for reads that need not all be of one moment."""
    return engine.execution_options(**{LOOSE: True})


def _prepare_sqlite(connection: Any, record: Any) -> None:
    # The driver's own transaction handling is switched off: BEGIN is sent below.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={READER_WAITS}")
    record.info["waits"] = READER_WAITS
    patiently(lambda: cursor.execute("PRAGMA journal_mode=WAL"))
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA wal_autocheckpoint={LOGGED}")
    cursor.execute(f"PRAGMA journal_size_limit={LARGEST_LOG}")
    # What savepoints put aside would else go through files.
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get(WRITE):
        driver = Driver.of(connection)
        if driver.connection.in_transaction:
            # Begun by who keeps the connection.
            return
        # Waiting inside SQLite would stop every greenlet; this waits cooperatively instead.
        _wait_inside(connection, 0)
        patiently(lambda: send(driver, "BEGIN IMMEDIATE"))
        return
    _wait_inside(connection, READER_WAITS)
    if not connection.get_execution_options().get(LOOSE):
        send(Driver.of(connection), "BEGIN DEFERRED")


class Driver(NamedTuple):
    """The driver's own connection, and what is known of the database behind it."""

    connection: Any
    dialect: Dialect

    @classmethod
    def of(cls, connection: Connection) -> "Driver":
        """That below one of SQLAlchemy's connections."""
        return cls(connection.connection.dbapi_connection, connection.dialect)


class Joining(Session):
    """A session in a transaction that others begin and end; SQLAlchemy hears of it when the ORM is used.

    What it does is under a savepoint, so that it cannot end what belongs to others.
    """

    def get_bind(self, *arguments: Any, **options: Any) -> Any:
        """The connection, which knows by then that it is in a transaction."""
        connection: Any = super().get_bind(*arguments, **options)
        if not connection.in_transaction():
            connection.begin()
        return connection


class Kept:
    """A connection that one worker keeps: to take one from the pool takes as long as several small statements."""

    def __init__(self, engine: Engine, *, write: bool = False) -> None:
        self._engine, self._write = (writing(engine) if write else loose(engine)), write
        self._connection: Connection | None = None
        self._session: Session | None = None
        event.listen(engine, "engine_disposed", lambda disposed: self.drop())

    def session(self) -> Session:
        """The session that is used again and again; another one after `drop`."""
        if self._session is None:
            connection = self._connection = self._engine.connect()
            driver = Driver.of(connection)
            if connection.dialect.name == "sqlite":
                _wait_inside(connection, 0 if self._write else READER_WAITS)
                if self._write:
                    send(driver, f"PRAGMA cache_size=-{PAGES_KEPT}")
            options: Any = {"expire_on_commit": False, "info": {DRIVER: driver}}
            if self._write:
                self._session = Joining(connection, join_transaction_mode="create_savepoint", **options)
            else:
                self._session = Session(connection, **options)
        return self._session

    @property
    def joined(self) -> Connection | None:
        """The connection where SQLAlchemy knows that it is in a transaction, and has to hear of its end."""
        connection = self._connection
        return connection if connection is not None and connection.in_transaction() else None

    def drop(self) -> None:
        """Give it up, whatever state it is in."""
        connection, self._connection, self._session = self._connection, None, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    def reading(self) -> "KeptReading":
        """A session for reads, each of which sees what is committed by then; it is used again and again."""
        return KeptReading(self)

    def end(self, session: Session) -> None:
        """Leave it as it was found after reads."""
        try:
            # What the ORM has read through goes with its transaction.
            if session.in_transaction():
                session.close()
            # PostgreSQL's driver has begun one with the first statement.
            if self._session is session:
                session.info[DRIVER].connection.rollback()
        except Exception:
            self.drop()


class KeptReading:
    """A brief use of a kept connection; a generator would take longer than a small statement."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def __enter__(self) -> Session:
        self._session = self._kept.session()
        return self._session

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        try:
            # Where somebody may not read something the connection is as it was.
            if error is not None and (isinstance(error, exc.SQLAlchemyError) or not isinstance(error, Exception)):
                self._kept.drop()
        finally:
            self._kept.end(self._session)


class Readers:
    """Connections kept for reads that are brief and many, as when a hall connects; all taken, one of the pool's."""

    def __init__(self, engine: Engine) -> None:
        self._engine = loose(engine)
        self._free = [Kept(engine) for _ in range(MOST_KEPT)]

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for reads, each of which sees what is committed by then."""
        try:
            # The one that was given back last, so that where one is enough there is one.
            kept = self._free.pop()
        except IndexError:
            with Session(self._engine, expire_on_commit=False) as session:
                yield session
            return
        try:
            with kept.reading() as session:
                yield session
        finally:
            self._free.append(kept)


def send(driver: Driver, sql: str, parameters: Any = (), *, fetch: bool = False) -> Any:
    """Give a statement to the driver itself; all rows, where they are to be fetched. Raises what SQLAlchemy raises.

    SQLAlchemy takes several times as long to hand a small statement on as SQLite to do it.
    """
    try:
        found = driver.connection.execute(sql, parameters)
        return found.fetchall() if fetch else ()
    except driver.dialect.loaded_dbapi.Error as error:
        base = driver.dialect.loaded_dbapi.Error
        raise exc.DBAPIError.instance(sql, None, error, base, dialect=driver.dialect) from error


def _wait_inside(connection: Connection, milliseconds: int) -> None:
    if connection.info.get("waits") != milliseconds:
        send(Driver.of(connection), f"PRAGMA busy_timeout={milliseconds}")
        connection.info["waits"] = milliseconds


def patiently(action: Any) -> None:
    """Do what another process may stand in the way of, once it does no longer; raises that it is locked in the end."""
    deadline = time.monotonic() + WAIT_FOR_WRITER
    pause = 0.001
    while True:
        try:
            action()
            return
        except (sqlite3.OperationalError, exc.OperationalError) as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
        # Under eventlet this lets the others run.
        time.sleep(pause)
        pause = min(pause * 2, 0.02)


class random_id(FunctionElement[Any]):
    """A fresh id for each row of an INSERT … SELECT: UUID version 4 (RFC 9562)."""

    type = Uuid()
    inherit_cache = True


@compiles(random_id, "postgresql")
def _random_id_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return "gen_random_uuid()"


@compiles(random_id, "sqlite")
def _random_id_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return (
        "lower(hex(randomblob(6)) || '4' || substr(hex(randomblob(2)), 2) || substr('89ab', (random() & 3) + 1, 1)"
        " || substr(hex(randomblob(2)), 2) || hex(randomblob(6)))"
    )
