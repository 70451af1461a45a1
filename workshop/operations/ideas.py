"""Writing, changing, reporting and moderating notes; voting."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, case, exists, select, update
from sqlalchemy.orm import Session, aliased

from workshop.errors import Closed, Conflict, Forbidden, NotFound
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
    PhaseKind,
    Round,
    Seat,
    SeatState,
    Vote,
)
from workshop.models.base import IDEA_LENGTH, fold
from workshop.operations.lines import tell_lines, tell_voters
from workshop.perform import operation
from workshop.phases import PHASE
from workshop.phases import Written as Begun
from workshop.policy import Permission
from workshop.standing import Actor, At, Standing, standing_in_event
from workshop.statements import Insertion, Statement
from workshop.transaction import Transaction

KINDS = (
    (IdeaKind.IDEA, _l("Idea")),
    (IdeaKind.CHALLENGE, _l("Challenge")),
    (IdeaKind.GOOD_EXAMPLE, _l("Good example")),
    (IdeaKind.QUESTION, _l("Question")),
)
KIND_OF = {str(kind): kind for kind, _label in KINDS}
FREE = "free"
"""What a page says of the phase where there is none."""
BEGUN_IN = {FREE: None, **{str(kind): kind for kind in PhaseKind}}
NOTHING_WRITTEN = _l("There is nothing in the note yet. Write a few words.")


TABLE_AND_ROUND = Statement(
    select(
        Event.id, Event.process_id, Event.closed_at, PHASE, Event.notes_wait, Event.tables_visible,
        CafeTable.id.label("table_id"), Round.id.label("round_id"), Round.number.label("round_number"),
        Cafe.closed_at.label("cafe_closed_at"), Round.opened_at, Round.closed_at.label("round_closed_at"),
    )
    .join_from(CafeTable, Cafe, Cafe.id == CafeTable.cafe_id)
    .join(Event, Event.id == Cafe.event_id)
    .join(Round, Round.cafe_id == Cafe.id)
    .where(CafeTable.id == bindparam("table"), Round.id == bindparam("round"))
)  # fmt: skip
SEAT = Statement(
    select(Seat.id)
    .where(
        Seat.participant_id == bindparam("participant"),
        Seat.table_id == bindparam("table"),
        Seat.round_id == bindparam("round"),
        Seat.state == SeatState.TAKEN,
    )
    .limit(1)
)
SENT_ON = aliased(Seat)
BEFORE_SENT_ON = Statement(
    select(Seat.round_id)
    .join(Round, Round.id == Seat.round_id)
    .where(
        Seat.participant_id == bindparam("participant"),
        Seat.table_id == bindparam("table"),
        Seat.state == SeatState.TAKEN,
        exists().where(
            SENT_ON.participant_id == Seat.participant_id,
            SENT_ON.round_id == bindparam("round"),
            SENT_ON.state == SeatState.TAKEN,
            SENT_ON.sent,
        ),
    )
    .order_by(Round.number.desc())
    .limit(1)
)
NEW_IDEA = Insertion(Idea)


@dataclass
class SeatAtTable(At):
    """A table, a round, and whether the one who writes sat there then."""

    table_id: UUID = field(kw_only=True)
    round_id: UUID = field(kw_only=True)
    cafe_closed_at: datetime | None = field(kw_only=True)
    opened_at: datetime | None = field(kw_only=True)
    closed_at: datetime | None = field(kw_only=True)
    seated: bool = field(kw_only=True)
    round_number: int = field(kw_only=True)

    @property
    def begun(self) -> bool:
        """Whether the round has begun; who sat in one after the first did so then, even if its start was taken back."""
        return self.opened_at is not None or (self.seated and self.round_number > 1)


class ContributeForm(OperationForm):
    """A note and where it was written."""

    table = Id()
    round = Id()
    kind = Pick(_l("What is it?"), KINDS, default=IdeaKind.IDEA.value)
    phase = Pick("", [(word, "") for word in ("", *BEGUN_IN)], default="")
    """In which it was begun, as its page knew it."""
    text = LongText(_l("Your note"), IDEA_LENGTH, required=NOTHING_WRITTEN)


def seat_at_table(session: Session, by: Actor, form: ContributeForm) -> SeatAtTable:
    """The table and round of a note, with the seat its author had there."""
    found = TABLE_AND_ROUND.first(session, table=form.table.data, round=form.round.data)
    if found is None:
        raise NotFound
    standing = standing_in_event(session, by, found)
    me = standing.participant
    seat = SEAT.first(session, participant=me.id, table=found.table_id, round=found.round_id) if me else None
    if me and seat is None:
        before = BEFORE_SENT_ON.first(session, participant=me.id, table=found.table_id, round=found.round_id)
        if before:
            # A plan sent them on while they wrote: what was begun here belongs to the round in which they sat here.
            found = TABLE_AND_ROUND.first(session, table=found.table_id, round=before.round_id)
            seat = before
    return SeatAtTable(
        standing,
        table_id=found.table_id,
        round_id=found.round_id,
        cafe_closed_at=found.cafe_closed_at,
        opened_at=found.opened_at,
        closed_at=found.round_closed_at,
        seated=seat is not None,
        round_number=found.round_number,
        kind=kind_of(form),
        written=Begun(BEGUN_IN[form.phase.data], found.opened_at) if form.phase.data in BEGUN_IN else None,
    )


def kind_of(form: OperationForm) -> IdeaKind | None:
    """The kind of note that a form asks for; None for what is none."""
    return KIND_OF.get(form["kind"].data)


class Written(NamedTuple):
    """Of a note that has just come, what the telling needs."""

    id: UUID
    table_id: UUID
    participant_id: UUID | None
    state: IdeaState


@operation(
    "idea.contribute",
    ContributeForm,
    Permission.WRITE_AT_TABLE,
    find=seat_at_table,
    title=_l("Write a note"),
    says=_l("%(who)s wrote a note"),
)
def contribute_idea(tx: Transaction, at: SeatAtTable, form: ContributeForm) -> None:
    """Lay a note on the table, into the round where it was written, however late it arrives."""
    if not at.seated:
        raise Forbidden(_l("You did not sit at this table in this round."))
    if not at.begun:
        raise Closed(_l("The round has not begun yet. Your text is here; send it when it has."))
    me = at.participant
    lay_note(tx, at, form, me.id, me.writing_language)


def lay_note(
    tx: Transaction, at: SeatAtTable, form: OperationForm, author: UUID, language: str, *, written_for: bool = False
) -> None:
    """Lay a new note on the table, as visible as the café's state allows, and tell of it."""
    # Whoever writes for somebody hosts the table, and has looked at it.
    waits = (at.event.notes_wait and not written_for) or at.waits
    state = IdeaState.HELD if waits or at.cafe_closed_at else IdeaState.VISIBLE
    values = {
        "id": tx.key,
        "event_id": at.event.id,
        "table_id": at.table_id,
        "round_id": at.round_id,
        "participant_id": author,
        "kind": IdeaKind(form["kind"].data),
        "language": language,
        "text": form["text"].data,
        "folded": fold(form["text"].data),
        "state": state,
        "late": at.closed_at is not None,
        "written_for": written_for,
        "created_at": tx.now,
    }
    tx.insert_stamped(NEW_IDEA, values, "position", "table", at.table_id)
    tell_about(tx, Written(tx.key, at.table_id, author, state), before=None)


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
    row = session.execute(
        select(Idea, CafeTable, Cafe, Event)
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .join(Event, Event.id == Idea.event_id)
        .where(Idea.id == form.idea.data)
        .with_for_update(of=Idea)
    ).first()
    if row is None:
        raise NotFound
    idea, table, cafe, event = row
    standing = standing_in_event(session, by, event)
    own = standing.participant is not None and standing.participant.id == idea.participant_id
    seen = SEEN_BY[idea.state]
    if not (seen.everybody or (seen.staff and standing.hosting(table.id)) or own):
        raise NotFound
    return OneIdea(standing, table_id=table.id, author_id=idea.participant_id, idea=idea, table=table, cafe=cafe)


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
        if not (seen.everybody or (seen.staff and standing.hosting(idea.table_id))):
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
    before = idea.state
    idea.text, idea.kind = form.text.data, kind
    idea.version += 1
    # Nobody has read these words yet, for the big screen neither.
    idea.reworded_at = tx.now
    if idea.on_screen:
        idea.on_screen = None
    if at.event.notes_wait and not at.standing.hosting(at.table.id):
        idea.state = IdeaState.HELD
    tell_about(tx, idea, before=before)


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
    elif before is IdeaState.VISIBLE and state is not IdeaState.MERGED:
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
