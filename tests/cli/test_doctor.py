"""`workshop doctor`, and what the start says of the disk."""

import json
import os
import sqlite3
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.factories.databases import SECRET
from tests.factories.events import EventMade
from tests.factories.photos import add_photo
from workshop.cli import checkup, serving
from workshop.cli.checkup import SLOW, commit_milliseconds, of_sqlite, slow_disk
from workshop.cli.commands import cli
from workshop.config import Settings
from workshop.models import Photo
from workshop.perform import Store
from workshop.schema import bring_up_to_date
from workshop.uploads import Uploads

NAMES = (
    "HOST",
    "PORT",
    "DATABASE_URL",
    "WORKSHOP_ASYNC_MODE",
    "WORKSHOP_PUBLIC_URL",
    "WORKSHOP_GROUP_COMMIT",
    "WORKSHOP_FAST_SEND",
)


def doctor(folder: Path, **given: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """How the command ends, and its findings by their names."""
    environment = {**dict.fromkeys(NAMES, ""), "WORKSHOP_DATA": str(folder), **given}
    done = CliRunner().invoke(cli, ["doctor", "--json"], env=environment)
    plain = CliRunner().invoke(cli, ["doctor"], env=environment)
    findings = {one["what"]: one for one in json.loads(done.output)["findings"]}
    assert plain.exit_code == done.exit_code
    assert [line[:5].strip() for line in plain.output.splitlines()] == [one["state"] for one in findings.values()]
    return done.exit_code, findings


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that takes 0.2 ms."""
    monkeypatch.setattr(checkup, "commit_milliseconds", lambda folder: 0.2)


def test_before_the_first_start_all_is_well(tmp_path: Path, quick: None) -> None:
    code, found = doctor(tmp_path, WORKSHOP_PUBLIC_URL="https://mitmachen.example.org")
    assert code == 0
    assert {what for what, one in found.items() if one["state"] != "ok"} <= {"sqlite"}
    assert found["commit_ms"]["value"] == 0.2
    assert "no database yet" in found["database"]["says"]


def test_a_database_of_this_release_is_up_to_date(tmp_path: Path, database_url: str, quick: None) -> None:
    code, found = doctor(tmp_path, DATABASE_URL=database_url)
    assert (code, found["database"]["state"]) == (0, "ok")
    assert {"sqlite", "postgresql"} & set(found)


def test_a_database_of_another_release_is_told(tmp_path: Path, sqlite_url: str, quick: None) -> None:
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'another'")
    connection.close()
    code, found = doctor(tmp_path, DATABASE_URL=sqlite_url)
    assert (code, found["database"]["state"]) == (0, "look")


def test_pictures_that_are_missing_and_files_that_belong_to_none_are_told(
    tmp_path: Path, store: Store, event: EventMade, quick: None
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    uploads = data / "uploads"
    url = store.engine.url.render_as_string(hide_password=False)
    code, found = doctor(data, DATABASE_URL=url)
    assert (code, found["uploads"]["state"]) == (0, "ok") and not uploads.exists()
    keeping = replace(store, uploads=Uploads(uploads))
    first, second = (add_photo(keeping, event.moderator, event.tables[0]) for _ in range(2))
    code, found = doctor(data, DATABASE_URL=url)
    assert (found["uploads"]["state"], found["uploads"]["says"]) == ("ok", "Photos of tables that are kept: 2.")
    assert not {"pictures_missing", "pictures_unclaimed"} & set(found)
    with store.reading() as session:
        lost, kept = (session.get_one(Photo, one).file for one in (first, second))
    Uploads(uploads).path(lost, small=True).unlink()
    # A new one is not told of: its row may be still to come.
    for name, hours in ((f"{'0' * 32}.jpg", 2), (f"{'1' * 32}.jpg", 0)):
        (uploads / name).write_bytes(b"a picture")
        os.utime(uploads / name, (time.time() - hours * 3600,) * 2)
    os.utime(Uploads(uploads).path(kept), (time.time() - 7200,) * 2)
    code, found = doctor(data, DATABASE_URL=url)
    assert code == 0
    assert [(found[one]["state"], found[one]["value"]) for one in ("pictures_missing", "pictures_unclaimed")] == [
        ("look", 1), ("look", 1),
    ]  # fmt: skip
    assert lost in found["pictures_missing"]["says"]


def test_a_folder_of_pictures_that_cannot_be_written_is_wrong(
    tmp_path: Path, sqlite_url: str, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(dir: Path) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "uploads").mkdir()
    monkeypatch.setattr(checkup.tempfile, "TemporaryFile", refuse)
    code, found = doctor(tmp_path, DATABASE_URL=sqlite_url)
    assert (code, found["uploads"]["state"]) == (1, "wrong")
    assert "Permission denied" in found["uploads"]["says"]


def test_what_will_not_work_ends_with_an_error(tmp_path: Path, quick: None) -> None:
    (tmp_path / "workshop.sqlite3").write_text(
        "This is a letter and no database, and it is long enough to be taken for one."
    )
    code, found = doctor(tmp_path)
    assert (code, found["database"]["state"]) == (1, "wrong")
    code, found = doctor(tmp_path, WORKSHOP_ASYNC_MODE="gevent")
    assert code == 1 and "gevent" in found["settings"]["says"]


def test_a_slow_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "commit_milliseconds", lambda folder: 7.25)
    code, found = doctor(tmp_path)
    assert (code, found["commit_ms"]["state"], found["commit_ms"]["value"]) == (0, "look", 7.25)
    assert "7.2 ms" in found["commit_ms"]["says"]


def test_the_limit_is_three_milliseconds() -> None:
    assert SLOW == 3.0 and slow_disk(3.0) is None and slow_disk(3.01)


def test_a_folder_that_cannot_be_written_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: Path) -> float:
        raise PermissionError("Permission denied")

    monkeypatch.setattr(checkup, "commit_milliseconds", refuse)
    code, found = doctor(tmp_path)
    assert (code, found["folder"]["state"]) == (1, "wrong")


def test_the_disk_is_measured_by_commits_that_are_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connections: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    class Watched(sqlite3.Connection):
        def close(self) -> None:
            found = [self.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "journal_mode")]
            assert found == [2, "wal"]
            assert self.execute("SELECT count(*) FROM measure").fetchone()[0] == checkup.COMMITS
            connections.append(self)
            super().close()

    monkeypatch.setattr(checkup.sqlite3, "connect", lambda *given, **more: connect(*given, factory=Watched, **more))
    assert commit_milliseconds(tmp_path) > 0
    assert len(connections) == 1
    assert not list(tmp_path.iterdir()), "something is left behind"


def test_the_version_with_a_rare_error_is_told() -> None:
    told = {of_sqlite(version).state for version in ((3, 7, 0), (3, 40, 1), (3, 51, 2))}
    assert told == {"look"} and of_sqlite((3, 51, 3)).state == "ok"


def test_an_open_key_and_a_plain_address_are_told(tmp_path: Path, quick: None) -> None:
    doctor(tmp_path)
    (tmp_path / "secret.key").chmod(0o644)
    database = tmp_path / "workshop.sqlite3"
    bring_up_to_date(f"sqlite:///{database}")
    database.chmod(0o644)
    open_ones = ("secret_key", "database_file", "public_url", "group_commit", "fast_send")
    slower = {"WORKSHOP_GROUP_COMMIT": "0", "WORKSHOP_FAST_SEND": "0"}
    code, found = doctor(tmp_path, WORKSHOP_PUBLIC_URL="http://192.168.1.5:8000", **slower)
    assert code == 0
    assert {found[what]["state"] for what in open_ones} == {"look"}
    database.chmod(0o600)
    assert "database_file" not in doctor(tmp_path)[1]


def test_the_start_says_what_the_doctor_says_of_a_slow_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"sqlite:///{tmp_path}/workshop.sqlite3"
    settings = Settings(data=tmp_path, database_url=address, secret=SECRET, port=0, async_mode="threading")
    monkeypatch.setattr(serving, "run", lambda app, listening: None)
    for took, told in ((7.25, True), (0.2, False)):
        monkeypatch.setattr(checkup, "commit_milliseconds", lambda folder, took=took: took)
        said: list[str] = []
        serving.serve(settings, demonstration=False, say=said.append)
        assert (slow_disk(7.25) in said) is told
