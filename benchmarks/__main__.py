"""`make bench`: the phases, in turn at both servers, and what they came to."""

import argparse
import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from benchmarks.crowd import Crowd
from benchmarks.halls import AT_A_TABLE, BareHall, Hall, House, WorkshopHall
from benchmarks.phases import Outcome, announcement, closed_loop, joining, paced
from benchmarks.report import Results, line_of
from benchmarks.servers import Cores

Phase = Callable[[Hall, str], Awaitable[list[Outcome]]]


def options() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each phase is run at each server")
    parser.add_argument("--seconds", type=int, default=20, help="how long people write")
    parser.add_argument("--tables", type=int, default=50, help="how many there are in one café")
    parser.add_argument("--only", nargs="+", choices=PHASES, default=list(PHASES), help="these phases alone")
    return parser.parse_args()


PHASES = ("paced", "closed", "announce")


async def connected(halls: list[Hall]) -> Crowd:
    """Everybody in these halls."""
    return Crowd(halls[0].server.address, [seat for hall in halls for seat in await hall.seats()])


async def join_and_write(hall: Hall, name: str, seconds: int) -> list[Outcome]:
    """People join at once, then write at a pace."""
    crowd = await connected([hall])
    joined = await joining(hall.server, crowd, name)
    await hall.server.rest()
    written = await paced(hall.server, crowd, name, seconds)
    crowd.close()
    return [joined, written]


async def write_all_the_time(halls: list[Hall], name: str, seconds: int) -> list[Outcome]:
    """Twice as many people saturate the server."""
    crowd = await connected(halls)
    await crowd.connect()
    await halls[0].server.rest()
    outcome = await closed_loop(halls[0].server, crowd, name, seconds)
    outcome.failed += crowd.failed
    crowd.close()
    return [outcome]


async def announce(hall: Hall, name: str, times: int) -> list[Outcome]:
    """A round is opened for everybody, some times over."""
    crowd = await connected([hall])
    await crowd.connect()
    speaker = await hall.speaker()
    outcomes = []
    for _ in range(times):
        await hall.server.rest()
        outcomes.append(await announcement(hall.server, crowd, name, speaker, hall.rounds.pop(0)))
    speaker.close()
    crowd.close()
    return outcomes


async def bench(house: House, asked: argparse.Namespace, results: Results) -> None:
    """All of it."""
    people = asked.tables * AT_A_TABLE
    halls: dict[str, list[Hall]] = {
        "R": [BareHall(house.bare, asked.tables, people) for _ in range(2)],
        "product": [WorkshopHall(house.product, house.folder, asked.tables, people) for _ in range(2)],
    }
    big: dict[str, Hall] = {}
    if "announce" in asked.only:
        big["R"] = BareHall(house.bare, asked.tables, 2 * people)
        big["product"] = WorkshopHall(house.product, house.folder, asked.tables, 2 * people)
    for _ in range(asked.rounds):
        if "paced" in asked.only:
            for name, (hall, _other) in halls.items():
                results.add(await join_and_write(hall, name, asked.seconds))
                await hall.server.rest()
        if "closed" in asked.only:
            for name, both in halls.items():
                results.add(await write_all_the_time(both, name, asked.seconds * 3 // 4))
                await both[0].server.rest()
        for name, hall in big.items():
            results.add(await announce(hall, name, 3))
            await hall.server.rest()


def main() -> None:
    """Run what was asked for and print it."""
    asked = options()
    results = Results(print)
    print(line_of())
    with tempfile.TemporaryDirectory(prefix="bench") as folder, Cores() as cores:
        if not cores.apart:
            print("There is one core alone: load and server share it, and no figure counts.")
        with House(cores, Path(folder)) as house:
            asyncio.run(bench(house, asked, results))
    results.show()


if __name__ == "__main__":
    main()
