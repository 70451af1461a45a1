"""Reads about notes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, literal, null, or_, select
from sqlalchemy.orm import Session, aliased

from workshop.models import (
    SEEN_BY,
    ActionItem,
    AuthorNames,
    Cafe,
    CafeTable,
    Comment,
    Decision,
    Event,
    Idea,
    IdeaKind,
    IdeaState,
    LocalText,
    Origin,
    Participant,
    Reason,
    Report,
    Round,
    ScreenNotes,
)
from workshop.queries import comments
from workshop.queries.authors import AUTHOR, Author
from workshop.queries.comments import Remark
from workshop.queries.viewing import Audience
from workshop.statements import Many

NEWEST = 200
"""How many notes a table's page shows; the others are in the list of the event's ideas."""


@dataclass
class Note:
    """A note as it is drawn at its table.

    Attributes:
        reason: for which of the event's reasons it is held or hidden; none where no decision was made.
        reason_in_words: whether `state_reason` alone says it.
        after_the_end: whether it arrived after its café had closed.
        asked, answer: what its author wrote when asking for another look, and why it stays hidden after it.
        comments: how many remarks this audience sees; the newest few come along.
        taken: into how many to:DOs it was taken forward.
        for_staff: whether it was read for those who run the table, and is drawn with their tools.
    """

    id: UUID
    table_id: UUID
    table_number: int
    round_number: int
    kind: IdeaKind
    language: str
    text: str
    state: IdeaState
    state_reason: str
    late: bool
    written_for: bool
    pinned_at: datetime | None
    position: int
    version: int
    created_at: datetime
    timezone: str
    votes: int
    on_screen: bool | None
    screen_notes: ScreenNotes
    author_id: UUID | None
    names: AuthorNames
    author: str | None
    author_number: int | None
    author_guest: int | None
    reports: int
    after_the_end: bool | None
    reason: LocalText | None
    reason_language: str
    reason_in_words: bool | None
    asked: str | None
    answer: str | None
    comments: int
    taken: int
    merged: int
    merged_into_id: UUID | None
    for_staff: bool = False
    what: str = "idea"
    on_paper: bool = False
    card: int | None = None
    counted_elsewhere: int = 0
    excerpts: tuple[str, ...] = ()
    taken_by: tuple[str, ...] = ()
    remarks: list[Remark] = field(default_factory=list)
    wordings: list["Wording"] = field(default_factory=list)
    """What was merged into it, in its own words."""

    @property
    def waits(self) -> bool:
        """Whether nobody has looked at it yet."""
        return self.state is IdeaState.HELD and self.reason is None and not self.state_reason

    @property
    def may_stand(self) -> bool:
        """Whether the big screen may show it: as was decided about it, else as the event says."""
        return self.screen_notes is not ScreenNotes.LET_THROUGH if self.on_screen is None else self.on_screen

    @property
    def who(self) -> Author:
        """Who wrote it, as far as the event shows it."""
        return Author(self.names, self.author, self.author_number, self.author_guest)


@dataclass
class Wording:
    """A note that says the same and was merged into another one."""

    id: UUID
    text: str
    language: str


def states_seen(audience: Audience) -> list[IdeaState]:
    """The states in which an audience sees a note."""
    column = {"everybody": "everybody", "staff": "staff", "own": "own"}[audience]
    return [state for state, seen in SEEN_BY.items() if getattr(seen, column)]


def notes(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, Note]:
    """These notes as they are now, without what the audience may not see."""
    rows, forward = _by_id(audience)
    wanted = list(ids)
    found = {row.id: Note(**row._asdict(), for_staff=audience is Audience.STAFF) for row in rows.run(session, wanted)}
    # A new one, and most others, have nothing of all this and ask no further.
    more = [one for one in found.values() if one.taken or one.comments or one.merged]
    if more:
        mark_taken(found, forward.run(session, [one.id for one in more if one.taken]))
        _add_to(session, found, audience)
    return found


@cache
def _by_id(audience: Audience) -> tuple[Many, Many]:
    def condition(places: list[Any]) -> ColumnElement[bool]:
        return and_(Idea.id.in_(places), Idea.state.in_(literals(states_seen(audience))))

    return (
        # On the way of a new note: everybody sees none about which anything was decided.
        Many(lambda places: note_rows(condition(places), audience, decided=audience is not Audience.EVERYBODY)),
        Many(lambda places: forward_rows(condition(places))),
    )


for _audience in Audience:
    # Made now, for a server that gets ready.
    _by_id(_audience)


def literals(states: list[IdeaState]) -> list[ColumnElement[Any]]:
    """States as they stand in a statement that is built once."""
    return [literal(state, Idea.state.type) for state in states]


def notes_at_table(
    session: Session, table_id: UUID, audience: Audience, participant_id: UUID | None, most: int = NEWEST
) -> tuple[list[Note], bool]:
    """What lies on a table, the newest first; with what is the participant's own, in states only they see.

    Beyond `most` there may be more, and whether there is comes second.
    """
    own = false() if participant_id is None else Idea.participant_id == participant_id
    seen = or_(Idea.state.in_(states_seen(audience)), own & Idea.state.in_(states_seen(Audience.OWN)))
    newest = (
        select(Idea.id).where(Idea.table_id == table_id, seen).order_by(Idea.position.desc(), Idea.id).limit(most + 1)
    )
    found = sorted(_notes(session, Idea.id.in_(newest), audience).values(), key=lambda note: (-note.position, note.id))
    return found[:most], len(found) > most


def notes_by(session: Session, participants: Iterable[UUID]) -> dict[UUID, list[Note]]:
    """What each of these participants wrote, in the states they see."""
    own = Idea.participant_id.in_(list(participants)) & Idea.state.in_(states_seen(Audience.OWN))
    written: dict[UUID, list[Note]] = {}
    for note in _notes(session, own, Audience.OWN).values():
        assert note.author_id is not None
        written.setdefault(note.author_id, []).append(note)
    return written


def _notes(session: Session, condition: ColumnElement[bool], audience: Audience) -> dict[UUID, Note]:
    rows = session.execute(note_rows(condition, audience))
    found = {row.id: Note(**row._mapping, for_staff=audience is Audience.STAFF) for row in rows}
    mark_taken(found, session.execute(forward_rows(condition)))
    _add_to(session, found, audience)
    return found


def _add_to(session: Session, found: dict[UUID, Note], audience: Audience) -> None:
    remarked = [one.id for one in found.values() if one.comments]
    for idea_id, newest in comments.newest_remarks(session, remarked, audience).items():
        found[idea_id].remarks = newest
    for row in WORDINGS.run(session, [one.id for one in found.values() if one.merged]):
        found[row.merged_into_id].wordings.append(Wording(row.id, row.text, row.language))


WORDINGS = Many(
    lambda places: (
        select(Idea.merged_into_id, Idea.id, Idea.text, Idea.language)
        .where(Idea.merged_into_id.in_(places), Idea.state == literal(IdeaState.MERGED, Idea.state.type))
        .order_by(Idea.created_at, Idea.id)
    )
)


def note_rows(condition: ColumnElement[bool], audience: Audience, *, decided: bool = True) -> Any:
    """What a note is drawn from; what was decided about it is left out where no such note is read."""
    other = aliased(Idea)
    open_reports = (Report.idea_id == Idea.id) & Report.settled_at.is_(None)
    reports: ColumnElement[int] = literal(0)
    if audience is Audience.STAFF:
        reports = select(func.count(Report.id)).where(open_reports).scalar_subquery()
    told = (Cafe.closed_at <= Idea.created_at, Reason.words, Reason.in_words, Decision.asked, Decision.answer)
    names = ("after_the_end", "reason", "reason_in_words", "asked", "answer")
    rows = (
        select(
            Idea.id,
            Idea.table_id,
            CafeTable.number.label("table_number"),
            Round.number.label("round_number"),
            Idea.kind,
            Idea.language,
            Idea.text,
            Idea.state,
            Idea.state_reason,
            Idea.late,
            Idea.written_for,
            Idea.pinned_at,
            Idea.position,
            Idea.version,
            Idea.created_at,
            Event.timezone,
            Idea.votes.label("votes"),
            Idea.on_screen,
            Event.screen_notes,
            Idea.participant_id.label("author_id"),
            *AUTHOR,
            reports.label("reports"),
            Event.language.label("reason_language"),
            *((column if decided else null()).label(name) for column, name in zip(told, names, strict=True)),
            select(func.count(Comment.id))
            .where(Comment.idea_id == Idea.id, comments.seen(audience))
            .scalar_subquery()
            .label("comments"),
            select(func.count(Origin.action_item_id)).where(Origin.idea_id == Idea.id).scalar_subquery().label("taken"),
            Idea.on_paper,
            Idea.card,
            Idea.counted_elsewhere,
            select(func.count(other.id))
            .where(other.merged_into_id == Idea.id, other.state == literal(IdeaState.MERGED, Idea.state.type))
            .scalar_subquery()
            .label("merged"),
            Idea.merged_into_id,
        )
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .join(Round, Round.id == Idea.round_id)
        .join(Event, Event.id == Idea.event_id)
        .outerjoin(Participant, Participant.id == Idea.participant_id)
        .where(condition)
    )
    if decided:
        rows = rows.join(Cafe, Cafe.id == CafeTable.cafe_id)
        rows = rows.outerjoin(Decision, (Decision.idea_id == Idea.id) & Decision.ended_at.is_(None)).outerjoin(
            Reason, Reason.id == Decision.reason_id
        )
    return rows


def forward_rows(condition: ColumnElement[bool]) -> Any:
    """What was taken forward from notes, and by whom."""
    return (
        select(Origin.idea_id, Origin.excerpt, ActionItem.taken_by)
        .join(ActionItem, ActionItem.id == Origin.action_item_id)
        .join(Idea, Idea.id == Origin.idea_id)
        .where(condition)
        .order_by(ActionItem.created_at, ActionItem.id)
    )


def mark_taken(found: dict[UUID, Note], forward: Iterable[Any]) -> None:
    """Have notes know the passages that were taken forward from them, and who did."""
    for idea_id, excerpt, taken_by in forward:
        note = found[idea_id]
        if excerpt:
            note.excerpts += (excerpt,)
        if taken_by not in note.taken_by:
            note.taken_by += (taken_by,)
