"""How long pages take with few rows and with many."""

from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.doors import fetch
from benchmarks.servers import Measured
from tests.factories.action_list import add_item
from tests.factories.cafes import open_round
from tests.factories.databases import store_at
from tests.factories.events import make_event
from tests.factories.goals import promoted_goal
from tests.factories.many import fill
from tests.factories.people import join
from tests.factories.processes import make_process
from tests.live.phones import cookie_of

TIMES = 5
ENOUGH = 3.0
"""Seconds after which a page is not asked for again."""


async def pages(server: Measured, folder: Path, sizes: list[int]) -> AsyncIterator[tuple[int, dict[str, float]]]:
    """For each number of notes at one table, to:DOs on the list, a third of them in the goal: seconds per page."""
    with store_at(f"sqlite:///{folder}/workshop.sqlite3") as store:
        store.secret = (folder / "secret.key").read_text().strip()
        event = make_event(store, make_process(store))
        open_round(store, event)
        author = join(store, event)
        goal = promoted_goal(store, event, add_item(store, event))
        guest, staff = (cookie_of(store, actor) for actor in (author.actor, event.moderator))
        addresses = {
            "table": (f"/tables/{event.tables[0]}", guest),
            "list": (f"/events/{event.id}/list", guest),
            "sorting": (f"/events/{event.id}/sorting", staff),
            "goal": (f"/goals/{goal}", guest),
            "screen": (f"/screen/{event.screen_token}", ""),
            "cockpit": (f"/cafes/{event.cafe}", staff),
        }
        there = 0
        for size in sorted(sizes):
            # Number 1 is the goal's own.
            fill(store, event, author, goal, there + 2, size - there)
            there = size
            yield size, {name: await took(server, *where) for name, where in addresses.items()}


async def took(server: Measured, path: str, cookie: str) -> float:
    """Seconds a page takes, in the middle of some times; raises ValueError when it is not given."""
    times: list[float] = []
    while len(times) < TIMES and sum(times) < ENOUGH:
        began = perf_counter()
        answer = await fetch(server.address, path, cookie)
        times.append(perf_counter() - began)
        if answer.status != 200:
            raise ValueError(f"{path} answered {answer.status}")
    return median(times)
