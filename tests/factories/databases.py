"""Migrated databases that are quick to have: each is migrated once, then copied or brought back."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, NullPool, create_engine, make_url, text

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
    """A server with one database for tests, which is brought back to how it was migrated: quicker than making one."""

    url: str
    cleaning: str = ""

    @classmethod
    def prepared(cls, url: str) -> "PostgreSQLServer":
        """The server at `url` with its database; what it holds is thrown away, so it need not reach the disk."""
        server = cls(url.replace("postgresql://", "postgresql+psycopg://", 1))
        server.command("ALTER SYSTEM SET fsync = off")
        server.command("ALTER SYSTEM SET full_page_writes = off")
        server.command("SELECT pg_reload_conf()")
        server.command(f"CREATE DATABASE {TESTED}")
        bring_up_to_date(server.address(TESTED))
        with server.connected(TESTED) as connection:
            server.cleaning = cleaning(connection)
        return server

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

    def fresh(self) -> str:
        """The URL of the database as it was migrated; whoever was still connected to it is sent away."""
        with self.connected(TESTED) as connection:
            connection.exec_driver_sql(SEND_AWAY)
        with self.connected(TESTED) as connection:
            connection.exec_driver_sql(self.cleaning)
        return self.address(TESTED)


def cleaning(connection: Connection) -> str:
    """Statements that bring back the rows that each table has now, and let numbers begin again."""
    connection.exec_driver_sql("CREATE SCHEMA migrated")
    # Without looking whether rows point somewhere, so that their order is all one.
    statements = ["SET LOCAL session_replication_role = replica"]
    tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
    for table in tables:
        statements.append(f'DELETE FROM public."{table}"')
        if connection.scalar(text(f'SELECT count(*) FROM public."{table}"')):
            connection.exec_driver_sql(f'CREATE TABLE migrated."{table}" AS TABLE public."{table}"')
            statements.append(f'INSERT INTO public."{table}" TABLE migrated."{table}"')
    sequences = connection.scalars(text("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")).all()
    return "; ".join([*statements, *(f'ALTER SEQUENCE public."{one}" RESTART' for one in sequences)])
