"""Databases that are quick to have: each is migrated once, then copied or brought back.

What most tests begin with, a process or an event in it, is made once too: made anew it takes thirty times as long.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, NullPool, create_engine, make_url, text

from tests.factories.events import EventMade, make_event
from tests.factories.processes import ProcessMade, make_process
from workshop import database
from workshop.perform import Store
from workshop.schema import bring_up_to_date

SECRET = "a secret that only tests know"
TESTED = "tested"
SEND_AWAY = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@contextmanager
def store_at(url: str, **options: Any) -> Iterator[Store]:
    """A store on the database at `url`, with connections of its own."""
    engine = create_engine(url, **{"pool_size": 5, "max_overflow": 60, **options})
    database.tune(engine)
    try:
        yield Store(engine, SECRET)
    finally:
        engine.dispose()


class Beginning(StrEnum):
    """What there is in a database."""

    NOTHING = "nothing"
    PROCESS = "process"
    EVENT = "event"

    @property
    def before(self) -> "Beginning | None":
        """What there has to be first."""
        return {Beginning.PROCESS: Beginning.NOTHING, Beginning.EVENT: Beginning.PROCESS}.get(self)


@dataclass
class Made:
    """A process and an event that are in a server's databases from the beginning."""

    process: ProcessMade | None = None
    event: EventMade | None = None

    def make(self, store: Store, what: Beginning) -> None:
        """Make it in a database that has what comes before."""
        if what is Beginning.PROCESS:
            self.process = make_process(store)
        if what is Beginning.EVENT:
            assert self.process
            self.event = make_event(store, self.process)


class SQLiteServer:
    """Copies of migrated SQLite files."""

    def __init__(self, folder: Path) -> None:
        self.made = Made()
        self._folder = folder
        self._templates: dict[Beginning, Path] = {}

    def copy_to(self, path: Path, what: Beginning = Beginning.NOTHING) -> str:
        """A fresh database at `path`; gives its URL."""
        shutil.copyfile(self._templates.get(what) or self._template(what), path)
        return f"sqlite:///{path}"

    def _template(self, what: Beginning) -> Path:
        template = self._folder / f"{what}.sqlite3"
        if what.before is None:
            bring_up_to_date(f"sqlite:///{template}")
        else:
            with store_at(self.copy_to(template, what.before)) as store:
                self.made.make(store, what)
        # Everything into the one file that is copied.
        with sqlite3.connect(template) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        self._templates[what] = template
        return template


@dataclass
class PostgreSQLServer:
    """A server with one database for tests, which is brought back to how it was migrated: quicker than making one."""

    url: str
    made: Made = field(default_factory=Made)
    cleanings: dict[Beginning, str] = field(default_factory=dict)

    @classmethod
    def prepared(cls, url: str) -> "PostgreSQLServer":
        """The server at `url` with its database; what it holds is thrown away, so it need not reach the disk."""
        server = cls(url.replace("postgresql://", "postgresql+psycopg://", 1))
        server.command("ALTER SYSTEM SET fsync = off")
        server.command("ALTER SYSTEM SET full_page_writes = off")
        server.command("SELECT pg_reload_conf()")
        server.command(f"CREATE DATABASE {TESTED}")
        bring_up_to_date(server.address(TESTED))
        server.keep(Beginning.NOTHING)
        return server

    def keep(self, what: Beginning) -> None:
        """Know how to come back to what there is now."""
        with self.connected(TESTED) as connection:
            self.cleanings[what] = cleaning(connection, what)

    def address(self, name: str) -> str:
        """The URL of one of its databases."""
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def command(self, sql: str) -> None:
        """Run what cannot stand in a transaction."""
        with self.connected(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(sql)

    @contextmanager
    def connected(self, name: str | None = None, **options: Any) -> Iterator[Connection]:
        """A connection of its own, in a transaction; to the server's own database where none is named."""
        engine = create_engine(self.address(name) if name else self.url, poolclass=NullPool, **options)
        with engine.begin() as connection:
            yield connection

    def fresh(self, what: Beginning = Beginning.NOTHING) -> str:
        """The URL of the database as it was migrated; whoever was still connected to it is sent away."""
        if what not in self.cleanings:
            assert what.before
            with store_at(self.fresh(what.before)) as store:
                self.made.make(store, what)
            self.keep(what)
        with self.connected(TESTED) as connection:
            connection.exec_driver_sql(SEND_AWAY)
            connection.exec_driver_sql(self.cleanings[what])
        return self.address(TESTED)


def cleaning(connection: Connection, name: str) -> str:
    """Statements that bring back the rows that each table has now, and let numbers go on from where they are."""
    connection.exec_driver_sql(f"CREATE SCHEMA {name}")
    # Without looking whether rows point somewhere, so that their order is all one.
    statements = ["SET LOCAL session_replication_role = replica"]
    tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
    for table in tables:
        statements.append(f'DELETE FROM public."{table}"')
        if connection.scalar(text(f'SELECT count(*) FROM public."{table}"')):
            connection.exec_driver_sql(f'CREATE TABLE {name}."{table}" AS TABLE public."{table}"')
            statements.append(f'INSERT INTO public."{table}" TABLE {name}."{table}"')
    numbers = text("SELECT sequencename, COALESCE(last_value + 1, 1) FROM pg_sequences WHERE schemaname = 'public'")
    for sequence, following in connection.execute(numbers):
        statements.append(f'ALTER SEQUENCE public."{sequence}" RESTART WITH {following}')
    return "; ".join(statements)
