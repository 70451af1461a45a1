"""Reporting a note or a comment; holding it back, hiding it, showing it again; another look at what was decided."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select

from workshop.errors import Closed, Conflict, Invalid, NotFound
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
from workshop.models.base import COMMENT_LENGTH, TITLE_LENGTH
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


class Why(OperationForm):
    """Why somebody should look at it."""

    reason = Text(_l("What is wrong with it?"), TITLE_LENGTH)


class ReportForm(IdeaForm, Why):
    """Why somebody should look at a note."""


class ReportCommentForm(OneCommentForm, Why):
    """Why somebody should look at a comment."""


@operation(
    "comment.report",
    ReportCommentForm,
    Permission.REPORT,
    find=one_comment,
    title=_l("Report this comment"),
    says=_l("%(who)s reported a comment"),
)
@operation(
    "idea.report",
    ReportForm,
    Permission.REPORT,
    find=one_idea,
    title=_l("Report this note"),
    says=_l("%(who)s reported a note"),
)
def report(tx: Transaction, at: One, form: Why) -> None:
    """Tell the host and the moderators that it should be looked at; once per person."""
    mine = select(Report.id).where(about(Report, at.thing), Report.participant_id == at.participant.id)
    if tx.session.scalar(mine):
        return
    reason = form.reason.data or ""
    tx.session.add(Report(**which(at.thing), participant_id=at.participant.id, reason=reason, at=tx.now))
    if isinstance(at, OneComment):
        _tell(tx, at, at.comment.state)
        return
    tx.about("idea", at.idea.id)
    tx.touch("table", at.table.id)
    tx.tell("table", at.table.id)


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
    _tell(tx, at, was)


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
        _tell(tx, at, at.thing.state)
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


@operation(
    "comment.leave",
    OneCommentForm,
    Permission.MODERATE_TABLE,
    find=one_comment,
    title=_l("Leave this comment where it is"),
    says=_l("%(who)s looked at a reported comment and left it"),
)
@operation(
    "idea.leave",
    IdeaForm,
    Permission.MODERATE_TABLE,
    find=one_idea,
    title=_l("Leave this note where it is"),
    says=_l("%(who)s looked at a reported note and left it"),
)
def leave(tx: Transaction, at: One, form: OperationForm) -> None:
    """Settle what was reported about it; never shows what somebody has hidden meanwhile."""
    if at.thing.state != IdeaState.VISIBLE:
        raise Conflict(_l("Somebody has taken this away meanwhile."))
    if settle_reports(tx, at.thing):
        _tell(tx, at, at.thing.state)


class Asking(OperationForm):
    """Why it should be looked at again."""

    words = Text(
        _l("Why should somebody look at it again?"),
        COMMENT_LENGTH,
        required=_l("Write a sentence. The moderators read it."),
    )


class AskForm(IdeaForm, Asking):
    """One's hidden note, and why it should be looked at again."""


class AskAboutCommentForm(OneCommentForm, Asking):
    """One's hidden comment, and why it should be looked at again."""


@operation(
    "comment.ask_again",
    AskAboutCommentForm,
    Permission.ASK_AGAIN,
    find=one_comment,
    title=_l("Ask for another look"),
    says=_l("%(who)s asked for another look at a comment"),
)
@operation(
    "idea.ask_again",
    AskForm,
    Permission.ASK_AGAIN,
    find=one_idea,
    title=_l("Ask for another look"),
    says=_l("%(who)s asked for another look at a note"),
)
def ask_again(tx: Transaction, at: One, form: Asking) -> None:
    """Have the moderators look again at why one's own was hidden; once for each decision."""
    decision = open_decision(tx, at.thing)
    if at.thing.state != IdeaState.HIDDEN or decision is None:
        raise Closed(_l("This is not hidden. There is nothing to look at again."))
    if decision.asked_at:
        raise Closed(_l("You have asked for another look. It is given once."))
    decision.asked_at, decision.asked = tx.now, form.words.data
    _tell(tx, at, at.thing.state)


class Keeping(OperationForm):
    """Why it stays hidden."""

    answer = Text(_l("Why it stays hidden"), TITLE_LENGTH, required=_l("Write a sentence. Its author reads it."))


class KeepForm(IdeaForm, Keeping):
    """A hidden note at which its author asked for another look, and why it stays hidden."""


class KeepCommentForm(OneCommentForm, Keeping):
    """A hidden comment at which its author asked for another look, and why it stays hidden."""


@operation(
    "comment.keep_hidden",
    KeepCommentForm,
    Permission.RUN_EVENT,
    find=one_comment,
    title=_l("It stays hidden"),
    says=_l("%(who)s looked again at a hidden comment and left it hidden"),
)
@operation(
    "idea.keep_hidden",
    KeepForm,
    Permission.RUN_EVENT,
    find=one_idea,
    title=_l("It stays hidden"),
    says=_l("%(who)s looked again at a hidden note and left it hidden"),
)
def keep_hidden(tx: Transaction, at: One, form: Keeping) -> None:
    """Answer the author who asked for another look: it stays hidden, and why."""
    decision = open_decision(tx, at.thing)
    if decision is None or decision.asked_at is None:
        raise Closed(_l("Nobody asked for another look at this."))
    if decision.answered_at:
        raise Conflict(_l("Somebody has answered already: “%(text)s”", text=decision.answer), theirs=decision.answer)
    decision.answered_at, decision.answer = tx.now, form.answer.data
    _tell(tx, at, at.thing.state)


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


def _tell(tx: Transaction, at: One, before: Any) -> None:
    if isinstance(at, OneComment):
        tell_remark(tx, at.comment, at.table_id, at.event.id, before=before)
    else:
        tell_about(tx, at.idea, before=before)
