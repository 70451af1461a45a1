"""Format, lint and types are part of the suite, so that one command says whether all is well."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("command", "mend"),
    [
        pytest.param(["ruff", "format", "--check", "."], "run `make format`", id="format"),
        pytest.param(["ruff", "check", "."], "see the lines above", id="lint"),
        pytest.param(["mypy"], "see the lines above", id="types"),
    ],
)
def test_source_is_in_order(command: list[str], mend: str) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\n{mend}"
