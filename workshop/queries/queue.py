"""What waits for a moderator's decision at a café, oldest first."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    Integer,
    Select,
    String,
    Subquery,
    Uuid,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from workshop.clock import now
from workshop.errors import NotFound
from workshop.models import (
    ActionItem,
    Cafe,
    CafeTable,
    Comment,
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
from workshop.policy import Permission, authorize
from workshop.queries.announcements import Said, standing_in
from workshop.queries.ideas import states_seen
from workshop.queries.photos import WaitingPhoto, photos_that_wait
from workshop.queries.viewing import Audience, Page, cafe_scope, open_page, summary_revision
from workshop.standing import Actor, At, standing_in_event

MOST_IN_QUEUE = 50
"""The oldest that the queue lists; it counts them all."""
AT_ONCE = 10
"""How many a moderator takes to look at."""
NEW, REPORTED, HELD, ASKED = "new", "reported", "held", "asked"


@dataclass
class ToDecide:
    """A note or a comment that waits for a decision.

    Attributes:
        what: idea or comment. table_id, table: where it lies; None for a comment on a to:DO.
        waits: new (nobody has looked at it yet), reported, held, or asked (its author asks for another look).
        since: when it began to wait.
        reason, reason_language, reason_in_words, state_reason: why it is held or hidden.
        reports, report: how often it was reported, and one of the reasons given.
        asked: what its author wrote.
        on_idea, on_item, on_text, on_language: of a comment, what it is on.
        taker, until: the moderator who is looking at it now, and how long others leave it to them.
    """

    what: str
    id: UUID
    table_id: UUID | None
    table: int | None
    text: str
    language: str
    waits: str
    since: datetime
    reason: LocalText | None
    reason_language: str
    reason_in_words: bool | None
    state_reason: str
    reports: int
    report: str | None
    asked: str | None
    on_idea: UUID | None
    on_item: UUID | None
    on_text: str | None
    on_language: str | None
    taker: str | None
    until: datetime | None


NO_ID: Any = cast(null(), Uuid())
NO_WORDS: Any = cast(null(), String())


def waiting_at(cafe_ids: list[UUID]) -> Subquery:
    """Everything that waits at these cafés: notes, comments on them, and at each comments on its event's to:DOs."""
    at_table = CafeTable.cafe_id.in_(cafe_ids)
    table = (CafeTable.cafe_id, CafeTable.id.label("table_id"), CafeTable.number)
    notes = _waiting(cafe_ids, Idea, Idea.id, (*table, NO_ID, NO_ID, NO_WORDS, NO_WORDS))
    notes = notes.join(CafeTable, CafeTable.id == Idea.table_id).join(Event, Event.id == Idea.event_id)
    on_notes = _waiting(cafe_ids, Comment, Comment.id, (*table, Idea.id, NO_ID, Idea.text, Idea.language))
    on_notes = on_notes.join(Idea, Idea.id == Comment.idea_id).join(Event, Event.id == Idea.event_id)
    on_notes = on_notes.join(CafeTable, CafeTable.id == Idea.table_id).where(
        Idea.state.in_(states_seen(Audience.STAFF))
    )
    item = (ActionItem.id, ActionItem.title, ActionItem.language)
    on_list = _waiting(cafe_ids, Comment, Comment.id, (Cafe.id, NO_ID, cast(null(), Integer()), NO_ID, *item))
    on_list = on_list.join(ActionItem, ActionItem.id == Comment.action_item_id)
    on_list = on_list.join(Event, Event.id == ActionItem.event_id).join(Cafe, Cafe.event_id == Event.id)
    on_list = on_list.where(Cafe.id.in_(cafe_ids), Cafe.source.is_(None))
    return union_all(notes.where(at_table), on_notes.where(at_table), on_list).subquery()


def _waiting(cafe_ids: list[UUID], kind: Any, thing_id: Any, place: tuple[Any, ...]) -> Select[Any]:
    """What of one kind waits at the cafés; `place` says where it lies and what it is on."""
    name = kind.__tablename__
    decided, looked = getattr(Decision, f"{name}_id"), getattr(Look, f"{name}_id")
    about: Any = getattr(Report, f"{name}_id")
    open_reports = (about == thing_id) & Report.settled_at.is_(None)
    reports, first, report = (
        select(one).where(open_reports).correlate(kind).scalar_subquery()
        for one in (func.count(Report.id), func.min(Report.at), func.max(Report.reason))
    )
    reported = exists().where(open_reports).correlate(kind)
    held = kind.state == "held"
    new = held & Decision.id.is_(None)
    asked = and_(kind.state == "hidden", Decision.asked_at.is_not(None), Decision.answered_at.is_(None))
    # From the few of which something is known, so that a café with ten thousand notes costs what one with ten does.
    held_ones = select(thing_id).where(held)
    if kind is Idea:
        held_ones = held_ones.where(Idea.event_id.in_(select(Cafe.event_id).where(Cafe.id.in_(cafe_ids))))
    talked_about = union_all(
        held_ones,
        select(about).where(about.is_not(None), Report.settled_at.is_(None)),
        select(decided).where(decided.is_not(None), Decision.ended_at.is_(None), Decision.asked_at.is_not(None)),
    )
    cafe_id, table_id, number, on_idea, on_item, on_text, on_language = place
    return (
        select(
            cafe_id.label("cafe_id"),
            literal(name).label("what"),
            thing_id.label("id"),
            table_id.label("table_id"),
            number.label("number"),
            kind.text,
            kind.language,
            case((new, NEW), (held, HELD), (kind.state == "visible", REPORTED), else_=ASKED).label("waits"),
            case((new, kind.created_at), (held, Decision.at), (kind.state == "visible", first), else_=Decision.asked_at)
            .label("since"),
            Reason.words,
            Event.language.label("reason_language"),
            Reason.in_words,
            kind.state_reason,
            reports.label("reports"),
            report.label("report"),
            Decision.asked,
            on_idea.label("on_idea"),
            on_item.label("on_item"),
            on_text.label("on_text"),
            on_language.label("on_language"),
            User.name.label("taker"),
            Look.until,
        )
        .select_from(kind)
        .outerjoin(Decision, (decided == thing_id) & Decision.ended_at.is_(None))
        .outerjoin(Reason, Reason.id == Decision.reason_id)
        .outerjoin(Look, (looked == thing_id) & (Look.until > now()))
        .outerjoin(User, User.id == Look.user_id)
        .where(thing_id.in_(talked_about), or_(held, (kind.state == "visible") & reported, asked))
    )  # fmt: skip


def to_decide(session: Session, cafe_ids: Iterable[UUID], most: int) -> dict[UUID, list[ToDecide]]:
    """The oldest that wait at each café, in one statement."""
    waiting = waiting_at(list(cafe_ids))
    place = func.row_number().over(partition_by=waiting.c.cafe_id, order_by=(waiting.c.since, waiting.c.id))
    ranked = select(waiting, place.label("place")).subquery()
    found: dict[UUID, list[ToDecide]] = {}
    for row in session.execute(select(ranked).where(ranked.c.place <= most).order_by(ranked.c.place)):
        cafe_id, *values, _ = row
        found.setdefault(cafe_id, []).append(ToDecide(*values))
    return found


class Waiting(NamedTuple):
    """How many wait at one table for one thing."""

    cafe_id: UUID
    table_id: UUID | None
    waits: str
    many: int


def how_many_wait(session: Session, cafe_ids: Iterable[UUID]) -> list[Waiting]:
    """All that waits at these cafés, counted in one statement."""
    waiting = waiting_at(list(cafe_ids))
    by = (waiting.c.cafe_id, waiting.c.table_id, waiting.c.waits)
    return [Waiting(*row) for row in session.execute(select(*by, func.count()).group_by(*by))]


@dataclass
class Queue:
    """What waits at a café, for all its moderators.

    Attributes:
        counts: how many wait, by what they wait for.
        listed: the oldest of them.
        for_screen: where a moderator puts notes on the big screen, the newest about which nobody has decided.
        photos, photos_waiting: the oldest photos that have to be let through, and how many there are.
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
    said: list[Said] = field(default_factory=list)
    """What stands announced, the newest first."""
    photos: list[WaitingPhoto] = field(default_factory=list)
    photos_waiting: int = 0
    listed: list[ToDecide] = field(default_factory=list)

    @property
    def waiting(self) -> int:
        """How many notes and comments wait."""
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
    for one in found.values():
        one.counts = dict.fromkeys((NEW, REPORTED, HELD, ASKED), 0)
    for some in how_many_wait(session, wanted):
        found[some.cafe_id].counts[some.waits] += some.many
    for said in standing_in(session, wanted):
        found[said.cafe_id].said.append(said)
    for cafe_id, listed in to_decide(session, wanted, MOST_IN_QUEUE).items():
        found[cafe_id].listed = listed
    for cafe_id, (many, photos) in photos_that_wait(session, wanted, MOST_IN_QUEUE).items():
        found[cafe_id].photos_waiting, found[cafe_id].photos = many, photos
    # Where notes come to the screen by themselves none of them is looked at.
    chosen_by_hand = (
        select(Cafe.id)
        .join(Event, Event.id == Cafe.event_id)
        .where(Cafe.id.in_(wanted), Event.screen_notes == ScreenNotes.LET_THROUGH)
    )
    place = func.row_number().over(partition_by=CafeTable.cafe_id, order_by=(Idea.created_at.desc(), Idea.id))
    ranked = (
        select(Idea.id, CafeTable.number, Idea.text, Idea.language, CafeTable.cafe_id, place.label("place"))
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .where(
            CafeTable.cafe_id.in_(chosen_by_hand),
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
    opened = open_page(session, standing, [f"cafe:{cafe_id}"], aloud=False)
    # The page listens to one channel, and is at the revision of what it sums up.
    opened["channels"] = {f"cafe:{cafe_id}": summary_revision(session, cafe_scope(session, cafe_id))}
    return QueuePage(
        **opened,
        row=queues(session, [cafe_id])[cafe_id],
        event=event,
        process=session.get_one(Process, event.process_id),
    )
