"""What happens to to:DOs on the list: added, set to a status, sorted into goals."""

from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.errors import Closed, Invalid, NotFound
from workshop.forms import Id, LongText, OperationForm, Pick, Text, Yes
from workshop.models import ActionItem, Event, Goal, ItemStatus, new_id
from workshop.models.base import DESCRIPTION_LENGTH, IDEA_LENGTH, TITLE_LENGTH
from workshop.operations.action_list import (
    NO_TITLE,
    ItemForm,
    ItemsForm,
    OneItem,
    SeveralItems,
    next_numbers,
    one_item,
    several_items,
)
from workshop.operations.lines import tell_goals, tell_item, tell_points
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor, At, standing_in_event
from workshop.transaction import Transaction

STATUSES = (
    (ItemStatus.OPEN, _l("Open")),
    (ItemStatus.IN_PROGRESS, _l("Under way")),
    (ItemStatus.DONE, _l("Done")),
    (ItemStatus.PARKED, _l("Parked")),
    (ItemStatus.DROPPED, _l("Not pursued")),
)


class AddItemForm(OperationForm):
    """A to:DO that comes from no note."""

    event = Id()
    title = Text(_l("What is to be done?"), TITLE_LENGTH, required=NO_TITLE)
    description = LongText(_l("More about it"), DESCRIPTION_LENGTH)


def one_event(session: Session, by: Actor, form: AddItemForm) -> At:
    """The event whose list it is."""
    return At(standing_in_event(session, by, session.get(Event, form.event.data)))


@operation(
    "action_item.add",
    AddItemForm,
    Permission.SORT,
    find=one_event,
    title=_l("Add a to:DO"),
    says=_l("%(who)s added a to:DO"),
)
def add_item(tx: Transaction, at: At, form: AddItemForm) -> None:
    """Put a to:DO on the list that was said in the room and stands on no note."""
    item = ActionItem(
        id=tx.key,
        event_id=at.event.id,
        number=next_numbers(tx, at.event.id, 1),
        status=ItemStatus.OPEN,
        title=form.title.data,
        description=form.description.data or "",
        language=at.event.language,
        created_at=tx.now,
    )
    tx.session.add(item)
    tx.about("action_item", item.id)
    tell_item(tx, item)
    tx.touch("event", at.event.id)


class StatusForm(ItemForm):
    """How far a to:DO has come; why, where it is not pursued now."""

    status = Pick(_l("Status"), STATUSES, default=ItemStatus.OPEN.value)
    reason = Text(
        _l("Reason"), IDEA_LENGTH, description=_l("Needed for “Parked” and “Not pursued”. Everybody can read it.")
    )


@operation(
    "action_item.set_status",
    StatusForm,
    Permission.FOLLOW_ITEM,
    find=one_item,
    title=_l("Set the status"),
    says=_l("%(who)s set the status of a to:DO"),
)
def set_status(tx: Transaction, at: OneItem, form: StatusForm) -> None:
    """Say how far a to:DO on the list has come; parked and not pursued need a reason."""
    item, status = at.item, ItemStatus(form.status.data)
    if item.number is None:
        raise Closed(_l("It is still a draft. Put it on the list first."))
    needed = status in (ItemStatus.PARKED, ItemStatus.DROPPED)
    if needed and not form.reason.data:
        raise Invalid(fields={"reason": [_l("Write why. Those who asked for it read the reason.")]})
    reason = form.reason.data if needed else ""
    if (item.status, item.status_reason) == (status, reason):
        return
    if ItemStatus.DROPPED in (item.status, status):
        # What is not pursued is no longer among what its table takes forward.
        tell_points(tx, item)
    tx.fact("status", item.status, status)
    if reason != item.status_reason:
        tx.fact("reason", item.status_reason, reason)
    item.status, item.status_reason = status, reason
    tx.about("action_item", item.id)
    tell_item(tx, item)


class MoveForm(ItemsForm):
    """To:DOs, and the goal they are to be part of: one that is there, a new draft, or none."""

    goal = Id(required=False)
    new_title = Text(_l("New draft goal"), TITLE_LENGTH)
    choose = Yes("")
    """Sent where somebody was asked to choose: then nothing chosen is a slip, and does not mean “no goal”."""


@operation(
    "action_item.move",
    MoveForm,
    Permission.SORT,
    find=several_items,
    title=_l("Move to…"),
    says=_l("%(who)s moved to:DOs"),
)
def move_items(tx: Transaction, at: SeveralItems, form: MoveForm) -> None:
    """Sort to:DOs of the list into a goal of the same event, into a new draft, or out of any goal."""
    if form.goal.data and form.new_title.data:
        raise Invalid(fields={"new_title": [_l("Choose a goal, or name a new one. Not both.")]})
    if form.choose.data and not (form.goal.data or form.new_title.data):
        raise Invalid(fields={"new_title": [_l("Choose a goal, or name a new one.")]})
    if any(item.number is None for item in at.items):
        raise Closed(_l("One of these is still a draft. Put it on the list first."))
    goal_id = _goal_to_move_to(tx, at, form)
    moved = [item for item in at.items if item.goal_id != goal_id]
    if not moved:
        return
    tx.fact("goal", {str(item.id): str(item.goal_id or "") for item in moved}, goal_id)
    if form.new_title.data:
        tx.about("goal", goal_id)
    else:
        tx.about("action_item", moved[0].id)
    for item in moved:
        tell_goals(tx, item.goal_id)
        item.goal_id = goal_id
        item.version += 1
        tell_item(tx, item)
    tx.touch("event", at.event.id)


def _goal_to_move_to(tx: Transaction, at: SeveralItems, form: MoveForm) -> UUID | None:
    if form.new_title.data:
        goal = Goal(
            id=new_id(),
            process_id=at.event.process_id,
            event_id=at.event.id,
            title=form.new_title.data,
            language=at.event.language,
            created_at=tx.now,
        )
        tx.session.add(goal)
        tx.session.flush()
        return goal.id
    if form.goal.data is None:
        return None
    # Held until the commit, so that it cannot be promoted or changed between the look and the move.
    found = tx.session.scalars(
        select(Goal.id).where(Goal.id == form.goal.data, Goal.event_id == at.event.id).with_for_update()
    ).first()
    if found is None:
        raise NotFound
    return found
