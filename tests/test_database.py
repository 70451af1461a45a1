"""Connections: durable commits on either database, writers that wait without freezing anybody."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, exc, func, make_url, select, text

from tests.factories.databases import PostgreSQLServer, store_at
from tests.factories.processes import make_process
from workshop import database
from workshop.database import LARGEST_LOG, writing
from workshop.engine import MODES
from workshop.errors import NotFound
from workshop.models import Base, Change
from workshop.perform import Store

HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
connection.execute("COMMIT")
connection.close()
"""


WAIT = """
import sys
from workshop import engine
engine.start(sys.argv[1])
import threading, time
from sqlalchemy import create_engine
from workshop import database
made = create_engine(sys.argv[2])
database.tune(made)
written = []
def write():
    with database.writing(made).begin():
        written.append(True)
threading.Thread(target=write).start()
print("waiting", flush=True)
turns, longest, before = 0, 0.0, time.monotonic()
while not written:
    time.sleep(0.005)
    turns, longest, before = turns + 1, max(longest, time.monotonic() - before), time.monotonic()
print(engine.running_mode(), turns, longest)
made.dispose()
"""
PROJECT = Path(__file__).parents[1]


@contextmanager
def locked_by_another_process(url: str) -> Iterator["subprocess.Popen[str]"]:
    """Another process holds the write lock until it is told to let go."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, make_url(url).database or ""],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        yield holder
        let_go(holder)


def let_go(holder: "subprocess.Popen[str]") -> None:
    if holder.stdin and not holder.stdin.closed:
        holder.stdin.write("\n")
        holder.stdin.close()


def test_sqlite_commits_reach_the_disk_and_foreign_keys_count(sqlite_store: Store) -> None:
    with sqlite_store.engine.connect() as connection:
        read = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("synchronous", "journal_mode", "foreign_keys")
        }
    assert read == {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1}


@pytest.mark.postgresql
def test_postgresql_commits_reach_the_disk(postgresql_url: str) -> None:
    with store_at(postgresql_url) as store, store.engine.connect() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"


def test_a_writer_waits_for_another_process(sqlite_url: str) -> None:
    with store_at(sqlite_url) as store, locked_by_another_process(sqlite_url) as holder:
        waited: list[float] = []

        def write() -> None:
            begun = time.monotonic()
            with writing(store.engine).begin():
                waited.append(time.monotonic() - begun)

        writer = threading.Thread(target=write)
        writer.start()
        time.sleep(0.3)
        assert not waited
        let_go(holder)
        writer.join(10)
        assert waited and waited[0] >= 0.3


@pytest.mark.parametrize("mode", MODES)
def test_a_waiting_writer_holds_nobody_up(sqlite_url: str, mode: str) -> None:
    """In a process of its own: what waits inside SQLite would stop every greenlet."""
    with locked_by_another_process(sqlite_url) as holder:
        waiting = subprocess.Popen(
            [sys.executable, "-c", WAIT, mode, sqlite_url], stdout=subprocess.PIPE, text=True, cwd=PROJECT
        )
        with waiting:
            assert waiting.stdout and waiting.stdout.readline() == "waiting\n"
            time.sleep(0.4)
            let_go(holder)
            answer = waiting.stdout.read().split()
    assert answer[0] == mode
    turns, longest = int(answer[1]), float(answer[2])
    assert turns > 10 and longest < 0.3


def test_a_reader_is_not_held_up_by_a_writer(sqlite_url: str) -> None:
    with store_at(sqlite_url) as store, locked_by_another_process(sqlite_url):
        begun = time.monotonic()
        with store.reading() as session:
            assert session.scalar(text("SELECT count(*) FROM idea")) == 0
        assert time.monotonic() - begun < 0.2


def test_a_log_that_grew_is_cut_when_it_begins_anew(sqlite_url: str) -> None:
    log = Path(f"{make_url(sqlite_url).database}-wal")
    with store_at(sqlite_url) as store:
        # As a command that brings many people leaves it, which writes no checkpoint.
        with closing(sqlite3.connect(str(make_url(sqlite_url).database), isolation_level=None)) as other:
            make_process(store)
            other.execute("PRAGMA wal_autocheckpoint=0")
            other.execute("CREATE TABLE grown (words BLOB)")
            other.execute("INSERT INTO grown VALUES (zeroblob(?))", [LARGEST_LOG + 10_000_000])
        assert log.stat().st_size > LARGEST_LOG
        for _ in range(3):
            make_process(store)
        assert log.stat().st_size <= LARGEST_LOG


def test_readers_wait_inside_sqlite_and_writers_never(sqlite_store: Store) -> None:
    # A reader meets a lock only while a log is brought back or put away, which no test can hold still.
    waits = []
    for engine in (sqlite_store.engine, writing(sqlite_store.engine), sqlite_store.engine):
        with engine.connect() as connection:
            waits.append(connection.execute(text("PRAGMA busy_timeout")).scalar_one())
    assert waits == [database.READER_WAITS, 0, database.READER_WAITS]
    assert database.READER_WAITS > 0


def test_an_open_reader_locks_nobody_out(sqlite_store: Store) -> None:
    with sqlite_store.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM channel")) == 0
        with writing(sqlite_store.engine).begin() as connection:
            connection.execute(text("INSERT INTO channel (name, revision) VALUES ('x', 1)"))
        assert session.scalar(text("SELECT count(*) FROM channel")) == 0


def test_brief_reads_share_few_connections_and_see_what_is_committed(store: Store) -> None:
    write = text("INSERT INTO channel (name, revision) VALUES (:name, 1)")
    count = text("SELECT count(*) FROM channel")
    used = []
    for _ in range(3):
        with store.reading_briefly() as session:
            used.append(session.bind)
            before = session.scalar(count)
            with writing(store.engine).begin() as connection:
                connection.execute(write, {"name": f"x{len(used)}"})
            assert session.scalar(count) == before + 1
    assert used[0] is used[1] is used[2]


def test_more_brief_reads_than_connections_are_kept_use_others(store: Store) -> None:
    with ExitStack() as stack:
        sessions = [stack.enter_context(store.reading_briefly()) for _ in range(database.MOST_KEPT + 2)]
        assert [one.scalar(text("SELECT 1")) for one in sessions] == [1] * len(sessions)
    assert len(store._readers._free) == database.MOST_KEPT  # type: ignore[union-attr]


def test_a_refusal_leaves_the_connection_of_brief_reads_and_a_failure_does_not(store: Store) -> None:
    used = []
    for problem in (NotFound, exc.DBAPIError, None):
        with suppress(NotFound, exc.DBAPIError), store.reading_briefly() as session:
            used.append(session.bind)
            assert session.scalar(text("SELECT 1")) == 1
            if problem is NotFound:
                raise NotFound
            if problem:
                session.execute(text("SELECT no_such_column"))
    assert used[0] is used[1] is not used[2]


def test_it_gives_up_at_last(sqlite_url: str) -> None:
    kept, database.WAIT_FOR_WRITER = database.WAIT_FOR_WRITER, 0.2
    try:
        with (
            store_at(sqlite_url) as store,
            locked_by_another_process(sqlite_url),
            pytest.raises(exc.OperationalError, match="locked"),
        ):
            writing(store.engine).connect().begin()
    finally:
        database.WAIT_FOR_WRITER = kept


def test_many_writers_all_get_their_turn(store: Store) -> None:
    def write() -> None:
        for _ in range(10):
            with writing(store.engine).begin() as connection:
                connection.execute(
                    text(
                        "INSERT INTO channel (name, revision) VALUES ('x', 1) "
                        "ON CONFLICT (name) DO UPDATE SET revision = channel.revision + 1"
                    )
                )

    writers = [threading.Thread(target=write) for _ in range(12)]
    for one in writers:
        one.start()
    for one in writers:
        one.join(60)
    with store.reading() as session:
        assert session.scalar(text("SELECT revision FROM channel")) == 120


@pytest.mark.postgresql
def test_the_next_test_finds_nothing_of_this_one(postgresql_server: PostgreSQLServer) -> None:
    def everything(connection: Connection) -> dict[str, Any]:
        return {table.name: connection.execute(table.select()).all() for table in Base.metadata.sorted_tables}

    with store_at(postgresql_server.fresh()) as store, store.engine.connect() as left_open:
        before = everything(left_open)
        make_process(store)
        left_open.commit()
        with store.reading() as session:
            assert session.scalars(select(Change.id).order_by(Change.id)).first() == 1
        assert everything(left_open) != before
        with store_at(postgresql_server.fresh()) as next_store, next_store.engine.connect() as connection:
            assert everything(connection) == before != {}
            make_process(next_store)
            assert connection.scalar(select(func.min(Change.id))) == 1
        left_open.invalidate()
