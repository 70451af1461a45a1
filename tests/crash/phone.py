"""A phone that does what the page's script does: it keeps a note until that is acknowledged, and catches up."""

import random
import re
import threading
import time
from dataclasses import dataclass, field
from html import unescape
from json import loads
from typing import Any
from uuid import uuid4

import requests

from tests.crash.line import Gone, Line

PAUSE = 0.1
"""Seconds at most between two tries to come back; short, so that the server dies often among those who are back."""

PATIENCE = 240.0
"""Seconds after which a phone counts as waiting for ever, on machines that do other things too."""


@dataclass
class Phone:
    """One person's phone.

    Attributes:
        acknowledged: what was said to be saved, key to text.
        page: the page as it was loaded, at the revisions `began`; `changes`: what it applied since.
    """

    address: str
    participant: str
    table: str
    cookie: str
    round: str
    acknowledged: dict[str, str] = field(default_factory=dict)
    refused: list[Any] = field(default_factory=list)
    page: str = ""
    changes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    revisions: dict[str, int] = field(default_factory=dict)
    began: dict[str, int] = field(default_factory=dict)
    viewer: dict[str, Any] = field(default_factory=dict)
    epoch: str = ""
    line: Line | None = None
    connections: int = 0
    behind: int = 0

    def fetch(self) -> str:
        """The page as it is now."""
        answer = requests.get(f"{self.address}/tables/{self.table}", headers={"Cookie": self.cookie}, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.text

    def load(self) -> None:
        """Load the page and begin anew from there."""
        self.page = self.fetch()
        self.revisions = loads(of_body(self.page, "channels"))
        self.viewer = loads(of_body(self.page, "viewer"))
        self.epoch = of_body(self.page, "epoch")
        self.began = dict(self.revisions)
        self.changes = []

    def hear(self, event: str, message: Any) -> None:
        """What the page's script does with a message."""
        if event == "behind":
            self.behind += 1
        if event != "change":
            return
        # One from which something before is missing is left; the next `watch` brings all of it.
        if message["since"] <= self.revisions[message["channel"]] < message["revision"]:
            self.revisions[message["channel"]] = message["revision"]
            self.changes.append((event, message))

    def connect(self) -> Line:
        """The connection; one that was lost comes back and catches up."""
        while self.line is None:
            try:
                self.line = Line(self.address, self.cookie, self.hear, page="table", language="en", epoch=self.epoch)
                self.connections += 1
                self.watch()
            except (Gone, TimeoutError):
                self.lose()
        return self.line

    def lose(self) -> None:
        """Without a connection for a moment."""
        self.hang_up()
        time.sleep(random.uniform(0, PAUSE))

    def hang_up(self) -> None:
        """Without a connection."""
        if self.line:
            self.line.close()
            self.line = None

    def watch(self) -> bool:
        """Ask for what is missing; whether everything that there is has come. Gone without a connection."""
        assert self.line
        answer = self.line.call("watch", dict(self.revisions))
        assert answer["ok"], answer
        self.viewer = answer["viewer"]
        return bool(answer["at"] == self.revisions)

    def wait_for_behind(self, seconds: float) -> None:
        """Listen until the server says that the page has to be loaded afresh."""
        until = time.monotonic() + seconds
        while not self.behind:
            assert self.line and time.monotonic() < until, "nobody said that the page is behind"
            self.line.listen(until - time.monotonic())

    def write(self, text: str) -> None:
        """Send a note under one key until somebody answers."""
        key = str(uuid4())
        note = {"key": key, "table": self.table, "round": self.round, "kind": "idea", "text": text}
        while True:
            try:
                answer = self.connect().call("idea.contribute", note)
                break
            except (Gone, TimeoutError):
                self.lose()
        if answer["ok"]:
            self.acknowledged[key] = text
        else:
            self.refused.append(answer)

    def catch_up(self) -> None:
        """Until nothing more is missing."""
        while True:
            try:
                self.connect()
                if self.watch():
                    return
            except (Gone, TimeoutError):
                self.lose()

    def read_afresh(self) -> list[tuple[str, dict[str, Any]]]:
        """What somebody is told who comes with the page as it was loaded: all that changed since, as it is now."""
        came: list[tuple[str, dict[str, Any]]] = []
        line = Line(
            self.address, self.cookie, lambda *told: came.append(told), page="table", language="en", epoch=self.epoch
        )
        assert line.call("watch", dict(self.began))["ok"]
        line.close()
        return [told for told in came if told[0] != "heads"]


def shown_by(changes: list[tuple[str, dict[str, Any]]]) -> dict[tuple[str, str], str | None]:
    """What changes leave on a page: each element's HTML, None for one that is gone."""
    shown: dict[tuple[str, str], str | None] = {}
    for event, change in changes:
        assert event == "change", "too much for one catch-up"
        shown |= {(change["channel"], one["id"]): one["html"] for one in change["put"]}
        shown |= {(change["channel"], one): None for one in change["remove"]}
    return shown


def of_body(page: str, name: str) -> str:
    """A data attribute of a page's body."""
    found = re.search(rf"<body[^>]*\sdata-{name}=(\"([^\"]*)\"|'([^']*)')", page)
    assert found, f"the page has no data-{name}"
    return unescape(found[2] if found[2] is not None else found[3])


def all_at_once(phones: list[Phone], work: Any) -> None:
    """`work(phone)` for all of them, each in a thread of its own; an error of one is the test's."""
    errors: list[BaseException] = []

    def run(phone: Phone) -> None:
        try:
            work(phone)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(phone,), daemon=True) for phone in phones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "a phone is still waiting"
    if errors:
        raise errors[0]
