"""The folder of what people have sent: pictures under names that nobody guesses.

A row in the database names each file, and is written after the file is safe on the disk; a file that no row names is
one of a call that came to nothing, or of a photo that was removed, and is swept away.
"""

import hashlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from workshop.pictures import LARGEST_FILE, Unfit, lay

__all__ = ["LARGEST_FILE", "Kept", "Unfit", "Uploads"]

NAME = re.compile(r"[0-9a-f]{32}")
LARGE, SMALL = ".jpg", ".small.jpg"
WAIT_SECONDS = 30
UNCLAIMED_SECONDS = 3600
"""How old a file without a row has to be: the row of a new one is still to come."""


@dataclass(frozen=True)
class Kept:
    """A picture that lies in the folder."""

    name: str
    width: int
    height: int
    size: int


@dataclass
class Offer:
    """What somebody sends, while it is decided on; several who send the same at once hold the same file."""

    file: IO[bytes]
    holders: int = 0


class Uploads:
    """Pictures in a folder; one at a time is taken in, so that their number never decides how much memory it takes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._offered: dict[str, Offer] = {}
        self._offering = threading.Lock()
        self._one_at_a_time = threading.Lock()

    @contextmanager
    def offered(self, file: IO[bytes]) -> Iterator[str]:
        """Hold a file that somebody sends while it is decided on; gives what its content is called by.

        The same content has the same name, so that a call that is sent again is known as the same call.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        copy = tempfile.TemporaryFile(dir=self.folder)  # noqa: SIM115  (whoever leaves last closes it)
        try:
            shutil.copyfileobj(file, copy, 1024 * 1024)
            copy.seek(0)
            name = hashlib.file_digest(copy, "sha256").hexdigest()
        except BaseException:
            copy.close()
            raise
        with self._offering:
            offer = self._offered.setdefault(name, Offer(copy))
            offer.holders += 1
        if offer.file is not copy:
            copy.close()
        try:
            yield name
        finally:
            with self._offering:
                offer.holders -= 1
                if not offer.holders:
                    del self._offered[name]
                    offer.file.close()

    def take_in(self, offered: str) -> Kept:
        """Decode what is offered and write it anew, under a name of its own; raises Unfit."""
        offer = self._offered.get(offered)
        if offer is None:
            raise Unfit("empty")
        name = secrets.token_hex(16)
        with self._one_at_a_time:
            offer.file.seek(0)
            found = self._decoded(offer.file, name)
        if "why" in found:
            raise Unfit(str(found["why"]))
        return Kept(name, found["width"], found["height"], found["size"])

    def _decoded(self, file: IO[bytes], name: str) -> dict[str, int]:
        command = [sys.executable, "-I", "-m", "workshop.pictures", str(self.path(name)), str(self.path(name, True))]
        try:
            done = subprocess.run(command, stdin=file, capture_output=True, timeout=WAIT_SECONDS)
        except subprocess.TimeoutExpired:
            raise Unfit("broken") from None
        if done.returncode != 0:
            # Brought down by what it read, or stopped at its limits.
            self.discard(name)
            raise Unfit("broken")
        answer: dict[str, int] = json.loads(done.stdout)
        if "why" in answer:
            self.discard(name)
        return answer

    def path(self, name: str, small: bool = False) -> Path:
        """Where a picture lies, or the small one of it."""
        return self.folder / (name + (SMALL if small else LARGE))

    def put(self, name: str, small: bool, content: bytes) -> None:
        """Lay a picture back that a backup held; one that is there stays, and a name that is none is refused."""
        if not NAME.fullmatch(name):
            raise ValueError(f"{name!r} is the name of no picture")
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.path(name, small)
        if path.exists():
            # As if it came just now: its row is still to come.
            os.utime(path)
        else:
            lay(path, content)

    def discard(self, name: str) -> None:
        """Delete a picture."""
        for small in (False, True):
            self.path(name, small).unlink(missing_ok=True)

    def unclaimed(self) -> list[str]:
        """The names of pictures that have lain here for some time, and may have no row."""
        if not self.folder.is_dir():
            return []
        before = time.time() - UNCLAIMED_SECONDS
        found = {one.name.split(".")[0] for one in self.folder.iterdir() if _changed(one) < before}
        return sorted(one for one in found if one)

    def missing(self, known: Iterable[str]) -> list[str]:
        """Those of these names of which the picture, or the small one of it, does not lie here."""
        return sorted(one for one in known if not all(self.path(one, small).is_file() for small in (False, True)))

    def sweep(self, candidates: Iterable[str], known: Iterable[str]) -> int:
        """Delete those of the candidates that no row names; says how many."""
        gone = set(candidates) - set(known)
        for name in gone:
            self.discard(name)
        return len(gone)

    def tidy(self) -> None:
        """Delete what a process that was killed left half-written."""
        before = time.time() - UNCLAIMED_SECONDS
        for left in self.folder.glob(".*"):
            if _changed(left) < before:
                left.unlink(missing_ok=True)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        # Somebody else swept it away.
        return time.time()
