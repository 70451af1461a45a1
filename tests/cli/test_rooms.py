"""`workshop cafe`: what a script needs to seat a café."""

from collections import Counter
from pathlib import Path
from typing import Any

from tests.cli.test_commands import Terminal, event, terminal

__all__ = ["event", "terminal"]


def test_a_script_seats_a_cafe(terminal: Terminal, tmp_path: Path) -> None:
    made = terminal.json("event", "create", "--tables", "4", "--rounds", "3")
    people = tmp_path / "people.csv"
    people.write_text(
        "name,organisation\n" + "".join(f"Guest {number},Works {number % 4}\n" for number in range(1, 21))
    )
    assert terminal.json("cafe", "expect", str(people), "--event", made["code"]) == {"expected": 20}
    planned = terminal.json("cafe", "plan", "--event", made["event"], "--expected")
    assert [sorted(len(seats) for seats in turn.values()) for turn in planned["seats"]] == [[5] * 4] * 3
    # Those who come are on the list; each takes their own place.
    joined = terminal.json("join", "--event", made["event"], "--count", "12")
    first = planned["seats"][0]
    assert all(one["participant"] in first[one["table"]] for one in joined)
    after = terminal.json("cafe", "close-tables", "--event", made["event"], "--table", "4")
    assert [table["closed"] for table in after["tables"]] == [False, False, False, True]
    assert sum(len(seats) for seats in after["seats"][1].values()) == 12
    undone = terminal.json("cafe", "undo", "--event", made["event"])
    assert not any(table["closed"] for table in undone["tables"])
    shown = terminal.json("cafe", "show", "--event", made["event"])
    assert shown == undone
    assert Counter(map(len, shown["seats"][1].values())) == {5: 4}


def test_a_script_is_told_what_is_wrong(terminal: Terminal, event: dict[str, Any], tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("name,colour\nAnna,red\n")
    assert "colour" in terminal.refused("cafe", "expect", str(people), "--event", event["event"])
    people.write_bytes(b"\xff\xfe")
    assert "cannot be read" in terminal.refused("cafe", "expect", str(people), "--event", event["event"])
    assert "There is no table 9" in terminal.refused("cafe", "close-tables", "--event", event["event"], "--table", "9")
    assert "nothing to undo" in terminal.refused("cafe", "undo", "--event", event["event"])
    assert "more tables than people" in terminal.refused("cafe", "plan", "--event", event["event"])
