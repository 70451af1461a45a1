"""`make bench`: Workshop beside a bare server, phase by phase, in turn."""

import argparse
import asyncio
import tempfile
from pathlib import Path

from benchmarks import stages
from benchmarks.halls import AT_A_TABLE, BareHall, Hall, WorkshopHall, both
from benchmarks.phone import first_table_page
from benchmarks.report import Results, line_of
from benchmarks.servers import Cores, Measured
from benchmarks.whole import RESTLESS
from tests.factories.servers import Server

STAGES = ("paced", "closed", "announce", "cafe", "change", "join", "reads", "page", "memory", "disk")


def options() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each phase is run at each server")
    parser.add_argument("--seconds", type=int, default=20, help="how long people write")
    parser.add_argument("--tables", type=int, default=50, help="how many there are in one café")
    parser.add_argument("--many", type=int, default=stages.MANY, help="how many people join at once")
    parser.add_argument("--rows", type=int, nargs="+", default=[10, 1_000, 10_000], help="how many a page shows")
    parser.add_argument("--only", nargs="+", choices=STAGES, default=list(STAGES), help="these stages alone")
    return parser.parse_args()


async def in_turn(bare: Measured, hall: WorkshopHall, asked: argparse.Namespace, results: Results) -> None:
    """What both servers go through, and what needs a server that runs."""
    people = asked.tables * AT_A_TABLE
    if "join" in asked.only:
        results.add([await stages.come_in(hall, people)])
    halls: dict[str, list[Hall]] = {"R": [BareHall(bare, asked.tables, people) for _ in range(2)], "product": [hall]}
    big: dict[str, Hall] = {}
    if "closed" in asked.only:
        halls["product"].append(WorkshopHall(hall.server, hall.folder, asked.tables, people))
    if "announce" in asked.only:
        big["R"] = BareHall(bare, asked.tables, 2 * people)
        big["product"] = WorkshopHall(hall.server, hall.folder, asked.tables, 2 * people)
    whole: dict[str, Hall] = {}
    if "cafe" in asked.only or "change" in asked.only:
        here = 2 * people + RESTLESS
        whole["product"] = changing = WorkshopHall(hall.server, hall.folder, 2 * asked.tables, here, rounds=3)
    if "cafe" in asked.only:
        whole = {"R": BareHall(bare, 2 * asked.tables, here), **whole}
    for _ in range(asked.rounds):
        if "paced" in asked.only:
            for name, (one, *_more) in halls.items():
                results.add(await stages.join_and_write(one, name, asked.seconds))
        if "closed" in asked.only:
            for name, several in halls.items():
                results.add(await stages.write_all_the_time(several, name, asked.seconds * 3 // 4))
        for name, one in big.items():
            results.add(await stages.announce(one, name, 3))
        if "cafe" in asked.only:
            for name, one in whole.items():
                results.add(await stages.whole_cafe(one, name, asked.seconds))
    if "change" in asked.only:
        await stages.next_tables(changing, WorkshopHall(hall.server, hall.folder, 1, 1), results)
    if "join" in asked.only:
        results.add([await stages.come_in(WorkshopHall(hall.server, hall.folder, 55, 0), asked.many)])
    if "reads" in asked.only:
        await stages.read(hall.server, hall.folder, asked.rows, results)


async def each_by_itself(cores: Cores, hall: WorkshopHall, asked: argparse.Namespace, results: Results) -> None:
    """What needs servers that have just started."""
    if "memory" in asked.only:
        await stages.compare_memory(cores, hall, results)
    if "disk" in asked.only:
        for name, setting in (("sharing commits", "1"), ("each its own commit", "0")):
            in_time = await stages.slow_disk(
                cores, hall, asked.seconds // 2, results, name, WORKSHOP_GROUP_COMMIT=setting
            )
        if in_time:
            results.say("  Without sharing it is in time too: this disk shows nothing.")


def bench(folder: Path, cores: Cores, asked: argparse.Namespace, results: Results) -> None:
    """All of it."""
    with both(cores, folder) as (bare, product):
        # By the door where that is what is measured, else at the command line, which is quicker.
        people = 0 if "join" in asked.only else asked.tables * AT_A_TABLE
        hall = WorkshopHall(product, folder, asked.tables, people)
        asyncio.run(in_turn(bare, hall, asked, results))
    if "page" in asked.only:
        with Server(folder, "--no-demo") as started:
            server = cores.put(started)
            seat = asyncio.run(stages.table_in_use(server, folder))
            loaded = first_table_page(server.address, seat.table, seat.cookie)
        results.more |= {"page_kb": round(loaded.bytes / 1000, 1), "page_requests": len(loaded.requests)}
        results.say(f"first table page: {loaded.bytes / 1000:.1f} kB in {len(loaded.requests)} requests")
        for path, size in loaded.requests:
            results.say(f"  {size / 1000:6.1f} kB {path}")
    asyncio.run(each_by_itself(cores, hall, asked, results))


def main() -> None:
    """Run what was asked for and print it."""
    asked = options()
    results = Results(print)
    print(line_of())
    with tempfile.TemporaryDirectory(prefix="bench") as folder, Cores() as cores:
        if not cores.apart:
            print("There is one core alone: load and server share it, and no figure counts.")
        bench(Path(folder), cores, asked, results)
    results.show()


if __name__ == "__main__":
    main()
