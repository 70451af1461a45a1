"""The phases that R and the product go through in turn."""

import asyncio
import gc
import itertools
import json
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from uuid import uuid4

from benchmarks.crowd import LONGEST, Crowd, Notes, Person
from benchmarks.line import Line
from benchmarks.servers import Measured, waited

GENERATOR_LIMIT = 0.6
"""Share of its core above which the load itself is what was measured."""
SERVER_LIMIT = 0.8
"""Share of its core above which latencies say how long the queue is."""
ANNOUNCED = "In ten minutes we meet in the large hall. Finish your sentence first."


@dataclass
class Outcome:
    """What one phase at one server came to; times in seconds."""

    phase: str
    server: str
    seconds: float = 0.0
    cpu: float = 0.0
    generator: float = 0.0
    """Share of its core that the load used."""
    others: float = 0.0
    """The larger share of a core that the server or the load wanted while others had it."""
    deliveries: int = 0
    written: int = 0
    acknowledged_after: list[float] = field(default_factory=list)
    delivered_after: list[float] = field(default_factory=list)
    last: float | None = None
    missing: int = 0
    doubled: int = 0
    failed: list[str] = field(default_factory=list)
    again: int = 0
    most_sums: float | None = None
    """Messages a second to the room that is told most often of what sums a café up."""
    others_waited: float | None = None
    """The slowest answer to somebody who has nothing to do with it."""

    @property
    def share(self) -> float:
        """The server's share of its core."""
        return self.cpu / self.seconds if self.seconds else 0.0

    @property
    def void(self) -> bool:
        """Whether the load was too much for its own core."""
        return self.generator > GENERATOR_LIMIT

    @property
    def cost(self) -> float | None:
        """CPU seconds per 1,000 deliveries."""
        return None if self.void or not self.deliveries else self.cpu / self.deliveries * 1000

    def latency(self, share: float, after: list[float] | None = None) -> float | None:
        """The delivery (or other time) below which that share lies; None where it would only tell of a queue."""
        times = sorted(self.delivered_after if after is None else after)
        if self.void or self.share + self.others >= SERVER_LIMIT or not times:
            return None
        return times[min(int(len(times) * share), len(times) - 1)]


@contextmanager
def measuring(outcome: Outcome, server: Measured) -> Iterator[None]:
    """Take the time and the CPU time of both sides."""
    gc.collect()
    gc.freeze()
    gc.disable()
    began, mine, theirs = perf_counter(), time.process_time(), server.cpu()
    delayed = (waited(), server.waited())
    try:
        yield
    finally:
        outcome.seconds = perf_counter() - began
        outcome.generator = (time.process_time() - mine) / outcome.seconds
        outcome.cpu = server.cpu() - theirs
        outcome.others = max(waited() - delayed[0], server.waited() - delayed[1]) / outcome.seconds
        gc.enable()
        gc.unfreeze()


def count(outcome: Outcome, notes: Notes) -> None:
    """Write down what became of the notes."""
    outcome.deliveries = len(notes.delivered)
    outcome.written = len(notes.acknowledged)
    outcome.acknowledged_after = list(notes.acknowledged.values())
    outcome.delivered_after = notes.delivered
    outcome.last = max(notes.delivered, default=None)
    outcome.missing, outcome.doubled, outcome.again = notes.missing(), notes.doubled(), notes.again
    outcome.failed = [json.dumps(one) for one in notes.refused]


def tables(crowd: Crowd) -> list[list[Person]]:
    """Who sits together."""
    seated: dict[str, list[Person]] = defaultdict(list)
    for person in crowd.people:
        seated[person.seat.table].append(person)
    return list(seated.values())


async def joining(server: Measured, crowd: Crowd, name: str) -> Outcome:
    """Everybody connects at once; somebody is in when `watch` is answered."""
    outcome = Outcome("join", name)
    with measuring(outcome, server):
        await crowd.connect()
    outcome.failed = crowd.failed
    outcome.last = max(crowd.took, default=None)
    outcome.delivered_after = crowd.took
    return outcome


async def paced(server: Measured, crowd: Crowd, name: str, seconds: int, each: float = 1.0) -> Outcome:
    """At every table one note each so many seconds, in turn; the tables spread over that time."""
    outcome = Outcome("paced", name)
    notes = Notes(crowd)
    turns = [itertools.cycle(people) for people in tables(crowd)]
    loop = asyncio.get_running_loop()
    with measuring(outcome, server):
        began = loop.time()
        for number, turn in itertools.product(range(round(seconds / each)), range(len(turns))):
            due = began + each * (number + turn / len(turns))
            await asyncio.sleep(max(0.0, due - loop.time()))
            notes.write(next(turns[turn]))
        await notes.settle()
    count(outcome, notes)
    return outcome


async def closed_loop(server: Measured, crowd: Crowd, name: str, seconds: int) -> Outcome:
    """Everybody writes the next note as soon as the last one is acknowledged."""
    outcome = Outcome("closed", name)
    notes = Notes(crowd)
    until = perf_counter() + seconds

    def again(person: Person) -> None:
        if perf_counter() < until:
            notes.write(person, again)

    with measuring(outcome, server):
        for person in crowd.people:
            notes.write(person, again)
        await asyncio.sleep(seconds)
        await notes.settle()
    count(outcome, notes)
    return outcome


async def announcement(server: Measured, crowd: Crowd, name: str, speaker: Line, cafe: str) -> Outcome:
    """Something is said to everybody: until the last in the hall has been told."""
    outcome = Outcome("announce", name)
    told: dict[Person, float] = {}
    everybody = asyncio.Event()

    def heard(person: Person, event: bytes, now: float) -> None:
        if event.startswith(b'["change"') and b'"channel":"cafe:' in event[:40]:
            told.setdefault(person, now)
            if len(told) == len(crowd.people):
                everybody.set()

    crowd.listen(heard)
    with measuring(outcome, server):
        began = perf_counter()
        said = {"key": str(uuid4()), "cafe": cafe, "text": ANNOUNCED}
        answer = await speaker.ask("announcement.make", said)
        try:
            await asyncio.wait_for(everybody.wait(), LONGEST)
        except TimeoutError:
            outcome.missing = len(crowd.people) - len(told)
    if not answer["ok"]:
        outcome.failed.append(answer["message"])
    outcome.delivered_after = [at - began for at in told.values()]
    outcome.deliveries = len(told)
    outcome.last = max(outcome.delivered_after, default=None)
    return outcome
