"""Settings come from the environment, or are refused with a sentence that says what to do."""

import stat
from pathlib import Path

import pytest

from workshop.config import Settings, SettingsError, resource_dir


def settings(folder: Path, **environ: str) -> Settings:
    return Settings.from_environment({"WORKSHOP_DATA": str(folder), **environ})


def test_without_any_setting_it_serves_this_machine_from_its_folder(tmp_path: Path) -> None:
    made = settings(tmp_path)
    assert (made.host, made.port, made.public_url, made.async_mode) == ("127.0.0.1", 8000, None, "eventlet")
    assert made.database_url == f"sqlite:///{tmp_path}/workshop.sqlite3"
    assert not made.secure


def test_an_empty_setting_is_none(tmp_path: Path) -> None:
    assert settings(tmp_path, HOST="", PORT="", DATABASE_URL="", WORKSHOP_ASYNC_MODE="") == settings(tmp_path)


def test_commits_are_shared_and_packets_go_straight_unless_it_is_said(tmp_path: Path) -> None:
    given = {"1": True, "": True, "0": False}
    assert {one: settings(tmp_path, WORKSHOP_GROUP_COMMIT=one).group_commit for one in given} == given
    assert {one: settings(tmp_path, WORKSHOP_FAST_SEND=one).fast_send for one in given} == given


def test_the_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "not yet there"
    secret = settings(folder).secret
    assert len(secret) == 64
    assert settings(folder).secret == secret
    assert stat.S_IMODE((folder / "secret.key").stat().st_mode) == 0o600
    assert settings(tmp_path / "another").secret != secret


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("postgres://a:b@host/name", "postgresql+psycopg://a:b@host/name"),
        ("postgresql://host/name", "postgresql+psycopg://host/name"),
        ("postgresql+psycopg://host/name", "postgresql+psycopg://host/name"),
        ("sqlite:////srv/x.sqlite3", "sqlite:////srv/x.sqlite3"),
    ],
)
def test_databases_are_named_as_people_write_them(tmp_path: Path, given: str, read: str) -> None:
    assert settings(tmp_path, DATABASE_URL=given).database_url == read


@pytest.mark.parametrize(
    ("given", "read", "secure"),
    [
        ("https://mitmachen.example.org/", "https://mitmachen.example.org", True),
        ("http://192.168.1.5:8000", "http://192.168.1.5:8000", False),
    ],
)
def test_the_public_address_decides_what_is_secure(tmp_path: Path, given: str, read: str, secure: bool) -> None:
    made = settings(tmp_path, WORKSHOP_PUBLIC_URL=given)
    assert (made.public_url, made.secure) == (read, secure)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "²"),
        ("WORKSHOP_ASYNC_MODE", "gevent"),
        ("DATABASE_URL", "mysql://host/name"),
        ("WORKSHOP_TRUSTED_PROXIES", "proxy.example.org"),
        ("WORKSHOP_TRUSTED_PROXIES", "10.0.0.1/8"),
        ("WORKSHOP_PUBLIC_URL", "mitmachen.example.org"),
        ("WORKSHOP_PUBLIC_URL", "ftp://mitmachen.example.org"),
        ("WORKSHOP_PUBLIC_URL", "https://mitmachen.example.org/workshop"),
        ("WORKSHOP_PUBLIC_URL", "https://mitmachen.example.org?x=1"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        settings(tmp_path, **{name: value})
    assert name in str(caught.value) and str(caught.value).strip().count("\n") == 0


def test_a_password_never_stands_in_a_refusal(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        settings(tmp_path, DATABASE_URL="mysql://root:hunter2@host/name")
    assert "hunter2" not in str(caught.value)


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    # Not by its mode: whoever runs everything may write everywhere.
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingsError, match="WORKSHOP_DATA"):
        settings(tmp_path / "file" / "data")


@pytest.mark.parametrize("name", ["templates", "static", "migrations"])
def test_what_is_shipped_is_found(name: str) -> None:
    assert resource_dir(name).is_dir()
