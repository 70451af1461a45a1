"""Reads about an event's rules: for what notes may be hidden, how often they were, and the record of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from workshop.models import (
    Cafe,
    CafeTable,
    Decider,
    Decision,
    DecisionOutcome,
    Event,
    Idea,
    IdeaState,
    LocalText,
    Process,
    Reason,
    Round,
)
from workshop.policy import Actor, At, Permission, authorize, standing_in_event
from workshop.queries.ideas import states_seen
from workshop.queries.viewing import Audience, Page, open_page


@dataclass
class Rules:
    """What may be hidden at a café, as its tables show it: at length before the start, a link to it later."""

    id: UUID
    event_id: UUID
    language: str
    notes_wait: bool
    begun: bool
    reasons: list[LocalText]


def rules(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, Rules]:
    """The rules of each café."""
    begun = exists().where(Round.cafe_id == Cafe.id, Round.opened_at.is_not(None))
    rows = session.execute(
        select(Cafe.id, Event.id, Event.language, Event.notes_wait, or_(begun, Cafe.closed_at.is_not(None)))
        .join(Event, Event.id == Cafe.event_id)
        .where(Cafe.id.in_(list(ids)))
    )
    found = {row[0]: Rules(*row, []) for row in rows}
    listed = session.execute(
        select(Reason.event_id, Reason.words)
        .where(Reason.event_id.in_([one.event_id for one in found.values()]), Reason.ended_at.is_(None))
        .order_by(Reason.position)
    ).all()
    for one in found.values():
        one.reasons = [words for event_id, words in listed if event_id == one.event_id]
    return found


@dataclass
class UsedReason:
    """A reason and how many notes were hidden for it, whatever became of them afterwards."""

    id: UUID
    words: LocalText
    in_words: bool
    ended: bool
    hidden: int
    shown_again: int


@dataclass
class RulesPage(Page):
    """What may be hidden at an event, and what was."""

    event: Event
    process: Process
    reasons: list[UsedReason]
    waiting: int
    """Notes that are held back now."""

    @property
    def hidden(self) -> int:
        """How many notes were hidden."""
        return sum(one.hidden for one in self.reasons)

    @property
    def shown_again(self) -> int:
        """How many of them were shown again."""
        return sum(one.shown_again for one in self.reasons)


def rules_page(session: Session, by: Actor, event_id: UUID) -> RulesPage:
    """The rules, for whoever may read the event."""
    event = session.get(Event, event_id)
    standing = standing_in_event(session, by, event)
    authorize(Permission.READ_EVENT, At(standing))
    assert event is not None

    def count(*more: ColumnElement[bool]) -> Any:
        # What was decided anew counts once, by what it was decided to.
        stands = or_(Decision.outcome.is_(None), Decision.outcome != DecisionOutcome.REPLACED)
        mine = and_(Decision.reason_id == Reason.id, Decision.state == IdeaState.HIDDEN, stands, *more)
        return select(func.count(Decision.id)).where(mine).scalar_subquery()

    rows = session.execute(
        select(
            Reason.id, Reason.words, Reason.in_words, Reason.ended_at.is_not(None),
            count(), count(Decision.outcome == DecisionOutcome.SHOWN),
        )
        .where(Reason.event_id == event.id)
        .order_by(Reason.position)
    )  # fmt: skip
    found = [UsedReason(*row) for row in rows]
    held = select(func.count(Idea.id)).where(Idea.event_id == event.id, Idea.state == IdeaState.HELD)
    return RulesPage(
        **open_page(session, standing, []),
        event=event,
        process=session.get_one(Process, event.process_id),
        reasons=[one for one in found if not one.ended or one.hidden],
        waiting=session.scalar(held) or 0,
    )


@dataclass
class ToDecideOn:
    """A note and the reasons its event has, for the page on which it is held or hidden; what was decided before."""

    words: str
    language: str
    house_language: str
    reasons: list[Reason]
    decision: Decision | None
    reason: Reason | None


def to_decide_on(session: Session, idea_id: UUID | None) -> ToDecideOn | None:
    """The note; who may, the operation has decided."""
    row = session.execute(
        select(Idea, Event.language, Decision, Reason)
        .join(Event, Event.id == Idea.event_id)
        .outerjoin(Decision, (Decision.idea_id == Idea.id) & Decision.ended_at.is_(None))
        .outerjoin(Reason, Reason.id == Decision.reason_id)
        .where(Idea.id == idea_id)
    ).first()
    if row is None:
        return None
    idea, language, decision, reason = row
    reasons = session.scalars(
        select(Reason).where(Reason.event_id == idea.event_id, Reason.ended_at.is_(None)).order_by(Reason.position)
    ).all()
    return ToDecideOn(idea.text, idea.language, language, list(reasons), decision, reason)


def reason_to_change(session: Session, reason_id: UUID | None) -> Reason | None:
    """A reason as it is; who may, the operation has decided."""
    return session.get(Reason, reason_id) if reason_id else None


@dataclass
class Entry:
    """One line of the record.

    Attributes:
        words: what stands on the note, and added: what was added to the reason; both only where they were asked for.
    """

    at: datetime
    cafe: LocalText
    table: int
    round: int
    decision: IdeaState
    reason: LocalText
    by: Decider
    asked_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: DecisionOutcome | None
    words: str = ""
    added: str = ""


@dataclass
class Record:
    """Everything that was held or hidden at an event, in its order."""

    event: Event
    entries: list[Entry]


def record(session: Session, by: Actor, event_id: UUID, *, with_words: bool = False) -> Record:
    """The record, for those who run the event; without anybody's words unless they are asked for."""
    event = session.get(Event, event_id)
    authorize(Permission.RUN_EVENT, At(standing_in_event(session, by, event)))
    assert event is not None
    rows = session.execute(
        select(
            Decision.at, Cafe.title, CafeTable.number, Round.number, Decision.state, Reason.words, Decision.by,
            Decision.asked_at, Decision.answered_at, Decision.ended_at, Decision.outcome,
            Idea.text, Decision.words, Idea.state,
        )
        .join(Idea, Idea.id == Decision.idea_id)
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .join(Round, Round.id == Idea.round_id)
        .join(Reason, Reason.id == Decision.reason_id)
        .where(Decision.event_id == event.id)
        .order_by(Decision.at, Decision.id)
    )  # fmt: skip
    entries = []
    for *values, text, added, state in rows:
        entry = Entry(*values)
        # What its author took back is nobody's to read any more.
        if with_words and state in states_seen(Audience.STAFF):
            entry.words, entry.added = text, added
        entries.append(entry)
    return Record(event, entries)
