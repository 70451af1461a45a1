"""One's own note: changing it, withdrawing it; the states a note can come into, and who hears of it."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from workshop.errors import Closed, Conflict, NotFound
from workshop.forms import Id, LongText, Number, OperationForm, Pick
from workshop.models import (
    SEEN_BY,
    Cafe,
    CafeTable,
    Comment,
    Decision,
    DecisionOutcome,
    Event,
    Idea,
    IdeaKind,
    IdeaState,
    Origin,
    Vote,
)
from workshop.models.base import IDEA_LENGTH
from workshop.operations.lines import tell_lines, tell_voters
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor, At, Standing, standing_in_event
from workshop.transaction import Transaction

KINDS = (
    (IdeaKind.IDEA, _l("Idea")),
    (IdeaKind.CHALLENGE, _l("Challenge")),
    (IdeaKind.GOOD_EXAMPLE, _l("Good example")),
    (IdeaKind.QUESTION, _l("Question")),
)
KIND_OF = {str(kind): kind for kind, _label in KINDS}
NOTHING_WRITTEN = _l("There is nothing in the note yet. Write a few words.")


def kind_of(form: OperationForm) -> IdeaKind | None:
    """The kind of note that a form asks for; None for what is none."""
    return KIND_OF.get(form["kind"].data)


class Written(NamedTuple):
    """Of a note that has just come, what the telling needs."""

    id: UUID
    table_id: UUID
    participant_id: UUID | None
    state: IdeaState


def tell_about(tx: Transaction, idea: Idea | Written, before: IdeaState | None) -> None:
    """Have a note's table know of it, and its author where not everybody sees it, before or after."""
    tx.about("idea", idea.id)
    tx.touch("tally", idea.table_id)
    tx.tell("table", idea.table_id)
    if not (SEEN_BY[idea.state].everybody and (before is None or SEEN_BY[before].everybody)):
        tx.tell("person", idea.participant_id)
    # A note that has just come leads nowhere yet.
    if before is not None:
        tell_lines(tx, idea.id)
        if SEEN_BY[before].everybody != SEEN_BY[idea.state].everybody:
            tell_voters(tx, idea.id, idea.table_id)


@dataclass
class OneIdea(At):
    """A note, locked against a change at the same moment."""

    idea: Idea = field(kw_only=True)
    table: CafeTable = field(kw_only=True)
    cafe: Cafe = field(kw_only=True)

    @property
    def thing(self) -> Idea:
        """What is decided about."""
        return self.idea


class IdeaForm(OperationForm):
    """Which note."""

    idea = Id()


def one_idea(session: Session, by: Actor, form: IdeaForm) -> OneIdea:
    """The note, if this actor may know that it exists."""
    found = some_ideas(session, by, [form.idea.data] if form.idea.data else [])
    if not found:
        raise NotFound
    return found[0]


def some_ideas(session: Session, by: Actor, ids: list[UUID]) -> list[OneIdea]:
    """Those of the notes that this actor may know of, the oldest first; NotFound unless they are of one event."""
    rows = session.execute(
        select(Idea, CafeTable, Cafe, Event)
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .join(Event, Event.id == Idea.event_id)
        .where(Idea.id.in_(ids))
        .order_by(Idea.created_at, Idea.id)
        .with_for_update(of=Idea)
    ).all()
    if not rows:
        return []
    if len({event.id for *_, event in rows}) != 1:
        raise NotFound
    standing = standing_in_event(session, by, rows[0][3])
    mine = standing.participant.id if standing.participant else None

    def known(idea: Idea) -> bool:
        seen = SEEN_BY[idea.state]
        own = mine is not None and mine == idea.participant_id
        return seen.everybody or (seen.staff and standing.hosting(idea.table_id)) or own

    return [
        OneIdea(standing, table_id=table.id, author_id=idea.participant_id, idea=idea, table=table, cafe=cafe)
        for idea, table, cafe, _ in rows
        if known(idea)
    ]


def several_ideas(session: Session, by: Actor, ids: list[UUID]) -> tuple[Standing, list[Idea]]:
    """Notes of one event in the order asked for, locked; NotFound unless this actor sees all of them."""
    rows = session.execute(
        select(Idea, Event)
        .join(Event, Event.id == Idea.event_id)
        .where(Idea.id.in_(ids))
        .order_by(Idea.id)
        .with_for_update(of=Idea)
    ).all()
    found = {idea.id: idea for idea, _ in rows}
    if not found or len(found) < len(ids) or len({event.id for _, event in rows}) > 1:
        raise NotFound
    standing = standing_in_event(session, by, rows[0][1])
    ideas = [found[one] for one in ids]
    for idea in ideas:
        seen = SEEN_BY[idea.state]
        visible = seen.everybody or (seen.staff and standing.hosting(idea.table_id))
        if not visible or not standing.sees(idea.table_id):
            raise NotFound
    return standing, ideas


class EditForm(IdeaForm):
    """A note's new words, and the version they were made from."""

    version = Number("", 1, 1_000_000, required=False)
    kind = Pick(_l("What is it?"), KINDS, default=IdeaKind.IDEA.value)
    text = LongText(_l("Your note"), IDEA_LENGTH, required=NOTHING_WRITTEN)


def idea_to_edit(session: Session, by: Actor, form: EditForm) -> OneIdea:
    """The note; one that is to be another kind is written anew."""
    at = one_idea(session, by, form)
    wanted = kind_of(form) if form.kind.raw_data else None
    at.kind = wanted if wanted is not at.idea.kind else None
    return at


@operation(
    "idea.edit",
    EditForm,
    Permission.CHANGE_OWN,
    find=idea_to_edit,
    title=_l("Change your note"),
    says=_l("%(who)s changed a note"),
)
def edit_idea(tx: Transaction, at: OneIdea, form: EditForm) -> None:
    """Change the words of one's own note; a passage that was marked must still be in it, a kind not sent stays."""
    idea = at.idea
    if idea.state not in (IdeaState.VISIBLE, IdeaState.HELD):
        raise Closed(_l("This note has been taken from the table. It can no longer be changed."))
    if form.version.data is not None and form.version.data != idea.version:
        raise Conflict(
            _l("This note was changed meanwhile. It now reads: “%(text)s”", text=idea.text), theirs=idea.text
        )
    kind = IdeaKind(form.kind.data) if form.kind.raw_data else idea.kind
    if form.text.data == idea.text and kind is idea.kind:
        return
    for excerpt in tx.session.scalars(select(Origin.excerpt).where(Origin.idea_id == idea.id)):
        if excerpt and excerpt not in form.text.data:
            raise Conflict(
                _l("The host took “%(words)s” forward from this note. Leave these words as they are.", words=excerpt)
            )
    tx.fact("text", idea.text, form.text.data)
    idea.text, idea.kind = form.text.data, kind
    idea.version += 1
    # Nobody has read these words yet, for the big screen neither.
    idea.reworded_at = tx.now
    if idea.on_screen:
        idea.on_screen = None
    if idea.state is IdeaState.VISIBLE and at.event.notes_wait and not at.standing.hosting(at.table.id):
        change_state(tx, idea, IdeaState.HELD, "")
    else:
        tell_about(tx, idea, before=idea.state)


@operation(
    "idea.withdraw",
    IdeaForm,
    Permission.CHANGE_OWN,
    find=one_idea,
    title=_l("Withdraw your note"),
    says=_l("%(who)s withdrew a note"),
)
def withdraw_idea(tx: Transaction, at: OneIdea, form: IdeaForm) -> None:
    """Take one's own note back from every screen; what was made from it keeps its link."""
    end_decision(tx, at.idea, DecisionOutcome.WITHDRAWN)
    change_state(tx, at.idea, IdeaState.WITHDRAWN, "")


def end_decision(tx: Transaction, thing: Idea | Comment, outcome: DecisionOutcome) -> None:
    """Have what was decided about a note or a remark hold no longer."""
    about = Decision.idea_id if isinstance(thing, Idea) else Decision.comment_id
    open_one = (about == thing.id) & Decision.ended_at.is_(None)
    values: dict[str, Any] = {"ended_at": tx.now, "outcome": outcome}
    if outcome is DecisionOutcome.SHOWN:
        # Whoever had asked for another look has the answer.
        values["answered_at"] = case((Decision.asked_at.is_not(None), tx.now))
    # At once: the database allows one at a time, and another may follow.
    tx.session.execute(update(Decision).where(open_one).values(values))


def change_state(tx: Transaction, idea: Idea, state: IdeaState, reason: str) -> None:
    """Bring a note into another state and tell all who saw it or now see it."""
    if idea.state is state and idea.state_reason == reason:
        return
    before = idea.state
    if before is IdeaState.MERGED:
        let_go(tx, idea)
    elif state not in (IdeaState.VISIBLE, IdeaState.MERGED):
        release_others(tx, idea)
    tx.fact("state", before, state)
    idea.state, idea.state_reason = state, reason
    tell_about(tx, idea, before=before)


def release_others(tx: Transaction, idea: Idea) -> None:
    """Lay what was merged into a note back on the table: what others said does not leave it with this one."""
    for other in tx.session.scalars(select(Idea).where(Idea.merged_into_id == idea.id).with_for_update()):
        let_go(tx, other)
        change_state(tx, other, IdeaState.VISIBLE, "")


def let_go(tx: Transaction, idea: Idea) -> None:
    """Take a merged note out of the one it was merged into, with the votes that were given to it."""
    stays = tx.session.get(Idea, idea.merged_into_id, with_for_update=True) if idea.merged_into_id else None
    if stays is None:
        return
    stays.counted_elsewhere -= idea.counted_elsewhere
    idea.merged_into_id = None
    tx.session.execute(
        update(Vote).where(Vote.given_to_id == idea.id).values(idea_id=idea.id, given_to_id=None),
        execution_options={"synchronize_session": False},
    )
    tx.touch("idea", stays.id)
    tx.tell("table", stays.table_id)
    tell_lines(tx, stays.id)
