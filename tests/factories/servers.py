"""A server in a process of its own, as `make run` starts it, and the command line beside it."""

import json
import os
import re
import selectors
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
STARTED_WITHIN = 60
"""Seconds a server has to say where it runs."""
OURS = ("DATABASE_URL", "HOST", "PORT", "WORKSHOP_PUBLIC_URL", "WORKSHOP_PLAIN_SIGN_IN")


class Server:
    """`workshop serve` on a free port with an empty data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.environment = {name: value for name, value in os.environ.items() if name not in OURS}
        self.environment |= {"WORKSHOP_DATA": str(data), "PYTHONUNBUFFERED": "1"}
        with (data / "server.log").open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "workshop", "serve", "--no-demo", "--port", "0"],
                cwd=ROOT,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=log,
                # A line that waits in a buffer of ours would never wake the selector.
                bufsize=0,
            )
        self.address = self._address_said()

    def _address_said(self) -> str:
        assert self.process.stdout
        until = time.monotonic() + STARTED_WITHIN
        with selectors.DefaultSelector() as waiting:
            waiting.register(self.process.stdout, selectors.EVENT_READ)
            while waiting.select(max(0, until - time.monotonic())):
                line = self.process.stdout.readline().decode()
                if found := re.search(r"Workshop runs at (\S+)", line):
                    return found[1]
                if not line:
                    break
        self.stop()
        raise AssertionError(f"The server did not start:\n{self.log()}")

    def log(self) -> str:
        """What the server wrote down."""
        return (self.data / "server.log").read_text()

    def workshop(self, *arguments: str) -> Any:
        """What a command of the command line prints as JSON, run beside the server."""
        command = [sys.executable, "-m", "workshop", *arguments, "--json"]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def card_tokens(self, code: str) -> list[str]:
        """What stands in the QR of each table's card, by number: paper that a test cannot scan."""
        with sqlite3.connect(self.data / "workshop.sqlite3") as database:
            rows = database.execute(
                "select cafe_table.join_token from cafe_table join cafe on cafe.id = cafe_table.cafe_id"
                " join event on event.id = cafe.event_id where event.code = ? order by cafe_table.number",
                (code.replace(" ", ""),),
            ).fetchall()
        database.close()
        return [token for (token,) in rows]

    def stop(self) -> None:
        """End it as a terminal would."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
