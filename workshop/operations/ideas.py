"""Writing, changing, reporting and moderating notes; voting."""

from dataclasses import dataclass, field
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from workshop.errors import Closed, Conflict, Forbidden, NotFound
from workshop.forms import Id, LongText, Number, OperationForm, Pick, Text
from workshop.models import (
    SEEN_BY,
    ActionItem,
    Cafe,
    CafeTable,
    Event,
    Idea,
    IdeaKind,
    IdeaState,
    ItemStatus,
    Origin,
    Participant,
    Report,
    Round,
    Seat,
    SeatState,
    Vote,
    VotesAt,
    votes_given,
)
from workshop.models.base import IDEA_LENGTH, TITLE_LENGTH
from workshop.operations.lines import tell_lines
from workshop.perform import Transaction, operation
from workshop.policy import Actor, At, Permission, standing_in_event

KINDS = (
    (IdeaKind.IDEA, _l("Idea")),
    (IdeaKind.CHALLENGE, _l("Challenge")),
    (IdeaKind.GOOD_EXAMPLE, _l("Good example")),
    (IdeaKind.QUESTION, _l("Question")),
)
NOTHING_WRITTEN = _l("There is nothing in the note yet. Write a few words.")


@dataclass
class SeatAtTable(At):
    """A table, a round, and whether the one who writes sat there then."""

    cafe: Cafe = field(kw_only=True)
    table: CafeTable = field(kw_only=True)
    round: Round = field(kw_only=True)
    seated: bool = field(kw_only=True)


class ContributeForm(OperationForm):
    """A note and where it was written."""

    table = Id()
    round = Id()
    kind = Pick(_l("What is it?"), KINDS, default=IdeaKind.IDEA.value)
    text = LongText(_l("Your note"), IDEA_LENGTH, required=NOTHING_WRITTEN)


def seat_at_table(session: Session, by: Actor, form: ContributeForm) -> SeatAtTable:
    """The table and round of a note, with the seat its author had there."""
    row = session.execute(
        select(CafeTable, Cafe, Event, Round)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .join(Event, Event.id == Cafe.event_id)
        .join(Round, Round.cafe_id == Cafe.id)
        .where(CafeTable.id == form.table.data, Round.id == form.round.data)
    ).first()
    if row is None:
        raise NotFound
    table, cafe, event, turn = row
    standing = standing_in_event(session, by, event)
    seated = standing.participant is not None and (
        session.scalar(
            select(Seat.id)
            .where(
                Seat.participant_id == standing.participant.id,
                Seat.table_id == table.id,
                Seat.round_id == turn.id,
                Seat.state == SeatState.TAKEN,
            )
            .limit(1)
        )
        is not None
    )
    return SeatAtTable(standing, table_id=table.id, cafe=cafe, table=table, round=turn, seated=seated)


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
    if at.round.opened_at is None:
        raise Closed(_l("The round has not begun yet. Your text is here; send it when it has."))
    closed = at.cafe.closed_at is not None
    idea = Idea(
        id=tx.key,
        event_id=at.event.id,
        table_id=at.table.id,
        round_id=at.round.id,
        participant_id=at.participant.id,
        kind=IdeaKind(form.kind.data),
        language=at.participant.writing_language,
        text=form.text.data,
        state=IdeaState.HELD if closed else IdeaState.VISIBLE,
        late=at.round.closed_at is not None,
        created_at=tx.now,
    )
    tx.session.add(idea)
    tx.stamp(idea, "position", "table", at.table.id)
    tell_about(tx, idea, before=None)


def tell_about(tx: Transaction, idea: Idea, before: IdeaState | None) -> None:
    """Have a note's table know of it, and its author where not everybody sees it, before or after."""
    tx.about("idea", idea.id)
    tx.touch("table", idea.table_id)
    tx.tell("table", idea.table_id)
    if not (SEEN_BY[idea.state].everybody and (before is None or SEEN_BY[before].everybody)):
        tx.tell("person", idea.participant_id)
    # A note that has just come leads nowhere yet.
    if before is not None:
        tell_lines(tx, idea.id)


@dataclass
class OneIdea(At):
    """A note, locked against a change at the same moment."""

    idea: Idea = field(kw_only=True)
    table: CafeTable = field(kw_only=True)
    cafe: Cafe = field(kw_only=True)


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


class EditForm(IdeaForm):
    """A note's new words, and the version they were made from."""

    version = Number("", 1, 1_000_000, required=False)
    kind = Pick(_l("What is it?"), KINDS, default=IdeaKind.IDEA.value)
    text = LongText(_l("Your note"), IDEA_LENGTH, required=NOTHING_WRITTEN)


@operation(
    "idea.edit",
    EditForm,
    Permission.CHANGE_OWN,
    find=one_idea,
    title=_l("Change your note"),
    says=_l("%(who)s changed a note"),
)
def edit_idea(tx: Transaction, at: OneIdea, form: EditForm) -> None:
    """Change the words of one's own note; a passage that was marked must still be in it."""
    idea = at.idea
    if idea.state not in (IdeaState.VISIBLE, IdeaState.HELD):
        raise Closed(_l("This note has been taken from the table. It can no longer be changed."))
    if form.version.data is not None and form.version.data != idea.version:
        raise Conflict(
            _l("This note was changed meanwhile. It now reads: “%(text)s”", text=idea.text), theirs=idea.text
        )
    if form.text.data == idea.text and form.kind.data == idea.kind:
        return
    for excerpt in tx.session.scalars(select(Origin.excerpt).where(Origin.idea_id == idea.id)):
        if excerpt and excerpt not in form.text.data:
            raise Conflict(
                _l("The host took “%(words)s” forward from this note. Leave these words as they are.", words=excerpt)
            )
    tx.fact("text", idea.text, form.text.data)
    idea.text, idea.kind = form.text.data, IdeaKind(form.kind.data)
    idea.version += 1
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
    change_state(tx, at.idea, IdeaState.WITHDRAWN, "")


def change_state(tx: Transaction, idea: Idea, state: IdeaState, reason: str) -> None:
    """Bring a note into another state and tell all who saw it or now see it."""
    if idea.state is state and idea.state_reason == reason:
        return
    before = idea.state
    tx.fact("state", before, state)
    idea.state, idea.state_reason = state, reason
    tell_about(tx, idea, before=before)


class ReportForm(IdeaForm):
    """Why somebody should look at a note."""

    reason = Text(_l("What is wrong with it?"), TITLE_LENGTH)


@operation(
    "idea.report",
    ReportForm,
    Permission.REPORT,
    find=one_idea,
    title=_l("Report this note"),
    says=_l("%(who)s reported a note"),
)
def report_idea(tx: Transaction, at: OneIdea, form: ReportForm) -> None:
    """Tell the host and the moderators that a note should be looked at; once per person."""
    mine = select(Report.id).where(Report.idea_id == at.idea.id, Report.participant_id == at.participant.id)
    if tx.session.scalar(mine):
        return
    tx.session.add(
        Report(idea_id=at.idea.id, participant_id=at.participant.id, reason=form.reason.data or "", at=tx.now)
    )
    tx.about("idea", at.idea.id)
    tx.touch("table", at.table.id)
    tx.tell("table", at.table.id)


class ReasonForm(IdeaForm):
    """Which note, and why; the author reads the reason."""

    reason = Text(
        _l("Reason, as its author will read it"), TITLE_LENGTH, required=_l("Write a reason. Its author reads it.")
    )


@operation(
    "idea.hold",
    ReasonForm,
    Permission.MODERATE_TABLE,
    find=one_idea,
    title=_l("Hold this note back"),
    says=_l("%(who)s held a note back"),
)
def hold_idea(tx: Transaction, at: OneIdea, form: ReasonForm) -> None:
    """Take a note from every screen until a moderator has decided."""
    _settle_reports(tx, at.idea)
    change_state(tx, at.idea, IdeaState.HELD, form.reason.data)


@operation(
    "idea.hide",
    ReasonForm,
    Permission.MODERATE_TABLE,
    find=one_idea,
    title=_l("Hide this note"),
    says=_l("%(who)s hid a note"),
)
def hide_idea(tx: Transaction, at: OneIdea, form: ReasonForm) -> None:
    """Take a note from every screen for good."""
    _settle_reports(tx, at.idea)
    change_state(tx, at.idea, IdeaState.HIDDEN, form.reason.data)


@operation(
    "idea.show",
    IdeaForm,
    Permission.MODERATE_TABLE,
    find=one_idea,
    title=_l("Show this note again"),
    says=_l("%(who)s showed a note again"),
)
def show_idea(tx: Transaction, at: OneIdea, form: IdeaForm) -> None:
    """Lay a held or hidden note back on the table; its reports are settled."""
    settled = _settle_reports(tx, at.idea)
    if at.idea.state is IdeaState.VISIBLE and settled:
        tell_about(tx, at.idea, before=at.idea.state)
        return
    if at.idea.state not in (IdeaState.VISIBLE, IdeaState.HELD, IdeaState.HIDDEN):
        raise Closed(_l("Its author has withdrawn this note."))
    change_state(tx, at.idea, IdeaState.VISIBLE, "")


def _settle_reports(tx: Transaction, idea: Idea) -> int:
    reports = tx.session.scalars(select(Report).where(Report.idea_id == idea.id, Report.settled_at.is_(None))).all()
    for report in reports:
        report.settled_at = tx.now
    return len(reports)


@dataclass
class Votable(At):
    """The note or to:DO that a vote is about."""

    idea: Idea | None = field(default=None, kw_only=True)
    item: ActionItem | None = field(default=None, kw_only=True)
    cafe: Cafe | None = field(default=None, kw_only=True)
    voted: Vote | None = field(default=None, kw_only=True)
    here: bool = field(default=True, kw_only=True)


class VoteForm(OperationForm):
    """The note or the to:DO."""

    idea = Id(required=False)
    action_item = Id(required=False)


def votable(session: Session, by: Actor, form: VoteForm) -> Votable:
    """What the vote is about, the vote that is there, and whether the voter sits where it may be given."""
    if (form.idea.data is None) == (form.action_item.data is None):
        raise NotFound
    if form.idea.data:
        return _votable_idea(session, by, form.idea.data)
    row = session.execute(
        select(ActionItem, Event)
        .join(Event, Event.id == ActionItem.event_id)
        .where(ActionItem.id == form.action_item.data)
    ).first()
    if row is None or row[0].status is ItemStatus.DRAFT:
        raise NotFound
    standing = standing_in_event(session, by, row[1])
    voted = None
    if standing.participant:
        voted = session.scalars(
            select(Vote).where(Vote.action_item_id == row[0].id, Vote.participant_id == standing.participant.id)
        ).first()
    return Votable(standing, item=row[0], voted=voted)


def _votable_idea(session: Session, by: Actor, idea_id: UUID) -> Votable:
    seat = aliased(Seat)
    row = session.execute(
        select(Idea, Cafe, Event, Vote, seat.table_id)
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .join(Event, Event.id == Idea.event_id)
        .outerjoin(Participant, (Participant.event_id == Event.id) & Participant.id.in_(by.participants))
        .outerjoin(Vote, (Vote.idea_id == Idea.id) & (Vote.participant_id == Participant.id))
        .outerjoin(
            seat,
            (seat.participant_id == Participant.id)
            & (seat.cafe_id == Cafe.id)
            & seat.until_at.is_(None)
            & (seat.state == SeatState.TAKEN),
        )
        .where(Idea.id == idea_id)
    ).first()
    if row is None or not SEEN_BY[row[0].state].everybody:
        raise NotFound
    idea, cafe, event, vote, table_id = row
    standing = standing_in_event(session, by, event)
    here = event.votes_at is VotesAt.EVENT or table_id == idea.table_id
    return Votable(standing, table_id=idea.table_id, idea=idea, cafe=cafe, voted=vote, here=here)


@operation(
    "vote.cast",
    VoteForm,
    Permission.VOTE,
    find=votable,
    title=_l("Support this"),
    says=_l("%(who)s supported something"),
)
def cast_vote(tx: Transaction, at: Votable, form: VoteForm) -> None:
    """Support a note at one's table, or a to:DO; a second time changes nothing."""
    if at.voted:
        return
    if not at.here:
        raise Forbidden(_l("You can support notes at the table where you sit."))
    if at.idea and at.cafe and at.cafe.votes_per_participant is not None:
        # Two votes of one person at the same moment would both count the same number before them.
        tx.session.execute(select(Participant.id).where(Participant.id == at.participant.id).with_for_update())
        if votes_given(tx.session, at.participant.id, at.cafe.id) >= at.cafe.votes_per_participant:
            raise Forbidden(_l("You have given all your votes. Take one back to give it here."))
    tx.session.add(
        Vote(
            participant_id=at.participant.id,
            idea_id=at.idea.id if at.idea else None,
            action_item_id=at.item.id if at.item else None,
            at=tx.now,
        )
    )
    _tell_votes(tx, at)


@operation(
    "vote.take_back",
    VoteForm,
    Permission.VOTE,
    find=votable,
    title=_l("Take your vote back"),
    says=_l("%(who)s took a vote back"),
)
def take_vote_back(tx: Transaction, at: Votable, form: VoteForm) -> None:
    """Take one's support back; where there is none nothing changes."""
    if at.voted is None:
        return
    tx.session.delete(at.voted)
    _tell_votes(tx, at)


def _tell_votes(tx: Transaction, at: Votable) -> None:
    if at.idea:
        tx.about("idea", at.idea.id)
        tx.tell("table", at.idea.table_id)
        tell_lines(tx, at.idea.id)
    elif at.item:
        tx.about("action_item", at.item.id)
        # Its goal's box on the sorting board shows the votes of what is in it.
        tx.touch("goal", at.item.goal_id)
        tx.tell("list", at.item.event_id)
