"""`workshop seating`: plans for other programs and for people, and what it says of a file that cannot be used."""

import json
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from workshop.cli.commands import cli

HEAD = "name,organisation,language,together,apart\n"


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ("seating", *words), catch_exceptions=False)


def planned(*words: str) -> dict[str, Any]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.output)
    return found


def refused(*words: str) -> str:
    result = run(*words)
    assert result.exit_code != 0
    return result.output


def written(folder: Path, text: str | bytes) -> str:
    path = folder / "people.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def cost(rounds: list[list[list[int]]]) -> int:
    met = Counter(frozenset(pair) for tables in rounds for at in tables for pair in combinations(at, 2))
    return sum(times * (times - 1) // 2 for times in met.values())


def test_a_plan_as_other_programs_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    # It needs no database, and no settings that are right.
    monkeypatch.setenv("DATABASE_URL", "mysql://nowhere")
    made = planned("--people", "97", "--tables", "12", "--rounds", "3")
    assert set(made) == {"rounds", "cost", "bound", "cpu_s"}
    assert made["cost"] == made["bound"] == 0 and 0 < made["cpu_s"] < 2
    assert [len(tables) for tables in made["rounds"]] == [12] * 3
    for tables in made["rounds"]:
        assert sorted(one for at in tables for one in at) == list(range(97))
        assert [at[0] for at in tables] == list(range(12))
        assert {len(at) for at in tables} == {8, 9}


def test_late_and_absent_change_the_coming_rounds_alone() -> None:
    words = ("--people", "97", "--tables", "12", "--rounds", "3")
    before = planned(*words)["rounds"]
    made = planned(*words, "--late", "8", "--absent", "5", "--after", "1")
    assert made["rounds"][0] == before[0]
    there = [{one for at in tables for one in at} for tables in made["rounds"]]
    gone = there[0] - there[1]
    assert len(gone) == 5 and not gone & set(range(12))
    assert there[1] == there[2] == set(range(105)) - gone
    assert made["cost"] == cost(made["rounds"]) == made["bound"] == 0
    visits = Counter((one, table) for tables in made["rounds"] for table, at in enumerate(tables) for one in at[1:])
    assert set(visits.values()) == {1}
    assert all({len(at) for at in tables} <= {8, 9} for tables in made["rounds"])


def test_late_and_absent_known_before_the_start() -> None:
    made = planned("--people", "30", "--tables", "5", "--rounds", "2", "--late", "3", "--absent", "2", "--no-hosts")
    assert all(len({one for at in tables for one in at}) == 31 for tables in made["rounds"])
    assert all({30, 31, 32} <= {one for at in tables for one in at} for tables in made["rounds"])


def test_without_hosts_there_may_be_more_rounds_than_tables() -> None:
    made = planned("--people", "15", "--tables", "5", "--rounds", "7", "--no-hosts")
    assert made["cost"] == cost(made["rounds"]) == 0
    said = refused("--people", "15", "--tables", "5", "--rounds", "7")
    assert "somebody would sit twice at the same table" in said and "as many rounds as tables" in said


def test_a_file_says_who_sits_with_whom(tmp_path: Path) -> None:
    rows = [f"Person {number},Org {number % 6},{'sv' if number % 4 else 'de'},," for number in range(40)]
    rows[0] = "Ana,Org 0,de,Iwona,"
    rows[20] = "Iwona,Org 2,pl,,Person 21; Person 22"
    rows[30] = "Li,,,tandem,"
    rows[31] = "Bo,,,tandem,"
    made = planned("--tables", "5", "--rounds", "3", "--people-file", written(tmp_path, HEAD + "\n".join(rows)))
    # Ana is paired, so others are hosts.
    assert [at[0] for at in made["rounds"][0]] == [1, 2, 3, 4, 5]
    for tables in made["rounds"]:
        where = {one: table for table, at in enumerate(tables) for one in at}
        assert where[0] == where[20] not in (where[21], where[22])
        assert where[30] == where[31]
    # 33 who move, the pairs as one, have 20 ways; both pairs meet three times.
    assert made["bound"] == 3 * 13 + 2 * 3 <= made["cost"] == cost(made["rounds"]) <= made["bound"] * 1.05


def test_what_people_read(tmp_path: Path) -> None:
    said = run("--people", "31", "--tables", "5", "--rounds", "4").output
    assert said.count("Round ") == 4 and "  Table   5:    4" in said
    assert "Cost 36, at least 36 in any plan. People at a table: 6 or 7." in said
    assert "There are more guests than ways from one table to another." in said
    rows = "".join(f"P{number},Amt,de,,\n" for number in range(8))
    said = run("--tables", "2", "--rounds", "2", "--people-file", written(tmp_path, HEAD + rows)).output
    assert "At most 4 of one organisation sit at a table." in said
    said = run("--people", "9", "--tables", "3", "--rounds", "4", "--no-hosts").output
    assert "times somebody comes to a table where they have sat before." in said


def test_what_does_not_fit_together(tmp_path: Path) -> None:
    assert "Say how many people come" in refused("--tables", "3", "--rounds", "2")
    file = written(tmp_path, HEAD + "A,,,,\nB,,,,\nC,,,A,\nD,,,,A\n")
    room = ("--tables", "2", "--rounds", "2", "--people-file", file)
    assert "The file names 4 people, but 3 are to be seated." in refused(*room, "--people", "3")
    assert "3 guests cannot be absent: there are 2." in refused(*room, "--absent", "3")
    assert "After round 2 of 2 no round is left to plan." in refused(*room, "--after", "2", "--late", "1")
    assert "2 people cannot fill 3 tables." in refused("--people", "2", "--tables", "3", "--rounds", "1")
    both = written(tmp_path, HEAD + "Ana,,,Bo,Bo\nBo,,,,\nCe,,,,\nDo,,,,\n")
    said = refused("--tables", "2", "--rounds", "2", "--people-file", both)
    assert said == "Error: 0 and 1 are to be apart, but also to stay together. (0 is Ana, 1 is Bo.)\n"
    assert "people.csv has no column language." in refused(
        *(
            "--tables",
            "2",
            "--rounds",
            "2",
            "--people-file",
            written(tmp_path, "name,organisation,together,apart\nA,,,\n"),
        )
    )
