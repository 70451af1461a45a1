"""The bench at work, small: it counts what is lost and doubled, and ends with its one line."""

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.crowd import Crowd
from benchmarks.halls import BareHall, WorkshopHall
from benchmarks.phases import Outcome, joining, paced
from benchmarks.report import Results
from benchmarks.servers import Cores, Measured, free_port
from benchmarks.stages import come_in
from tests.factories.servers import ROOT, Server

FIGURES = (
    "cpu_paced", "cpu_closed", "latency_p50", "slowest", "announce", "join",
    "cpu_cafe", "sums_per_s", "change_s", "change_others_s", "memory",
    "page_kb", "page_requests", "failed_joins", "missing", "doubled",
)  # fmt: skip


class Careless(Server):
    """R with a fault (`careless.py`)."""

    program = (sys.executable, "-m", "tests.benchmarks.careless")

    def __init__(self, fault: str) -> None:
        super().__init__(Path(os.devnull), str(free_port()), fault)


async def written_at(server: Measured) -> Outcome:
    """Eight notes at two tables of three."""
    crowd = Crowd(server.address, await BareHall(server, tables=2, people=6).seats())
    await crowd.connect()
    assert not crowd.failed
    outcome = await paced(server, crowd, "R", seconds=2, each=0.5)
    crowd.close()
    return outcome


@pytest.mark.parametrize(
    ("fault", "written", "missing", "doubled", "again", "refused"),
    [
        ("none", 8, 0, 0, 0, 0),
        ("forgets", 8, 6, 0, 0, 0),
        ("repeats", 8, 0, 6, 0, 0),
        ("stumbles", 8, 0, 0, 2, 0),
        ("refuses", 6, 0, 0, 0, 2),
    ],
)
def test_what_is_lost_or_doubled_is_counted(
    fault: str, written: int, missing: int, doubled: int, again: int, refused: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if missing:
        # What was never sent is not waited for long.
        monkeypatch.setattr("benchmarks.crowd.LONGEST", 5.0)
    with Careless(fault) as server, Cores() as cores:
        outcome = asyncio.run(written_at(cores.put(server)))
    found = (outcome.written, outcome.missing, outcome.doubled, outcome.again, len(outcome.failed))
    assert found == (written, missing, doubled, again, refused)


def test_a_load_that_is_too_heavy_counts_for_nothing() -> None:
    light = Outcome("paced", "R", seconds=10, cpu=1, generator=0.59, deliveries=1000, delivered_after=[0.01])
    heavy = Outcome("paced", "R", seconds=10, cpu=1, generator=0.61, deliveries=1000, delivered_after=[0.01])
    queue = Outcome("paced", "R", seconds=10, cpu=8, generator=0.59, deliveries=1000, delivered_after=[0.01])
    shared = Outcome("paced", "R", seconds=10, cpu=1, others=0.75, deliveries=1000, delivered_after=[0.01])
    assert [one.cost for one in (light, heavy, queue, shared)] == [1.0, None, 8.0, 1.0]
    assert [one.latency(0.5) for one in (light, heavy, queue, shared)] == [0.01, None, None, None]


def test_a_ratio_needs_every_round() -> None:
    results = Results(lambda line: None)
    for server, cpu in (("R", 1.0), ("product", 3.0), ("R", 2.0), ("product", 5.0)):
        results.add([Outcome("paced", server, seconds=10, cpu=cpu, deliveries=1000)])
    assert results.summary()["cpu_paced"] == round(4.0 / 1.5, 3)
    results.add([Outcome("paced", "R", seconds=10, cpu=1, generator=0.7, deliveries=1000)])
    assert results.summary()["cpu_paced"] is None


async def refused(server: Measured, folder: Path) -> list[Outcome]:
    """One comes in by the socket; who has no cookie does not, nor two who have no code."""
    hall = WorkshopHall(server, folder, tables=1, people=1)
    seat = (await hall.seats())[0]
    crowd = Crowd(server.address, [seat, replace(seat, cookie="")])
    joined = await joining(server, crowd, "product")
    crowd.close()
    hall.code = "ZZZZ ZZZZ"
    return [joined, await come_in(hall, 2)]


def test_who_does_not_come_in_is_counted(tmp_path: Path) -> None:
    results = Results(lambda line: None)
    with Server(tmp_path, "--no-demo") as server, Cores() as cores:
        results.add(asyncio.run(refused(cores.put(server), tmp_path)))
    assert results.summary()["failed_joins"] == 3


def test_the_bench_ends_with_one_line_of_figures() -> None:
    """Every stage, with a few people and for a moment."""
    words = ["--rounds", "1", "--seconds", "2", "--tables", "2", "--many", "5", "--rows", "5", "20"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *words], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    assert tuple(figures) == FIGURES
    assert (figures["missing"], figures["doubled"], figures["failed_joins"]) == (0, 0, 0)
    assert figures["cpu_closed"] > 0 and figures["cpu_cafe"] > 0
    assert 0 < figures["sums_per_s"] <= 1.1
    assert figures["change_s"] > 0 and figures["change_others_s"] > 0
    assert 0 < figures["page_requests"] < 20 and 20 < figures["page_kb"] < 200
    for said in (
        "pages with 20 rows: table ",
        "memory per connection: R ",
        "sharing commits: saved after",
    ):
        assert said in done.stdout, done.stdout
