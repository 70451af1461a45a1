"""A server as a person starts it: a process of its own."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]
TIME_TO_START = 60
"""Seconds; far more than a start takes, for machines that do other things too."""


class Server:
    """`workshop serve` on a free port; what it printed is in `said`."""

    program: tuple[str, ...] = (sys.executable, "-m", "workshop", "serve")
    runs_in = ROOT

    def __init__(self, folder: Path, *words: str, mode: str = "eventlet", **environment: str) -> None:
        given = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("WORKSHOP_", "DATABASE_"))},
            "WORKSHOP_DATA": str(folder),
            "WORKSHOP_ASYNC_MODE": mode,
            "PYTHONUNBUFFERED": "1",
            # Without compiled files, which some machines switch off, every start compiles all it imports.
            "PYTHONDONTWRITEBYTECODE": "",
            "PORT": "0",
            "HOST": "",
            **environment,
        }
        self.said = ""
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [*self.program, *words],
            cwd=self.runs_in,
            env=given,
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

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it; gives its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(20)
        self.reader.join(5)
        return code
