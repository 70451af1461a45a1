"""Reads of remarks on notes and to:DOs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, literal, null, or_, select
from sqlalchemy.orm import Session

from workshop.errors import NotFound
from workshop.models import (
    ActionItem,
    AuthorNames,
    Comment,
    CommentState,
    Decision,
    Event,
    Idea,
    LocalText,
    Participant,
    Reason,
    Report,
    User,
)
from workshop.policy import Permission, authorize
from workshop.queries.authors import AUTHOR, Author
from workshop.queries.viewing import Audience
from workshop.standing import Actor, At, Standing, standing_in_event
from workshop.statements import Many

NEWEST = 3
"""Remarks that a note carries along on its table; the others stand on its own page."""


@dataclass
class Remark:
    """A comment.

    Attributes:
        reason, reason_in_words, state_reason: why it is held or hidden; as of a Note.
        asked, answer: what its author wrote when asking for another look, and why it stays hidden after it.
        reports: how often it was reported and not looked at since, for staff.
    """

    id: UUID
    idea_id: UUID | None
    action_item_id: UUID | None
    author_id: UUID | None
    text: str
    language: str
    state: CommentState
    state_reason: str
    created_at: datetime
    timezone: str
    names: AuthorNames
    name: str | None
    number: int | None
    guest: int | None
    account: str | None
    reason: LocalText | None
    reason_language: str
    reason_in_words: bool | None
    asked: str | None
    answer: str | None
    reports: int
    event_id: UUID
    what: str = "comment"
    table_id: str = ""
    after_the_end: bool = False

    @property
    def waits(self) -> bool:
        """Whether nobody has looked at it yet."""
        return self.state is CommentState.HELD and self.reason is None and not self.state_reason

    @property
    def author(self) -> Author:
        """Who wrote it, as far as the event shows it; members speak for the house, and by their own names."""
        if self.account:
            return Author(AuthorNames.SHOWN, self.account, 1, None)
        return Author(self.names, self.name, self.number, self.guest)

    @property
    def page(self) -> str:
        """The address of what it is on."""
        return f"/ideas/{self.idea_id}" if self.idea_id else f"/items/{self.action_item_id}"


REPORTS = (
    select(func.count(Report.id))
    .where(Report.comment_id == Comment.id, Report.settled_at.is_(None))
    .correlate(Comment)
    .scalar_subquery()
)
COLUMNS = (
    Comment.id,
    Comment.idea_id,
    Comment.action_item_id,
    Comment.participant_id.label("author_id"),
    Comment.text,
    Comment.language,
    Comment.state,
    Comment.state_reason,
    Comment.created_at,
    Event.timezone,
    *AUTHOR,
    User.name.label("account"),
)
PLAIN = (null(), Event.language, null(), null(), null(), literal(0), Event.id)
"""Nothing is told of what everybody sees."""
TOLD = (Reason.words, Event.language, Reason.in_words, Decision.asked, Decision.answer, REPORTS, Event.id)
DECIDED = ("reason", "reason_language", "reason_in_words", "asked", "answer", "reports", "event_id")


def seen(audience: Audience) -> ColumnElement[bool]:
    """The condition under which an audience sees a remark; staff see what was hidden and may show it again.

    Whoever reads their own note sees of the remarks on it what everybody does.
    """
    staff = audience is Audience.STAFF
    return _in([state for state in CommentState if (state.seen.staff if staff else state.seen.everybody)])


def _in(states: list[CommentState]) -> ColumnElement[bool]:
    return Comment.state.in_([literal(state, Comment.state.type) for state in states])


def own(standing: Standing) -> ColumnElement[bool]:
    """The condition under which a remark is somebody's who still sees it where others do not."""
    person, user = standing.participant, standing.user
    mine = [Comment.participant_id == person.id] if person else []
    mine += [Comment.user_id == user.id] if user and standing.roles else []
    return and_(or_(false(), *mine), _in([*OWN]))


def _remarks(*, told: bool) -> Any:
    """Remarks with their authors, and for whom it is meant with what was decided about them."""
    columns: Any = (column.label(name) for column, name in zip(TOLD if told else PLAIN, DECIDED, strict=True))
    rows = (
        select(*COLUMNS, *columns)
        .outerjoin(Idea, Idea.id == Comment.idea_id)
        .outerjoin(ActionItem, ActionItem.id == Comment.action_item_id)
        .join(Event, Event.id == func.coalesce(Idea.event_id, ActionItem.event_id))
        .outerjoin(Participant, Participant.id == Comment.participant_id)
        .outerjoin(User, User.id == Comment.user_id)
    )
    if told:
        rows = rows.outerjoin(Decision, (Decision.comment_id == Comment.id) & Decision.ended_at.is_(None)).outerjoin(
            Reason, Reason.id == Decision.reason_id
        )
    return rows


@cache
def _newest(audience: Audience) -> Many:
    def build(places: list[Any]) -> Any:
        place = func.row_number().over(partition_by=Comment.idea_id, order_by=(Comment.created_at.desc(), Comment.id))
        ranked = (
            _remarks(told=audience is not Audience.EVERYBODY)
            .add_columns(place.label("place"))
            .where(Comment.idea_id.in_(places), seen(audience))
            .subquery()
        )
        return select(ranked).where(ranked.c.place <= NEWEST).order_by(ranked.c.place.desc())

    return Many(build)


for _audience in Audience:
    # Made now, for a server that gets ready.
    _newest(_audience)


def newest_remarks(session: Session, idea_ids: list[UUID], audience: Audience) -> dict[UUID, list[Remark]]:
    """The newest few remarks on each of these notes, the oldest of them first: one statement."""
    found: dict[UUID, list[Remark]] = {}
    for row in _newest(audience).run(session, idea_ids):
        found.setdefault(row.idea_id, []).append(Remark(*row[:-1]))
    return found


def remarks(session: Session, about: ColumnElement[bool], audience: Audience, standing: Standing) -> list[Remark]:
    """All remarks on one thing, the oldest first; one's own also where others do not see it."""
    found = _remarks(told=True).where(about, or_(seen(audience), own(standing)))
    rows: Any = session.execute(found.order_by(Comment.created_at, Comment.id)).all()
    read = [Remark(*row) for row in rows]
    if audience is not Audience.STAFF:
        for one in read:
            one.reports = 0
    return read


OWN = tuple(state for state in CommentState if state.seen.own)
ASIDE = (CommentState.HELD, CommentState.HIDDEN)
"""What its author alone sees, and staff."""


@cache
def _set_aside() -> Many:
    return Many(lambda places: _remarks(told=True).where(Comment.id.in_(places), _in([*ASIDE])))


def set_aside(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, Remark]:
    """Those of these remarks that others do not see, for their authors' own pages."""
    return {row.id: Remark(*row) for row in _set_aside().run(session, ids)}


def written_by(session: Session, participants: Iterable[UUID], *states: CommentState) -> dict[UUID, list[Remark]]:
    """What each of these participants remarked, the newest first, in these states."""
    rows: Any = session.execute(
        _remarks(told=True)
        .where(Comment.participant_id.in_(list(participants)), Comment.state.in_(states))
        .order_by(Comment.created_at.desc(), Comment.id)
    )
    found: dict[UUID, list[Remark]] = {}
    for row in rows:
        found.setdefault(row.author_id, []).append(Remark(*row))
    return found


def commented(session: Session, idea_id: UUID | None, item_id: UUID | None) -> tuple[str, str] | None:
    """Words and language of what a remark is on; who may read them, the operation has decided."""
    if idea_id:
        row = session.execute(select(Idea.text, Idea.language).where(Idea.id == idea_id)).first()
    else:
        row = session.execute(select(ActionItem.title, ActionItem.language).where(ActionItem.id == item_id)).first()
    return (row[0], row[1]) if row else None


def comment_to_change(session: Session, comment_id: UUID | None) -> Comment | None:
    """A remark as it is; who may, the operation has decided."""
    return session.get(Comment, comment_id) if comment_id else None


def page_of(session: Session, by: Actor, comment_id: UUID) -> str:
    """The address of a remark: on the page of what it is on, which says who may read it."""
    row = session.execute(
        select(Comment.idea_id, Comment.action_item_id, Event)
        .outerjoin(Idea, Idea.id == Comment.idea_id)
        .outerjoin(ActionItem, ActionItem.id == Comment.action_item_id)
        .join(Event, or_(Event.id == Idea.event_id, Event.id == ActionItem.event_id))
        .where(Comment.id == comment_id)
    ).first()
    if row is None:
        raise NotFound
    idea_id, item_id, event = row
    authorize(Permission.READ_EVENT, At(standing_in_event(session, by, event)))
    return f"/ideas/{idea_id}#{comment_id}" if idea_id else f"/items/{item_id}#{comment_id}"
