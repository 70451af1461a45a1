"""Reads for the page of all notes of an event: searched, filtered, a hundred at a time."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from workshop.errors import NotFound
from workshop.models import Cafe, CafeTable, Event, Idea, IdeaKind, IdeaState, LocalText, Process, Round, Vote
from workshop.models.base import fold
from workshop.policy import Permission, authorize
from workshop.queries import ideas
from workshop.queries.action_list import PAGE_LENGTH, last_page
from workshop.queries.ideas import Note, states_seen
from workshop.queries.sight import on_seen_tables
from workshop.queries.viewing import Audience, Page, open_page
from workshop.standing import Actor, At, standing_in_event

MOST_WATCHED = 18
"""Tables whose changes such a page hears of, beside the list."""


@dataclass(frozen=True)
class Wanted:
    """What of the notes is to be seen."""

    words: str = ""
    table: str = ""
    kind: str = ""
    state: str = ""
    sort: str = "newest"
    page: int = 1

    @property
    def filtered(self) -> bool:
        """Whether something is left out."""
        return bool(self.words or self.table or self.kind or self.state)


@dataclass
class Place:
    """A table that notes can be at."""

    id: UUID
    number: int
    cafe: LocalText
    source: str | None
    question: LocalText


@dataclass
class IdeasPage(Page):
    """The notes of an event."""

    event: Event
    process: Process
    notes: list[Note]
    elsewhere: dict[UUID, int]
    """Of each note's votes, those that were counted elsewhere."""
    total: int
    places: list[Place]
    states: dict[IdeaState, int]
    """How many notes there are in each state this viewer may see."""
    wanted: Wanted
    watched: list[str]

    @property
    def last(self) -> int:
        """The number of the last page."""
        return last_page(self.total)


def ideas_page(session: Session, by: Actor, event_id: UUID, wanted: Wanted) -> IdeasPage:
    """The notes of an event, or the part that is wanted; staff see what is held and hidden too."""
    event = session.get(Event, event_id)
    standing = standing_in_event(session, by, event)
    authorize(Permission.READ_EVENT, At(standing))
    assert event is not None
    audience = Audience.STAFF if standing.staff else Audience.EVERYBODY
    places = [one for one in _places(session, event.id) if standing.sees(one.id)]
    watched = [f"list:{event.id}"]
    watched += [f"table:{one.id}" for one in places if wanted.table in ("", str(one.id))][:MOST_WATCHED]
    opened = open_page(session, standing, watched)
    seen = and_(
        Idea.event_id == event.id,
        on_seen_tables(standing, Idea.table_id),
        Idea.state.in_(states_seen(audience)),
        Idea.table_id.in_(select(CafeTable.id).join(Cafe).where(Cafe.event_id == event.id, ~Cafe.importing)),
    )
    condition = and_(seen, *_wanted(wanted))
    order = (
        (Idea.votes.desc(), Idea.created_at.desc(), Idea.id)
        if wanted.sort == "votes"
        else (Idea.created_at.desc(), Idea.id)
    )
    total = session.scalar(select(func.count(Idea.id)).where(condition)) or 0
    wanted = replace(wanted, page=min(wanted.page, last_page(total)))
    shown: Any = session.execute(
        select(Idea.id, Idea.counted_elsewhere)
        .where(condition)
        .order_by(*order)
        .limit(PAGE_LENGTH)
        .offset((wanted.page - 1) * PAGE_LENGTH)
    ).all()
    found = ideas.notes(session, [row[0] for row in shown], audience)
    return IdeasPage(
        **opened,
        event=event,
        process=session.get_one(Process, event.process_id),
        notes=[found[row[0]] for row in shown if row[0] in found],
        elsewhere={row[0]: row[1] for row in shown},
        total=total,
        places=places,
        states=dict(session.execute(select(Idea.state, func.count(Idea.id)).where(seen).group_by(Idea.state)).all()),
        wanted=wanted,
        watched=watched,
    )


def _wanted(wanted: Wanted) -> list[ColumnElement[bool]]:
    parts: list[ColumnElement[bool]] = []
    if wanted.words:
        parts.append(Idea.folded.contains(fold(wanted.words), autoescape=True))
    if wanted.table:
        try:
            parts.append(Idea.table_id == UUID(wanted.table))
        except ValueError:
            raise NotFound from None
    if wanted.kind in set(IdeaKind):
        parts.append(Idea.kind == IdeaKind(wanted.kind))
    if wanted.state in set(IdeaState):
        parts.append(Idea.state == IdeaState(wanted.state))
    return parts


def _places(session: Session, event_id: UUID) -> list[Place]:
    rows: Any = session.execute(
        select(CafeTable.id, CafeTable.number, Cafe.title, Cafe.source, CafeTable.question)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .where(Cafe.event_id == event_id, ~Cafe.importing)
        .order_by(Cafe.source.is_not(None), Cafe.id, CafeTable.number)
    )
    return [Place(*row) for row in rows]


def note_to_change(session: Session, idea_id: UUID | None) -> Idea | None:
    """A note as it is; who may, the operation has decided."""
    return session.get(Idea, idea_id) if idea_id else None


@dataclass
class Taken:
    """A note where it is taken forward."""

    id: UUID
    language: str
    text: str
    table_number: int
    round_number: int


def notes_to_take(session: Session, ids: Iterable[UUID]) -> list[Taken]:
    """These notes in the order given; who may, the operation has decided."""
    wanted = list(ids)
    rows: Any = session.execute(
        select(Idea.id, Idea.language, Idea.text, CafeTable.number, Round.number)
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .join(Round, Round.id == Idea.round_id)
        .where(Idea.id.in_(wanted))
    )
    found = {row[0]: Taken(*row) for row in rows}
    return [found[one] for one in wanted if one in found]


@dataclass
class Candidate(Taken):
    """A note that may be merged with others, with its support."""

    votes: int


@dataclass
class Merge:
    """What merging notes would make.

    Attributes:
        people: how many support any of them, each counted once; what was counted elsewhere is added.
        twice: how many of these support more than one.
    """

    notes: list[Candidate]
    people: int
    twice: int


def tables_of(session: Session, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The table of each of these notes."""
    rows: Any = session.execute(select(Idea.id, Idea.table_id).where(Idea.id.in_(list(ids))))
    return dict(tuple(row) for row in rows)


def merge_of(session: Session, ids: Iterable[UUID]) -> Merge:
    """What these notes would be together; who may, the operation has decided."""
    wanted = list(ids)
    rows: Any = session.execute(
        select(Idea.id, Idea.language, Idea.text, CafeTable.number, Round.number, Idea.votes, Idea.counted_elsewhere)
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .join(Round, Round.id == Idea.round_id)
        .where(Idea.id.in_(wanted))
    ).all()
    found = {row[0]: Candidate(*row[:6]) for row in rows}
    each = select(func.count().label("given")).where(Vote.idea_id.in_(wanted)).group_by(Vote.participant_id).subquery()
    voters, twice = session.execute(
        select(func.count(), func.coalesce(func.sum(case((each.c.given > 1, 1), else_=0)), 0)).select_from(each)
    ).one()
    return Merge([found[one] for one in wanted if one in found], voters + sum(row[6] for row in rows), twice)
