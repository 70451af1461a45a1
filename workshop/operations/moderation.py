"""Reporting a note; holding it back, hiding it, showing it again."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from workshop.errors import Closed
from workshop.forms import Text
from workshop.models import Idea, IdeaState, Report
from workshop.models.base import TITLE_LENGTH
from workshop.operations.ideas import IdeaForm, OneIdea, change_state, one_idea, tell_about
from workshop.perform import Transaction, operation
from workshop.policy import Permission


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


class ReasonForm(IdeaForm):
    """Which note, and why; the author reads the reason."""

    reason = Text(
        _l("Reason, as its author will read it"), TITLE_LENGTH, required=_l("Write a reason. Its author reads it.")
    )


@operation(
    "idea.hold",
    ReasonForm,
    Permission.MODERATE_TABLE,
    find=one_idea,
    title=_l("Hold this note back"),
    says=_l("%(who)s held a note back"),
)
def hold_idea(tx: Transaction, at: OneIdea, form: ReasonForm) -> None:
    """Take a note from every screen until a moderator has decided."""
    _settle_reports(tx, at.idea)
    change_state(tx, at.idea, IdeaState.HELD, form.reason.data)


@operation(
    "idea.hide",
    ReasonForm,
    Permission.MODERATE_TABLE,
    find=one_idea,
    title=_l("Hide this note"),
    says=_l("%(who)s hid a note"),
)
def hide_idea(tx: Transaction, at: OneIdea, form: ReasonForm) -> None:
    """Take a note from every screen for good."""
    _settle_reports(tx, at.idea)
    change_state(tx, at.idea, IdeaState.HIDDEN, form.reason.data)


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
    settled = _settle_reports(tx, at.idea)
    if at.idea.state is IdeaState.VISIBLE and settled:
        tell_about(tx, at.idea, before=at.idea.state)
        return
    if at.idea.state not in (IdeaState.VISIBLE, IdeaState.HELD, IdeaState.HIDDEN):
        raise Closed(_l("Its author has withdrawn this note."))
    change_state(tx, at.idea, IdeaState.VISIBLE, "")


def _settle_reports(tx: Transaction, idea: Idea) -> int:
    reports = tx.session.scalars(select(Report).where(Report.idea_id == idea.id, Report.settled_at.is_(None))).all()
    for report in reports:
        report.settled_at = tx.now
    return len(reports)
