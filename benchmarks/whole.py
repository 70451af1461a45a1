"""A whole café at once: people write, vote, remark, come and go, the cockpit is open; and a round changes."""

import asyncio
import itertools
from collections import defaultdict
from contextlib import suppress
from math import ceil
from time import perf_counter
from uuid import uuid4

from benchmarks.crowd import LONGEST, Crowd, Notes, Person
from benchmarks.halls import Hall, WorkshopHall
from benchmarks.line import Line
from benchmarks.phases import Outcome, count, measuring, tables

EACH = 4.0
"""Seconds between two notes of one table; each is voted for twice and remarked on once, a second apart."""
RESTLESS = 20
"""People beside the others who come and go all the time."""
STAYS = 5.0
"""Seconds that each of them stays, and is away."""
SUMS_UP = (b'["summary"', b'["presence"')
"""What a room is sent at most once a second, whatever happens."""
ASKS_EACH = 0.05
"""Seconds between two questions of somebody who has nothing to do with a round that changes."""


class Sums:
    """What one page of the moderator hears that sums something up."""

    def __init__(self) -> None:
        self.came: dict[bytes, int] = defaultdict(int)

    def hear(self, event: bytes, now: float) -> None:
        """Count it."""
        for kind in SUMS_UP:
            if event.startswith(kind):
                self.came[kind] += 1


async def look_on(hall: WorkshopHall, seat_channels: dict[str, int]) -> list[tuple[Line, Sums]]:
    """The moderator opens the cockpit, and one table as those see it who run it."""
    opened = []
    for page, kind in (("cockpit", "cafe:"), ("table", "table:")):
        sums = Sums()
        line = await hall.speaker(page, sums.hear)
        opened.append((line, sums))
        channels = {name: revision for name, revision in seat_channels.items() if name.startswith(kind)}
        answer = await line.ask("watch", channels)
        assert answer["ok"], answer
    return opened


async def at_work(hall: Hall, crowd: Crowd, restless: Crowd, name: str, seconds: int) -> Outcome:
    """Everybody takes part as people do; how often the moderator's rooms were told of it all is in `most_sums`."""
    outcome = Outcome("café", name)
    notes = Notes(crowd)
    loop = asyncio.get_running_loop()
    turns = [itertools.cycle(people) for people in tables(crowd)]
    watching = await look_on(hall, crowd.people[0].seat.channels) if isinstance(hall, WorkshopHall) else []

    def write(turn: "itertools.cycle[Person]") -> None:
        writer, *others = itertools.islice(turn, 4)

        def said(person: Person) -> None:
            for after, (other, what, words) in enumerate(zip(others, DONE, SAID, strict=True), 1):
                loop.call_later(after, notes.do, other, what, hall.of_note(other.seat, {"idea": key, **words}))

        key = notes.write(writer, said)

    with measuring(outcome, hall.server):
        moving = loop.create_task(come_and_go(restless))
        began = loop.time()
        for number, turn in itertools.product(range(ceil(seconds / EACH)), range(len(turns))):
            due = began + EACH * (number + turn / len(turns))
            await asyncio.sleep(max(0.0, due - loop.time()))
            write(turns[turn])
        # Until the last note has been remarked on.
        await asyncio.sleep(len(DONE) + 0.5)
        await notes.settle()
        moving.cancel()
    with suppress(asyncio.CancelledError):
        await moving
    count(outcome, notes)
    outcome.failed += restless.failed
    outcome.most_sums = max(
        (many / outcome.seconds for _, sums in watching for many in sums.came.values()), default=None
    )
    for line, _ in watching:
        line.close()
    return outcome


DONE = ("vote.cast", "vote.cast", "comment.write")
SAID: tuple[dict[str, str], ...] = ({}, {}, {"text": "That is what we did at our school, and it works."})


async def come_and_go(restless: Crowd) -> None:
    """Each of them is there for some seconds and away for some, in turn."""

    async def one(person: Person, after: float) -> None:
        await asyncio.sleep(after)
        while True:
            await person.connect(restless.address)
            await asyncio.sleep(STAYS)
            person.close()
            await asyncio.sleep(STAYS)

    many = len(restless.people)
    await asyncio.gather(*(one(person, 2 * STAYS * place / many) for place, person in enumerate(restless.people)))


async def change_round(hall: WorkshopHall, crowd: Crowd, asker: Line) -> Outcome:
    """The next round begins, for which everybody has a seat: until the last one has been told which.

    Meanwhile somebody at another café asks for an answer all the time; the slowest is in `others_waited`.
    """
    outcome = Outcome("change", "product")
    told: dict[Person, float] = {}
    everybody = asyncio.Event()

    def heard(person: Person, event: bytes, now: float) -> None:
        if b'"channel":"person:' in event[:40] and b"data-seat=" in event:
            told.setdefault(person, now)
            if len(told) == len(crowd.people):
                everybody.set()

    waited: list[float] = []

    async def ask() -> None:
        while not everybody.is_set():
            asked = perf_counter()
            await asker.ask("hello", {})
            waited.append(perf_counter() - asked)
            await asyncio.sleep(ASKS_EACH)

    speaker = await hall.speaker()
    await hall.server.rest()
    crowd.listen(heard)
    with measuring(outcome, hall.server):
        asking = asyncio.create_task(ask())
        began = perf_counter()
        answer = await speaker.ask("round.open", {"key": str(uuid4()), "round": hall.rounds.pop(0)})
        with suppress(TimeoutError):
            await asyncio.wait_for(everybody.wait(), LONGEST)
        everybody.set()
        await asking
    speaker.close()
    if not answer["ok"]:
        outcome.failed.append(answer["message"])
    outcome.missing = len(crowd.people) - len(told)
    outcome.delivered_after = [at - began for at in told.values()]
    outcome.deliveries = len(told)
    outcome.last = max(outcome.delivered_after, default=None)
    outcome.others_waited = max(waited, default=None)
    return outcome
