"""What a table takes forward and hands on: its points in order, complete when its host says so; what newcomers read."""

from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workshop.errors import Closed
from workshop.models import ActionItem, IdeaState, ItemStatus
from workshop.operations.action_list import ItemForm, OneItem, one_item
from workshop.operations.at_table import OneTable, TableForm, table_to_lead
from workshop.operations.ideas import IdeaForm, OneIdea, one_idea
from workshop.operations.lines import tell_item
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor
from workshop.transaction import Transaction

MOST_POINTS = 5
"""Points that a table takes forward, so that everybody can listen to all of them."""


@dataclass
class AtHarvest(OneTable):
    """A table, and how many points it takes forward."""

    points: int = field(kw_only=True)


def table_at_harvest(session: Session, by: Actor, form: TableForm) -> AtHarvest:
    """The table, locked, with the number of its points."""
    found = table_to_lead(session, by, form)
    points = session.scalar(
        select(func.count(ActionItem.id)).where(
            ActionItem.table_id == found.table.id, ActionItem.status != ItemStatus.DROPPED
        )
    )
    return AtHarvest(found.standing, table_id=found.table.id, cafe=found.cafe, table=found.table, points=points or 0)


@operation(
    "table.finish_harvest",
    TableForm,
    Permission.TAKE_FORWARD,
    find=table_at_harvest,
    title=_l("This is what we take forward"),
    says=_l("%(who)s completed what a table takes forward"),
)
def finish_harvest(tx: Transaction, at: AtHarvest, form: TableForm) -> None:
    """Say that a table's points are complete: one to five of them."""
    if at.table.harvested_at is not None:
        return
    if not 1 <= at.points <= MOST_POINTS:
        raise Closed(_l("A table takes forward one to five points. There are %(count)s now.", count=at.points))
    at.table.harvested_at = tx.now
    tx.fact("harvested", False, True)
    tx.about("table_state", at.table.id)
    tx.tell("table", at.table.id)


@operation(
    "table.reopen_harvest",
    TableForm,
    Permission.TAKE_FORWARD,
    find=table_at_harvest,
    title=_l("Go on with what we take forward"),
    says=_l("%(who)s went on with what a table takes forward"),
)
def reopen_harvest(tx: Transaction, at: AtHarvest, form: TableForm) -> None:
    """Say that a table's points are not complete yet."""
    if at.table.harvested_at is None:
        return
    at.table.harvested_at = None
    tx.fact("harvested", True, False)
    tx.about("table_state", at.table.id)
    tx.tell("table", at.table.id)


@operation(
    "action_item.move_up",
    ItemForm,
    Permission.TAKE_FORWARD,
    find=one_item,
    title=_l("Move this point up"),
    says=_l("%(who)s moved a point up"),
)
def move_up(tx: Transaction, at: OneItem, form: ItemForm) -> None:
    """Bring a draft before the one that stands above it in its table's tray."""
    if at.item.number is not None or at.item.table_id is None:
        raise Closed(_l("It is on the list now, where numbers say the order."))
    drafts = list(
        tx.session.scalars(
            select(ActionItem)
            .where(ActionItem.table_id == at.item.table_id, ActionItem.number.is_(None))
            .order_by(ActionItem.position, ActionItem.created_at, ActionItem.id)
            .with_for_update()
        )
    )
    place = drafts.index(at.item)
    if place == 0:
        return
    drafts[place - 1], drafts[place] = drafts[place], drafts[place - 1]
    tx.about("action_item", at.item.id)
    for position, one in enumerate(drafts, 1):
        if one.position != position:
            one.position = position
            tell_item(tx, one)


@operation(
    "idea.pin",
    IdeaForm,
    Permission.MODERATE_TABLE,
    find=one_idea,
    title=_l("Show this note first to newcomers"),
    says=_l("%(who)s put a note first for newcomers"),
)
def pin(tx: Transaction, at: OneIdea, form: IdeaForm) -> None:
    """Have those who come to the table later read this note first."""
    if at.idea.state is not IdeaState.VISIBLE:
        raise Closed(_l("This note has been taken from the table."))
    if at.idea.pinned_at is None:
        at.idea.pinned_at = tx.now
        tx.about("idea", at.idea.id)
        tx.tell("table", at.table.id)


@operation(
    "idea.unpin",
    IdeaForm,
    Permission.MODERATE_TABLE,
    find=one_idea,
    title=_l("No longer first for newcomers"),
    says=_l("%(who)s put a note first for newcomers no longer"),
)
def unpin(tx: Transaction, at: OneIdea, form: IdeaForm) -> None:
    """Have its support say where it stands in what newcomers read."""
    if at.idea.pinned_at is not None:
        at.idea.pinned_at = None
        tx.about("idea", at.idea.id)
        tx.tell("table", at.table.id)
