"""Reads of remarks on notes and to:DOs."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, or_, select
from sqlalchemy.orm import Session

from workshop.errors import NotFound
from workshop.models import ActionItem, AuthorNames, Comment, CommentState, Event, Idea, Participant, User
from workshop.policy import Actor, At, Permission, authorize, standing_in_event
from workshop.queries.authors import AUTHOR, Author
from workshop.queries.viewing import Audience
from workshop.statements import Many

NEWEST = 3
"""Remarks that a note carries along on its table; the others stand on its own page."""


@dataclass
class Remark:
    """A comment."""

    id: UUID
    idea_id: UUID | None
    text: str
    language: str
    state: CommentState
    state_reason: str
    created_at: datetime
    names: AuthorNames
    name: str | None
    number: int | None
    guest: int | None
    account: str | None

    @property
    def author(self) -> Author:
        """Who wrote it, as far as the event shows it; members speak for the house, and by their own names."""
        if self.account:
            return Author(AuthorNames.SHOWN, self.account, 1, None)
        return Author(self.names, self.name, self.number, self.guest)


COLUMNS = (
    Comment.id,
    Comment.idea_id,
    Comment.text,
    Comment.language,
    Comment.state,
    Comment.state_reason,
    Comment.created_at,
    *AUTHOR,
    User.name.label("account"),
)


def seen(audience: Audience) -> ColumnElement[bool]:
    """The condition under which an audience sees a remark; staff see what was hidden and may show it again."""
    states = [CommentState.VISIBLE, CommentState.HIDDEN] if audience is Audience.STAFF else [CommentState.VISIBLE]
    return Comment.state.in_([literal(state, Comment.state.type) for state in states])


@cache
def _newest(audience: Audience) -> Many:
    def build(places: list[Any]) -> Any:
        place = func.row_number().over(partition_by=Comment.idea_id, order_by=(Comment.created_at.desc(), Comment.id))
        ranked = (
            select(*COLUMNS, place.label("place"))
            .join(Idea, Idea.id == Comment.idea_id)
            .join(Event, Event.id == Idea.event_id)
            .outerjoin(Participant, Participant.id == Comment.participant_id)
            .outerjoin(User, User.id == Comment.user_id)
            .where(Comment.idea_id.in_(places), seen(audience))
            .subquery()
        )
        return select(ranked).where(ranked.c.place <= NEWEST).order_by(ranked.c.place.desc())

    return Many(build)


def newest_remarks(session: Session, idea_ids: list[UUID], audience: Audience) -> dict[UUID, list[Remark]]:
    """The newest few remarks on each of these notes, the oldest of them first: one statement."""
    found: dict[UUID, list[Remark]] = {}
    for row in _newest(audience).run(session, idea_ids):
        found.setdefault(row.idea_id, []).append(Remark(*row[:-1]))
    return found


def remarks(session: Session, about: ColumnElement[bool], audience: Audience, mine: UUID | None) -> list[Remark]:
    """All remarks on one thing, the oldest first; one's own also where staff have hidden it."""
    own = (Comment.participant_id == mine) & (Comment.state == CommentState.HIDDEN)
    rows: Any = session.execute(
        select(*COLUMNS)
        .outerjoin(Idea, Idea.id == Comment.idea_id)
        .outerjoin(ActionItem, ActionItem.id == Comment.action_item_id)
        .join(Event, or_(Event.id == Idea.event_id, Event.id == ActionItem.event_id))
        .outerjoin(Participant, Participant.id == Comment.participant_id)
        .outerjoin(User, User.id == Comment.user_id)
        .where(about, or_(seen(audience), own) if mine else seen(audience))
        .order_by(Comment.created_at, Comment.id)
    )
    return [Remark(*row) for row in rows]


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
