"""Reporting a note or a comment, and settling what was reported."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from workshop.errors import Conflict
from workshop.forms import OperationForm, Text
from workshop.models import (
    IdeaState,
    Report,
)
from workshop.models.base import TITLE_LENGTH
from workshop.operations.comments import OneComment, OneCommentForm, one_comment
from workshop.operations.ideas import IdeaForm, one_idea
from workshop.operations.moderation import One, about, settle_reports, tell_of, which
from workshop.perform import operation
from workshop.policy import Permission
from workshop.transaction import Transaction


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
        tell_of(tx, at, at.comment.state)
        return
    tx.about("idea", at.idea.id)
    tx.touch("table", at.table.id)
    tx.tell("table", at.table.id)


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
        tell_of(tx, at, at.thing.state)
