"""Migrated databases that are quick to have: copies of one that was migrated once."""

import itertools
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import NullPool, create_engine, make_url, text

from workshop import database
from workshop.perform import Store
from workshop.schema import bring_up_to_date

SECRET = "a secret that only tests know"
MOST_CONNECTIONS = 90


@contextmanager
def store_at(url: str, **options: Any) -> Iterator[Store]:
    """A store on the database at `url`, with connections of its own."""
    engine = create_engine(url, **{"pool_size": 5, "max_overflow": 60, **options})
    database.tune(engine)
    try:
        yield Store(engine, SECRET)
    finally:
        engine.dispose()


class SQLiteServer:
    """Copies of a migrated SQLite file."""

    def __init__(self, folder: Path) -> None:
        self.template = folder / "template.sqlite3"
        bring_up_to_date(f"sqlite:///{self.template}")
        # Everything into the one file that is copied.
        with sqlite3.connect(self.template) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    def copy_to(self, path: Path) -> str:
        """A fresh database at `path`; gives its URL."""
        shutil.copyfile(self.template, path)
        return f"sqlite:///{path}"


@dataclass
class PostgreSQLServer:
    """Databases made from a migrated one on a server."""

    url: str
    numbers: Iterator[int]

    @classmethod
    def prepared(cls, url: str) -> "PostgreSQLServer":
        """The server at `url` with its template; what it holds is thrown away, so it need not reach the disk."""
        server = cls(url.replace("postgresql://", "postgresql+psycopg://", 1), itertools.count(1))
        server.command("ALTER SYSTEM SET fsync = off")
        server.command("ALTER SYSTEM SET full_page_writes = off")
        server.command("SELECT pg_reload_conf()")
        server.command("CREATE DATABASE template")
        bring_up_to_date(server.address("template"))
        return server

    def address(self, name: str) -> str:
        """The URL of one of its databases."""
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def command(self, sql: str) -> None:
        """Run what cannot stand in a transaction."""
        engine = create_engine(self.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(sql))
        engine.dispose()

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """The URL of a fresh database, dropped afterwards."""
        name = f"test_{next(self.numbers)}"
        self.command(f"CREATE DATABASE {name} TEMPLATE template STRATEGY file_copy")
        try:
            yield self.address(name)
        finally:
            self.command(f"DROP DATABASE {name} WITH (FORCE)")
