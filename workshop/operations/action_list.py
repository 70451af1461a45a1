"""Taking notes forward, the shared list, and sorting its to:DOs into goals."""

import re
from dataclasses import dataclass, field
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from workshop.errors import Closed, Conflict, Forbidden, Invalid, NotFound
from workshop.forms import Id, Ids, LongText, Number, OperationForm, Pick, Text, Yes
from workshop.models import (
    SEEN_BY,
    ActionItem,
    Event,
    Goal,
    Idea,
    IdeaState,
    ItemStatus,
    Origin,
    new_id,
)
from workshop.models.base import DESCRIPTION_LENGTH, IDEA_LENGTH, TITLE_LENGTH
from workshop.operations.lines import ideas_of, tell_goals, tell_item
from workshop.perform import Transaction, operation
from workshop.policy import Actor, At, Permission, Standing, standing_in_event

NO_TITLE = _l("Write in a few words what is to be done.")
STATUSES = (
    (ItemStatus.OPEN, _l("Open")),
    (ItemStatus.IN_PROGRESS, _l("Under way")),
    (ItemStatus.DONE, _l("Done")),
    (ItemStatus.PARKED, _l("Parked")),
    (ItemStatus.DROPPED, _l("Not pursued")),
)


@dataclass
class NotesTaken(At):
    """Notes that are to become one to:DO, in the order in which they were named."""

    ideas: list[Idea] = field(kw_only=True)


class TakeForwardForm(OperationForm):
    """The notes, and what they ask for in the host's words."""

    ideas = Ids(most=50)
    title = Text(_l("What is to be done?"), TITLE_LENGTH, required=NO_TITLE)
    excerpt = LongText(
        _l("The passage you mark"),
        IDEA_LENGTH,
        description=_l(
            "Words that stand in one of the notes, exactly as they are written there. You may leave it empty."
        ),
    )
    description = LongText(_l("More about it"), DESCRIPTION_LENGTH)
    table = Id(required=False)


def notes_taken(session: Session, by: Actor, form: TakeForwardForm) -> NotesTaken:
    """The notes, if this actor sees all of them; they belong to one event."""
    rows = session.execute(
        select(Idea, Event)
        .join(Event, Event.id == Idea.event_id)
        .where(Idea.id.in_(form.ideas.data or []))
        .order_by(Idea.id)
        .with_for_update(of=Idea)
    ).all()
    found = {idea.id: idea for idea, _ in rows}
    if not found or len(found) < len(form.ideas.data) or len({event.id for _, event in rows}) > 1:
        raise NotFound
    standing = standing_in_event(session, by, rows[0][1])
    ideas = [found[one] for one in form.ideas.data]
    for idea in ideas:
        seen = SEEN_BY[idea.state]
        if not (seen.everybody or (seen.staff and standing.hosting(idea.table_id))):
            raise NotFound
    table_id = form.table.data or ideas[0].table_id
    if table_id not in {idea.table_id for idea in ideas}:
        raise NotFound
    return NotesTaken(standing, table_id=table_id, ideas=ideas)


@operation(
    "action_item.take_forward",
    TakeForwardForm,
    Permission.TAKE_FORWARD,
    find=notes_taken,
    title=_l("Take forward"),
    says=_l("%(who)s took a note forward"),
)
def take_forward(tx: Transaction, at: NotesTaken, form: TakeForwardForm) -> None:
    """Make a draft to:DO of one note or several, at their table; the passage marked stays with its note."""
    if not all(at.standing.hosting(idea.table_id) for idea in at.ideas):
        raise Forbidden(_l("You can take forward what was written at your table."))
    if any(idea.state is not IdeaState.VISIBLE for idea in at.ideas):
        raise Closed(_l("One of these notes is not on the table now. Show it again first."))
    excerpts = marked(form.excerpt.data, at.ideas)
    person, user = at.standing.participant, at.standing.user
    item = ActionItem(
        id=tx.key,
        event_id=at.event.id,
        table_id=at.table_id,
        title=form.title.data,
        description=form.description.data or "",
        language=person.writing_language if person else at.event.language,
        taken_by=person.display_name if person else user.name if user else "",
        created_at=tx.now,
    )
    tx.session.add(item)
    tx.session.flush()
    tx.session.add_all(
        Origin(action_item_id=item.id, idea_id=idea.id, position=position, excerpt=excerpts.get(idea.id))
        for position, idea in enumerate(at.ideas)
    )
    tx.about("action_item", item.id)
    tell_item(tx, item)
    tx.touch("idea", *(idea.id for idea in at.ideas))
    tx.tell("table", *(idea.table_id for idea in at.ideas))


def marked(passage: str | None, ideas: list[Idea]) -> dict[UUID, str]:
    """{note: the passage as it stands there}, for the first note that holds it; Invalid when none does.

    Only spaces and line ends may differ, since a browser's selection changes them.
    """
    if not passage:
        return {}
    words = re.compile(r"\s+".join(re.escape(word) for word in passage.split()))
    for idea in ideas:
        if passage in idea.text:
            return {idea.id: passage}
        if found := words.search(idea.text):
            return {idea.id: found.group()}
    raise Invalid(fields={"excerpt": [_l("These words do not stand in the note like that. Copy them from it.")]})


@dataclass
class OneItem(At):
    """A to:DO, locked against a change at the same moment."""

    item: ActionItem = field(kw_only=True)


class ItemForm(OperationForm):
    """Which to:DO."""

    action_item = Id()


def one_item(session: Session, by: Actor, form: ItemForm) -> OneItem:
    """The to:DO, if this actor may know that it exists: a draft is its table's and the staff's."""
    standing, items = _items(session, by, [form.action_item.data])
    return OneItem(standing, table_id=items[0].table_id, item=items[0])


def _items(session: Session, by: Actor, ids: list[UUID]) -> tuple[Standing, list[ActionItem]]:
    # Locked in the order of their ids, so that two moderators with the same selection cannot block each other.
    rows = session.execute(
        select(ActionItem, Event)
        .join(Event, Event.id == ActionItem.event_id)
        .where(ActionItem.id.in_(ids))
        .order_by(ActionItem.id)
        .with_for_update(of=ActionItem)
    ).all()
    found = {item.id: item for item, _ in rows}
    if not found or len(found) < len(ids) or len({event.id for _, event in rows}) > 1:
        raise NotFound
    standing = standing_in_event(session, by, rows[0][1])
    if any(item.number is None and not standing.hosting(item.table_id) for item in found.values()):
        raise NotFound
    return standing, [found[one] for one in ids]


class EditItemForm(ItemForm):
    """A to:DO's new words, and the version they were made from."""

    version = Number("", 1, 1_000_000, required=False)
    title = Text(_l("What is to be done?"), TITLE_LENGTH, required=NO_TITLE)
    description = LongText(_l("More about it"), DESCRIPTION_LENGTH)


@operation(
    "action_item.edit",
    EditItemForm,
    Permission.TAKE_FORWARD,
    find=one_item,
    title=_l("Change this to:DO"),
    says=_l("%(who)s changed a to:DO"),
)
def edit_item(tx: Transaction, at: OneItem, form: EditItemForm) -> None:
    """Change the words of a to:DO: a draft's by its table's host too, one on the list by a moderator alone."""
    item = at.item
    if item.number is not None and not at.standing.staff:
        raise Forbidden(_l("It is on the list now. A moderator can change it."))
    if form.version.data is not None and form.version.data != item.version:
        raise Conflict(
            _l("This to:DO was changed meanwhile. It now reads: “%(text)s”", text=item.title), theirs=item.title
        )
    description = form.description.data or ""
    if (form.title.data, description) == (item.title, item.description):
        return
    tx.fact("title", item.title, form.title.data)
    tx.fact("description", item.description, description)
    item.title, item.description = form.title.data, description
    item.version += 1
    tx.about("action_item", item.id)
    tell_item(tx, item)


@dataclass
class SeveralItems(At):
    """To:DOs of one event, locked; the table where all of them are of the same."""

    items: list[ActionItem] = field(kw_only=True)


class ItemsForm(OperationForm):
    """Which to:DOs."""

    action_items = Ids()


def several_items(session: Session, by: Actor, form: ItemsForm) -> SeveralItems:
    """The to:DOs, if this actor may know of all of them."""
    standing, items = _items(session, by, form.action_items.data or [])
    tables = {item.table_id for item in items}
    return SeveralItems(standing, table_id=tables.pop() if len(tables) == 1 else None, items=items)


@operation(
    "action_item.publish",
    ItemsForm,
    Permission.TAKE_FORWARD,
    find=several_items,
    title=_l("Put on the list"),
    says=_l("%(who)s put a to:DO on the list"),
)
def publish_items(tx: Transaction, at: SeveralItems, form: ItemsForm) -> None:
    """Put drafts on the list of the event, each with the next number; those on it already stay as they are."""
    drafts = [item for item in at.items if item.number is None]
    if not drafts:
        return
    last = next_numbers(tx, at.event.id, len(drafts))
    tx.about("action_item", drafts[0].id)
    for number, item in enumerate(drafts, last - len(drafts) + 1):
        tell_item(tx, item)
        item.number, item.status = number, ItemStatus.OPEN
    tx.fact("number", None, [item.number for item in drafts])
    tx.touch("event", at.event.id)


def next_numbers(tx: Transaction, event_id: UUID, count: int) -> int:
    """Take the next `count` numbers of an event's list; says the last of them."""
    return tx.session.execute(
        update(Event)
        .where(Event.id == event_id)
        .values(last_item_number=Event.last_item_number + count)
        .returning(Event.last_item_number)
        .execution_options(synchronize_session=False)
    ).scalar_one()


@operation(
    "action_item.discard",
    ItemForm,
    Permission.TAKE_FORWARD,
    find=one_item,
    title=_l("Discard this draft"),
    says=_l("%(who)s discarded a draft"),
)
def discard_item(tx: Transaction, at: OneItem, form: ItemForm) -> None:
    """Throw a draft away; its notes are free again. What is on the list stays there."""
    item = at.item
    if item.number is not None:
        raise Closed(_l("It is on the list, where nothing is thrown away. Set it to “Not pursued” and say why."))
    tx.fact("title", item.title, None)
    tx.about("action_item", item.id)
    tell_item(tx, item)
    tx.touch("idea", *ideas_of(tx, item))
    tables = select(Idea.table_id).join(Origin).where(Origin.action_item_id == item.id).distinct()
    tx.tell("table", *tx.session.scalars(tables))
    tx.session.execute(delete(Origin).where(Origin.action_item_id == item.id))
    tx.session.execute(delete(ActionItem).where(ActionItem.id == item.id))


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
    tx.fact("status", item.status, status)
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
