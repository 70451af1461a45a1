"""What is installed is what was locked, comes from nowhere in particular, and is new enough."""

import json
import re
import tomllib
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = json.loads((ROOT / "package-lock.json").read_text())["packages"]


class Floor(NamedTuple):
    """Below this version a weakness or a loss of data is known; `since` is when we learned it."""

    package: str
    version: str
    since: str


# An audit that cannot reach its database reports success; a list that somebody keeps does not.
PYTHON_FLOORS = [
    Floor("eventlet", "0.40.3", "2026-11"),
    Floor("flask", "3.1.3", "2026-11"),
    Floor("python-socketio", "5.16.3", "2026-11"),
    Floor("werkzeug", "3.1.6", "2026-11"),
]
BROWSER_FLOORS = [
    Floor("socket.io-parser", "4.2.7", "2026-11"),
]


def pins(lock: Path) -> list[tuple[str, Version]]:
    found = re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;\\]+)", lock.read_text(), re.MULTILINE)
    return [(canonicalize_name(name), Version(version)) for name, version in found]


@pytest.mark.parametrize("floor", PYTHON_FLOORS, ids=lambda floor: floor.package)
def test_python_package_is_new_enough(floor: Floor) -> None:
    locked = [version for lock in LOCKS for name, version in pins(lock) if name == floor.package]
    assert locked, f"{floor.package} is in no lock file; take it off this list if it is gone"
    for version in [*locked, Version(metadata.version(floor.package))]:
        assert version >= Version(floor.version), f"known since {floor.since}"


@pytest.mark.parametrize("floor", BROWSER_FLOORS, ids=lambda floor: floor.package)
def test_browser_package_is_new_enough(floor: Floor) -> None:
    locked = [
        about["version"] for path, about in PACKAGES.items() if path.rpartition("node_modules/")[2] == floor.package
    ]
    assert locked, f"{floor.package} is not in package-lock.json; take it off this list"
    for version in locked:
        assert Version(version) >= Version(floor.version), f"known since {floor.since}"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_locked_python_package_has_its_hash_and_no_address(lock: Path) -> None:
    text = lock.read_text()
    assert pins(lock)
    for entry in re.split(r"\n(?=\S)", text.strip()):
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry
    assert not re.search(r"://|\s@\s|--(extra-)?index-url|--find-links|^-e|/", text)


def test_every_locked_browser_package_has_its_hash_and_no_address() -> None:
    locked = {path: about for path, about in PACKAGES.items() if path}
    assert locked
    for path, about in locked.items():
        assert about["integrity"].startswith("sha512-"), path
        assert "resolved" not in about, path


@pytest.mark.parametrize("lock", ["runtime.txt", "dev.txt"])
def test_lock_fits_what_the_project_asks_for(lock: str) -> None:
    locked = pins(ROOT / "requirements" / lock)
    wanted = [
        *PROJECT["project"]["dependencies"],
        *(line for extra in PROJECT["project"]["optional-dependencies"].values() for line in extra),
        *PROJECT["dependency-groups"]["build"],
        *(PROJECT["dependency-groups"]["test"] if lock == "dev.txt" else []),
    ]
    for line in wanted:
        requirement = Requirement(line)
        versions = [v for name, v in locked if name == canonicalize_name(requirement.name)]
        assert versions, f"{line}: not locked; run `make lock`"
        assert all(version in requirement.specifier for version in versions), line


def test_the_tests_run_the_versions_that_people_run() -> None:
    runtime = set(pins(ROOT / "requirements" / "runtime.txt"))
    assert runtime <= set(pins(ROOT / "requirements" / "dev.txt"))
