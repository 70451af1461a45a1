"""Taking notes forward as drafts, and putting drafts on the shared list."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from workshop.errors import Closed, Conflict, Forbidden, Invalid, NotFound
from workshop.forms import Id, Ids, LongText, Number, OperationForm, Text, stands_now
from workshop.models import (
    ActionItem,
    Event,
    Idea,
    IdeaState,
    ItemStatus,
    Origin,
)
from workshop.models.base import DESCRIPTION_LENGTH, IDEA_LENGTH, TITLE_LENGTH
from workshop.operations.ideas import several_ideas
from workshop.operations.lines import ideas_of, tell_item
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor, At, Standing, standing_in_event
from workshop.transaction import Transaction

NO_TITLE = _l("Write in a few words what is to be done.")


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
    standing, ideas = several_ideas(session, by, form.ideas.data or [])
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
    last = select(func.max(ActionItem.position)).where(ActionItem.table_id == at.table_id)
    item = ActionItem(
        id=tx.key,
        event_id=at.event.id,
        table_id=at.table_id,
        title=form.title.data,
        description=form.description.data or "",
        language=person.writing_language if person else at.event.language,
        position=1 + (tx.session.scalar(last) or 0),
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


def _items(session: Session, by: Actor, ids: Sequence[UUID | None]) -> tuple[Standing, list[ActionItem]]:
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
    return standing, [found[one] for one in ids if one]


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
    """Change the words of a to:DO: a draft's by its table's host too, one on the list by a moderator alone.

    A description that was not sent stays as it is.
    """
    item = at.item
    if item.number is not None and not at.standing.staff:
        raise Forbidden(_l("It is on the list now. A moderator can change it."))
    if form.version.data is not None and form.version.data != item.version:
        now = {"title": (item.title, item.title), "description": (item.description, item.description)}
        if differs := stands_now(form, now):
            raise Conflict(
                _l("This to:DO was changed meanwhile. It now reads: “%(text)s”", text=item.title),
                fields=differs,
                theirs=item.title,
            )
    description = (form.description.data or "") if form.description.raw_data else item.description
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
