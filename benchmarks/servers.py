"""The two servers that are compared, each a process on the first core; the load stays on the second."""

import asyncio
import contextlib
import os
import socket
import sys
import time
from pathlib import Path

import psutil

from tests.factories.servers import Server

QUIET = 0.5
"""Seconds that a server has to be at rest for."""
AT_REST = 0.1
"""Share of its core that it may use then."""


def free_port() -> int:
    """A TCP port that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def cores() -> list[int]:
    """The cores this process may use; nothing where the system does not let one choose."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def waited(pid: int | str = "self") -> float:
    """Seconds that a process wanted a core and others had it; 0 where the system does not count them."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    except OSError:
        return 0.0


class Cores:
    """While it lasts, this process has a core of its own beside that of the servers."""

    def __enter__(self) -> "Cores":
        self._before = cores()
        self.server = self._before[:1]
        self.apart = len(self._before) > 1
        if self.apart:
            os.sched_setaffinity(0, self._before[1:2])
        return self

    def __exit__(self, *problem: object) -> None:
        if self.apart:
            os.sched_setaffinity(0, self._before)

    def put(self, server: Server) -> "Measured":
        """A server that has just been started, on its core."""
        if self.apart:
            os.sched_setaffinity(server.process.pid, self.server)
        return Measured(server)


class Bare(Server):
    """R (`bare.py`)."""

    program = (sys.executable, "-m", "benchmarks.bare")

    def __init__(self) -> None:
        super().__init__(Path(os.devnull), str(free_port()))


class Measured:
    """A running server and what it uses."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.address = server.address()
        self._process = psutil.Process(server.process.pid)
        host, port = self.address.removeprefix("http://").split(":")
        until = time.monotonic() + 20
        while time.monotonic() < until:
            # It says where it runs a moment before it listens.
            with contextlib.suppress(ConnectionRefusedError), socket.create_connection((host, int(port))):
                return
            time.sleep(0.02)
        raise AssertionError(server.said)

    def cpu(self) -> float:
        """Seconds of CPU time used so far."""
        used = self._process.cpu_times()
        return float(used.user + used.system)

    def waited(self) -> float:
        """Seconds in which others had its core."""
        return waited(self.server.process.pid)

    async def rest(self) -> None:
        """Until it has nothing left to do of what was before."""
        used = -1.0
        while self.cpu() - used > AT_REST * QUIET:
            used = self.cpu()
            await asyncio.sleep(QUIET)

    def memory(self) -> int:
        """Bytes of its own."""
        return int(self._process.memory_full_info().uss)
