"""Reading the statements of a Polis conversation from its export `comments.csv`."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from workshop.exchange.rows import BadFile, read_rows
from workshop.models.base import IDEA_LENGTH
from workshop.text import clean, has_something

COLUMNS = ("timestamp", "comment-id", "agrees", "disagrees", "moderated", "comment-body")
ACCEPTED, UNSEEN, REJECTED = "1", "0", "-1"
HINT = "Is it the export of a Polis conversation?"
LARGEST_NUMBER = 1_000_000_000
IN_MILLISECONDS = 10**11
"""From here on a moment counts milliseconds."""


@dataclass(frozen=True)
class Statement:
    """One row of the file.

    Attributes:
        external_id: its id in the conversation.
        moderated: ACCEPTED, UNSEEN or REJECTED.
        agrees, disagrees: how many people did.
    """

    external_id: str
    text: str
    moderated: str
    agrees: int
    disagrees: int
    created_at: datetime


@dataclass(frozen=True)
class Conversation:
    """What a file holds; `passes` is None where there is no votes.csv beside it."""

    statements: list[Statement]
    passes: int | None

    @property
    def agrees(self) -> int:
        """All agreement together."""
        return sum(one.agrees for one in self.statements)

    @property
    def disagrees(self) -> int:
        """All disagreement together."""
        return sum(one.disagrees for one in self.statements)


def read_conversation(path: Path) -> Conversation:
    """All statements of a file, or none: raises BadFile for the first thing that is wrong."""
    rows = read_rows(path, COLUMNS, HINT)
    if not rows:
        raise BadFile(f"{path.name} holds no statements.")
    statements: dict[str, Statement] = {}
    for line, row in rows:
        statement = read_statement(path, line, row)
        if statement.external_id in statements:
            raise BadFile(f"{path.name}, line {line}: the comment-id {statement.external_id} stands there twice.")
        statements[statement.external_id] = statement
    return Conversation(list(statements.values()), passes_beside(path))


def read_statement(path: Path, line: int, row: dict[str, str]) -> Statement:
    """One row; raises BadFile with the line's number."""

    def number(column: str, most: int = LARGEST_NUMBER) -> int:
        text = row[column].strip()
        if not (text.isascii() and text.isdigit() and len(text) < 20) or int(text) > most:
            raise BadFile(f"{path.name}, line {line}: “{text[:40]}” in the column {column} is not a count.")
        return int(text)

    text = clean(row["comment-body"]).strip()
    if not has_something(text):
        raise BadFile(f"{path.name}, line {line}: the statement is empty.")
    if len(text) > IDEA_LENGTH:
        raise BadFile(f"{path.name}, line {line}: the statement has {len(text)} characters; {IDEA_LENGTH} fit.")
    external_id = clean(row["comment-id"]).strip()
    if not external_id or len(external_id) > 80:
        raise BadFile(f"{path.name}, line {line}: the comment-id “{external_id[:40]}” cannot be used.")
    moderated = row["moderated"].strip()
    if moderated not in (ACCEPTED, UNSEEN, REJECTED):
        raise BadFile(
            f"{path.name}, line {line}: “{moderated[:40]}” in the column moderated is none of 1 (accepted), "
            "0 (not looked at) and -1 (rejected)."
        )
    # The year 2286; later than that it is no time in milliseconds.
    moment = number("timestamp", most=10**13)
    return Statement(
        external_id=external_id,
        text=text,
        moderated=moderated,
        agrees=number("agrees"),
        disagrees=number("disagrees"),
        # Older exports say milliseconds, later ones seconds: up to 1973 the one, up to the year 5138 the other.
        created_at=datetime.fromtimestamp(moment if moment < IN_MILLISECONDS else moment / 1000, UTC),
    )


def passes_beside(path: Path) -> int | None:
    """How many passed on a statement, from the `votes.csv` of the same export."""
    votes = path.with_name("votes.csv")
    if not votes.is_file():
        return None
    return sum(row["vote"].strip() == "0" for _, row in read_rows(votes, ("vote",), HINT))
