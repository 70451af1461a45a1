"""Reading the demonstration's files, and the ids its names stand for."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

FOLDER = Path(__file__).resolve().parent / "content"
NAMESPACE = UUID("6f1c2a52-6c0f-5b0e-9d43-0f6a7d5e3c11")
IDEA_FILES = {"proc-dortmund": "ideas-dortmund", "proc-saf": "ideas-forum", "proc-nacka": "ideas-nacka"}
PROCESSES = tuple(IDEA_FILES)
"""The demonstration's names of its processes."""

Entry = dict[str, Any]


def demo_id(name: str) -> UUID:
    """The id of what the files call `name`: UUID version 5 (RFC 9562), the same in every installation."""
    return uuid5(NAMESPACE, name)


@cache
def read(name: str) -> Any:
    """One file's content."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Content:
    """What the files say about one process and its event."""

    process: Entry
    event: Entry
    ideas: list[Entry]
    actions: list[Entry]
    goals: list[Entry]

    @property
    def language(self) -> str:
        """The process's own language."""
        return str(self.process["default_language"])

    def at_noon(self, day: str) -> datetime:
        """A day's noon where the event is; the files know days only."""
        zone = ZoneInfo(self.event["timezone"])
        return datetime.combine(date.fromisoformat(day), time(12), zone).astimezone(UTC)


def content_of(process: str) -> Content:
    """What the files say about the process they call `process`; KeyError for another name."""
    ideas = read(IDEA_FILES[process])
    return Content(
        process=next(one for one in read("processes")["processes"] if one["id"] == process),
        event=next(one for one in read("events")["events"] if one["process_id"] == process),
        ideas=ideas["ideas"],
        actions=[one for one in read("actions")["actions"] if one["process_id"] == process],
        goals=[one for one in read("goals")["goals"] if one["process_id"] == process],
    )
