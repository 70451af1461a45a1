"""`workshop backup` and `workshop restore`: a SQLite database copied while people write, and brought back.

The photos lie in the same file, in a table of their own that no database in use has.
"""

import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy import NullPool, create_engine, func, insert, make_url, select

from workshop import database, schema
from workshop.cli.terminal import as_json, leave_checkpoints, show_json
from workshop.clock import now
from workshop.config import Settings, SettingsError
from workshop.models import Epoch, Participant, new_id
from workshop.tokens import digest, participant_token
from workshop.uploads import Uploads

MAGIC = b"SQLite format 3\0"
PHOTOS = "uploaded_photo"
BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
UNREADABLE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
ELSEWHERE = (
    "The database is PostgreSQL, which has programs of its own: `pg_dump -Fc -f FILE` makes a backup, the folder "
    "`uploads` is copied after it, "
    "`pg_restore --clean --single-transaction -d DATABASE FILE` brings it back, and after that "
    '`psql -c "INSERT INTO epoch (id, since) VALUES (gen_random_uuid(), now())" DATABASE` '
    "lets all open pages load afresh."
)

file_argument = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


class Refused(Exception):
    """A backup or restore that cannot be done; the text says why. Nothing has changed."""


@click.command()
@file_argument
@as_json
def backup(file: Path, as_json: bool) -> None:
    """Copy the whole database and its photos into FILE, also while people write.

    FILE is whole or not there: an earlier backup of that name is replaced once the new one is written.
    """
    with problems_in_words("No backup was made."):
        settings = Settings.from_environment()
        live = database_file(settings)
        write_backup(live, file, uploads_of(settings))
    if as_json:
        show_json({"file": str(file), "bytes": file.stat().st_size})
        return
    click.echo(f"The backup is in {file} ({file.stat().st_size / 1e6:.1f} MB).")
    click.echo(f"Keep {settings.data / 'secret.key'} as well: with another key everybody has to join and sign in anew.")


@click.command()
@file_argument
@as_json
def restore(file: Path, as_json: bool) -> None:
    """Bring the database and its photos back to what FILE holds, beside a running server or without one.

    What was there before is kept. All open pages load afresh.
    """
    with problems_in_words("Nothing was changed."):
        settings = Settings.from_environment()
        live = database_file(settings)
        uploads = uploads_of(settings)
        with staged(file, live.parent, uploads) as copy:
            epoch = begin_epoch(copy)
            same_key = knows_its_people(copy, settings.secret)
            before = set_aside(live, uploads)
            if live.exists():
                copy_database(copy, live)
            else:
                os.replace(copy, live)
    if as_json:
        show_json({"epoch": epoch, "before": str(before) if before else None, "same_key": same_key})
        return
    click.echo(f"The database is that of {file} again. Open pages load afresh within seconds.")
    if before:
        click.echo(f"What was there before is in {before}, to be restored or deleted.")
    if not same_key:
        click.echo(
            f"{settings.data / 'secret.key'} is not the key of that time: everybody has to join and sign in anew. "
            "Or put the key of that time there and start the server again."
        )


@contextmanager
def problems_in_words(what_is_kept: str) -> Iterator[None]:
    """End the command with a sentence for what prevents it, and one for what that means."""
    try:
        yield
    except (Refused, SettingsError) as error:
        raise click.ClickException(f"{error} {what_is_kept}") from error
    except (sqlite3.Error, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise click.ClickException(f"This could not be done ({reason}). {what_is_kept}") from error


def database_file(settings: Settings) -> Path:
    """Where the SQLite database lies; Refused for another kind."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise Refused(ELSEWHERE)
    return Path(url.database)


def uploads_of(settings: Settings) -> Uploads:
    """The folder of photos."""
    return Uploads(settings.data / "uploads")


def write_backup(live: Path, file: Path, uploads: Uploads) -> None:
    """A copy of `live` and its photos at `file`, in one piece and safe on the disk."""
    if not live.exists():
        raise Refused(f"There is no database at {live} yet.")
    if file.exists():
        if file.samefile(live):
            raise Refused(f"{file} is the database itself. Choose another file.")
        with file.open("rb") as present:
            if present.read(len(MAGIC)) not in (b"", MAGIC):
                raise Refused(f"{file} is there already and no backup. Choose another file.")
    if not file.parent.is_dir():
        raise Refused(f"There is no folder {file.parent}.")
    # Made for its owner's eyes only, like everything in it.
    descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        copy_database(live, Path(name))
        with closing(sqlite3.connect(name)) as copy:
            # One file that can also be read from where nobody may write.
            copy.execute("PRAGMA journal_mode=DELETE")
            lay_photos_in(copy, uploads)
        os.fsync(descriptor)
        os.replace(name, file)
    finally:
        os.close(descriptor)
        Path(name).unlink(missing_ok=True)


def lay_photos_in(copy: sqlite3.Connection, uploads: Uploads) -> None:
    """Put the pictures of all photos that a copy knows into it: they were there before its rows were."""
    if not copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'photo'").fetchone():
        return
    names = [name for (name,) in copy.execute("SELECT file FROM photo ORDER BY file")]
    if not names:
        return
    with copy:
        copy.execute(f"CREATE TABLE {PHOTOS} (name TEXT NOT NULL, small INTEGER NOT NULL, content BLOB NOT NULL)")
        for name in names:
            for small in (False, True):
                # One that was removed since the rows were copied is gone.
                with suppress(FileNotFoundError):
                    content = uploads.path(name, small).read_bytes()
                    copy.execute(f"INSERT INTO {PHOTOS} VALUES (?, ?, ?)", (name, small, content))


def take_photos_out(copy: sqlite3.Connection, uploads: Uploads) -> None:
    """Lay the pictures that a backup holds into their folder; those that lie there already stay as they are."""
    if not copy.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (PHOTOS,)).fetchone():
        return
    for name, small, content in copy.execute(f"SELECT name, small, content FROM {PHOTOS}"):
        try:
            uploads.put(name, bool(small), content)
        except ValueError as error:
            raise Refused(f"This backup is damaged ({error}).") from error
    copy.execute(f"DROP TABLE {PHOTOS}")
    # Or else the room they took stays in the database.
    copy.execute("VACUUM")


def copy_database(source: Path, target: Path) -> None:
    """All of `source` into `target` in one transaction, whoever reads and writes either meanwhile."""
    deadline = time.monotonic() + database.WAIT_FOR_WRITER

    def wait(status: int, remaining: int, total: int) -> None:
        if status in BUSY and time.monotonic() > deadline:
            raise Refused("Somebody else keeps the database busy. Try again in a moment.")

    with closing(opened(source)) as reading, closing(sqlite3.connect(target, timeout=0)) as writing:
        for connection in (reading, writing):
            leave_checkpoints(connection, None)
        writing.execute("PRAGMA synchronous=FULL")
        # In one step: a copy in several would begin again with every note that is written meanwhile.
        reading.backup(writing, pages=-1, progress=wait, sleep=0.02)


def opened(path: Path) -> sqlite3.Connection:
    """A connection to a file that is there, which it does not change."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode={'rw' if os.access(path, os.W_OK) else 'ro'}", uri=True)


@contextmanager
def staged(file: Path, folder: Path, uploads: Uploads) -> Iterator[Path]:
    """A copy of a backup in `folder` that is whole and of this release; Refused for what is none.

    Its photos are laid into their folder, where nobody finds them until its rows are in use.
    """
    if not file.exists():
        raise Refused(f"There is no file {file}.")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=folder) as made:
        copy = Path(made) / "workshop.sqlite3"
        try:
            copy_database(file, copy)
            with closing(sqlite3.connect(copy)) as connection:
                look_at(file, connection)
                take_photos_out(connection, uploads)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode not in UNREADABLE:
                raise
            raise Refused(f"{file} is damaged or no backup ({error}).") from error
        schema.bring_up_to_date(f"sqlite:///{copy}")
        yield copy


def look_at(file: Path, connection: sqlite3.Connection) -> None:
    """Refused unless this is a whole database of ours."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"alembic_version", "epoch", "change"} <= tables:
        raise Refused(f"{file} is no backup of Workshop.")
    [(found,), *_] = connection.execute("PRAGMA integrity_check(1)").fetchall()
    if found != "ok" or connection.execute("PRAGMA foreign_key_check").fetchone():
        raise Refused(f"{file} is damaged ({'rows point nowhere' if found == 'ok' else found}).")


def begin_epoch(path: Path) -> str:
    """Say in a database that another life of it begins; gives its new epoch."""
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    database.tune(engine)
    epoch = new_id()
    with database.writing(engine).begin() as connection:
        newest = connection.execute(select(func.max(Epoch.since))).scalar_one()
        # Also where the clock has been set back since.
        since = max(now(), newest + timedelta(microseconds=1))
        connection.execute(insert(Epoch).values(id=epoch, since=since))
    return str(epoch)


def knows_its_people(path: Path, secret: str) -> bool:
    """Whether the secret key is the one under which people joined."""
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    anybody = select(Participant.id, Participant.token_digest).where(Participant.token_digest.is_not(None)).limit(1)
    with engine.connect() as connection:
        someone = connection.execute(anybody).first()
    return someone is None or someone.token_digest == digest(secret, participant_token(secret, someone.id))


def set_aside(live: Path, uploads: Uploads) -> Path | None:
    """Keep what a restore replaces; gives where, None where there was nothing."""
    if not live.exists():
        return None
    before = live.with_name(f"before-restore-{now():%Y-%m-%dT%H%M%SZ}.sqlite3")
    try:
        write_backup(live, before, uploads)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode not in UNREADABLE:
            raise
        # Nothing can be copied into it either; the log beside it belongs to it.
        for end in ("", "-wal", "-shm"):
            if (old := live.with_name(live.name + end)).exists():
                os.replace(old, before.with_name(before.name + end))
    return before
