"""Bringing the statements of another conversation into an event."""

import json
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from workshop.binding import bind
from workshop.exchange.polis import ACCEPTED, REJECTED, Conversation, Statement
from workshop.models import Idea, IdeaState
from workshop.operations.imports import BATCH, STATES, Row
from workshop.perform import OPERATIONS, Store, fresh_key, perform
from workshop.standing import Actor
from workshop.text import clean

REJECTED_THERE = {
    "de": "Dort von der Moderation abgelehnt.",
    "en": "Rejected by the moderators there.",
    "sv": "Avvisat av moderatorerna där.",
}
UNSEEN_THERE = {
    "de": "Dort noch nicht angesehen.",
    "en": "Not looked at there yet.",
    "sv": "Inte granskat där ännu.",
}


@dataclass(frozen=True)
class Report:
    """What an import found and did; `states` counts the source's notes as they are in the event now."""

    states: dict[str, int]
    added: int
    agrees: int
    disagrees: int
    passes: int | None


def bring_in(store: Store, by: Actor, conversation: Conversation, event_id: UUID, source: str, language: str) -> Report:
    """Write what the event does not have yet, batch after batch; again with the same file changes nothing."""
    source = " ".join(clean(source).split())
    known = known_ids(store, event_id, source)
    new = [one for one in conversation.statements if one.external_id not in known]
    what = OPERATIONS["ideas.import"]
    # One without rows, too: it shows what an import that was broken off had brought.
    batches = [new[start : start + BATCH] for start in range(0, len(new), BATCH)] or [[]]
    for number, batch in enumerate(batches, 1):
        rows = [as_row(one, language).as_list() for one in batch]
        fields = {
            "event": event_id,
            "source": source,
            "language": language,
            "rows": json.dumps(rows, ensure_ascii=False),
            "more": number < len(batches),
        }
        perform(store, by, what, bind(what.form, fields), fresh_key())
    with store.reading() as session:
        rows_by_state = session.execute(
            select(Idea.state, func.count())
            .where(Idea.event_id == event_id, Idea.source == source)
            .group_by(Idea.state)
        )
        counted = dict(rows_by_state.all())
    states = {str(state): counted.pop(state, 0) for state in STATES}
    states |= {str(state): count for state, count in counted.items()}
    return Report(states, len(new), conversation.agrees, conversation.disagrees, conversation.passes)


def known_ids(store: Store, event_id: UUID, source: str) -> set[str | None]:
    """What an event already has of a source."""
    with store.reading() as session:
        return set(session.scalars(select(Idea.external_id).where(Idea.event_id == event_id, Idea.source == source)))


def as_row(statement: Statement, language: str) -> Row:
    """A statement as a note: accepted ones visible, rejected ones hidden with the reason, others waiting."""
    if statement.moderated == ACCEPTED:
        state, reason = IdeaState.VISIBLE, ""
    elif statement.moderated == REJECTED:
        state, reason = IdeaState.HIDDEN, REJECTED_THERE.get(language, REJECTED_THERE["en"])
    else:
        state, reason = IdeaState.HELD, UNSEEN_THERE.get(language, UNSEEN_THERE["en"])
    return Row(statement.external_id, statement.text, state, reason, statement.agrees, statement.created_at)
