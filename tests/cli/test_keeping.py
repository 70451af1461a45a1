"""Backup and restore: whole, while people write, and nothing lost when it cannot be done."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.factories import do
from tests.factories.cafes import open_round
from tests.factories.databases import SECRET, SQLiteServer, store_at
from tests.factories.events import EventMade, make_event
from tests.factories.ideas import write
from tests.factories.people import PersonMade, join
from tests.factories.photos import InProcess, add_photo
from tests.factories.processes import make_process
from tests.factories.servers import ROOT
from workshop.cli.commands import cli
from workshop.database import writing
from workshop.models import current_epoch
from workshop.perform import Store


class House:
    """A data folder with an event, and the command line on it."""

    def __init__(self, data: Path, sqlite: SQLiteServer) -> None:
        data.mkdir()
        self.data, self.live = data, data / "workshop.sqlite3"
        sqlite.copy_to(self.live)
        (data / "secret.key").write_text(SECRET)

    def open(self) -> Any:
        return store_at(f"sqlite:///{self.live}")

    def run(self, *words: str, **environment: str) -> Result:
        given = {"WORKSHOP_DATA": str(self.data), "DATABASE_URL": "", **environment}
        return CliRunner().invoke(cli, words, env=given, catch_exceptions=False)

    def json(self, *words: str) -> Any:
        result = self.run(*words, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.output)

    def refused(self, *words: str, **environment: str) -> str:
        """What a command says that has to leave everything as it was."""
        before = self.everything()
        result = self.run(*words, **environment)
        assert result.exit_code == 1, result.output
        assert self.everything() == before
        assert result.output.startswith("Error: ") and result.output.count("\n") == 1
        return result.output

    def everything(self) -> dict[str, Any]:
        """The files of the folder, and every row of the database."""
        names = {one.name for one in self.data.iterdir()} - {"workshop.sqlite3-wal", "workshop.sqlite3-shm"}
        return {"files": names, "rows": rows(self.live) if self.live.exists() else None}

    def texts(self) -> list[str]:
        with closing(sqlite3.connect(self.live)) as database:
            return [text for (text,) in database.execute("SELECT text FROM idea ORDER BY text")]

    def epoch(self) -> str:
        with self.open() as store, store.reading() as session:
            return current_epoch(session)


def rows(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return list(database.iterdump())


@pytest.fixture
def house(tmp_path: Path, sqlite_server: SQLiteServer) -> House:
    return House(tmp_path / "data", sqlite_server)


@pytest.fixture
def store(house: House) -> Iterator[Store]:
    with house.open() as made:
        yield made


@pytest.fixture
def event(store: Store) -> EventMade:
    return make_event(store, make_process(store))


@pytest.fixture
def anna(store: Store, event: EventMade) -> PersonMade:
    person = join(store, event, "Anna")
    open_round(store, event)
    return person


def test_photos_are_in_the_backup_and_come_back(house: House, store: Store, event: EventMade, tmp_path: Path) -> None:
    keeping = replace(store, uploads=InProcess(house.data / "uploads"))
    first, second = (add_photo(keeping, event.moderator, event.tables[0], words=one) for one in ("First", "Second"))
    kept = {one.name: one.read_bytes() for one in (house.data / "uploads").iterdir()}
    assert len(kept) == 4
    file = tmp_path / "backup.sqlite3"
    house.json("backup", str(file))
    do(keeping, event.moderator, "photo.remove", photo=first)
    add_photo(keeping, event.moderator, event.tables[0], words="Third")
    restored = house.json("restore", str(file))
    # All that the rows of that time name lies there again, and the database has no table that it does not know.
    assert {one.name: one.read_bytes() for one in (house.data / "uploads").iterdir()}.items() >= kept.items()
    with closing(sqlite3.connect(house.live)) as database:
        assert {word for (word,) in database.execute("SELECT words FROM photo")} == {"First", "Second"}
        assert not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'uploaded_photo'").fetchone()
    assert house.live.stat().st_size < file.stat().st_size + 100_000
    # And forward again to what was there before.
    shutil.rmtree(house.data / "uploads")
    house.json("restore", restored["before"])
    with closing(sqlite3.connect(house.live)) as database:
        names = {name for (name,) in database.execute("SELECT file FROM photo")}
        assert {word for (word,) in database.execute("SELECT words FROM photo")} == {"Second", "Third"}
    assert {one.name.split(".")[0] for one in (house.data / "uploads").iterdir()} == names


def test_a_backup_lays_nothing_outside_the_folder_of_photos(
    house: House, store: Store, event: EventMade, tmp_path: Path
) -> None:
    keeping = replace(store, uploads=InProcess(house.data / "uploads"))
    add_photo(keeping, event.moderator, event.tables[0])
    file = tmp_path / "backup.sqlite3"
    house.json("backup", str(file))
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE uploaded_photo SET name = '../../intruder'")
    assert "damaged" in house.refused("restore", str(file))
    assert not list(tmp_path.glob("intruder*"))


def test_there_and_back(house: House, store: Store, anna: PersonMade, tmp_path: Path) -> None:
    write(store, anna, "One")
    kept, epoch = rows(house.live), house.epoch()
    file = tmp_path / "backup.sqlite3"
    made = house.json("backup", str(file))
    assert made == {"file": str(file), "bytes": file.stat().st_size}
    assert rows(file) == kept
    assert file.stat().st_mode & 0o777 == 0o600
    assert sorted(one.name for one in tmp_path.iterdir()) == ["backup.sqlite3", "data"]
    write(store, anna, "Two")
    restored = house.json("restore", str(file))
    assert house.texts() == ["One"] and rows(file) == kept
    assert house.epoch() == restored["epoch"] != epoch
    assert [row for row in rows(house.live) if restored["epoch"].replace("-", "") not in row] == kept
    assert restored["same_key"] is True
    # And back again: what was there is kept.
    house.json("restore", restored["before"])
    assert house.texts() == ["One", "Two"]
    assert house.epoch() not in (epoch, restored["epoch"])
    assert write(store, anna, "Three") and house.texts() == ["One", "Three", "Two"]


def test_a_backup_while_people_write_is_whole_and_stops_nobody(
    house: House, store: Store, anna: PersonMade, tmp_path: Path
) -> None:
    written: list[int] = []
    enough = threading.Event()

    def go_on() -> None:
        while not enough.is_set():
            write(store, anna, f"Note {len(written)}")
            written.append(len(written))

    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        for number in range(5):
            file = tmp_path / f"{number}.sqlite3"
            before = len(written)
            house.json("backup", str(file))
            after = len(written)
            with closing(sqlite3.connect(file)) as database:
                assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                notes, newest = database.execute(
                    "SELECT (SELECT count(*) FROM idea), (SELECT revision FROM channel WHERE name = ?)",
                    (f"table:{anna.event.tables[0]}",),
                ).fetchone()
                changes = database.execute(
                    "SELECT count(*) FROM change WHERE operation = 'idea.contribute'"
                ).fetchone()[0]
            assert before <= notes <= after + 1 and changes == notes
            assert newest >= notes
    finally:
        enough.set()
        writer.join()
    assert len(house.texts()) == len(written) > 5


def test_a_backup_of_the_same_name_is_replaced(house: House, store: Store, anna: PersonMade, tmp_path: Path) -> None:
    file = tmp_path / "backup.sqlite3"
    house.json("backup", str(file))
    write(store, anna, "One")
    said = house.run("backup", str(file)).output
    assert rows(file) == rows(house.live)
    assert "secret.key" in said and "Traceback" not in said


def test_what_is_no_place_for_a_backup_is_left_alone(house: House, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Anna")
    assert "is there already and no backup." in house.refused("backup", str(letter))
    assert letter.read_text() == "Dear Anna"
    assert "is the database itself." in house.refused("backup", str(house.live))
    assert "There is no folder" in house.refused("backup", str(tmp_path / "nowhere" / "backup"))
    house.live.unlink()
    assert "There is no database at" in house.refused("backup", str(tmp_path / "backup"))
    assert not (tmp_path / "backup").exists()


def test_a_backup_that_cannot_be_written_leaves_the_one_before(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "backup.sqlite3"
    house.json("backup", str(file))
    before = file.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    said = house.refused("backup", str(file))
    assert said == "Error: This could not be done (No space left on device). No backup was made.\n"
    assert file.read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["backup.sqlite3", "data"]


def half(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def scratched(file: Path) -> None:
    content = bytearray(file.read_bytes())
    for page in range(8, len(content) // 4096, 3):
        content[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    file.write_bytes(content)


def newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")


def orphaned(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("PRAGMA foreign_keys=OFF")
        database.execute("DELETE FROM event")


def of_something_else(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE letter (text)")


BROKEN = {
    "nothing": (lambda file: file.unlink(), "There is no file"),
    "empty": (lambda file: file.write_text(""), "is no backup of Workshop."),
    "text": (lambda file: file.write_text("Dear Anna,\n" * 1000), "is damaged or no backup (file is not a database)."),
    "half": (half, "is damaged"),
    "scratched": (scratched, "is damaged"),
    "newer": (newer, "The database is newer than this Workshop"),
    "orphaned": (orphaned, "is damaged (rows point nowhere)."),
    "of something else": (of_something_else, "is no backup of Workshop."),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_backup_changes_nothing(
    house: House, store: Store, anna: PersonMade, tmp_path: Path, how: str
) -> None:
    break_it, sentence = BROKEN[how]
    file = tmp_path / "backup.sqlite3"
    house.json("backup", str(file))
    write(store, anna, "One")
    break_it(file)
    said = house.refused("restore", str(file))
    assert sentence in said and said.endswith("Nothing was changed.\n")


def test_a_database_that_somebody_keeps_busy_is_left_alone(
    house: House, store: Store, anna: PersonMade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "backup.sqlite3"
    house.json("backup", str(file))
    write(store, anna, "One")
    monkeypatch.setattr("workshop.database.WAIT_FOR_WRITER", 0.3)
    with writing(store.engine).begin():
        result = house.run("restore", str(file))
    assert result.output == (
        "Error: Somebody else keeps the database busy. Try again in a moment. Nothing was changed.\n"
    )
    assert house.texts() == ["One"]


def test_a_database_that_is_broken_can_be_restored(
    house: House, store: Store, anna: PersonMade, tmp_path: Path
) -> None:
    write(store, anna, "One")
    file = tmp_path / "backup.sqlite3"
    house.json("backup", str(file))
    store.engine.dispose()
    house.live.write_bytes(b"no database any more" * 1000)
    restored = house.json("restore", str(file))
    assert house.texts() == ["One"]
    assert Path(restored["before"]).read_bytes().startswith(b"no database any more")


def test_onto_another_machine(house: House, store: Store, anna: PersonMade, tmp_path: Path) -> None:
    write(store, anna, "One")
    file = tmp_path / "backup.sqlite3"
    house.json("backup", str(file))
    house.data = tmp_path / "elsewhere" / "var"
    house.live = house.data / "workshop.sqlite3"
    said = house.run("restore", str(file)).output
    assert "everybody has to join and sign in anew" in said and "before" not in said
    assert house.texts() == ["One"]
    shutil.copyfile(tmp_path / "data" / "secret.key", house.data / "secret.key")
    assert house.json("restore", str(file))["same_key"] is True


def test_an_older_backup_is_brought_up_to_date(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "backup.sqlite3"
    house.json("backup", str(file))
    brought: list[str] = []
    monkeypatch.setattr("workshop.cli.keeping.schema.bring_up_to_date", lambda url: brought.append(url))
    house.json("restore", str(file))
    assert len(brought) == 1 and str(house.live) not in brought[0], "the copy, before it is let in"


@pytest.mark.postgresql
def test_with_postgresql_its_own_programs_are_named(house: House, postgresql_url: str, tmp_path: Path) -> None:
    for command in ("backup", "restore"):
        said = house.refused(command, str(tmp_path / "file"), DATABASE_URL=postgresql_url)
        assert "pg_dump" in said and "pg_restore" in said
    statement = said.partition('psql -c "')[2].partition('"')[0]
    with store_at(postgresql_url) as store:
        with store.reading() as session:
            before = current_epoch(session)
        with store.engine.begin() as connection:
            connection.exec_driver_sql(statement)
        with store.reading() as session:
            assert current_epoch(session) != before


def test_as_a_process_of_its_own(house: House, store: Store, anna: PersonMade, tmp_path: Path) -> None:
    environment = {**os.environ, "WORKSHOP_DATA": str(house.data)}
    environment.pop("DATABASE_URL", None)
    for words in (("backup", "b.sqlite3"), ("restore", "b.sqlite3")):
        done = subprocess.run(
            [sys.executable, "-m", "workshop", *words], cwd=tmp_path, env={**environment, "PYTHONPATH": str(ROOT)},
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
