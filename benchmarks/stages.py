"""The stages of a run: who connects, and which phases they go through."""

import asyncio
from pathlib import Path
from uuid import uuid4

from benchmarks.crowd import Crowd, Notes, Seat
from benchmarks.doors import TablePage, join
from benchmarks.halls import AT_A_TABLE, BareHall, Hall, WorkshopHall, ignore
from benchmarks.line import Line, Refused
from benchmarks.phases import Outcome, announcement, closed_loop, joining, measuring, paced
from benchmarks.reads import pages
from benchmarks.report import Results
from benchmarks.servers import Bare, Cores, Measured
from benchmarks.whole import RESTLESS, at_work, change_round
from tests.factories.servers import Server

MANY = 1_100
PATIENCE = 240.0
"""Seconds after which somebody has given up to come in."""
FIRST = 0.1
"""Share of the connections before the memory is looked at, so that what a server needs once does not count."""
SLOW = "10"
"""Milliseconds that each sync takes longer."""
FAST_ENOUGH = 0.3
"""Seconds in which a note is saved on such a disk, at most."""


async def connected(*halls: Hall) -> Crowd:
    """Everybody in these halls, not connected yet."""
    return Crowd(halls[0].server.address, [seat for hall in halls for seat in await hall.seats()])


async def join_and_write(hall: Hall, name: str, seconds: int) -> list[Outcome]:
    """People connect at once, then write at a pace."""
    crowd = await connected(hall)
    joined = await joining(hall.server, crowd, name)
    await hall.server.rest()
    written = await paced(hall.server, crowd, name, seconds)
    crowd.close()
    await hall.server.rest()
    return [joined, written]


async def write_all_the_time(halls: list[Hall], name: str, seconds: int) -> list[Outcome]:
    """Everybody saturates the server."""
    crowd = await connected(*halls)
    await crowd.connect()
    await halls[0].server.rest()
    outcome = await closed_loop(halls[0].server, crowd, name, seconds)
    outcome.failed += crowd.failed
    crowd.close()
    await halls[0].server.rest()
    return [outcome]


async def announce(hall: Hall, name: str, times: int) -> list[Outcome]:
    """Something is announced to everybody, some times over."""
    crowd = await connected(hall)
    await crowd.connect()
    speaker, cafe = await hall.speaker(), await hall.cafe()
    outcomes = []
    for _ in range(times):
        await hall.server.rest()
        outcomes.append(await announcement(hall.server, crowd, name, speaker, cafe))
    outcomes[0].failed += crowd.failed
    speaker.close()
    crowd.close()
    await hall.server.rest()
    return outcomes


async def whole_cafe(hall: Hall, name: str, seconds: int) -> list[Outcome]:
    """Everybody takes part in a café, whose cockpit is open."""
    seats = await hall.seats()
    crowd, restless = (Crowd(hall.server.address, part) for part in (seats[:-RESTLESS], seats[-RESTLESS:]))
    await crowd.connect()
    await hall.server.rest()
    outcome = await at_work(hall, crowd, restless, name, seconds)
    outcome.failed += crowd.failed
    crowd.close()
    restless.close()
    await hall.server.rest()
    return [outcome]


async def next_tables(hall: WorkshopHall, other: WorkshopHall, results: Results) -> None:
    """Rounds begin for which everybody was planned a seat."""
    speaker = await hall.speaker()
    answer = await speaker.ask("cafe.plan", {"key": str(uuid4()), "cafe": await hall.cafe()})
    speaker.close()
    assert answer["ok"], answer
    asker = await Line.open(other.server.address, (await other.seats())[0].cookie, ignore)
    while hall.rounds:
        crowd = await connected(hall)
        await crowd.connect()
        outcome = await change_round(hall, crowd, asker)
        outcome.failed += crowd.failed
        crowd.close()
        results.add([outcome])
    asker.close()
    await hall.server.rest()


async def come_in(hall: WorkshopHall, people: int) -> Outcome:
    """People join by the code at once, each up to a table that is live."""
    outcome = Outcome("come in", "product")
    here = []

    async def one(number: int) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                page: TablePage = await join(hall.server.address, hall.code, f"Person {number}")
                seat = hall.take(page)
                crowd = Crowd(hall.server.address, [seat])
                await crowd.people[0].connect(hall.server.address)
                here.append(crowd)
        except (Refused, OSError, ValueError, TimeoutError) as error:
            outcome.failed.append(f"{type(error).__name__} {error}")

    with measuring(outcome, hall.server):
        await asyncio.gather(*map(one, range(people)))
    outcome.last = outcome.seconds
    for crowd in here:
        crowd.close()
    await hall.server.rest()
    return outcome


async def table_in_use(server: Measured, folder: Path) -> Seat:
    """A table where each of ten people has written a note; gives one of them."""
    crowd = await connected(WorkshopHall(server, folder, 1, AT_A_TABLE))
    await crowd.connect()
    notes = Notes(crowd)
    for person in crowd.people:
        notes.write(person)
    await notes.settle()
    crowd.close()
    return crowd.people[0].seat


async def memory(server: Measured, hall: Hall) -> float:
    """Bytes a connection takes that offers compression as browsers do."""
    seats = await hall.seats()
    first = round(len(seats) * FIRST)
    crowds = [Crowd(server.address, part) for part in (seats[:first], seats[first:])]
    used = []
    for crowd in crowds:
        await crowd.connect(compression=True)
        assert not crowd.failed, crowd.failed[0]
        await server.rest()
        used.append(server.memory())
    for crowd in crowds:
        crowd.close()
    return (used[1] - used[0]) / len(crowds[1].people)


async def compare_memory(cores: Cores, hall: WorkshopHall, results: Results) -> None:
    """The same number of connections at each, in servers that have just started."""
    with Bare() as bare:
        server = cores.put(bare)
        theirs = await memory(server, BareHall(server, hall.tables, hall.people))
    with Server(hall.folder, "--no-demo") as started:
        hall.server = cores.put(started)
        ours = await memory(hall.server, hall)
    results.more["memory"] = round(ours / theirs, 3)
    results.say(f"memory per connection: R {theirs / 1000:.0f} kB, product {ours / 1000:.0f} kB")


class SlowDisk(Server):
    """The product on a disk that takes long to sync."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.program = (self.program[0], "-m", "benchmarks.slow_disk", "serve")
        super().__init__(folder, "--no-demo", SLOW_DISK_MS=SLOW, **environment)


async def slow_disk(
    cores: Cores, hall: WorkshopHall, seconds: int, results: Results, name: str, **environment: str
) -> bool:
    """100 notes a second from 100 people at 50 tables; whether each was saved in time."""
    with SlowDisk(hall.folder, **environment) as started:
        hall.server = cores.put(started)
        crowd = await connected(hall)
        two_each = [crowd.people[at :: hall.tables] for at in range(hall.tables)]
        crowd.people = [person for people in two_each for person in people[:2]]
        await crowd.connect()
        await hall.server.rest()
        outcome = await paced(hall.server, crowd, "product", seconds, each=hall.tables / 100)
        crowd.close()
    outcome.phase = "slow disk"
    results.add([outcome])
    slowest = max(outcome.acknowledged_after)
    in_time = slowest < FAST_ENOUGH and not outcome.missing
    results.say(f"  {name}: saved after at most {slowest * 1000:.0f} ms: {'in' if in_time else 'not in'} time")
    return in_time


async def read(server: Measured, folder: Path, sizes: list[int], results: Results) -> None:
    """Pages with few rows and with many."""
    async for size, times in pages(server, folder, sizes):
        told = ", ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in times.items())
        results.say(f"pages with {size} rows: {told}")
