"""The command line as a process of its own, beside a server."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.cli.server import ROOT


def workshop(folder: Path, *words: str) -> Any:
    """What `workshop … --json` prints on a data folder."""
    theirs = ("WORKSHOP_", "DATABASE_")
    given = {name: value for name, value in os.environ.items() if not name.startswith(theirs)}
    given |= {"WORKSHOP_DATA": str(folder), "PYTHONDONTWRITEBYTECODE": ""}
    command = [sys.executable, "-m", "workshop", *words, "--json"]
    done = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
