"""The line from words to outcome, read back from a goal or a to:DO and forward from a note."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from workshop.errors import Closed, Forbidden, NotFound
from workshop.models import (
    SEEN_BY,
    ActionItem,
    Cafe,
    CafeTable,
    Comment,
    Event,
    Goal,
    GoalStatus,
    Idea,
    IdeaState,
    ItemStatus,
    LocalText,
    Origin,
    Process,
    Round,
)
from workshop.policy import Permission, authorize
from workshop.queries import ideas
from workshop.queries.comments import Remark, remarks
from workshop.queries.ideas import Note, states_seen
from workshop.queries.items import Item, items
from workshop.queries.sight import on_seen_tables
from workshop.queries.viewing import Audience, Page, open_page
from workshop.standing import Actor, At, Standing, standing_in_event

FEW_VOICES = 20
"""More voices than this are folded."""
STRONGEST = 3
"""How many voices of each to:DO stand unfolded."""


@dataclass
class Voice:
    """A note as a line shows it: its words, where they were written, without a name.

    `text` is empty where not everybody may read the note any more; `state` says why.
    """

    id: UUID
    language: str
    text: str
    state: IdeaState
    excerpt: str | None
    votes: int
    table_id: UUID
    table_number: int
    round_number: int
    cafe: LocalText
    source: str | None
    original: str


@dataclass
class Became:
    """A to:DO with the voices it came from; `more` of them are folded."""

    id: UUID
    number: int
    title: str
    language: str
    status: ItemStatus
    event_id: UUID
    voices: list[Voice] = field(default_factory=list)
    more: int = 0


def voices(session: Session, item_ids: Iterable[UUID]) -> dict[UUID, list[Voice]]:
    """The notes each to:DO came from, in the order in which they were taken: one statement."""
    found: dict[UUID, list[Voice]] = {}
    # What was merged into a note that everybody reads is read there too.
    into = aliased(Idea)
    rows: Any = session.execute(
        select(
            Origin.action_item_id, Idea.id, Idea.language, Idea.text, Idea.state, Origin.excerpt, Idea.votes,
            CafeTable.id, CafeTable.number, Round.number, Cafe.title, Cafe.source, Event.language, into.state,
        )
        .join(Idea, Idea.id == Origin.idea_id)
        .outerjoin(into, into.id == Idea.merged_into_id)
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .join(Round, Round.id == Idea.round_id)
        .join(Event, Event.id == Idea.event_id)
        .where(Origin.action_item_id.in_(list(item_ids)))
        .order_by(Origin.position, Idea.id)
    )  # fmt: skip
    for item_id, *values, stays in rows:
        voice = Voice(*values)
        if not SEEN_BY[voice.state].everybody and stays is not IdeaState.VISIBLE:
            voice.text, voice.excerpt = "", None
        found.setdefault(item_id, []).append(voice)
    return found


def became(session: Session, goal_ids: Iterable[UUID]) -> dict[UUID, list[Became]]:
    """The to:DOs of each goal with their voices: two statements."""
    rows: Any = session.execute(
        select(
            ActionItem.goal_id, ActionItem.id, ActionItem.number, ActionItem.title, ActionItem.language,
            ActionItem.status, ActionItem.event_id,
        )
        .where(ActionItem.goal_id.in_(list(goal_ids)), ActionItem.number.is_not(None))
        .order_by(ActionItem.number, ActionItem.id)
    ).all()  # fmt: skip
    said = voices(session, [row[1] for row in rows])
    found: dict[UUID, list[Became]] = {}
    for goal_id, *values in rows:
        item = Became(*values)
        item.voices = said.get(item.id, [])
        found.setdefault(goal_id, []).append(item)
    return found


def fold_voices(became: list[Became]) -> None:
    """Where there are many voices, keep the strongest of each to:DO in their order and count the others."""
    if sum(len(item.voices) for item in became) <= FEW_VOICES:
        return
    for item in became:
        # One more than stands there is shown rather than folded: the line for it takes the same space.
        if len(item.voices) <= STRONGEST + 1:
            continue
        strongest = sorted(item.voices, key=lambda voice: (not voice.text, -voice.votes))[:STRONGEST]
        item.more = len(item.voices) - STRONGEST
        item.voices = [voice for voice in item.voices if voice in strongest]


@dataclass
class Commenting:
    """Whether one may comment there now; where that is closed, why and until when."""

    may: bool
    closed: Any = None


@dataclass
class ItemPage(Page):
    """One to:DO with the notes it came from."""

    event: Event
    process: Process
    item: Item
    voices: list[Voice]
    remarks: list[Remark]
    commenting: Commenting
    watched: list[str]


def item_page(session: Session, by: Actor, item_id: UUID) -> ItemPage:
    """A to:DO's own page; a draft's for its table's host and the staff."""
    found = session.get(ActionItem, item_id)
    if found is None:
        raise NotFound
    event = session.get_one(Event, found.event_id)
    standing = standing_in_event(session, by, event)
    authorize(Permission.READ_EVENT, At(standing))
    if found.number is None and not standing.hosting(found.table_id):
        raise NotFound
    audience = Audience.STAFF if standing.staff else Audience.EVERYBODY
    tables = session.scalars(
        select(Idea.table_id)
        .join(Origin)
        .where(Origin.action_item_id == item_id, on_seen_tables(standing, Idea.table_id))
        .distinct()
    )
    watched = [f"list:{event.id}", *(f"table:{one}" for one in tables)]
    opened = open_page(session, standing, watched)
    return ItemPage(
        **opened,
        event=event,
        process=session.get_one(Process, event.process_id),
        item=items(session, ActionItem.id == item_id, audience)[0],
        voices=voices(session, [item_id]).get(item_id, []),
        remarks=remarks(session, Comment.action_item_id == item_id, audience, standing),
        commenting=_commenting(standing) if found.number is not None else Commenting(False),
        watched=watched,
    )


@dataclass
class Outcome:
    """What a note became: a to:DO, and the goal that is part of."""

    item_id: UUID
    number: int | None
    title: str
    language: str
    status: ItemStatus
    status_reason: str
    excerpt: str | None
    goal_id: UUID | None = None
    goal_number: int | None = None
    goal_title: str | None = None
    goal_language: str | None = None
    goal_status: GoalStatus | None = None
    goal_reason: str | None = None
    idea_id: UUID | None = None
    """The note that was taken forward: the one itself, or the one it was merged into."""


@dataclass
class IdeaPage(Page):
    """One note, and what became of it."""

    event: Event
    process: Process
    cafe: Cafe
    note: Note
    counted_elsewhere: int
    remarks: list[Remark]
    commenting: Commenting
    outcomes: list[Outcome]
    """Of a merged note also what became of the one it was merged into."""
    taken: bool
    """Whether it, or the one it was merged into, was taken forward, be it into a draft."""
    sees: bool
    """Whether the viewer sees the note's table."""
    watched: list[str]


def idea_page(session: Session, by: Actor, idea_id: UUID) -> IdeaPage:
    """A note's own page, for whoever may read it.

    Of a note at a table out of sight that is its author's, what stands in the line of a to:DO on the list, and what
    was merged into a note in sight, with what became of it; what else was said at its table stays there.
    """
    row = session.execute(
        select(Idea, CafeTable, Cafe, Event)
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .join(Event, Event.id == Idea.event_id)
        .where(Idea.id == idea_id)
    ).first()
    if row is None:
        raise NotFound
    idea, table, cafe, event = row
    standing = standing_in_event(session, by, event)
    authorize(Permission.READ_EVENT, At(standing))
    audience = Audience.STAFF if standing.hosting(table.id) else Audience.EVERYBODY
    person = standing.participant
    own = person is not None and person.id == idea.participant_id
    readable = idea.state in states_seen(audience) or (own and idea.state in states_seen(Audience.OWN))
    into = session.get(Idea, idea.merged_into_id) if idea.merged_into_id else None
    # It counts with that one from then on, and goes where that one goes.
    front = [into.id] if into is not None and into.state is IdeaState.VISIBLE else []
    readable = readable or bool(front)
    outcomes = _outcomes(session, audience, idea_id, *front)
    on_the_list = any(one.number is not None and one.idea_id == idea_id for one in outcomes)
    seen = standing.sees(table.id)
    whole = seen or own
    in_sight = whole or (into is not None and standing.sees(into.table_id))
    if not readable or cafe.importing or not (in_sight or on_the_list):
        raise NotFound
    watched = [f"table:{table.id}", f"list:{event.id}"] if seen else [f"list:{event.id}"]
    watched += [f"goal:{one}" for one in {outcome.goal_id for outcome in outcomes if outcome.goal_id}]
    if own and person:
        watched.append(f"person:{person.id}")
    opened = open_page(session, standing, watched)
    found = ideas.notes(session, [idea_id, *front], audience)
    note = found.get(idea_id)
    if note is None:
        note = ideas.notes(session, [idea_id], Audience.OWN)[idea_id]
    if not whole:
        # The line, and the note it is part of, show its words, without a name and without others that say the same.
        note.author = note.author_number = note.author_guest = None
        note.wordings, note.remarks = [], []
    return IdeaPage(
        **opened,
        event=event,
        process=session.get_one(Process, event.process_id),
        cafe=cafe,
        note=note,
        counted_elsewhere=idea.counted_elsewhere,
        remarks=remarks(session, Comment.idea_id == idea_id, audience, standing) if whole else [],
        commenting=_commenting(standing)
        if idea.state in states_seen(Audience.EVERYBODY) and whole
        else Commenting(False),
        outcomes=outcomes,
        taken=any(one.taken for one in (note, *found.values())),
        sees=seen,
        watched=watched,
    )


def _commenting(standing: Standing) -> Commenting:
    try:
        authorize(Permission.COMMENT, At(standing))
    except Closed as problem:
        return Commenting(False, problem.message)
    except Forbidden:
        return Commenting(False)
    return Commenting(True)


def _outcomes(session: Session, audience: Audience, *notes: UUID) -> list[Outcome]:
    """What became of notes, each to:DO once. Drafts are for those who may see them, to:DOs and goals alike."""
    staff = audience is Audience.STAFF
    rows: Any = session.execute(
        select(
            ActionItem.id, ActionItem.number, ActionItem.title, ActionItem.language, ActionItem.status,
            ActionItem.status_reason, Origin.excerpt,
            Goal.id, Goal.number, Goal.title, Goal.language, Goal.status, Goal.status_reason, Origin.idea_id,
        )
        .join(Origin, Origin.action_item_id == ActionItem.id)
        .outerjoin(Goal, (Goal.id == ActionItem.goal_id) & (Goal.status != GoalStatus.DRAFT))
        .where(Origin.idea_id.in_(notes))
        .order_by(ActionItem.number, Origin.idea_id != notes[0])
    )  # fmt: skip
    found: dict[UUID, Outcome] = {}
    for row in rows:
        if staff or row[1] is not None:
            found.setdefault(row[0], Outcome(*row))
    return list(found.values())
