"""Reading who comes to a café, and who is to sit with whom, from a CSV file."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from workshop.exchange.rows import BadFile, read_rows
from workshop.text import clean

COLUMNS = ("name", "organisation", "language", "together", "apart")
HINT = "Its first line has to name all of name, organisation, language, together and apart; cells may be empty."


@dataclass(frozen=True)
class Row:
    """One person of the file."""

    line: int
    name: str
    organisation: str
    language: str
    together: str
    apart: str


@dataclass(frozen=True)
class Attendance:
    """What a file says; pairs are numbers of rows, from 0."""

    rows: list[Row]
    together: list[tuple[int, int]]
    apart: list[tuple[int, int]]


def read_attendance(path: Path) -> Attendance:
    """All people of a file; raises BadFile for the first thing that is wrong.

    `together` and `apart` hold names from the file, several of them separated by semicolons, or a word that several
    rows share: then all of these are to sit together, or all apart.
    """
    rows = []
    for line, cells in read_rows(path, COLUMNS, HINT):
        row = Row(line, *(tidy(cells[column]) for column in COLUMNS))
        if not row.name:
            raise BadFile(f"{path.name}, line {line}: there is no name.")
        rows.append(row)
    if not rows:
        raise BadFile(f"{path.name} names nobody.")
    together = pairs(path, rows, "together", lambda row: row.together)
    apart = pairs(path, rows, "apart", lambda row: row.apart)
    return Attendance(rows, together, apart)


def tidy(text: str) -> str:
    """Text as it is compared: composed, with single spaces."""
    return " ".join(clean(text).split())


def pairs(path: Path, rows: list[Row], column: str, wish: Callable[[Row], str]) -> list[tuple[int, int]]:
    """The pairs that a column asks for."""
    named: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        named.setdefault(row.name.casefold(), []).append(number)
    wishes = [(number, word) for number, row in enumerate(rows) for word in words(wish(row), named)]
    shared = Counter(word.casefold() for _, word in wishes if word.casefold() not in named)
    sharing: dict[str, list[int]] = {}
    found = set()
    for number, word in wishes:
        at = f"{path.name}, line {rows[number].line}, column {column}"
        meant = named.get(word.casefold())
        if meant is None:
            if shared[word.casefold()] == 1:
                raise BadFile(f"{at}: nobody is called “{word}”, and no other row has this word.")
            sharing.setdefault(word.casefold(), []).append(number)
        elif len(meant) > 1:
            lines = " and ".join(str(rows[one].line) for one in meant)
            raise BadFile(
                f"{at}: {len(meant)} people are called “{word}” (lines {lines}). Give each a name of their own."
            )
        elif meant[0] == number:
            raise BadFile(f"{at}: “{word}” is this person's own name.")
        else:
            found.add((min(number, meant[0]), max(number, meant[0])))
    for members in sharing.values():
        found.update(combinations(sorted(set(members)), 2))
    return sorted(found)


def words(cell: str, named: dict[str, list[int]]) -> list[str]:
    """What a cell names: one name that may hold a comma, or several."""
    if cell.casefold() in named:
        return [cell]
    separator = ";" if ";" in cell else ","
    return [word for part in cell.split(separator) if (word := part.strip())]
