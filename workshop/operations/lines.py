"""Who has to hear of it when one end of a line from a note to a goal changes, or a vote counts no longer."""

from uuid import UUID

from sqlalchemy import bindparam, select

from workshop.models import ActionItem, Cafe, CafeTable, Goal, Origin, Vote
from workshop.statements import Statement
from workshop.transaction import Transaction

GOALS_OF = Statement(
    select(ActionItem.goal_id)
    .join(Origin, Origin.action_item_id == ActionItem.id)
    .where(Origin.idea_id == bindparam("idea"), ActionItem.goal_id.is_not(None))
)


def tell_lines(tx: Transaction, idea_id: UUID) -> None:
    """Have the goals that a note leads to draw their line back afresh; nothing where it leads to none."""
    for (goal_id,) in GOALS_OF.run(tx.session, idea=idea_id):
        tx.touch("goal", goal_id)
        tx.tell("goal", goal_id)


def tell_item(tx: Transaction, item: ActionItem) -> None:
    """Have the list know of a to:DO, its table while it is a draft there, and the goal it belongs to."""
    tx.touch("action_item", item.id)
    tx.tell("list", item.event_id)
    if item.number is None:
        tell_points(tx, item)
    tell_goals(tx, item.goal_id)


def tell_points(tx: Transaction, item: ActionItem) -> None:
    """Have a to:DO's table count anew what it takes forward."""
    tx.touch("table_state", item.table_id)
    tx.tell("table", item.table_id)


def tell_goals(tx: Transaction, *goal_ids: UUID | None) -> None:
    """Have goals know that the to:DOs in them have changed."""
    tx.touch("goal", *goal_ids)
    tx.tell("goal", *goal_ids)


def tell_about_goal(tx: Transaction, goal: Goal, *, rows: bool = True) -> None:
    """Have a goal's page and the sorting board know of it; with `rows` the list, where its to:DOs name it."""
    tell_goals(tx, goal.id)
    tx.tell("list", goal.event_id)
    if rows:
        tx.touch("action_item", *tx.session.scalars(select(ActionItem.id).where(ActionItem.goal_id == goal.id)))


def ideas_of(tx: Transaction, item: ActionItem) -> list[UUID]:
    """The notes a to:DO came from."""
    return list(tx.session.scalars(select(Origin.idea_id).where(Origin.action_item_id == item.id)))


def tell_voters(tx: Transaction, idea_id: UUID, table_id: UUID) -> None:
    """Have those whose votes are counted know that the one on this note is free again, or counts again."""
    counted = (
        select(Vote.participant_id)
        .join(CafeTable, CafeTable.id == table_id)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .where(Vote.idea_id == idea_id, Cafe.votes_per_participant.is_not(None))
    )
    voters = tx.session.scalars(counted).all()
    tx.touch("ballot", *voters)
    tx.tell("person", *voters)
