"""Goals: drafted, named, given handlers, promoted."""

from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from workshop.errors import Conflict, Forbidden, Invalid, NotFound
from workshop.forms import Day, Id, LongText, Number, OperationForm, Pick, Text, stands_now
from workshop.models import (
    ActionItem,
    Event,
    FieldOfAction,
    Goal,
    GoalStatus,
    Party,
    PartyKind,
    Process,
    Responsibility,
    ResponsibilityRole,
)
from workshop.models.base import DESCRIPTION_LENGTH, IDEA_LENGTH, TITLE_LENGTH
from workshop.operations.lines import tell_about_goal
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor, At, standing_in_event, standing_in_process
from workshop.transaction import Transaction

NO_TITLE = _l("Write in a few words what is to be reached.")
KINDS = (
    (PartyKind.ORGANISATION, _l("An organisation")),
    (PartyKind.PERSON, _l("A person")),
    (PartyKind.ALLIANCE, _l("An alliance")),
)
ROLES = (
    (ResponsibilityRole.LEAD, _l("Leads")),
    (ResponsibilityRole.PARTNER, _l("Partner")),
    (ResponsibilityRole.SUPPORTER, _l("Supports")),
)
OVER = (GoalStatus.ACHIEVED, GoalStatus.DROPPED)


class DraftForm(OperationForm):
    """A name for a group of to:DOs that is to become a goal."""

    event = Id()
    title = Text(_l("What is to be reached?"), TITLE_LENGTH, required=NO_TITLE)


def one_event(session: Session, by: Actor, form: DraftForm) -> At:
    """The event on whose list it is drafted."""
    return At(standing_in_event(session, by, session.get(Event, form.event.data)))


@operation(
    "goal.draft",
    DraftForm,
    Permission.SORT,
    find=one_event,
    title=_l("New draft goal"),
    says=_l("%(who)s began a draft goal"),
)
def draft_goal(tx: Transaction, at: At, form: DraftForm) -> None:
    """Begin a draft goal: the box that to:DOs are sorted into."""
    goal = Goal(
        id=tx.key,
        process_id=at.event.process_id,
        event_id=at.event.id,
        title=form.title.data,
        language=at.event.language,
        created_at=tx.now,
    )
    tx.session.add(goal)
    tx.about("goal", goal.id)
    tell_about_goal(tx, goal, rows=False)


@dataclass
class OneGoal(At):
    """A goal, locked against a change at the same moment."""

    goal: Goal = field(kw_only=True)


class GoalForm(OperationForm):
    """Which goal."""

    goal = Id()


def one_goal(session: Session, by: Actor, form: Any) -> OneGoal:
    """The goal, if this actor may know that it exists: a draft is the staff's."""
    return goal_at(session, by, Goal.id == form.goal.data)


def goal_at(session: Session, by: Actor, condition: Any) -> OneGoal:
    """The one goal that fulfils a condition, locked, with what the actor is in its process."""
    row = session.execute(
        select(Goal, Event).join(Event, Event.id == Goal.event_id).where(condition).with_for_update(of=Goal)
    ).first()
    if row is None:
        raise NotFound
    goal, event = row
    standing = standing_in_process(session, by, goal.process_id)
    standing.event = event
    if goal.status is GoalStatus.DRAFT and not standing.staff:
        raise NotFound
    return OneGoal(standing, goal=goal)


NOBODY_ANSWERS = _l("Nobody answers for this goal yet. Name at least one handler first.")


class EditGoalForm(GoalForm):
    """A goal's words, its field of action and when it is due, and the version they were made from."""

    version = Number("", 1, 1_000_000, required=False)
    title = Text(_l("What is to be reached?"), TITLE_LENGTH, required=NO_TITLE)
    description = LongText(_l("More about it"), DESCRIPTION_LENGTH)
    field = Id(_l("Field of action"), required=False)
    due_on = Day(_l("Due on"), required=False)


@operation(
    "goal.edit",
    EditGoalForm,
    Permission.SORT,
    find=one_goal,
    title=_l("Name this goal"),
    says=_l("%(who)s changed a goal"),
)
def edit_goal(tx: Transaction, at: OneGoal, form: EditGoalForm) -> None:
    """Name a goal, choose its field of action and its day; what was not sent stays as it is."""
    goal = at.goal
    if form.version.data is not None and form.version.data != goal.version:
        _refuse_what_is_out_of_date(tx, goal, form)
    wanted: dict[str, Any] = {"title": form.title.data}
    if form.description.raw_data:
        wanted["description"] = form.description.data or ""
    if form.field.raw_data:
        wanted["field_id"] = form.field.data
    if form.due_on.raw_data:
        wanted["due_on"] = form.due_on.data
    changed = {name: value for name, value in wanted.items() if getattr(goal, name) != value}
    if not changed:
        return
    if changed.get("field_id"):
        known = select(FieldOfAction.id).where(
            FieldOfAction.id == changed["field_id"], FieldOfAction.process_id == goal.process_id
        )
        if tx.session.scalar(known) is None:
            raise Invalid(fields={"field": [_l("Choose one of these.")]})
    for name, value in changed.items():
        tx.fact(name, getattr(goal, name), value)
        setattr(goal, name, value)
    goal.version += 1
    tx.about("goal", goal.id)
    tell_about_goal(tx, goal)


def _refuse_what_is_out_of_date(tx: Transaction, goal: Goal, form: EditGoalForm) -> None:
    field = tx.session.get(FieldOfAction, goal.field_id) if goal.field_id else None
    differs = stands_now(
        form,
        {
            "title": (goal.title, goal.title),
            "description": (goal.description, goal.description),
            "field": (goal.field_id, field.code if field else ""),
            "due_on": (goal.due_on, goal.due_on.isoformat() if goal.due_on else ""),
        },
    )
    if differs:
        raise Conflict(
            _l("This goal was changed meanwhile. It is now called: “%(text)s”", text=goal.title),
            fields=differs,
            theirs=goal.title,
        )


@operation(
    "goal.promote",
    GoalForm,
    Permission.SORT,
    find=one_goal,
    title=_l("Promote to goal"),
    says=_l("%(who)s promoted a goal"),
)
def promote_goal(tx: Transaction, at: OneGoal, form: GoalForm) -> None:
    """Make a tracked goal of a draft: it gets the next number of its process."""
    goal = at.goal
    if goal.status is not GoalStatus.DRAFT:
        return
    if not tx.session.scalar(select(func.count(ActionItem.id)).where(ActionItem.goal_id == goal.id)):
        raise Invalid(_l("There is no to:DO in this draft yet. Move at least one into it first."))
    if not handlers(tx, goal):
        raise Invalid(NOBODY_ANSWERS)
    goal.number = tx.session.execute(
        update(Process)
        .where(Process.id == goal.process_id)
        .values(last_goal_number=Process.last_goal_number + 1)
        .returning(Process.last_goal_number)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    goal.status, goal.promoted_at = GoalStatus.PLANNED, tx.now
    tx.fact("number", None, goal.number)
    tx.about("goal", goal.id)
    # How many to:DOs have a goal: of drafts not everybody knows.
    tx.touch("event", goal.event_id)
    tell_about_goal(tx, goal)


def handlers(tx: Transaction, goal: Goal) -> int:
    """How many answer for a goal now."""
    return (
        tx.session.scalar(
            select(func.count(Responsibility.id)).where(
                Responsibility.goal_id == goal.id, Responsibility.ended_at.is_(None)
            )
        )
        or 0
    )


class ResponsibilityForm(GoalForm):
    """Who answers for a goal, in which part, and what was promised."""

    kind = Pick(_l("Who is it?"), KINDS, default=PartyKind.ORGANISATION.value)
    name = Text(_l("Name"), TITLE_LENGTH, required=_l("Write who it is."))
    role = Pick(_l("Part"), ROLES, default=ResponsibilityRole.LEAD.value)
    promise = Text(_l("What was promised"), IDEA_LENGTH)


@operation(
    "responsibility.add",
    ResponsibilityForm,
    Permission.SORT,
    find=one_goal,
    title=_l("Name a handler"),
    says=_l("%(who)s named a handler"),
)
def add_responsibility(tx: Transaction, at: OneGoal, form: ResponsibilityForm) -> None:
    """Name a person, an organisation or an alliance that answers for a goal."""
    goal, kind = at.goal, PartyKind(form.kind.data)
    party = tx.session.scalars(
        select(Party).where(Party.process_id == goal.process_id, Party.kind == kind, Party.name == form.name.data)
    ).first()
    if party is None:
        party = Party(process_id=goal.process_id, kind=kind, name=form.name.data)
        tx.session.add(party)
        tx.session.flush()
    elif tx.session.scalar(
        select(Responsibility.id).where(
            Responsibility.goal_id == goal.id, Responsibility.party_id == party.id, Responsibility.ended_at.is_(None)
        )
    ):
        raise Invalid(fields={"name": [_l("%(name)s answers for this goal already.", name=party.name)]})
    tx.session.add(
        Responsibility(
            id=tx.key,
            goal_id=goal.id,
            party_id=party.id,
            role=ResponsibilityRole(form.role.data),
            promise=form.promise.data or "",
            since=tx.now,
        )
    )
    tx.fact("handler", None, party.name)
    tx.about("goal", goal.id)
    tell_about_goal(tx, goal)


class EndResponsibilityForm(OperationForm):
    """Which part of whom."""

    responsibility = Id()


@dataclass
class OneResponsibility(OneGoal):
    """A goal and one who answers for it."""

    responsibility: Responsibility = field(kw_only=True)


def one_responsibility(session: Session, by: Actor, form: EndResponsibilityForm) -> OneResponsibility:
    """The part and its goal."""
    found = session.get(Responsibility, form.responsibility.data)
    if found is None:
        raise NotFound
    at = goal_at(session, by, Goal.id == found.goal_id)
    return OneResponsibility(at.standing, goal=at.goal, responsibility=found)


@operation(
    "responsibility.end",
    EndResponsibilityForm,
    Permission.SORT,
    find=one_responsibility,
    title=_l("End this part"),
    says=_l("%(who)s ended a handler's part"),
)
def end_responsibility(tx: Transaction, at: OneResponsibility, form: EndResponsibilityForm) -> None:
    """End a party's part in a goal; a goal that is pursued keeps somebody who answers for it."""
    if at.responsibility.ended_at:
        return
    if at.goal.number is not None and at.goal.status not in OVER and handlers(tx, at.goal) == 1:
        raise Forbidden(_l("Nobody would answer for this goal any more. Name somebody else first."))
    tx.fact("handler", at.responsibility.party.name, None)
    at.responsibility.ended_at = tx.now
    tx.about("goal", at.goal.id)
    tell_about_goal(tx, at.goal)
