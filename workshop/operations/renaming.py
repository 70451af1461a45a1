"""Renaming somebody, and telling of it wherever the name stands."""

from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from workshop.errors import Closed
from workshop.forms import Text
from workshop.models import ActionItem, Cafe, CafeTable, Change, Comment, Idea, Origin, Seat, Vote
from workshop.models.base import NAME_LENGTH
from workshop.operations.hosting import has_been_removed
from workshop.operations.leaving import OnePerson, PersonForm, one_person
from workshop.operations.lines import tell_goals
from workshop.operations.namesakes import free_number
from workshop.perform import operation
from workshop.policy import Permission
from workshop.text import name_key
from workshop.transaction import Transaction


class RenameForm(PersonForm):
    """Somebody's other name."""

    name = Text(_l("Name"), NAME_LENGTH, required=_l("Write a name. One letter is enough."))


@operation(
    "participant.rename",
    RenameForm,
    Permission.RUN_EVENT,
    find=one_person,
    title=_l("Change a name"),
    says=_l("%(who)s changed somebody’s name"),
)
def rename_participant(tx: Transaction, at: OnePerson, form: RenameForm) -> None:
    """Give somebody another name, everywhere; where somebody else has it, with the next number."""
    person, name = at.person, form.name.data
    if person.removed_at is not None:
        raise Closed(has_been_removed(person))
    if person.name == name:
        return
    # As when people join: of two who get one name at the same moment one would be refused.
    tx.session.refresh(at.event, with_for_update={"key_share": True})
    before = person.display_name
    key = name_key(name)
    if key != person.name_key:
        person.name_number = free_number(tx.session, at.event.id, key)
    person.name, person.name_key = name, key
    tx.fact("name", before, person.display_name)
    sign_items(tx, at.event.id, person.id, person.display_name)
    tx.about("participant", person.id)
    # Their own pages say their name.
    tx.touch("person_page", person.id)
    tx.tell("person", person.id)
    tell_names(tx, at.event.id, [person.id])


def sign_items(tx: Transaction, event_id: UUID, person_id: UUID, name: str) -> None:
    """What somebody took forward carries their name as it is now."""
    session = tx.session
    session.flush()
    forward = select(Change.thing_id).where(
        Change.event_id == event_id,
        Change.participant_id == person_id,
        Change.operation == "action_item.take_forward",
    )
    items = session.scalars(select(ActionItem).where(ActionItem.id.in_(forward), ActionItem.taken_by != name)).all()
    for item in items:
        item.taken_by = name
        tx.touch("action_item", item.id)
        tx.tell("table", item.table_id)
        tx.tell("goal", item.goal_id)
    origins = select(Idea.id, Idea.table_id).join(Origin, Origin.idea_id == Idea.id)
    for idea, table in session.execute(origins.where(Origin.action_item_id.in_([one.id for one in items]))):
        tx.touch("idea", idea)
        tx.tell("table", table)


def tell_names(tx: Transaction, event_id: UUID, people: list[UUID]) -> None:
    """Have everything drawn anew beside which the name of one of these people stands."""
    session = tx.session
    session.flush()
    noted = select(Idea.id, Idea.table_id).where(Idea.participant_id.in_(people))
    remarked = (
        select(Idea.id, Idea.table_id)
        .join(Comment, Comment.idea_id == Idea.id)
        .where(Comment.participant_id.in_(people))
    )
    supported = (
        select(Idea.id, Idea.table_id).join(Vote, Vote.idea_id == Idea.id).where(Vote.participant_id.in_(people))
    )
    tables = dict(session.execute(noted.union(remarked, supported)).all())
    tx.touch("idea", *tables)
    lines = select(ActionItem.goal_id).join(Origin, Origin.action_item_id == ActionItem.id)
    tell_goals(tx, *session.scalars(lines.where(Origin.idea_id.in_(list(tables))).distinct()))
    seats = select(Seat.table_id).where(Seat.participant_id.in_(people), Seat.until_at.is_(None))
    there = [*session.scalars(seats), *session.scalars(select(CafeTable.id).where(CafeTable.host_id.in_(people)))]
    tx.touch("table", *there)
    tx.tell("table", *tables.values(), *there)
    items = session.execute(
        select(ActionItem.id, ActionItem.goal_id)
        .outerjoin(Vote, Vote.action_item_id == ActionItem.id)
        .outerjoin(Comment, Comment.action_item_id == ActionItem.id)
        .where(or_(Vote.participant_id.in_(people), Comment.participant_id.in_(people)))
        .distinct()
    ).all()
    tx.touch("action_item", *(item for item, _goal in items))
    # A goal's box on the sorting board shows the votes of what is in it.
    tx.touch("goal", *(goal for _item, goal in items))
    if items or tables:
        tx.tell("list", event_id)
    tx.tell("cafe", *session.scalars(select(Cafe.id).where(Cafe.event_id == event_id)))
