"""Rows of a CSV file, as spreadsheets write them, or one sentence on what is wrong with it."""

import csv
import io
from pathlib import Path

LARGEST_FILE = 50_000_000
"""Bytes; the largest known conversation has a tenth of it."""


class BadFile(Exception):
    """The file cannot be taken; the text says what is wrong and where, in one sentence or two."""


def read_rows(path: Path, columns: tuple[str, ...], hint: str) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV file with the numbers of their last lines; raises BadFile.

    Args:
        columns: those it has to have; others are read as well.
        hint: a sentence on where such a file comes from, where a column is missing.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise BadFile(f"{path.name} has more than {LARGEST_FILE // 1_000_000} MB.")
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise BadFile(f"{path} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise BadFile(
            f"{path.name} is not written in UTF-8 (byte {error.start + 1} is none of it). "
            "Save it as UTF-8 and try again."
        ) from error
    if "\0" in text:
        raise BadFile(f"{path.name} is no text file.")
    head = text.partition("\n")[0]
    # Where a comma separates decimals, spreadsheets separate columns by a semicolon.
    delimiter = ";" if ";" in head and "," not in head else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        missing = [name for name in columns if name not in (reader.fieldnames or [])]
        if missing:
            raise BadFile(f"{path.name} has no column {', '.join(missing)}. {hint}")
        rows = []
        for row in reader:
            if None in row or None in row.values():
                raise BadFile(f"{path.name}, line {reader.line_num}: there are more or fewer columns than in line 1.")
            rows.append((reader.line_num, row))
        return rows
    except csv.Error as error:
        # It counts whole rows: an open quotation mark may have swallowed all lines after it.
        raise BadFile(f"{path.name}, line {reader.line_num + 1}: this row is broken ({error}).") from error
