"""Tables as CSV, which people open in a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
AFTER_A_SEPARATOR = re.compile(r"""([;\t\r\n]["']?\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])""")
"""Where a formula would begin in a spreadsheet that separates by something else than commas, with quotes as text."""
MARK = "\ufeff"
"""Without it a spreadsheet takes UTF-8 for something else."""


def as_csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A head and its rows; nothing in them is a formula to any spreadsheet."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([cell(value) for value in row] for row in rows)
    return written.getvalue()


def cell(value: Any) -> str:
    """A value as text, which no spreadsheet computes."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    text = str(value)
    if isinstance(value, int | float):
        return text
    text = AFTER_A_SEPARATOR.sub(r"\1'", text)
    return f"'{text}" if text.startswith(BEGINS_A_FORMULA) else text
