"""Holding a note or a comment back, hiding it, showing it again."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select

from workshop.errors import Closed, Invalid, NotFound
from workshop.forms import Id, OperationForm, Text
from workshop.models import (
    Comment,
    CommentState,
    Decider,
    Decision,
    DecisionOutcome,
    Idea,
    IdeaState,
    Reason,
    Report,
)
from workshop.models.base import TITLE_LENGTH
from workshop.operations.comments import OneComment, OneCommentForm, one_comment, set_remark, tell_remark
from workshop.operations.ideas import (
    IdeaForm,
    OneIdea,
    change_state,
    end_decision,
    one_idea,
    release_others,
    tell_about,
)
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import At
from workshop.transaction import Transaction

NO_REASON = _l("Choose a reason. Its author reads it.")
OPEN_TO_DECISION = (IdeaState.VISIBLE, IdeaState.HELD, IdeaState.HIDDEN)
TAKEN_BACK = _l("Its author has taken this back, or it stands in another note now.")

One = OneIdea | OneComment
"""What people contribute; all that may be decided about it is the same for a note and a comment."""


class Reasoned(OperationForm):
    """The reason; the author reads both it and what is added to it.

    Words alone stand for the event's reason that has to be said in words.
    """

    because = Id(_l("Which reason?"), required=False)
    reason = Text(_l("In your own words"), TITLE_LENGTH, description=_l("Its author reads it. Without names."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Neither a reason nor words is none."""
        valid = super().validate(extra_validators)
        if valid and not (self.because.data or self.reason.data):
            self.because.errors = [NO_REASON]
            return False
        return valid


class DecideForm(IdeaForm, Reasoned):
    """Which note, and why."""


class DecideCommentForm(OneCommentForm, Reasoned):
    """Which comment, and why."""


@operation(
    "comment.hold",
    DecideCommentForm,
    Permission.MODERATE_TABLE,
    find=one_comment,
    title=_l("Hold this comment back"),
    says=_l("%(who)s held a comment back"),
)
@operation(
    "idea.hold",
    DecideForm,
    Permission.MODERATE_TABLE,
    find=one_idea,
    title=_l("Hold this note back"),
    says=_l("%(who)s held a note back"),
)
def hold(tx: Transaction, at: One, form: Reasoned) -> None:
    """Take it from every screen until a moderator has decided."""
    _decide(tx, at, form, IdeaState.HELD)


@operation(
    "comment.hide",
    DecideCommentForm,
    Permission.MODERATE_TABLE,
    find=one_comment,
    title=_l("Hide this comment"),
    says=_l("%(who)s hid a comment"),
)
@operation(
    "idea.hide",
    DecideForm,
    Permission.MODERATE_TABLE,
    find=one_idea,
    title=_l("Hide this note"),
    says=_l("%(who)s hid a note"),
)
def hide(tx: Transaction, at: One, form: Reasoned) -> None:
    """Take it from every screen for good."""
    _decide(tx, at, form, IdeaState.HIDDEN)


def _decide(tx: Transaction, at: One, form: Reasoned, state: IdeaState) -> None:
    thing, reason, words = at.thing, _reason(tx, at, form), form.reason.data or ""
    if thing.state not in OPEN_TO_DECISION:
        raise Closed(TAKEN_BACK)
    before = open_decision(tx, thing)
    if before and (before.state, before.reason_id, before.words) == (state, reason.id, words):
        return
    end_decision(tx, thing, DecisionOutcome.REPLACED)
    tx.session.add(
        Decision(
            event_id=at.event.id,
            **which(thing),
            reason_id=reason.id,
            state=state,
            words=words,
            by=_as_what(at),
            at=tx.now,
        )
    )
    settle_reports(tx, thing)
    tx.fact("because", before.reason_id if before else None, reason.id)
    was = thing.state
    tx.fact("state", was, state)
    if isinstance(at, OneComment):
        at.comment.state = CommentState(state)
    else:
        release_others(tx, at.idea)
        at.idea.state = state
    thing.state_reason = words
    tell_of(tx, at, was)


def _reason(tx: Transaction, at: One, form: Reasoned) -> Reason:
    """The reason that was chosen; for words alone the one that has to be said in words."""
    if form.because.data:
        reason = tx.session.get(Reason, form.because.data)
        if reason is None or reason.event_id != at.event.id:
            raise NotFound
        if reason.ended_at:
            raise Invalid(fields={"because": [_l("This reason is no longer on the list. Choose another one.")]})
    else:
        reason = tx.session.scalars(
            select(Reason).where(Reason.event_id == at.event.id, Reason.in_words, Reason.ended_at.is_(None)).limit(1)
        ).first()
        if reason is None:
            raise Invalid(fields={"because": [NO_REASON]})
    if reason.in_words and not form.reason.data:
        raise Invalid(fields={"reason": [_l("Say which one, in your own words. Its author reads it.")]})
    return reason


def _as_what(at: At) -> Decider:
    if at.standing.roles and at.standing.staff:
        return Decider.MODERATOR
    return Decider.SYSTEM if at.standing.system else Decider.HOST


@operation(
    "comment.show",
    OneCommentForm,
    Permission.MODERATE_TABLE,
    find=one_comment,
    title=_l("Show this comment again"),
    says=_l("%(who)s showed a comment again"),
)
@operation(
    "idea.show",
    IdeaForm,
    Permission.MODERATE_TABLE,
    find=one_idea,
    title=_l("Show this note again"),
    says=_l("%(who)s showed a note again"),
)
def show(tx: Transaction, at: One, form: OperationForm) -> None:
    """Put what was held or hidden back where it was; its reports are settled."""
    settled = settle_reports(tx, at.thing)
    if at.thing.state == IdeaState.VISIBLE and settled:
        tell_of(tx, at, at.thing.state)
        return
    if at.thing.state not in OPEN_TO_DECISION:
        raise Closed(TAKEN_BACK)
    end_decision(tx, at.thing, DecisionOutcome.SHOWN)
    show_to_all(tx, at)


def show_to_all(tx: Transaction, at: One) -> None:
    """Have everybody see it."""
    if isinstance(at, OneComment):
        set_remark(tx, at, CommentState.VISIBLE, "")
    else:
        change_state(tx, at.idea, IdeaState.VISIBLE, "")


def about(kind: type[Report] | type[Decision], thing: Idea | Comment) -> ColumnElement[bool]:
    """The condition under which a report or a decision is about it."""
    column: Any = kind.idea_id if isinstance(thing, Idea) else kind.comment_id
    return column == thing.id


def which(thing: Idea | Comment) -> dict[str, Any]:
    """The same, to write it down."""
    return {"idea_id" if isinstance(thing, Idea) else "comment_id": thing.id}


def open_decision(tx: Transaction, thing: Idea | Comment) -> Decision | None:
    """What was decided about it and still holds."""
    return tx.session.scalars(select(Decision).where(about(Decision, thing), Decision.ended_at.is_(None))).first()


def settle_reports(tx: Transaction, thing: Idea | Comment) -> int:
    """Take what was reported about it as looked at; how many reports there were."""
    reports = tx.session.scalars(select(Report).where(about(Report, thing), Report.settled_at.is_(None))).all()
    for one in reports:
        one.settled_at = tx.now
    return len(reports)


def tell_of(tx: Transaction, at: One, before: Any) -> None:
    """Have all know of it who saw it before or see it now."""
    if isinstance(at, OneComment):
        tell_remark(tx, at.comment, at.table_id, at.event.id, before=before)
    else:
        tell_about(tx, at.idea, before=before)
