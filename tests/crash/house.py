"""A server that may be killed, the people at its tables, and what is compared in the end."""

import os
import re
import signal
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.crash.phone import PATIENCE, Phone, all_at_once, shown_by
from tests.factories.servers import Server, workshop_here
from tests.live.browser import Browser, Case
from tests.live.phones import answering_engine

LOOKED_AT = 1
"""Pages whose whole HTML is compared as well, which takes long."""


class Mortal:
    """`workshop serve` as people start it, killed and started again on the same data and port."""

    def __init__(self, folder: Path, mode: str) -> None:
        self.folder, self.mode = folder, mode
        self.server = Server(folder, "--no-demo", mode=mode)
        self.address = self.server.address()
        self.deaths = 0
        self.said = ""

    def kill(self) -> None:
        """SIGKILL, and a new start."""
        self.server.stop(signal.SIGKILL)
        self.deaths += 1
        self.said += self.server.said
        self.server = Server(self.folder, "--no-demo", mode=self.mode, PORT=self.address.rpartition(":")[2])
        self.server.address()

    def stop(self) -> None:
        """Its end."""
        self.server.stop(signal.SIGKILL)
        self.said += self.server.said


class Reborn(Server):
    """A server whose every life is a fork (`lives.py`): one of the broken variants, or one that dies at a point."""

    program = (sys.executable, "-m", "tests.crash.lives")

    def __init__(self, folder: Path, variant: str, crashes: int, mode: str) -> None:
        super().__init__(folder, variant, str(crashes), mode=mode)
        self.address_said = self.address()

    @property
    def lives(self) -> list[int]:
        """The process ids of its lives so far."""
        return [int(pid) for pid in re.findall(r"^life (\d+)$", self.said, re.MULTILINE)]

    def kill(self) -> None:
        """SIGKILL of the present life."""
        before = len(self.lives)
        os.kill(self.lives[-1], signal.SIGKILL)
        self.wait_for(rf"(?s)(life \d+\n.*){{{before + 1}}}")

    def stop(self, how: signal.Signals = signal.SIGKILL) -> int:
        """The end of all lives."""
        code = super().stop(how)
        with suppress(ProcessLookupError):
            os.kill(self.lives[-1], signal.SIGKILL)
        return code


@dataclass(frozen=True)
class Verdict:
    """What the database does not hold although somebody was told so, and what it holds more than once."""

    lost: list[str]
    double: list[str]
    stored: int


class Tables:
    """An event whose first round is open, with everybody seated, on the engine that is named."""

    def __init__(self, folder: Path, address: str, tables: int, people: int, mode: str = "eventlet") -> None:
        assert answering_engine(address) == mode
        self.folder = folder
        made = workshop_here(folder, "event", "create", "--tables", str(tables), "--open")
        self.event = made["event"]
        joined = workshop_here(folder, "join", "--event", self.event, "--count", str(people))
        self.phones = [Phone(address, **one, round=made["rounds"][0]) for one in joined]
        all_at_once(self.phones, lambda phone: (phone.load(), phone.connect()))

    def __enter__(self) -> "Tables":
        return self

    def __exit__(self, *problem: object) -> None:
        for phone in self.phones:
            phone.hang_up()

    def write(self, each: int) -> threading.Thread:
        """Everybody writes so many notes, one after the other; gives the thread in which they do."""

        def write_all(phone: Phone) -> None:
            for number in range(each):
                phone.write(f"{phone.participant} {number}")

        thread = threading.Thread(target=all_at_once, args=(self.phones, write_all), daemon=True)
        thread.start()
        return thread

    def acknowledged(self) -> int:
        """How many notes somebody was told to be saved."""
        return sum(len(phone.acknowledged) for phone in self.phones)

    def wait_for(self, acknowledged: int, within: float = PATIENCE) -> None:
        """Until so many are."""
        until = time.monotonic() + within
        while self.acknowledged() < acknowledged:
            assert time.monotonic() < until, f"only {self.acknowledged()} of {acknowledged} notes were acknowledged"
            time.sleep(0.01)

    def stored(self) -> list[dict[str, Any]]:
        """Every note there is."""
        found: list[dict[str, Any]] = workshop_here(self.folder, "ideas", "--event", self.event)
        return found

    def judge(self) -> Verdict:
        """Compare what was acknowledged with what is stored."""
        assert not [one for phone in self.phones for one in phone.refused]
        count = Counter(one["text"] for one in self.stored())
        told = {text for phone in self.phones for text in phone.acknowledged.values()}
        return Verdict(
            lost=sorted(told - set(count)),
            double=sorted(text for text, times in count.items() if times > 1),
            stored=count.total(),
        )

    def differences(self) -> list[str]:
        """What screens that have caught up show otherwise than a fresh read; one of them in a browser's modules too."""
        all_at_once(self.phones, Phone.catch_up)
        found, cases = [], []
        # One read for those who sit together and began at the same moment: they are shown the same.
        fresh: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        for phone in self.phones:
            began = f"{phone.table} {[one for one in phone.began.items() if not one[0].startswith('person:')]}"
            now = fresh[began] = fresh.get(began) or phone.read_afresh()
            mine, theirs = (
                {key: html for key, html in shown_by(changes).items() if not key[0].startswith("person:")}
                for changes in (phone.changes, now)
            )
            found += [f"{phone.participant}: {key}" for key in mine.keys() | theirs if mine.get(key) != theirs.get(key)]
            if len(cases) < LOOKED_AT:
                cases.append(Case(phone.participant, phone.participant, phone.fetch(), now, viewer=phone.viewer))
        with Browser() as browser:
            browser.show({phone.participant: phone.page for phone in self.phones[:LOOKED_AT]})
            return found + [outcome.difference() for outcome in browser.play(cases) if outcome.difference()]
