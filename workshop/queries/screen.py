"""Reads for the big screen: a café in one look."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from workshop.clock import now
from workshop.errors import NotFound
from workshop.models import (
    SITS_NOW,
    ActionItem,
    Cafe,
    CafeTable,
    Event,
    Idea,
    IdeaKind,
    IdeaState,
    ItemStatus,
    LocalText,
    Origin,
    Report,
    ScreenNotes,
    ScreenShows,
    Seat,
    Vote,
)
from workshop.models.base import UTCDateTime
from workshop.queries.announcements import Said as Announced
from workshop.queries.announcements import said_to_all
from workshop.queries.people import event_of_screen as event_of
from workshop.queries.phases import Phases, phases
from workshop.queries.turns import Turns, turns
from workshop.queries.viewing import Audience, Page, cafe_scope, open_page, summary_revision
from workshop.standing import Actor, standing_in_event

__all__ = ["event_of", "screen_page", "screens"]

NEWEST = 3
"""Notes and to:DOs at once: more are too small to be read from the back of a hall."""
BEST = 5
"""Lines of the order after a vote."""
DELAY = timedelta(seconds=20)
"""How long a note can be reported before it stands on the big screen."""


@dataclass
class Said:
    """One note on the big screen."""

    id: UUID
    table_number: int
    kind: IdeaKind
    language: str
    text: str
    excerpt: str | None
    votes: int


@dataclass
class Forward:
    """What a table takes forward, or a to:DO that is on the list."""

    number: int | None
    table_number: int | None
    language: str
    title: str
    votes: int


@dataclass
class Screen:
    """What the big screen shows of a café.

    Attributes:
        shows, table, dark: what was chosen in the cockpit.
        question: what is asked at the chosen table, or in the round.
        notes, forward, people: counts of the foot.
        listed: to:DOs on the list. given, voters: votes on notes, and by how many people.
        newest, best: notes; harvest, items: what is taken forward and what is on the list, the newest first.
        due: when a note will have waited long enough to stand here.
    """

    id: UUID
    event_title: LocalText
    cafe_title: LocalText
    language: str
    code: str | None
    join_token: str | None
    turns: Turns
    phases: Phases
    shows: ScreenShows
    table: int | None
    dark: bool
    question: LocalText | None
    notes: int
    forward: int
    people: int
    listed: int
    given: int
    voters: int
    newest: list[Said] = field(default_factory=list)
    best: list[Said] = field(default_factory=list)
    harvest: list[Forward] = field(default_factory=list)
    items: list[Forward] = field(default_factory=list)
    due: datetime | None = None
    announcement: Announced | None = None
    """What was said to everybody last, while it stands."""

    @property
    def voted(self) -> bool:
        """Whether the order of the votes may be shown: while people can vote nobody sees who is ahead.

        They can until the café is closed, and not in a phase that does not open voting.
        """
        return self.turns.state in ("closed", "over") or not self.phases.voting


@dataclass
class ScreenPage(Page):
    """The big screen's page."""

    event: Event
    screen: Screen


def screen_page(session: Session, by: Actor, event_id: UUID) -> ScreenPage:
    """The big screen of an event: its café that is open, else its last."""
    event = session.get(Event, event_id)
    standing = standing_in_event(session, by, event)
    cafe_id = session.scalars(
        select(Cafe.id)
        .where(Cafe.event_id == event_id, Cafe.source.is_(None))
        .order_by(Cafe.closed_at.is_not(None), Cafe.id)
        .limit(1)
    ).first()
    if cafe_id is None or event is None:
        raise NotFound
    channel = f"cafe:{cafe_id}"
    opened = open_page(session, standing, [channel], aloud=False)
    # The page listens to one channel, and is at the revision of what it sums up.
    opened["channels"][channel] = summary_revision(session, cafe_scope(session, cafe_id))
    return ScreenPage(**opened, event=event, screen=screens(session, [cafe_id])[cafe_id])


def screens(session: Session, ids: Iterable[UUID]) -> dict[UUID, Screen]:
    """What the big screens of these cafés show, for everybody."""
    wanted, moment = list(ids), now()
    running = turns(session, wanted, Audience.EVERYBODY)
    counted = session.execute(_counted(wanted)).all()
    held = phases(session, [row[1].id for row in counted], Audience.EVERYBODY)
    found = {}
    for cafe, event, *counts in counted:
        found[cafe.id] = Screen(
            cafe.id, event.title, cafe.title, event.language, event.code, event.join_token, running[cafe.id],
            held[event.id], cafe.screen_shows, cafe.screen_table, cafe.screen_dark, None, *counts,
        )  # fmt: skip
    seen = _may_stand(moment)
    for cafe_id, said in _said(session, wanted, seen, NEWEST, Idea.created_at.desc(), Idea.id).items():
        found[cafe_id].newest = said
    voted = [one.id for one in found.values() if one.voted and one.shows is ScreenShows.VOTES]
    if voted:
        by_votes = (Idea.votes.desc(), Idea.created_at, Idea.id)
        for cafe_id, said in _said(session, voted, and_(seen, Idea.votes > 0), BEST, *by_votes).items():
            found[cafe_id].best = said
    _add_questions(session, [one for one in found.values() if one.shows is ScreenShows.QUESTION])
    _add_harvest(session, {one.id: one for one in found.values() if one.shows is ScreenShows.HARVEST})
    _add_list(session, [one for one in found.values() if one.shows is ScreenShows.LIST])
    for cafe_id, written in session.execute(_next_written(wanted, moment)):
        found[cafe_id].due = written + DELAY
    for cafe_id, announcement in said_to_all(session, wanted).items():
        found[cafe_id].announcement = announcement
    return found


def _counted(wanted: list[UUID]) -> Any:
    """Each café with its event and the numbers of its foot."""
    visible = (Idea.state == IdeaState.VISIBLE) & (CafeTable.cafe_id == Cafe.id)
    at_table = CafeTable.id == Idea.table_id
    notes = select(func.count(Idea.id)).join(CafeTable, at_table).where(visible)
    forward = (
        select(func.count(ActionItem.id))
        .join(CafeTable, CafeTable.id == ActionItem.table_id)
        .where(CafeTable.cafe_id == Cafe.id, ActionItem.status != ItemStatus.DROPPED)
    )
    people = select(func.count(Seat.id)).where(Seat.cafe_id == Cafe.id, SITS_NOW)
    listed = select(func.count(ActionItem.id)).where(ActionItem.event_id == Event.id, ActionItem.number.is_not(None))
    votes = select(func.count(Vote.id)).join(Idea, Idea.id == Vote.idea_id).join(CafeTable, at_table).where(visible)
    voters = votes.with_only_columns(func.count(Vote.participant_id.distinct()), maintain_column_froms=True)
    numbers = [one.correlate(Cafe, Event).scalar_subquery() for one in (notes, forward, people, listed, votes, voters)]
    return select(Cafe, Event, *numbers).join(Event, Event.id == Cafe.event_id).where(Cafe.id.in_(wanted))


_written = func.coalesce(Idea.reworded_at, Idea.created_at)
"""Since when the words of a note are as they are."""
_reported = exists().where(Report.idea_id == Idea.id, Report.settled_at.is_(None)).correlate(Idea)


def _may_stand(moment: datetime) -> ColumnElement[bool]:
    """The condition under which a note stands on the big screen; statements that use it name its event."""
    by_itself = or_(
        Event.screen_notes == ScreenNotes.AT_ONCE,
        and_(Event.screen_notes == ScreenNotes.AFTER_DELAY, _written <= moment - DELAY),
    )
    chosen = or_(Idea.on_screen.is_(True), and_(Idea.on_screen.is_(None), by_itself))
    return and_(Idea.state == IdeaState.VISIBLE, ~_reported, chosen)


def _next_written(wanted: list[UUID], moment: datetime) -> Any:
    """When the oldest of the notes was written that have not waited long enough."""
    return (
        select(CafeTable.cafe_id, func.min(_written, type_=UTCDateTime()))
        .join(Idea, Idea.table_id == CafeTable.id)
        .join(Event, Event.id == Idea.event_id)
        .where(
            CafeTable.cafe_id.in_(wanted),
            Event.screen_notes == ScreenNotes.AFTER_DELAY,
            Idea.state == IdeaState.VISIBLE,
            Idea.on_screen.is_(None),
            _written > moment - DELAY,
        )
        .group_by(CafeTable.cafe_id)
    )


def _said(
    session: Session, cafes: list[UUID], condition: ColumnElement[bool], most: int, *order: Any
) -> dict[UUID, list[Said]]:
    """The first few notes of each café in an order."""
    excerpt = select(func.min(Origin.excerpt)).where(Origin.idea_id == Idea.id).scalar_subquery()
    place = func.row_number().over(partition_by=CafeTable.cafe_id, order_by=order)
    ranked = (
        select(
            Idea.id, CafeTable.number, Idea.kind, Idea.language, Idea.text, excerpt.label("excerpt"),
            Idea.votes.label("votes"), CafeTable.cafe_id, place.label("place"),
        )
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .join(Event, Event.id == Idea.event_id)
        .where(CafeTable.cafe_id.in_(cafes), condition)
        .subquery()
    )  # fmt: skip
    found: dict[UUID, list[Said]] = {}
    for row in session.execute(select(ranked).where(ranked.c.place <= most).order_by(ranked.c.place)):
        found.setdefault(row.cafe_id, []).append(Said(*row[:7]))
    return found


def _add_questions(session: Session, screens: list[Screen]) -> None:
    """What is asked at the table that was chosen, else in the round that runs or comes next."""
    if not screens:
        return
    asked = {
        (cafe_id, number): question
        for cafe_id, number, question in session.execute(
            select(CafeTable.cafe_id, CafeTable.number, CafeTable.question).where(
                CafeTable.cafe_id.in_([one.id for one in screens])
            )
        )
    }
    for one in screens:
        turn = one.turns.running or one.turns.following or one.turns.last
        prompt = turn.prompt if turn else None
        one.question = asked.get((one.id, one.table)) if one.table else prompt or asked.get((one.id, 1))


FORWARD = (
    ActionItem.number, CafeTable.number.label("table_number"), ActionItem.language, ActionItem.title,
    ActionItem.votes.label("votes"),
)  # fmt: skip


def _add_harvest(session: Session, screens: dict[UUID, Screen]) -> None:
    """What the tables take forward, the newest first."""
    if not screens:
        return
    place = func.row_number().over(
        partition_by=CafeTable.cafe_id, order_by=(ActionItem.created_at.desc(), ActionItem.id)
    )
    ranked = (
        select(*FORWARD, CafeTable.cafe_id, place.label("place"))
        .join(CafeTable, CafeTable.id == ActionItem.table_id)
        .where(CafeTable.cafe_id.in_(screens), ActionItem.status != ItemStatus.DROPPED)
        .subquery()
    )
    for row in session.execute(select(ranked).where(ranked.c.place <= NEWEST).order_by(ranked.c.place)):
        screens[row.cafe_id].harvest.append(Forward(*row[:5]))


def _add_list(session: Session, screens: list[Screen]) -> None:
    """The to:DOs that came to the list last."""
    if not screens:
        return
    cafe_of = dict(
        session.execute(select(Cafe.id, Cafe.event_id).where(Cafe.id.in_([one.id for one in screens]))).all()
    )
    place = func.row_number().over(partition_by=ActionItem.event_id, order_by=ActionItem.number.desc())
    ranked = (
        select(*FORWARD, ActionItem.event_id, place.label("place"))
        .outerjoin(CafeTable, CafeTable.id == ActionItem.table_id)
        .where(ActionItem.event_id.in_(set(cafe_of.values())), ActionItem.number.is_not(None))
        .subquery()
    )
    rows = session.execute(select(ranked).where(ranked.c.place <= NEWEST).order_by(ranked.c.place)).all()
    for one in screens:
        one.items = [Forward(*row[:5]) for row in rows if row.event_id == cafe_of[one.id]]
