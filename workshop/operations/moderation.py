"""Reporting a note; holding it back, hiding it, showing it again; another look at what was decided."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from workshop.errors import Closed, Conflict, Invalid, NotFound
from workshop.forms import Id, Text
from workshop.models import Decider, Decision, DecisionOutcome, Idea, IdeaState, Reason, Report
from workshop.models.base import COMMENT_LENGTH, TITLE_LENGTH
from workshop.operations.ideas import (
    IdeaForm,
    OneIdea,
    change_state,
    end_decision,
    one_idea,
    release_others,
    tell_about,
)
from workshop.perform import Transaction, operation
from workshop.policy import At, Permission

NO_REASON = _l("Choose a reason. Its author reads it.")


class ReportForm(IdeaForm):
    """Why somebody should look at a note."""

    reason = Text(_l("What is wrong with it?"), TITLE_LENGTH)


@operation(
    "idea.report",
    ReportForm,
    Permission.REPORT,
    find=one_idea,
    title=_l("Report this note"),
    says=_l("%(who)s reported a note"),
)
def report_idea(tx: Transaction, at: OneIdea, form: ReportForm) -> None:
    """Tell the host and the moderators that a note should be looked at; once per person."""
    mine = select(Report.id).where(Report.idea_id == at.idea.id, Report.participant_id == at.participant.id)
    if tx.session.scalar(mine):
        return
    tx.session.add(
        Report(idea_id=at.idea.id, participant_id=at.participant.id, reason=form.reason.data or "", at=tx.now)
    )
    tx.about("idea", at.idea.id)
    tx.touch("table", at.table.id)
    tx.tell("table", at.table.id)


class DecideForm(IdeaForm):
    """Which note, and why; the author reads both the reason and what is added to it.

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


@operation(
    "idea.hold",
    DecideForm,
    Permission.MODERATE_TABLE,
    find=one_idea,
    title=_l("Hold this note back"),
    says=_l("%(who)s held a note back"),
)
def hold_idea(tx: Transaction, at: OneIdea, form: DecideForm) -> None:
    """Take a note from every screen until a moderator has decided."""
    _decide(tx, at, form, IdeaState.HELD)


@operation(
    "idea.hide",
    DecideForm,
    Permission.MODERATE_TABLE,
    find=one_idea,
    title=_l("Hide this note"),
    says=_l("%(who)s hid a note"),
)
def hide_idea(tx: Transaction, at: OneIdea, form: DecideForm) -> None:
    """Take a note from every screen for good."""
    _decide(tx, at, form, IdeaState.HIDDEN)


def _decide(tx: Transaction, at: OneIdea, form: DecideForm, state: IdeaState) -> None:
    idea, reason, words = at.idea, _reason(tx, at, form), form.reason.data or ""
    if idea.state not in (IdeaState.VISIBLE, IdeaState.HELD, IdeaState.HIDDEN):
        raise Closed(_l("This note has been taken from the table."))
    before = open_decision(tx, idea)
    if before and (before.state, before.reason_id, before.words) == (state, reason.id, words):
        return
    end_decision(tx, idea, DecisionOutcome.REPLACED)
    tx.session.add(
        Decision(
            event_id=at.event.id,
            idea_id=idea.id,
            reason_id=reason.id,
            state=state,
            words=words,
            by=_as_what(at),
            at=tx.now,
        )
    )
    settle_reports(tx, idea)
    tx.fact("because", before.reason_id if before else None, reason.id)
    was = idea.state
    tx.fact("state", was, state)
    release_others(tx, idea)
    idea.state, idea.state_reason = state, words
    tell_about(tx, idea, before=was)


def _reason(tx: Transaction, at: OneIdea, form: DecideForm) -> Reason:
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
    "idea.show",
    IdeaForm,
    Permission.MODERATE_TABLE,
    find=one_idea,
    title=_l("Show this note again"),
    says=_l("%(who)s showed a note again"),
)
def show_idea(tx: Transaction, at: OneIdea, form: IdeaForm) -> None:
    """Lay a held or hidden note back on the table; its reports are settled."""
    settled = settle_reports(tx, at.idea)
    if at.idea.state is IdeaState.VISIBLE and settled:
        tell_about(tx, at.idea, before=at.idea.state)
        return
    if at.idea.state not in (IdeaState.VISIBLE, IdeaState.HELD, IdeaState.HIDDEN):
        raise Closed(_l("Its author has withdrawn this note."))
    end_decision(tx, at.idea, DecisionOutcome.SHOWN)
    change_state(tx, at.idea, IdeaState.VISIBLE, "")


@operation(
    "idea.leave",
    IdeaForm,
    Permission.MODERATE_TABLE,
    find=one_idea,
    title=_l("Leave this note where it is"),
    says=_l("%(who)s looked at a reported note and left it"),
)
def leave_idea(tx: Transaction, at: OneIdea, form: IdeaForm) -> None:
    """Settle what was reported about a note that may stay; never shows one that somebody has hidden meanwhile."""
    if at.idea.state is not IdeaState.VISIBLE:
        raise Conflict(_l("Somebody has taken this note from the table meanwhile."))
    if settle_reports(tx, at.idea):
        tell_about(tx, at.idea, before=at.idea.state)


class AskForm(IdeaForm):
    """One's hidden note, and why it should be looked at again."""

    words = Text(
        _l("Why should somebody look at it again?"),
        COMMENT_LENGTH,
        required=_l("Write a sentence. The moderators read it."),
    )


@operation(
    "idea.ask_again",
    AskForm,
    Permission.ASK_AGAIN,
    find=one_idea,
    title=_l("Ask for another look"),
    says=_l("%(who)s asked for another look at a note"),
)
def ask_again(tx: Transaction, at: OneIdea, form: AskForm) -> None:
    """Have the moderators look again at why one's note was hidden; once for each decision."""
    decision = open_decision(tx, at.idea)
    if at.idea.state is not IdeaState.HIDDEN or decision is None:
        raise Closed(_l("This note is not hidden. There is nothing to look at again."))
    if decision.asked_at:
        raise Closed(_l("You have asked for another look at this note. It is given once."))
    decision.asked_at, decision.asked = tx.now, form.words.data
    tell_about(tx, at.idea, before=at.idea.state)


class KeepForm(IdeaForm):
    """A hidden note at which its author asked for another look, and why it stays hidden."""

    answer = Text(_l("Why it stays hidden"), TITLE_LENGTH, required=_l("Write a sentence. Its author reads it."))


@operation(
    "idea.keep_hidden",
    KeepForm,
    Permission.RUN_EVENT,
    find=one_idea,
    title=_l("It stays hidden"),
    says=_l("%(who)s looked again at a hidden note and left it hidden"),
)
def keep_hidden(tx: Transaction, at: OneIdea, form: KeepForm) -> None:
    """Answer the author who asked for another look: the note stays hidden, and why."""
    decision = open_decision(tx, at.idea)
    if decision is None or decision.asked_at is None:
        raise Closed(_l("Nobody asked for another look at this note."))
    if decision.answered_at:
        raise Conflict(_l("Somebody has answered already: “%(text)s”", text=decision.answer), theirs=decision.answer)
    decision.answered_at, decision.answer = tx.now, form.answer.data
    tell_about(tx, at.idea, before=at.idea.state)


def open_decision(tx: Transaction, idea: Idea) -> Decision | None:
    """What was decided about a note and still holds."""
    return tx.session.scalars(select(Decision).where(Decision.idea_id == idea.id, Decision.ended_at.is_(None))).first()


def settle_reports(tx: Transaction, idea: Idea) -> int:
    """Take what was reported about a note as looked at; how many reports there were."""
    reports = tx.session.scalars(select(Report).where(Report.idea_id == idea.id, Report.settled_at.is_(None))).all()
    for report in reports:
        report.settled_at = tx.now
    return len(reports)
