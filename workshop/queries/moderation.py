"""Reads about an event's rules: for what notes and comments may be hidden, how often they were, and the record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from workshop.models import (
    SEEN_BY,
    ActionItem,
    Cafe,
    CafeTable,
    Comment,
    CommentState,
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
from workshop.policy import Permission, authorize
from workshop.queries.ideas import states_seen
from workshop.queries.viewing import Audience, Page, open_page
from workshop.standing import Actor, At, standing_in_event


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
    """A reason and how many notes and comments were hidden for it, whatever became of them afterwards."""

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
    """Notes and comments that are held back now."""
    without_reason: int
    """Those that were hidden before hiding had a reason of the list, and are still."""

    @property
    def hidden(self) -> int:
        """How many were hidden."""
        return sum(one.hidden for one in self.reasons) + self.without_reason

    @property
    def shown_again(self) -> int:
        """How many of them were shown again."""
        return sum(one.shown_again for one in self.reasons)


def hidden_without_reason(event_id: UUID) -> Subquery:
    """What is hidden and was never decided about: hidden before decisions were kept; with where it lies."""

    def hidden(what: str, kind: Any, decided: Any) -> Select[Any]:
        added, undecided = kind.state_reason.label("added"), ~exists().where(decided == kind.id)
        place = Cafe.title, CafeTable.number, Round.number.label("round")
        return (
            select(literal(what).label("what"), kind.id, *place, kind.text, added)
            .select_from(kind)
            .where(kind.state == "hidden", undecided)
        )

    def placed(found: Select[Any]) -> Select[Any]:
        found = found.outerjoin(CafeTable, CafeTable.id == Idea.table_id)
        return found.outerjoin(Cafe, Cafe.id == CafeTable.cafe_id).outerjoin(Round, Round.id == Idea.round_id)

    comments = hidden("comment", Comment, Decision.comment_id).outerjoin(Idea, Idea.id == Comment.idea_id)
    comments = comments.outerjoin(ActionItem, ActionItem.id == Comment.action_item_id)
    return union_all(
        # What another platform had rejected was not hidden here.
        placed(hidden("note", Idea, Decision.idea_id)).where(Idea.event_id == event_id, Idea.source.is_(None)),
        placed(comments).where(func.coalesce(Idea.event_id, ActionItem.event_id) == event_id),
    ).subquery()


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
    held_comments = (
        select(func.count(Comment.id))
        .outerjoin(Idea, Idea.id == Comment.idea_id)
        .outerjoin(ActionItem, ActionItem.id == Comment.action_item_id)
        .where(
            func.coalesce(Idea.event_id, ActionItem.event_id) == event.id,
            Comment.state == CommentState.HELD,
            # On one that was withdrawn nobody finds it any more.
            or_(Comment.idea_id.is_(None), Idea.state.in_(states_seen(Audience.STAFF))),
        )
    )
    return RulesPage(
        **open_page(session, standing, []),
        event=event,
        process=session.get_one(Process, event.process_id),
        reasons=[one for one in found if not one.ended or one.hidden],
        waiting=session.scalar(select(held.scalar_subquery() + held_comments.scalar_subquery())) or 0,
        without_reason=session.scalar(select(func.count()).select_from(hidden_without_reason(event.id))) or 0,
    )


@dataclass
class ToDecideOn:
    """What is held or hidden, and the reasons its event has; what was decided about it before."""

    words: str
    language: str
    house_language: str
    reasons: list[Reason]
    decision: Decision | None
    reason: Reason | None


def to_decide_on(session: Session, idea_id: UUID | None, comment_id: UUID | None) -> ToDecideOn | None:
    """The note or the comment; who may, the operation has decided."""
    kind: Any = Idea if idea_id else Comment
    decided = Decision.idea_id == Idea.id if idea_id else Decision.comment_id == Comment.id
    found = select(kind.text, kind.language, Event, Decision, Reason).select_from(kind)
    if not idea_id:
        found = found.outerjoin(Idea, Idea.id == Comment.idea_id)
        found = found.outerjoin(ActionItem, ActionItem.id == Comment.action_item_id)
    event_id = Idea.event_id if idea_id else func.coalesce(Idea.event_id, ActionItem.event_id)
    row = session.execute(
        found.join(Event, Event.id == event_id)
        .outerjoin(Decision, decided & Decision.ended_at.is_(None))
        .outerjoin(Reason, Reason.id == Decision.reason_id)
        .where(kind.id == (idea_id or comment_id))
    ).first()
    if row is None:
        return None
    words, language, event, decision, reason = row
    reasons = session.scalars(
        select(Reason).where(Reason.event_id == event.id, Reason.ended_at.is_(None)).order_by(Reason.position)
    ).all()
    return ToDecideOn(words, language, event.language, list(reasons), decision, reason)


def reason_to_change(session: Session, reason_id: UUID | None) -> Reason | None:
    """A reason as it is; who may, the operation has decided."""
    return session.get(Reason, reason_id) if reason_id else None


@dataclass
class Entry:
    """One line of the record.

    Attributes:
        what: note or comment. cafe, table, round: where it lies, or what it is on; None for a comment on a to:DO.
        at, reason, by: None of what was hidden before decisions were kept.
        words: what stands there, and added: what was added to the reason; both only where they were asked for.
    """

    at: datetime | None
    what: str
    cafe: LocalText | None
    table: int | None
    round: int | None
    decision: IdeaState
    reason: LocalText | None
    by: Decider | None
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
            Decision.at, case((Decision.idea_id.is_(None), "comment"), else_="note"),
            Cafe.title, CafeTable.number, Round.number, Decision.state, Reason.words, Decision.by,
            Decision.asked_at, Decision.answered_at, Decision.ended_at, Decision.outcome,
            func.coalesce(Comment.text, Idea.text), Decision.words,
            func.coalesce(type_coerce(Comment.state, String()), type_coerce(Idea.state, String())),
        )
        .outerjoin(Comment, Comment.id == Decision.comment_id)
        .outerjoin(Idea, Idea.id == func.coalesce(Decision.idea_id, Comment.idea_id))
        .outerjoin(CafeTable, CafeTable.id == Idea.table_id)
        .outerjoin(Cafe, Cafe.id == CafeTable.cafe_id)
        .outerjoin(Round, Round.id == Idea.round_id)
        .join(Reason, Reason.id == Decision.reason_id)
        .where(Decision.event_id == event.id)
        .order_by(Decision.at, Decision.id)
    )  # fmt: skip
    before = hidden_without_reason(event.id)
    entries = []
    for what, _, *place, text, added in session.execute(select(before).order_by(before.c.id)):
        known: list[Any] = [None, what, *place, IdeaState.HIDDEN, *[None] * 6]
        entry = Entry(*known)
        if with_words:
            entry.words, entry.added = text, added
        entries.append(entry)
    for *values, text, added, state in rows:
        entry = Entry(*values)
        # What its author took back is nobody's to read any more.
        if with_words and SEEN_BY[IdeaState(state)].staff:
            entry.words, entry.added = text, added
        entries.append(entry)
    return Record(event, entries)
