"""The record of what was held and hidden at an event, for the city to keep or to publish."""

from zoneinfo import ZoneInfo

from workshop.exchange.tables import as_csv
from workshop.models import in_language
from workshop.queries.moderation import Record

HEAD = (
    "decided_at", "what", "cafe", "table", "round", "decision", "reason", "by",
    "asked_again_at", "answered_at", "ended_at", "outcome",
)  # fmt: skip
WORDS = ("words", "added_to_the_reason")
"""Further columns where words were asked for."""


def rows_of(record: Record, *, with_words: bool = False) -> list[dict[str, object]]:
    """A line for each decision, times as the event's clocks show them, texts in its language."""
    zone, language = ZoneInfo(record.event.timezone), record.event.language
    rows = []
    for one in record.entries:
        moments = (one.at, one.asked_at, one.answered_at, one.ended_at)
        at, asked, answered, ended = (moment.astimezone(zone) if moment else None for moment in moments)
        title, reason = (in_language(text, language, language)[1] for text in (one.cafe, one.reason))
        outcome = one.outcome or "holds"
        values: list[object] = [
            at, one.what, title, one.table, one.round, one.decision, reason, one.by, asked, answered, ended, outcome,
        ]  # fmt: skip
        words: list[object] = [one.words, one.added] if with_words else []
        rows.append(dict(zip((*HEAD, *WORDS), [*values, *words], strict=False)))
    return rows


def csv_of(record: Record, *, with_words: bool = False) -> str:
    """The record as CSV."""
    head = (*HEAD, *WORDS) if with_words else HEAD
    return as_csv(head, ([row[name] for name in head] for row in rows_of(record, with_words=with_words)))
