"""`make build` makes a package that needs nothing beside itself: in an empty folder it serves the demonstration."""

import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest
import requests

import bootstrap
from tests.factories.servers import ROOT, Server
from tests.translations.words import catalogue

OURS = ("WORKSHOP_", "DATABASE_", "MAKE", "MFLAGS", "PYTHONPATH")


def environment() -> dict[str, str]:
    """This one, without what would lead somebody to the checkout."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OURS)}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make build` makes."""
    made = tmp_path_factory.mktemp("a build")
    make = shutil.which("make")
    assert make
    command = [make, "build", f"PYTHON={sys.executable}", f"DIST={made}"]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    [found] = made.iterdir()
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that holds it and what is locked, nothing else."""
    folder = tmp_path_factory.mktemp("an environment")
    venv.create(folder, with_pip=False)
    programs = folder / bootstrap.BIN.name
    python = programs / bootstrap.PYTHON.name
    bootstrap.install(ROOT / "requirements" / "runtime.txt", python)
    bootstrap.run(
        *(bootstrap.PYTHON, "-m", "uv", "pip", "install", "--quiet", "--offline", "--no-deps"),
        *("--python", python, wheel),
    )
    return programs


class Installed(Server):
    """`workshop serve` of the wheel, run where there is nothing."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.program = (str(programs / "workshop"), "serve")
        self.runs_in = folder
        super().__init__(folder, WORKSHOP_DATA="", PYTHONPATH="")


def test_it_is_found_by_itself(installed: Path, tmp_path: Path) -> None:
    ask = "import sys, workshop; print(workshop.__file__, *sys.path, sep='\\n')"
    command = [str(installed / "python"), "-c", ask]
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=60)
    file, *path = done.stdout.splitlines()
    assert Path(file).is_relative_to(installed.parent), done.stderr
    assert not [one for one in path if one and Path(one).is_relative_to(ROOT)]


def test_it_serves_the_demonstration(installed: Path, tmp_path: Path) -> None:
    with Installed(installed, tmp_path) as server, requests.Session() as browser:
        address = server.address()
        server.wait_for("big screen")
        for language in ("de", "sv"):
            page = browser.get(address, headers={"Accept-Language": language}, timeout=20)
            assert page.status_code == 200 and f'<html lang="{language}"' in page.text
            assert str(catalogue(language)["Take a seat"].string) in page.text
            browser.cookies.clear()
        link = re.findall(r"\S+/sign-in/\w+", server.said)[0]
        token, key = fields_of(browser.get(link, timeout=20).text)
        mine = browser.post(link, {"csrf_token": token, "key": key}, timeout=20)
        assert mine.status_code == 200 and mine.url == f"{address}/processes"
        process = re.search(r'href="(/processes/[\w-]+)"', mine.text)
        assert process, mine.text
        page = browser.get(address + process[1], timeout=20)
        assert page.status_code == 200 and 'href="/events/' in page.text
        assets = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page.text))
        assert {Path(one).suffix for one in assets} >= {".css", ".js"}
        assert [one for one in sorted(assets) if browser.get(address + one, timeout=20).status_code != 200] == []
        assert server.stop() == 0
        assert "Traceback" not in server.said
    assert (tmp_path / "var" / "workshop.sqlite3").exists()


def fields_of(page: str) -> list[str]:
    """What a form hides: token and key."""
    return [re.findall(rf'name="{name}" value="([^"]+)"', page)[0] for name in ("csrf_token", "key")]


def test_it_migrates_and_backs_up(installed: Path, tmp_path: Path) -> None:
    def workshop(*words: str) -> None:
        command = [str(installed / "workshop"), *words]
        done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr

    workshop("event", "create")
    workshop("backup", "backup.sqlite3")
    workshop("restore", "backup.sqlite3")
