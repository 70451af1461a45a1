"""`workshop doctor`: what an operator looks at before an event, and how fast the disk is."""

import os
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
from sqlalchemy import NullPool, create_engine, exc, make_url, text
from sqlalchemy.orm import Session

from workshop import database, schema
from workshop.cli.terminal import as_json, show_json
from workshop.config import Settings, SettingsError
from workshop.queries.photos import all_files
from workshop.uploads import Uploads

SLOW = 3.0
"""Milliseconds of a synced commit above which people notice when many write."""
COMMITS = 21
LITTLE_SPACE = 500
"""Megabytes that an event with its pictures and backups may need."""
WAL_RESET = ((3, 7, 0), (3, 51, 2))
"""The first and the last SQLite with a rare error when several connections put the log away at the same moment."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        what: a short name that stays the same, for programs.
        state: "ok", "look" (it works, and there is something to know) or "wrong" (it will not work).
        value: what was found.
        says: the same for a person, with what to do or to know.
    """

    what: str
    state: str
    value: Any
    says: str


def commit_milliseconds(folder: Path) -> float:
    """How long a commit takes in a folder until it is safe on the disk: the median of some, in a file of its own.

    Raises OSError or sqlite3.Error where nothing can be written.
    """
    with (
        tempfile.TemporaryDirectory(prefix=".measure-", dir=folder) as made,
        closing(sqlite3.connect(Path(made) / "measure.sqlite3", isolation_level=None)) as connection,
    ):
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE measure (note TEXT)")
        took = []
        for number in range(COMMITS):
            begun = time.perf_counter()
            connection.execute(
                "INSERT INTO measure VALUES (?)", (f"A note of usual length, the one with number {number}",)
            )
            took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took)


def slow_disk(milliseconds: float) -> str | None:
    """The sentence for a slow disk; None for one that is quick enough."""
    if milliseconds <= SLOW:
        return None
    return (
        f"The disk takes {milliseconds:.1f} ms to keep a note (up to {SLOW:.0f} ms is good). Workshop works, but where "
        "many write at once they wait for each other. Choose another disk with WORKSHOP_DATA, not one in a network."
    )


def of_folder(settings: Settings) -> Iterator[Finding]:
    """The data folder: whether it can be written, how fast, and how much fits."""
    try:
        took = commit_milliseconds(settings.data)
    except (OSError, sqlite3.Error) as error:
        yield Finding("folder", "wrong", str(settings.data), f"It cannot be written ({error}). Choose another one.")
        return
    yield Finding("folder", "ok", str(settings.data), "The data folder can be written.")
    says = slow_disk(took)
    yield Finding(
        "commit_ms", "look" if says else "ok", round(took, 2), says or f"A note is on the disk in {took:.1f} ms."
    )
    free = shutil.disk_usage(settings.data).free // 1_000_000
    says = f"{free:,} MB are free."
    if free < LITTLE_SPACE:
        says += f" Make room: an event with its backups may need {LITTLE_SPACE} MB."
    yield Finding("free_mb", "look" if free < LITTLE_SPACE else "ok", free, says)


def of_database(settings: Settings) -> Iterator[Finding]:
    """The database: its kind and version, whether it answers and is of this release."""
    url = make_url(settings.database_url)
    kind = url.get_backend_name()
    if kind == "sqlite":
        yield of_sqlite(sqlite3.sqlite_version_info[:3])
        if not (url.database and Path(url.database).exists()):
            yield Finding("database", "ok", kind, "There is no database yet. The first start makes it.")
            return
        if os.name == "posix" and Path(url.database).stat().st_mode & 0o077:
            says = f"Others on this machine can read the database: chmod 600 {url.database}*"
            yield Finding("database_file", "look", url.database, says)
    engine = create_engine(url, poolclass=NullPool)
    database.tune(engine)
    try:
        with engine.connect() as connection:
            if kind == "postgresql":
                found = connection.execute(text("SHOW server_version")).scalar_one()
                yield Finding("postgresql", "ok", found, f"The database is PostgreSQL {found}.")
            present = schema.is_up_to_date(connection)
            pictures = all_files(Session(connection)) if present else None
    except exc.SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        yield Finding("database", "wrong", kind, f"It cannot be opened ({reason}). Look at DATABASE_URL.")
        return
    finally:
        engine.dispose()
    says = (
        "It is up to date." if present else "It is of another release. The next start brings an older one up to date."
    )
    yield Finding("database", "ok" if present else "look", kind, says)
    if pictures is not None:
        yield from of_uploads(Uploads(settings.data / "uploads"), pictures)


def of_uploads(uploads: Uploads, pictures: set[str]) -> Iterator[Finding]:
    """The folder of pictures: whether it can be written, and whether it and the database know of the same ones."""
    folder = uploads.folder
    if folder.exists():
        try:
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"written")
        except OSError as error:
            says = f"No photo can be kept in it ({error.strerror}). Let Workshop write there."
            yield Finding("uploads", "wrong", str(folder), says)
            return
    yield Finding("uploads", "ok", str(folder), f"Photos of tables that are kept: {len(pictures):,}.")
    if missing := uploads.missing(pictures):
        says = (
            f"Photos whose pictures are not in {folder}: {len(missing):,}, the first is {missing[0]}. Bring them back "
            "from a backup, or remove the photos where they are shown."
        )
        yield Finding("pictures_missing", "look", len(missing), says)
    if unclaimed := [one for one in uploads.unclaimed() if one not in pictures]:
        says = (
            f"Pictures in {folder} that belong to no photo: {len(unclaimed):,}. The server sweeps them away at each "
            "start and every hour."
        )
        yield Finding("pictures_unclaimed", "look", len(unclaimed), says)


def of_sqlite(found: tuple[int, ...]) -> Finding:
    """The version of SQLite, and whether it is one of those with the rare error."""
    name = ".".join(map(str, found))
    if not WAL_RESET[0] <= found <= WAL_RESET[1]:
        return Finding("sqlite", "ok", name, f"The database is SQLite {name}.")
    return Finding(
        "sqlite", "look", name,
        f"SQLite {name} has a rare error when several programs put its log away at the same moment. Only the server "
        "does so here: leave the file to Workshop while it runs, and make backups with `workshop backup`.",
    )  # fmt: skip


def of_settings(settings: Settings) -> Iterator[Finding]:
    """The engine, the commits, and the way by which people come."""
    engine = settings.async_mode
    name = f"eventlet {version('eventlet')}" if engine == "eventlet" else engine
    yield Finding("engine", "ok", engine, f"It runs on {name}.")
    if make_url(settings.database_url).get_backend_name() == "sqlite" and not settings.group_commit:
        yield Finding("group_commit", "look", False, "Each note has a commit of its own (WORKSHOP_GROUP_COMMIT=0).")
    if engine == "eventlet" and not settings.fast_send:
        yield Finding("fast_send", "look", False, "Packets go the long way (WORKSHOP_FAST_SEND=0).")
    key = settings.data / "secret.key"
    if os.name == "posix" and key.stat().st_mode & 0o077:
        yield Finding("secret_key", "look", str(key), f"Others on this machine may read {key}. Run: chmod 600 {key}")
    if settings.public_url is None:
        says = "WORKSHOP_PUBLIC_URL is not set: links carry the address by which one comes."
        yield Finding("public_url", "look", None, says)
    elif not settings.secure:
        says = "Without https phones cannot open a table offline, and whoever is in the network can read along."
        yield Finding("public_url", "look", settings.public_url, says)
    else:
        yield Finding("public_url", "ok", settings.public_url, f"People come by {settings.public_url}.")


@click.command()
@as_json
def doctor(as_json: bool) -> None:
    """Look at the settings, the disk, the database and the pictures, beside a running server or without one.

    Ends with an error only where something will not work.
    """
    try:
        settings = Settings.from_environment()
    except SettingsError as error:
        findings = [Finding("settings", "wrong", None, str(error))]
    else:
        findings = [*of_settings(settings), *of_folder(settings), *of_database(settings)]
    if as_json:
        show_json({"findings": [asdict(one) for one in findings]})
    else:
        for one in findings:
            click.echo(f"{one.state:<5}  {one.says}")
    if any(one.state == "wrong" for one in findings):
        raise SystemExit(1)
