"""The browser's own modules at work on real pages, in one Node.js process for many cases."""

import difflib
import json
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.browser_modules.node import ROOT, program

PLAYED_BY_ONE = 250
"""Cases after which another process goes on: the windows of one are never given back, and fill its memory."""
WITH_ROOM = ("--max-semi-space-size=64",)
"""Every case makes whole pages that are of no use after it: with room for several they are thrown away together."""
HERE = Path(__file__).resolve().parent


@dataclass
class Case:
    """A page somebody has open, what came, and the same page loaded anew."""

    name: str
    page: str
    fresh: str
    messages: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    news: list[dict[str, Any]] = field(default_factory=list)
    """What the viewer did and was told by acknowledgements: own, voted or takenBack."""
    viewer: dict[str, Any] | None = None
    """What the last `watch` was answered with, if there was one."""


@dataclass
class Outcome:
    """What the browser shows in the end."""

    outcomes: list[Any]
    afresh: bool
    mine: str
    theirs: str

    def difference(self) -> str:
        """What the two do not share; nothing when the page loads itself anew."""
        if self.afresh or self.mine == self.theirs:
            return ""
        lines = difflib.unified_diff(self.mine.split("\n"), self.theirs.split("\n"), "live", "fresh", "", "", 1)
        return "\n".join(lines)


class Browser:
    """One Node.js process that plays cases."""

    def __enter__(self) -> "Browser":
        self._pages: dict[str, str] = {}
        self._played = 0
        self._begin()
        return self

    def _begin(self) -> None:
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self._process = subprocess.Popen(
            [program(), *WITH_ROOM, str(HERE / "converge.js")],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, text=True,
        )  # fmt: skip

    def __exit__(self, *problem: object) -> None:
        with self._process as process:
            assert process.stdin
            process.stdin.close()
        self._errors.close()

    def show(self, pages: dict[str, str]) -> None:
        """Know pages as they were loaded, by name."""
        self._pages |= pages
        for name, html in pages.items():
            self._say({"page": name, "html": html})

    def play(self, cases: list[Case]) -> list[Outcome]:
        """Every case in turn, each on its page as it was loaded."""
        outcomes = []
        for case in cases:
            self._played += 1
            if self._played % PLAYED_BY_ONE == 0:
                self.__exit__()
                self._begin()
                self.show(self._pages)
            self._say({key: value for key, value in vars(case).items() if key != "name"})
            assert self._process.stdout
            answer = self._process.stdout.readline()
            if not answer:
                self._errors.seek(0)
                raise AssertionError(self._errors.read())
            outcomes.append(Outcome(**json.loads(answer)))
        return outcomes

    def _say(self, words: dict[str, Any]) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
