"""What waits for a moderator's decision at a café, oldest first."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Subquery, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from workshop.clock import now
from workshop.errors import NotFound
from workshop.models import (
    Cafe,
    CafeTable,
    Decision,
    Event,
    Idea,
    IdeaState,
    LocalText,
    Look,
    Process,
    Reason,
    Report,
    ScreenNotes,
    User,
)
from workshop.policy import Actor, At, Permission, authorize, standing_in_event
from workshop.queries.viewing import Page, cafe_scope, open_page, summary_revision

MOST_IN_QUEUE = 50
"""The oldest that the queue lists; it counts them all."""
AT_ONCE = 10
"""How many a moderator takes to look at."""
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
        taker, until: the moderator who is looking at it now, and how long others leave it to them.
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
    taker: str | None
    until: datetime | None


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
            User.name.label("taker"),
            Look.until,
            place,
        )
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .join(Event, Event.id == Idea.event_id)
        .outerjoin(Decision, (Decision.idea_id == Idea.id) & Decision.ended_at.is_(None))
        .outerjoin(Reason, Reason.id == Decision.reason_id)
        .outerjoin(reports, reports.c.idea_id == Idea.id)
        .outerjoin(Look, (Look.idea_id == Idea.id) & (Look.until > now()))
        .outerjoin(User, User.id == Look.user_id)
        .where(CafeTable.cafe_id.in_(wanted), or_(held, reported, asked_again()))
        .subquery()
    )
    found: dict[UUID, list[ToDecide]] = {}
    for row in session.execute(select(waiting).where(waiting.c.place <= most).order_by(waiting.c.place)):
        cafe_id, *values, _ = row
        found.setdefault(cafe_id, []).append(ToDecide(*values))
    return found


@dataclass
class Queue:
    """What waits at a café, for all its moderators.

    Attributes:
        counts: how many wait, by what they wait for.
        listed: the oldest of them.
        for_screen: where a moderator puts notes on the big screen, the newest about which nobody has decided.
        due: when somebody's time to look is over.
    """

    id: UUID
    event_id: UUID
    title: LocalText
    language: str
    timezone: str
    notes_wait: bool
    counts: dict[str, int] = field(default_factory=dict)
    for_screen: list[Any] = field(default_factory=list)
    listed: list[ToDecide] = field(default_factory=list)

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(self.counts.values())

    @property
    def due(self) -> datetime | None:
        """When it changes by itself."""
        return min((one.until for one in self.listed if one.until), default=None)

    @property
    def groups(self) -> list[tuple[str | None, list[ToDecide]]]:
        """What each moderator is looking at, and last what nobody is, each with its oldest first."""
        takers = sorted({one.taker for one in self.listed if one.taker})
        return [(taker, [one for one in self.listed if one.taker == taker]) for taker in (*takers, None)]


def queues(session: Session, ids: Iterable[UUID]) -> dict[UUID, Queue]:
    """The queue of each café, in the same number of statements however long it is."""
    wanted = list(ids)
    rows = session.execute(
        select(Cafe.id, Event.id, Cafe.title, Event.language, Event.timezone, Event.notes_wait)
        .join(Event, Event.id == Cafe.event_id)
        .where(Cafe.id.in_(wanted))
    )
    found = {row[0]: Queue(*row) for row in rows}
    reports = open_reports(wanted)
    held, undecided = Idea.state == IdeaState.HELD, Decision.id.is_(None)
    counts = session.execute(
        select(
            CafeTable.cafe_id,
            func.sum(case((and_(held, undecided), 1), else_=0)).label(NEW),
            func.sum(case((and_(Idea.state == IdeaState.VISIBLE, reports.c.count > 0), 1), else_=0)).label(REPORTED),
            func.sum(case((and_(held, ~undecided), 1), else_=0)).label(HELD),
            func.sum(case((asked_again(), 1), else_=0)).label(ASKED),
        )
        .join(Idea, Idea.table_id == CafeTable.id)
        .outerjoin(reports, reports.c.idea_id == Idea.id)
        .outerjoin(Decision, (Decision.idea_id == Idea.id) & Decision.ended_at.is_(None))
        .where(CafeTable.cafe_id.in_(wanted))
        .group_by(CafeTable.cafe_id)
    )
    for row in counts:
        found[row.cafe_id].counts = {kind: getattr(row, kind) for kind in (NEW, REPORTED, HELD, ASKED)}
    for cafe_id, listed in to_decide(session, wanted, MOST_IN_QUEUE).items():
        found[cafe_id].listed = listed
    place = func.row_number().over(partition_by=CafeTable.cafe_id, order_by=(Idea.created_at.desc(), Idea.id))
    ranked = (
        select(Idea.id, CafeTable.number, Idea.text, Idea.language, CafeTable.cafe_id, place.label("place"))
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .join(Event, Event.id == Idea.event_id)
        .where(
            CafeTable.cafe_id.in_(wanted),
            Event.screen_notes == ScreenNotes.LET_THROUGH,
            Idea.state == IdeaState.VISIBLE,
            Idea.on_screen.is_(None),
        )
        .subquery()
    )
    for row in session.execute(select(ranked).where(ranked.c.place <= AT_ONCE).order_by(ranked.c.place)):
        found[row.cafe_id].for_screen.append(row)
    return found


@dataclass
class QueuePage(Page):
    """The queue of a café."""

    row: Queue
    event: Event
    process: Process


def queue_page(session: Session, by: Actor, cafe_id: UUID) -> QueuePage:
    """The queue, for moderators."""
    found = session.execute(
        select(Cafe.id, Event).join(Event, Event.id == Cafe.event_id).where(Cafe.id == cafe_id)
    ).first()
    if found is None:
        raise NotFound
    event = found[1]
    standing = standing_in_event(session, by, event)
    authorize(Permission.RUN_EVENT, At(standing))
    opened = open_page(session, standing, [f"cafe:{cafe_id}"])
    # The page listens to one channel, and is at the revision of what it sums up.
    opened["channels"] = {f"cafe:{cafe_id}": summary_revision(session, cafe_scope(session, cafe_id))}
    return QueuePage(
        **opened,
        row=queues(session, [cafe_id])[cafe_id],
        event=event,
        process=session.get_one(Process, event.process_id),
    )
