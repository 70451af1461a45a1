"""Remarks on notes and to:DOs: writing one, taking one's own back; what is decided about them is in `moderation`."""

from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from workshop.errors import NotFound
from workshop.forms import Id, LongText, OperationForm
from workshop.models import (
    SEEN_BY,
    ActionItem,
    Cafe,
    CafeTable,
    Comment,
    CommentState,
    DecisionOutcome,
    Event,
    Idea,
)
from workshop.models.base import COMMENT_LENGTH
from workshop.operations.ideas import end_decision
from workshop.perform import operation
from workshop.phases import PHASE
from workshop.policy import Permission
from workshop.standing import Actor, At, standing_in_event
from workshop.statements import Insertion, Statement
from workshop.transaction import Transaction

EVENT = (Event.id, Event.process_id, Event.closed_at, PHASE, Event.tables_visible, Event.notes_wait, Event.language)
NOTE = Statement(
    select(*EVENT, Idea.state, Idea.table_id, Idea.participant_id)
    .join_from(Idea, Event, Event.id == Idea.event_id)
    .join(CafeTable, CafeTable.id == Idea.table_id)
    .join(Cafe, Cafe.id == CafeTable.cafe_id)
    .where(Idea.id == bindparam("idea"), ~Cafe.importing)
    .with_for_update(of=Idea, read=True)
)
ITEM = Statement(
    select(*EVENT, ActionItem.number)
    .join_from(ActionItem, Event, Event.id == ActionItem.event_id)
    .where(ActionItem.id == bindparam("item"))
)
NEW_COMMENT = Insertion(Comment)


class Remark(NamedTuple):
    """What is told of a remark that has just been written; the names are those of `Comment`."""

    id: UUID
    idea_id: UUID | None
    participant_id: UUID | None
    state: CommentState


@dataclass
class Commentable(At):
    """The note or the to:DO that somebody remarks on."""

    idea_id: UUID | None = field(default=None, kw_only=True)
    item_id: UUID | None = field(default=None, kw_only=True)


class CommentForm(OperationForm):
    """A remark, and the note or the to:DO it is on."""

    idea = Id(required=False)
    action_item = Id(required=False)
    text = LongText(
        _l("Your comment"), COMMENT_LENGTH, required=_l("There is nothing in the comment yet. Write a few words.")
    )


def commentable(session: Session, by: Actor, form: CommentForm) -> Commentable:
    """What the remark is about: a note that everybody sees, or a to:DO on the list."""
    if (form.idea.data is None) == (form.action_item.data is None):
        raise NotFound
    if form.idea.data:
        note = NOTE.first(session, idea=form.idea.data)
        if note is None or not SEEN_BY[note.state].everybody:
            raise NotFound
        standing = standing_in_event(session, by, note)
        return Commentable(standing, table_id=note.table_id, author_id=note.participant_id, idea_id=form.idea.data)
    item = ITEM.first(session, item=form.action_item.data)
    if item is None or item.number is None:
        raise NotFound
    return Commentable(standing_in_event(session, by, item), item_id=form.action_item.data)


@operation(
    "comment.write",
    CommentForm,
    Permission.COMMENT,
    find=commentable,
    title=_l("Write a comment"),
    says=_l("%(who)s wrote a comment"),
)
def write_comment(tx: Transaction, at: Commentable, form: CommentForm) -> None:
    """Remark on a note or a to:DO, in the language one writes in; where notes wait it waits too."""
    person, user = at.standing.participant, at.standing.user
    # A member who has no seat speaks under the account's name.
    seated = person is not None and not person.removed_at
    # Whoever may let it through has looked at it.
    waits = at.event.notes_wait and not at.standing.hosting(at.table_id)
    remark = Remark(
        tx.key,
        at.idea_id,
        person.id if person and seated else None,
        CommentState.HELD if waits else CommentState.VISIBLE,
    )
    NEW_COMMENT.run(
        tx.session,
        **remark._asdict(),
        action_item_id=at.item_id,
        user_id=None if seated or user is None else user.id,
        text=form.text.data,
        language=person.writing_language if person and seated else user.language if user else at.event.language,
        created_at=tx.now,
    )
    tell_remark(tx, remark, at.table_id, at.event.id, before=None)


@dataclass
class OneComment(At):
    """A remark, locked against a change at the same moment."""

    comment: Comment = field(kw_only=True)

    @property
    def thing(self) -> Comment:
        """What is decided about."""
        return self.comment


class OneCommentForm(OperationForm):
    """Which remark."""

    comment = Id()


def one_comment(session: Session, by: Actor, form: OneCommentForm) -> OneComment:
    """The remark, if this actor may know that it exists."""
    found = some_comments(session, by, [form.comment.data] if form.comment.data else [])
    if not found:
        raise NotFound
    return found[0]


def some_comments(session: Session, by: Actor, ids: list[UUID]) -> list[OneComment]:
    """Those of the remarks that this actor may know of, the oldest first; NotFound unless they are of one event."""
    rows = session.execute(
        select(Comment, Idea.state, Idea.table_id, Event)
        .outerjoin(Idea, Idea.id == Comment.idea_id)
        .outerjoin(ActionItem, ActionItem.id == Comment.action_item_id)
        .join(Event, Event.id == func.coalesce(Idea.event_id, ActionItem.event_id))
        .where(Comment.id.in_(ids))
        .order_by(Comment.created_at, Comment.id)
        .with_for_update(of=Comment)
    ).all()
    if not rows:
        return []
    if len({event.id for *_, event in rows}) != 1:
        raise NotFound
    standing = standing_in_event(session, by, rows[0][3])
    me, account = standing.participant, standing.user
    found = []
    for comment, idea_state, table_id, _ in rows:
        on_view = comment.state.seen.everybody and (idea_state is None or SEEN_BY[idea_state].everybody)
        own = (me is not None and me.id == comment.participant_id) or (
            account is not None and account.id == comment.user_id
        )
        if on_view or (comment.state.seen.staff and standing.hosting(table_id)) or own:
            one = OneComment(standing, table_id=table_id, author_id=comment.participant_id, comment=comment)
            one.author_user_id = comment.user_id
            found.append(one)
    return found


@operation(
    "comment.withdraw",
    OneCommentForm,
    Permission.CHANGE_OWN,
    find=one_comment,
    title=_l("Withdraw your comment"),
    says=_l("%(who)s withdrew a comment"),
)
def withdraw_comment(tx: Transaction, at: OneComment, form: OneCommentForm) -> None:
    """Take one's own remark back from every screen."""
    end_decision(tx, at.comment, DecisionOutcome.WITHDRAWN)
    set_remark(tx, at, CommentState.WITHDRAWN, "")


def set_remark(tx: Transaction, at: OneComment, state: CommentState, words: str) -> None:
    """Bring a remark into another state and tell all who saw it or now see it."""
    comment, before = at.comment, at.comment.state
    if (before, comment.state_reason) == (state, words):
        return
    tx.fact("state", before, state)
    comment.state, comment.state_reason = state, words
    tell_remark(tx, comment, at.table_id, at.event.id, before=before)


def tell_remark(
    tx: Transaction, comment: Comment | Remark, table_id: UUID | None, event_id: UUID, before: CommentState | None
) -> None:
    """Have the table or the list know of a remark, and its author where not everybody sees it, before or after."""
    tx.about("comment", comment.id)
    if comment.idea_id:
        tx.touch("idea", comment.idea_id)
        tx.tell("table", table_id)
    else:
        tx.tell("list", event_id)
    if not (comment.state.seen.everybody and (before is None or before.seen.everybody)):
        tx.tell("person", comment.participant_id)
