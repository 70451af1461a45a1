"""Remarks on notes and to:DOs: writing one, taking one's own back, hiding one."""

from dataclasses import dataclass, field
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.errors import Closed, NotFound
from workshop.forms import Id, LongText, OperationForm, Text
from workshop.models import SEEN_BY, ActionItem, Cafe, CafeTable, Comment, CommentState, Event, Idea
from workshop.models.base import COMMENT_LENGTH, TITLE_LENGTH
from workshop.perform import Transaction, operation
from workshop.policy import Actor, At, Permission, standing_in_event


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
        row = session.execute(
            select(Idea.state, Idea.table_id, Event)
            .join(Event, Event.id == Idea.event_id)
            .join(CafeTable, CafeTable.id == Idea.table_id)
            .join(Cafe, Cafe.id == CafeTable.cafe_id)
            .where(Idea.id == form.idea.data, ~Cafe.importing)
            .with_for_update(of=Idea, read=True)
        ).first()
        if row is None or not SEEN_BY[row.state].everybody:
            raise NotFound
        return Commentable(standing_in_event(session, by, row[2]), table_id=row.table_id, idea_id=form.idea.data)
    found = session.execute(
        select(ActionItem.number, Event)
        .join(Event, Event.id == ActionItem.event_id)
        .where(ActionItem.id == form.action_item.data)
    ).first()
    if found is None or found.number is None:
        raise NotFound
    return Commentable(standing_in_event(session, by, found[1]), item_id=form.action_item.data)


@operation(
    "comment.write",
    CommentForm,
    Permission.COMMENT,
    find=commentable,
    title=_l("Write a comment"),
    says=_l("%(who)s wrote a comment"),
)
def write_comment(tx: Transaction, at: Commentable, form: CommentForm) -> None:
    """Remark on a note or a to:DO, in the language one writes in."""
    person, user = at.standing.participant, at.standing.user
    # A member who has no seat speaks under the account's name.
    seated = person is not None and not person.removed_at
    comment = Comment(
        id=tx.key,
        idea_id=at.idea_id,
        action_item_id=at.item_id,
        participant_id=person.id if person and seated else None,
        user_id=None if seated or user is None else user.id,
        text=form.text.data,
        language=person.writing_language if person and seated else user.language if user else at.event.language,
        created_at=tx.now,
    )
    tx.session.add(comment)
    _tell(tx, comment, at)


@dataclass
class OneComment(At):
    """A remark, locked against a change at the same moment."""

    comment: Comment = field(kw_only=True)


class OneCommentForm(OperationForm):
    """Which remark."""

    comment = Id()


def one_comment(session: Session, by: Actor, form: OneCommentForm) -> OneComment:
    """The remark, if this actor may know that it exists."""
    comment = session.scalars(select(Comment).where(Comment.id == form.comment.data).with_for_update()).first()
    if comment is None:
        raise NotFound
    if comment.idea_id:
        idea_state, table_id, event = session.execute(
            select(Idea.state, Idea.table_id, Event)
            .join(Event, Event.id == Idea.event_id)
            .where(Idea.id == comment.idea_id)
        ).one()
        readable = SEEN_BY[idea_state].everybody
    else:
        item = session.get_one(ActionItem, comment.action_item_id)
        table_id, event, readable = None, session.get_one(Event, item.event_id), True
    standing = standing_in_event(session, by, event)
    own = standing.participant is not None and standing.participant.id == comment.participant_id
    seen = comment.state is CommentState.VISIBLE and readable
    if not (seen or standing.hosting(table_id) or own):
        raise NotFound
    return OneComment(standing, table_id=table_id, author_id=comment.participant_id, comment=comment)


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
    _change_state(tx, at, CommentState.WITHDRAWN, "")


class HideCommentForm(OneCommentForm):
    """Which remark, and why; its author reads the reason."""

    reason = Text(
        _l("Reason, as its author will read it"), TITLE_LENGTH, required=_l("Write a reason. Its author reads it.")
    )


@operation(
    "comment.hide",
    HideCommentForm,
    Permission.MODERATE_TABLE,
    find=one_comment,
    title=_l("Hide this comment"),
    says=_l("%(who)s hid a comment"),
)
def hide_comment(tx: Transaction, at: OneComment, form: HideCommentForm) -> None:
    """Take somebody's remark from every screen; its author reads why."""
    _change_state(tx, at, CommentState.HIDDEN, form.reason.data)


@operation(
    "comment.show",
    OneCommentForm,
    Permission.MODERATE_TABLE,
    find=one_comment,
    title=_l("Show this comment again"),
    says=_l("%(who)s showed a comment again"),
)
def show_comment(tx: Transaction, at: OneComment, form: OneCommentForm) -> None:
    """Put a hidden remark back where it was."""
    _change_state(tx, at, CommentState.VISIBLE, "")


def _change_state(tx: Transaction, at: OneComment, state: CommentState, reason: str) -> None:
    comment = at.comment
    if (comment.state, comment.state_reason) == (state, reason):
        return
    if comment.state is CommentState.WITHDRAWN:
        raise Closed(_l("Its author has withdrawn this comment."))
    tx.fact("state", comment.state, state)
    comment.state, comment.state_reason = state, reason
    _tell(tx, comment, at)


def _tell(tx: Transaction, comment: Comment, at: At) -> None:
    tx.about("comment", comment.id)
    if comment.idea_id:
        tx.touch("idea", comment.idea_id)
        tx.tell("table", at.table_id)
    else:
        tx.tell("list", at.event.id)
