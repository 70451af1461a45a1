"""A server as a person starts it, a process of its own, and the command line beside it."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any

from click.testing import CliRunner

from workshop.cli.commands import cli

ROOT = Path(__file__).resolve().parents[2]
TIME_TO_START = 60
"""Seconds; far more than a start takes, for machines that do other things too."""


OF_A_RUN = ("WORKSHOP_FAST_SEND", "WORKSHOP_GROUP_COMMIT")
"""Settings that all tests can be run with; each of them has to be green either way."""


def is_foreign(name: str) -> bool:
    """Whether a variable of the environment is a setting that was made for this process."""
    return name not in OF_A_RUN and (name.startswith(("WORKSHOP_", "DATABASE_")) or name in ("HOST", "PORT"))


def environment_on(folder: Path) -> dict[str, str]:
    """This process's environment with Workshop's data in `folder`, and none of the settings that were made for it."""
    kept = {name: value for name, value in os.environ.items() if not is_foreign(name)}
    # Without compiled files, which some machines switch off, every start compiles all it imports.
    return {**kept, "WORKSHOP_DATA": str(folder), "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": ""}


def workshop(folder: Path, *words: str) -> Any:
    """What `workshop … --json` prints on a data folder, in a process of its own as a person starts it."""
    command = [sys.executable, "-m", "workshop", *words, "--json"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment_on(folder), capture_output=True, text=True, timeout=2 * TIME_TO_START
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def workshop_here(folder: Path, *words: str) -> Any:
    """The same in this process, for what only sets something up or looks: to start one takes most of a second."""
    environment = {**dict.fromkeys(filter(is_foreign, os.environ)), "WORKSHOP_DATA": str(folder)}
    done = CliRunner().invoke(cli, [*words, "--json"], env=environment, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


class Server:
    """`workshop serve` on a free port; what it printed is in `said`."""

    program: tuple[str, ...] = (sys.executable, "-m", "workshop", "serve")
    runs_in = ROOT

    def __init__(self, folder: Path, *words: str, mode: str = "eventlet", **environment: str) -> None:
        self.folder = folder
        self.said = ""
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [*self.program, *words],
            cwd=self.runs_in,
            env={**environment_on(folder), "WORKSHOP_ASYNC_MODE": mode, "PORT": "0", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said += line
        self.process.stdout.close()

    def __enter__(self) -> "Server":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop(signal.SIGKILL)

    def address(self) -> str:
        """Where it runs, once it has said so."""
        self.wait_for(r"Workshop runs at \S+\n")
        found = re.search(r"Workshop runs at (\S+)", self.said)
        assert found
        return found[1]

    def wait_for(self, pattern: str) -> None:
        """Until it has printed this; an AssertionError with everything it printed when it does not come."""
        while not re.search(pattern, self.said):
            assert self.process.poll() is None and time.monotonic() - self.began < TIME_TO_START, self.said
            time.sleep(0.02)

    def workshop(self, *words: str) -> Any:
        """What a command prints that is given beside it."""
        return workshop_here(self.folder, *words)

    def card_tokens(self, code: str) -> list[str]:
        """What stands in the QR of each table's card, by number: paper that a test cannot scan."""
        with closing(sqlite3.connect(self.folder / "workshop.sqlite3")) as database:
            rows = database.execute(
                "select cafe_table.join_token from cafe_table join cafe on cafe.id = cafe_table.cafe_id"
                " join event on event.id = cafe.event_id where event.code = ? order by cafe_table.number",
                (code.replace(" ", ""),),
            ).fetchall()
        return [token for (token,) in rows]

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it; gives its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(20)
        self.reader.join(5)
        return code
