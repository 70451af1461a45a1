"""The set-up of a checkout: says clearly what is missing and does nothing twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap

ROOT = Path(__file__).resolve().parents[2]


def test_an_old_python_gets_a_sentence() -> None:
    pretend = "import runpy, sys; sys.version_info = (3, 9, 2); runpy.run_path('bootstrap.py', {}, 'x')"
    done = subprocess.run([sys.executable, "-c", pretend], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Workshop needs Python 3.11 or newer; this is Python 3.9" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "STAMPS", tmp_path / "stamps.json")
    return tmp_path


def test_a_step_is_done_again_only_when_there_is_a_reason(checkout: Path) -> None:
    source, made = checkout / "source", checkout / "made"
    done: list[str] = []

    def setup() -> None:
        def work() -> None:
            done.append(source.read_text())
            made.touch()

        bootstrap.step("copy", "Copying", bootstrap.digest([source]), work, made=made)

    source.write_text("first")
    setup()
    setup()
    assert done == ["first"]

    os.utime(source, (1, 1))
    setup()
    assert done == ["first"], "another time is no other content"

    source.write_text("second")
    setup()
    assert done == ["first", "second"]

    made.unlink()
    setup()
    assert done == ["first", "second", "second"]


def test_a_step_that_failed_is_tried_again(checkout: Path) -> None:
    def fail() -> None:
        bootstrap.run(sys.executable, "-c", "raise SystemExit(3)")

    for _ in range(2):
        with pytest.raises(bootstrap.SetupFailed, match="did not succeed"):
            bootstrap.step("build", "Building", "state", fail)


@pytest.mark.parametrize(
    ("says", "enough"),
    [("v20.19.0", True), ("v24.1.0", True), ("v20.18.9", False), ("v18.20.1", False), ("", False)],
)
def test_node_is_taken_from_20_19_on(tmp_path: Path, says: str, enough: bool) -> None:
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho '{says}'\n")
    node.chmod(0o755)
    assert bootstrap.node_is_new_enough(node) is enough
