"""People with phones: connected, told of their table, their notes counted."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from uuid import uuid4

from benchmarks.line import Line, Refused

KEYS = re.compile(rb'"keys?":\[?((?:"[0-9a-f-]{36}",?)+)')
"""The keys in a note that R passed on, and in a `change`."""
TEXTS = (
    "Mehr Schatten auf dem Marktplatz, damit man dort auch im Juli sitzen kann.",
    "Kurse nach Feierabend, auch für die, die am Samstag arbeiten.",
    "Who answers for this after the election?",
    "Der Betrieb gegenüber repariert alte Räder und würde Lehrlinge nehmen, wenn jemand fragt.",
    "Ett bibliotek för verktyg i varje stadsdel.",
)
LATER = ("failed", "too_fast")
"""What an outbox answers by sending the same again, after a pause."""
PAUSE = 0.5
"""Seconds."""
LONGEST = 60.0
"""Seconds after which something counts as never coming."""


@dataclass
class Seat:
    """What somebody needs to connect: the cookie, the place, and the revisions their page was drawn at."""

    cookie: str
    table: str
    round: str
    channels: dict[str, int]
    auth: dict[str, str] = field(default_factory=dict)


class Person:
    """One phone."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        self.line: Line | None = None
        self.heard: Callable[[Person, bytes, float], None] = ignore

    async def connect(self, address: str, *, compression: bool = False) -> None:
        """Connect, and watch what there is to watch; raises Refused or OSError."""
        self.line = await Line.open(address, self.seat.cookie, self._hear, self.seat.auth, compression=compression)
        answer = await self.line.ask("watch", self.seat.channels) if self.seat.channels else {"ok": True}
        if not answer["ok"]:
            raise Refused(answer["message"])

    def _hear(self, event: bytes, now: float) -> None:
        self.heard(self, event, now)

    def close(self) -> None:
        """Hang up."""
        if self.line:
            self.line.close()


def ignore(person: Person, event: bytes, now: float) -> None:
    """Let it pass."""


class Crowd:
    """Everybody who is connected to one server."""

    def __init__(self, address: str, seats: Iterable[Seat]) -> None:
        self.address = address
        self.people = [Person(seat) for seat in seats]
        self.failed: list[str] = []
        self.took: list[float] = []

    async def connect(self, *, compression: bool = False) -> None:
        """All at once; who does not come in is in `failed`."""

        async def one(person: Person) -> None:
            began = perf_counter()
            try:
                async with asyncio.timeout(LONGEST):
                    await person.connect(self.address, compression=compression)
                self.took.append(perf_counter() - began)
            except (Refused, OSError, TimeoutError) as error:
                self.failed.append(f"{type(error).__name__} {error}")

        await asyncio.gather(*map(one, self.people))

    def listen(self, heard: Callable[[Person, bytes, float], None]) -> None:
        """Have every event go there."""
        for person in self.people:
            person.heard = heard

    def close(self) -> None:
        """Everybody hangs up."""
        for person in self.people:
            person.close()


def keys_in(event: bytes) -> list[bytes] | None:
    """The keys of what an event brings to its table; None where it names none: it was read from the database."""
    channel = event.find(b'"channel":"', 0, 40)
    if channel >= 0 and not event.startswith(b"table:", channel + 11):
        return []
    found = KEYS.search(event)
    return [one.strip(b'"') for one in found[1].rstrip(b",").split(b",")] if found else None


class Notes:
    """The notes of one phase, and what else is done at tables: sent, acknowledged, delivered."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.sent: dict[bytes, tuple[float, str]] = {}
        self.acknowledged: dict[bytes, float] = {}
        self.delivered: list[float] = []
        self.got: dict[Person, list[bytes]] = {person: [] for person in crowd.people}
        self.at_table = Counter(person.seat.table for person in crowd.people)
        self.again = 0
        self.refused: list[Any] = []
        self._expected = 0
        self._revisions: dict[tuple[str, int], bytes] = {}
        """What was acknowledged with each revision of a channel."""
        self._unnamed: list[tuple[Person, float, dict[str, Any]]] = []
        """Changes that name no keys, with who was told when."""
        crowd.listen(self._heard)

    def write(self, person: Person, then: Callable[[Person], None] | None = None) -> str:
        """Somebody writes a note; `then` is called once it is acknowledged. Gives its id."""
        note = {
            "table": person.seat.table,
            "round": person.seat.round,
            "kind": "idea",
            "text": TEXTS[len(self.sent) % len(TEXTS)],
        }
        return self.do(person, "idea.contribute", note, then)

    def do(
        self, person: Person, what: str, fields: dict[str, str], then: Callable[[Person], None] | None = None
    ) -> str:
        """Somebody does something that their table is told of; gives its key."""
        key = str(uuid4())
        self.sent[key.encode()] = (perf_counter(), person.seat.table)
        self._send(person, what, {"key": key, **fields}, then)
        return key

    def _send(self, person: Person, what: str, call: dict[str, str], then: Callable[[Person], None] | None) -> None:
        def answered(said: bytes, now: float) -> None:
            answer = json.loads(said)[0]
            key = call["key"].encode()
            if answer["ok"]:
                self.acknowledged[key] = now - self.sent[key][0]
                self._revisions |= dict.fromkeys(answer.get("at", {}).items(), key)
                self._expected += self.at_table[person.seat.table]
                if then:
                    then(person)
            elif answer["code"] in LATER:
                self.again += 1
                asyncio.get_running_loop().call_later(PAUSE, self._send, person, what, call, then)
            else:
                self.refused.append(answer)
                self.sent.pop(key)

        assert person.line
        person.line.call(what, call, answered)

    def _heard(self, person: Person, event: bytes, now: float) -> None:
        if not event.startswith(b'["change"'):
            return
        keys = keys_in(event)
        if keys is None:
            self._unnamed.append((person, now, json.loads(event)[1]))
        else:
            self._got(person, keys, now)

    def _got(self, person: Person, keys: Iterable[bytes], now: float) -> None:
        for key in keys:
            sent = self.sent.get(key)
            if sent:
                self.got[person].append(key)
                self.delivered.append(now - sent[0])

    def _name(self) -> None:
        """Find out by the revisions what unnamed changes brought, once everything is acknowledged."""
        for person, now, change in self._unnamed:
            steps = ((change["channel"], step) for step in range(change["since"] + 1, change["revision"] + 1))
            self._got(person, [self._revisions[step] for step in steps if step in self._revisions], now)
        self._unnamed.clear()

    async def settle(self) -> None:
        """Until everything is acknowledged and has been told to everybody at its table, or never will be."""
        until = perf_counter() + LONGEST
        while perf_counter() < until:
            if len(self.acknowledged) == len(self.sent):
                self._name()
                if len(self.delivered) >= self._expected:
                    return
            await asyncio.sleep(0.01)

    def missing(self) -> int:
        """Acknowledged notes that somebody at their table was not told of, once for each of those."""
        told = Counter((self.sent[key][1], key) for got in self.got.values() for key in set(got))
        return sum(self.at_table[self.sent[key][1]] - told[(self.sent[key][1], key)] for key in self.acknowledged) + (
            len(self.sent) - len(self.acknowledged)
        )

    def doubled(self) -> int:
        """Notes that somebody was told of more than once."""
        return sum(len(got) - len(set(got)) for got in self.got.values())
