"""What waits for a moderator's decision at a café, oldest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Subquery, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from workshop.models import CafeTable, Decision, Event, Idea, IdeaState, LocalText, Reason, Report

NEW, REPORTED, HELD, ASKED = "new", "reported", "held", "asked"


@dataclass
class ToDecide:
    """A note that waits for a decision.

    Attributes:
        waits: new (nobody has looked at it yet), reported, held, or asked (its author asks for another look).
        since: when it began to wait.
        reason, reason_language, reason_in_words, state_reason: why it is held or hidden.
        reports, report: how often it was reported, and one of the reasons given.
        asked: what its author wrote.
    """

    id: UUID
    table_id: UUID
    table: int
    text: str
    language: str
    kind: str
    waits: str
    since: datetime
    reason: LocalText | None
    reason_language: str
    reason_in_words: bool | None
    state_reason: str
    reports: int
    report: str | None
    asked: str | None


def open_reports(cafe_ids: list[UUID]) -> Subquery:
    """How often each note of these cafés was reported and not looked at since, and when that began."""
    return (
        select(Report.idea_id, func.count().label("count"), func.min(Report.at).label("first"))
        .join(Idea, Idea.id == Report.idea_id)
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .where(CafeTable.cafe_id.in_(cafe_ids), Report.settled_at.is_(None))
        .group_by(Report.idea_id)
        .subquery()
    )


def asked_again() -> Any:
    """The condition under which an author waits for an answer."""
    return and_(Idea.state == IdeaState.HIDDEN, Decision.asked_at.is_not(None), Decision.answered_at.is_(None))


def to_decide(session: Session, cafe_ids: Iterable[UUID], most: int) -> dict[UUID, list[ToDecide]]:
    """The oldest that wait at each café, in one statement."""
    wanted = list(cafe_ids)
    reports = open_reports(wanted)
    report = (
        select(func.max(Report.reason)).where(Report.idea_id == Idea.id, Report.settled_at.is_(None)).scalar_subquery()
    )
    held, reported = Idea.state == IdeaState.HELD, and_(Idea.state == IdeaState.VISIBLE, reports.c.count > 0)
    waits = case(
        (and_(held, Decision.id.is_(None)), literal(NEW)),
        (held, literal(HELD)),
        (reported, literal(REPORTED)),
        else_=literal(ASKED),
    )
    since = case(
        (and_(held, Decision.id.is_(None)), Idea.created_at),
        (held, Decision.at),
        (reported, reports.c.first),
        else_=Decision.asked_at,
    )
    place = func.row_number().over(partition_by=CafeTable.cafe_id, order_by=(since, Idea.id)).label("place")
    waiting = (
        select(
            CafeTable.cafe_id,
            Idea.id,
            Idea.table_id,
            CafeTable.number,
            Idea.text,
            Idea.language,
            Idea.kind,
            waits.label("waits"),
            since.label("since"),
            Reason.words,
            Event.language.label("reason_language"),
            Reason.in_words,
            Idea.state_reason,
            func.coalesce(reports.c.count, 0).label("reports"),
            report.label("report"),
            Decision.asked,
            place,
        )
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .join(Event, Event.id == Idea.event_id)
        .outerjoin(Decision, (Decision.idea_id == Idea.id) & Decision.ended_at.is_(None))
        .outerjoin(Reason, Reason.id == Decision.reason_id)
        .outerjoin(reports, reports.c.idea_id == Idea.id)
        .where(CafeTable.cafe_id.in_(wanted), or_(held, reported, asked_again()))
        .subquery()
    )
    found: dict[UUID, list[ToDecide]] = {}
    for row in session.execute(select(waiting).where(waiting.c.place <= most).order_by(waiting.c.place)):
        cafe_id, *values, _ = row
        found.setdefault(cafe_id, []).append(ToDecide(*values))
    return found
