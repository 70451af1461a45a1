"""Following a goal: its milestones, and what is written about how it stands."""

from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from workshop.errors import Closed, Invalid, NotFound
from workshop.forms import Day, Id, LongText, Number, OperationForm, Pick, Text
from workshop.models import Goal, GoalStatus, Milestone, ProgressUpdate
from workshop.models.base import DESCRIPTION_LENGTH, IDEA_LENGTH, TITLE_LENGTH
from workshop.operations.goals import NO_TITLE, NOBODY_ANSWERS, OVER, GoalForm, OneGoal, goal_at, handlers, one_goal
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor
from workshop.transaction import Transaction

STATUSES = (
    (GoalStatus.PLANNED, _l("Planned")),
    (GoalStatus.ON_TRACK, _l("On track")),
    (GoalStatus.AT_RISK, _l("At risk")),
    (GoalStatus.ACHIEVED, _l("Achieved")),
    (GoalStatus.DROPPED, _l("Not pursued")),
)


class MilestoneForm(GoalForm):
    """A step on the way."""

    title = Text(_l("What is to be reached?"), TITLE_LENGTH, required=NO_TITLE)
    due_on = Day(_l("Due on"), required=False)


@operation(
    "milestone.add",
    MilestoneForm,
    Permission.FOLLOW_GOAL,
    find=one_goal,
    title=_l("Add a milestone"),
    says=_l("%(who)s added a milestone"),
)
def add_milestone(tx: Transaction, at: OneGoal, form: MilestoneForm) -> None:
    """Set a step on the way to a goal."""
    tx.session.add(Milestone(id=tx.key, goal_id=at.goal.id, title=form.title.data, due_on=form.due_on.data))
    tx.about("milestone", tx.key)
    tx.tell("goal", at.goal.id)


class FinishForm(OperationForm):
    """Which milestone."""

    milestone = Id()


@dataclass
class OneMilestone(OneGoal):
    """A goal and a step on the way to it."""

    milestone: Milestone = field(kw_only=True)


def one_milestone(session: Session, by: Actor, form: FinishForm) -> OneMilestone:
    """The milestone and its goal."""
    found = session.get(Milestone, form.milestone.data)
    if found is None:
        raise NotFound
    at = goal_at(session, by, Goal.id == found.goal_id)
    return OneMilestone(at.standing, goal=at.goal, milestone=found)


@operation(
    "milestone.finish",
    FinishForm,
    Permission.FOLLOW_GOAL,
    find=one_milestone,
    title=_l("This milestone is reached"),
    says=_l("%(who)s finished a milestone"),
)
def finish_milestone(tx: Transaction, at: OneMilestone, form: FinishForm) -> None:
    """Say that a step has been taken."""
    if at.milestone.finished_on:
        return
    at.milestone.finished_on = tx.now.date()
    tx.fact("finished_on", None, at.milestone.finished_on)
    tx.about("milestone", at.milestone.id)
    tx.tell("goal", at.goal.id)


class UpdateForm(GoalForm):
    """What happened, and how the goal stands."""

    text = LongText(
        _l("What has happened?"), DESCRIPTION_LENGTH, required=_l("Write in a sentence or two what happened.")
    )
    status = Pick(_l("How does it stand?"), STATUSES, default=GoalStatus.ON_TRACK.value)
    percent = Number(_l("How much of it is done, in percent"), 0, 100, required=False)
    reason = Text(_l("Reason"), IDEA_LENGTH, description=_l("Needed for “Not pursued”. Everybody can read it."))


@operation(
    "goal.update",
    UpdateForm,
    Permission.FOLLOW_GOAL,
    find=one_goal,
    title=_l("Write an update"),
    says=_l("%(who)s wrote how a goal stands"),
)
def update_goal(tx: Transaction, at: OneGoal, form: UpdateForm) -> None:
    """Write what happened and set the goal's status; a goal that is not pursued any more says why."""
    goal, status = at.goal, GoalStatus(form.status.data)
    if goal.status is GoalStatus.DRAFT:
        raise Closed(_l("This is still a draft. Promote it first."))
    if status is GoalStatus.DROPPED and not form.reason.data:
        raise Invalid(fields={"reason": [_l("Write why. Those who asked for it read the reason.")]})
    tx.fact("status", goal.status, status)
    if goal.status in OVER and status not in OVER and not handlers(tx, goal):
        # The last one may have gone since it was over.
        raise Invalid(fields={"status": [NOBODY_ANSWERS]})
    reason = (form.reason.data or "") if status is GoalStatus.DROPPED else ""
    if reason != goal.status_reason:
        tx.fact("reason", goal.status_reason, reason)
    goal.status, goal.status_reason = status, reason
    if form.percent.data is not None:
        tx.fact("percent", goal.percent, form.percent.data)
        goal.percent = form.percent.data
    user = at.standing.user
    tx.session.add(
        ProgressUpdate(
            id=tx.key,
            goal_id=goal.id,
            author=user.name if user else "",
            status=status,
            percent=form.percent.data,
            text=form.text.data,
            language=user.language if user else goal.language,
            at=tx.now,
        )
    )
    tx.about("update", tx.key)
    tx.touch("goal", goal.id)
    tx.tell("goal", goal.id)
    # The overview of a process's goals hears of it by the lists they were drafted on.
    tx.tell("list", goal.event_id)
