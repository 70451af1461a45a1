"""Notes that say the same: several become one, both wordings stay, each person's vote counts once."""

from dataclasses import dataclass, field
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from workshop.errors import Closed, Forbidden, Invalid, NotFound
from workshop.forms import Id, Ids, OperationForm
from workshop.models import Idea, IdeaState, Vote
from workshop.operations.ideas import IdeaForm, OneIdea, change_state, let_go, one_idea, several_ideas
from workshop.operations.lines import tell_lines, tell_voters
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor, At
from workshop.transaction import Transaction


@dataclass
class Alike(At):
    """Notes of one event, locked in the order of their ids, in the order in which they were named."""

    ideas: list[Idea] = field(kw_only=True)


class MergeForm(OperationForm):
    """The notes that say the same, and the one whose wording stays in front."""

    ideas = Ids(most=50)
    stays = Id(required=False)


def notes_alike(session: Session, by: Actor, form: MergeForm) -> Alike:
    """The notes, if this actor sees all of them."""
    standing, ideas = several_ideas(session, by, form.ideas.data or [])
    if form.stays.data and form.stays.data not in {one.id for one in ideas}:
        raise NotFound
    return Alike(standing, table_id=ideas[0].table_id, ideas=ideas)


@operation(
    "idea.merge",
    MergeForm,
    Permission.MODERATE_TABLE,
    find=notes_alike,
    title=_l("Merge notes"),
    says=_l("%(who)s merged notes that say the same"),
)
def merge_ideas(tx: Transaction, at: Alike, form: MergeForm) -> None:
    """Have notes that say the same count as one; the wordings of all stay, and each person's vote counts once."""
    if not all(at.standing.hosting(idea.table_id) for idea in at.ideas):
        raise Forbidden(_l("You can merge what was written at your table."))
    if len(at.ideas) < 2:
        raise Invalid(fields={"ideas": [_l("Choose at least two notes.")]})
    if any(idea.state is not IdeaState.VISIBLE for idea in at.ideas):
        raise Closed(_l("One of these notes is not on the table now. Show it again first."))
    stays = next((one for one in at.ideas if one.id == form.stays.data), None)
    if stays is None:
        raise Invalid(fields={"stays": [_l("Choose the wording that stays in front.")]})
    others = [one for one in at.ideas if one is not stays]
    for other in others:
        _take_in(tx, stays, other)
    tx.fact("merged", None, [str(one.id) for one in others])
    tx.about("idea", stays.id)
    tx.tell("table", stays.table_id)
    # Where it leads to, its votes are others now.
    tell_lines(tx, stays.id)


def _take_in(tx: Transaction, stays: Idea, other: Idea) -> None:
    # What the other had taken in before now stands directly in the one that stays.
    taken_in = tx.session.scalars(select(Idea).where(Idea.merged_into_id == other.id).with_for_update()).all()
    for earlier in taken_in:
        earlier.merged_into_id = stays.id
        other.counted_elsewhere -= earlier.counted_elsewhere
        stays.counted_elsewhere += earlier.counted_elsewhere
        tx.touch("idea", earlier.id)
        tx.tell("table", earlier.table_id)
        tx.tell("person", earlier.participant_id)
    stays.counted_elsewhere += other.counted_elsewhere
    other.merged_into_id = stays.id
    tx.session.flush()
    _move_votes(tx.session, other.id, stays.id)
    for earlier in taken_in:
        # Whoever supported it and the one that stays has a vote again, which waits there.
        tell_voters(tx, earlier.id, earlier.table_id)
    change_state(tx, other, IdeaState.MERGED, "")


def _move_votes(session: Session, other: UUID, stays: UUID) -> None:
    twice = select(Vote.participant_id).where(Vote.idea_id == stays)
    kept = {"synchronize_session": False}
    session.execute(
        update(Vote)
        .where(Vote.idea_id == other, Vote.participant_id.not_in(twice))
        .values(idea_id=stays, given_to_id=func.coalesce(Vote.given_to_id, other)),
        execution_options=kept,
    )
    # Of whoever voted for both the second waits at the note it was given to, in case the two are separated again.
    session.execute(
        update(Vote)
        .where(Vote.idea_id == other, Vote.given_to_id.is_not(None))
        .values(idea_id=Vote.given_to_id, given_to_id=None),
        execution_options=kept,
    )


@operation(
    "idea.unmerge",
    IdeaForm,
    Permission.MODERATE_TABLE,
    find=one_idea,
    title=_l("Separate this note again"),
    says=_l("%(who)s separated a note from another one again"),
)
def unmerge_idea(tx: Transaction, at: OneIdea, form: IdeaForm) -> None:
    """Lay a merged note back on the table, with the votes that were given to it."""
    if at.idea.state is not IdeaState.MERGED:
        return
    let_go(tx, at.idea)
    change_state(tx, at.idea, IdeaState.VISIBLE, "")
