"""Replays a Polis conversation through real sockets: every statement is written, every agreement given and taken back.

python -m benchmarks.replay ../shared/data/klimarat/produktion-und-konsum/comments.csv …/votes.csv --speed max
"""

import argparse
import asyncio
import csv
import json
import sys
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import uuid4

from benchmarks.crowd import LATER, PAUSE, Crowd, Person
from benchmarks.halls import WorkshopHall
from benchmarks.servers import Measured
from tests.factories.servers import Server, workshop

AT_ONCE = 64
"""Operations on their way at the same moment, at most."""
AGREE = "1"


@dataclass(frozen=True)
class Step:
    """One row of the export: somebody writes a statement, or says what they think of one."""

    at: int
    """Milliseconds since 1970."""
    person: str
    statement: str
    text: str | None = None
    vote: str = ""


@dataclass
class Played:
    """What a replay did."""

    ideas: dict[str, str] = field(default_factory=dict)
    """statement -> id of the note"""
    operations: int = 0
    seconds: float = 0.0
    again: int = 0
    refused: list[Any] = field(default_factory=list)


def read_steps(comments: Path, votes: Path) -> list[Step]:
    """Both files in the order in which it happened; rows of the same moment stay in the order of their file."""
    with comments.open(encoding="utf-8", newline="") as file:
        steps = [
            Step(int(row["timestamp"]), row["author-id"], row["comment-id"], text=row["comment-body"])
            for row in csv.DictReader(file)
        ]
    with votes.open(encoding="utf-8", newline="") as file:
        steps += [
            Step(int(row["timestamp"]), row["voter-id"], row["comment-id"], vote=row["vote"])
            for row in csv.DictReader(file)
        ]
    return sorted(steps, key=lambda step: step.at)


def agreeing(steps: Iterable[Step]) -> Counter[str]:
    """How many agree with each statement by their last vote."""
    last = {(step.person, step.statement): step.vote for step in steps if step.text is None}
    return Counter(statement for (_person, statement), vote in last.items() if vote == AGREE)


class Replay:
    """People at their phones who do again what the file says."""

    def __init__(self, phones: dict[str, Person], steps: list[Step], speed: float | None, say: Callable[[str], None]):
        self.phones, self.steps, self.speed, self._say = phones, steps, speed, say
        self.played = Played(ideas={step.statement: str(uuid4()) for step in steps if step.text is not None})
        self._written = {statement: asyncio.Event() for statement in self.played.ideas}
        self._waiting: dict[str, deque[Step]] = {person: deque() for person in phones}
        self._underway = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> Played:
        """All steps, each at its time or as soon as it can be; everybody's own in their order."""
        began, first = perf_counter(), self.steps[0].at
        self._began = began
        async with asyncio.TaskGroup() as tasks:
            for step in self.steps:
                if self.speed:
                    due = began + (step.at - first) / 1000 / self.speed
                    await asyncio.sleep(max(0.0, due - perf_counter()))
                waiting = self._waiting[step.person]
                waiting.append(step)
                if len(waiting) == 1:
                    # One at a time for each person: what one changes one's mind about comes last.
                    tasks.create_task(self._work_off(step.person))
        self.played.seconds = perf_counter() - began
        return self.played

    async def _work_off(self, person: str) -> None:
        waiting = self._waiting[person]
        while waiting:
            await self._do(self.phones[person], waiting[0])
            waiting.popleft()
            self.played.operations += 1
            if self.played.operations % max(1, len(self.steps) // 20) == 0:
                spent = perf_counter() - self._began
                self._say(f"{self.played.operations} of {len(self.steps)} after {spent:.0f} s")

    async def _do(self, phone: Person, step: Step) -> None:
        idea = self.played.ideas[step.statement]
        if step.text is not None:
            seat = phone.seat
            note = {"key": idea, "table": seat.table, "round": seat.round, "kind": "idea", "text": step.text}
            await self._ask(phone, "idea.contribute", note)
            self._written[step.statement].set()
            return
        await self._written[step.statement].wait()
        operation = "vote.cast" if step.vote == AGREE else "vote.take_back"
        await self._ask(phone, operation, {"key": str(uuid4()), "idea": idea})

    async def _ask(self, phone: Person, operation: str, fields: dict[str, str]) -> None:
        assert phone.line
        while True:
            async with self._underway:
                answer = await phone.line.ask(operation, fields)
            if answer["ok"]:
                return
            if answer["code"] not in LATER:
                self.played.refused.append((operation, fields, answer))
                return
            self.played.again += 1
            await asyncio.sleep(PAUSE)


async def replay(hall: WorkshopHall, steps: list[Step], speed: float | None, say: Any, watch: bool) -> Played:
    """Seat everybody of the file at a hall of as many people, and replay."""
    crowd = Crowd(hall.server.address, await hall.seats())
    if not watch:
        for person in crowd.people:
            person.seat.channels = {}
    await crowd.connect()
    if crowd.failed:
        raise SystemExit(f"{len(crowd.failed)} people did not come in: {crowd.failed[0]}")
    names = list(dict.fromkeys(step.person for step in steps))
    played = await Replay(dict(zip(names, crowd.people, strict=True)), steps, speed, say).run()
    crowd.close()
    return played


def differences(folder: Path, event: str, played: Played, steps: list[Step]) -> list[str]:
    """Where the event's notes and votes are not what the file says, statement by statement."""
    stored = {one["id"]: one for one in workshop(folder, "ideas", "--event", event)}
    wanted = agreeing(steps)
    found = [json.dumps(answer[-1]) for answer in played.refused]
    for step in steps:
        if step.text is None:
            continue
        note = stored.pop(played.ideas[step.statement], None)
        if note is None:
            found.append(f"statement {step.statement} is not there")
        elif note["state"] != "visible" or " ".join(note["text"].split()) != " ".join(step.text.split()):
            found.append(f"statement {step.statement} is {note['state']}: {note['text']}")
        elif note["votes"] != wanted[step.statement]:
            found.append(f"statement {step.statement} has {note['votes']} votes, not {wanted[step.statement]}")
    return found + [f"the note {one} is not of the file" for one in stored]


def play(
    folder: Path, steps: list[Step], speed: float | None, tables: int, say: Any, watch: bool = True
) -> tuple[Played, list[str]]:
    """A server on a data folder, a fresh event where votes are open at every table, the replay, the comparison."""
    with Server(folder, "--no-demo") as started:
        people = len({step.person for step in steps})
        hall = WorkshopHall(Measured(started), folder, tables, people, votes_at="event")
        played = asyncio.run(replay(hall, steps, speed, say, watch))
        return played, differences(folder, hall.event, played, steps)


def main() -> None:
    """Replay two files and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replay", description=__doc__)
    parser.add_argument("comments", type=Path)
    parser.add_argument("votes", type=Path)
    parser.add_argument("--speed", default="1", help="1 for its own pace, N for N times faster, or max")
    parser.add_argument("--tables", type=int, default=60)
    parser.add_argument("--watch", action="store_true", help="everybody also follows their table, which costs most")
    parser.add_argument("--data", type=Path, help="the data folder; kept.  [default: one that is deleted]")
    asked = parser.parse_args()
    steps = read_steps(asked.comments, asked.votes)
    speed = None if asked.speed == "max" else float(asked.speed)
    with tempfile.TemporaryDirectory(prefix="replay") as folder:
        played, wrong = play(asked.data or Path(folder), steps, speed, asked.tables, print, asked.watch)
    each = played.seconds / played.operations * 1000
    print(f"{played.operations} operations in {played.seconds:.0f} s, {each:.2f} ms each; {played.again} sent again.")
    print(f"{len(played.ideas)} statements; by the file {agreeing(steps).total()} agree in the end.")
    for one in wrong:
        print(one)
    print("The event says otherwise." if wrong else "The event says the same, statement by statement.")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
