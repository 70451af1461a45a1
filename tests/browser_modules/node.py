"""Runs what is written for the browser in Node.js."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent


def node(*arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run Node.js in the project's folder."""
    return subprocess.run([program(), *arguments], cwd=ROOT, input=given, capture_output=True, text=True, timeout=300)


def program() -> str:
    """Where Node.js is, the one that `make setup` installed first where there is one."""
    path = os.pathsep.join([str(ROOT / ".venv" / "bin"), os.environ.get("PATH", "")])
    found = shutil.which("node", path=path)
    assert found, "Node.js is missing. Run: make setup"
    return found


def as_seen(fragments: list[tuple[str, dict[str, Any] | None]]) -> list[str]:
    """Each (HTML, viewer as JSON) as `applyViewer` shows it, attributes in the order of their names.

    Without a viewer the fragment is only put into that order, to be compared with.
    """
    asked = json.dumps([{"html": html, "viewer": viewer} for html, viewer in fragments])
    done = node(str(HERE / "as_seen.js"), given=asked)
    assert done.returncode == 0, done.stderr
    answer: list[str] = json.loads(done.stdout)
    return answer
