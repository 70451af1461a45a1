"""Supporting notes and to:DOs."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, case, delete, false, or_, select
from sqlalchemy.orm import Session, aliased

from workshop.errors import Closed, Forbidden, NotFound
from workshop.forms import Id, OperationForm
from workshop.models import (
    SEEN_BY,
    ActionItem,
    Cafe,
    CafeTable,
    Event,
    Idea,
    ItemStatus,
    Participant,
    Round,
    Seat,
    SeatState,
    Vote,
    VotesAt,
    VotesPer,
    new_id,
    votes_given,
)
from workshop.operations.lines import tell_lines
from workshop.perform import operation
from workshop.phases import PHASE
from workshop.policy import Permission
from workshop.standing import Actor, At, Standing, standing_in_event
from workshop.statements import Insertion, Statement
from workshop.transaction import Transaction

NEW_VOTE = Insertion(Vote)
# Held still: on PostgreSQL somebody may be taking the note from the table, or merging it, at the same moment.
STATE = Statement(select(Idea.state).where(Idea.id == bindparam("idea")).with_for_update(read=True, key_share=True))
TAKE_BACK = Statement(delete(Vote).where(Vote.id == bindparam("vote")).returning(Vote.id))
EVENT = (Event.id, Event.process_id, Event.closed_at, PHASE, Event.votes_at, Event.tables_visible)
ITEM = Statement(
    select(*EVENT, ActionItem.id.label("item_id"), ActionItem.status, ActionItem.goal_id)
    .join_from(ActionItem, Event, Event.id == ActionItem.event_id)
    .where(ActionItem.id == bindparam("item"))
)
VOTE_ON_ITEM = Statement(
    select(Vote.id).where(Vote.action_item_id == bindparam("item"), Vote.participant_id == bindparam("participant"))
)


@dataclass
class Votable(At):
    """The note or to:DO that a vote is about.

    Attributes:
        most: how many votes one person has in its café, or in each of its rounds; None without a limit.
        per: for how long those are.
        round_id: the round of its café in which one is now.
        ended: whether its café is closed, and with it what its votes say; one that was brought in never was open.
    """

    idea_id: UUID | None = field(default=None, kw_only=True)
    item_id: UUID | None = field(default=None, kw_only=True)
    goal_id: UUID | None = field(default=None, kw_only=True)
    cafe_id: UUID | None = field(default=None, kw_only=True)
    most: int | None = field(default=None, kw_only=True)
    per: VotesPer = field(default=VotesPer.CAFE, kw_only=True)
    round_id: UUID | None = field(default=None, kw_only=True)
    vote_id: UUID | None = field(default=None, kw_only=True)
    here: bool = field(default=True, kw_only=True)
    ended: bool = field(default=False, kw_only=True)
    on_tablet: UUID | None = field(default=None, kw_only=True)
    """Whose vote it is, where a table's tablet sends it."""

    @property
    def voter(self) -> UUID:
        """Whose vote it is."""
        return self.on_tablet or self.participant.id


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
    found = ITEM.first(session, item=form.action_item.data)
    if found is None or found.status is ItemStatus.DRAFT:
        raise NotFound
    standing = standing_in_event(session, by, found)
    me = standing.participant
    vote = VOTE_ON_ITEM.first(session, item=found.item_id, participant=me.id) if me else None
    return Votable(standing, item_id=found.item_id, goal_id=found.goal_id, vote_id=vote.id if vote else None)


def _votable_idea(session: Session, by: Actor, idea_id: UUID) -> Votable:
    found = _seen_by(session, idea_id, by.participants)
    if found is None:
        raise NotFound
    standing = standing_in_event(session, by, found)
    me = standing.participant.id if standing.participant else None
    vote_id, seated_at = found.vote_id, found.seated_at
    if found.participant_id != me:
        # Somebody with several places there, or whose account holds the place.
        mine = _seen_by(session, idea_id, [me] if me else [])
        vote_id, seated_at = (mine.vote_id, mine.seated_at) if mine else (None, None)
    here = found.votes_at is VotesAt.EVENT or seated_at == found.table_id
    return _as_votable(standing, found, vote_id=vote_id, here=here)


def _as_votable(standing: Standing, found: Any, **vote: Any) -> Votable:
    """The note that `_seen_by` found, with what is known of the vote."""
    return Votable(
        standing,
        table_id=found.table_id,
        idea_id=found.idea_id,
        cafe_id=found.cafe_id,
        most=found.votes_per_participant,
        per=found.votes_per,
        round_id=found.round_id,
        ended=found.cafe_closed_at is not None and found.source is None,
        **vote,
    )


def _seen_by(session: Session, idea_id: UUID, participants: Iterable[UUID]) -> Any:
    """A note that everybody sees, with one of these participants, the vote they gave it and where they sit."""
    places = {f"place_{number}": one for number, one in enumerate(participants)}
    found = _idea_seen_by(len(places)).first(session, idea=idea_id, **places)
    return found if found and SEEN_BY[found.state].everybody else None


@cache
def _idea_seen_by(count: int) -> Statement:
    seat = aliased(Seat)
    # The round that was opened last; before the start the first one.
    now = (
        select(Round.id)
        .where(Round.cafe_id == Cafe.id)
        .order_by(Round.opened_at.is_(None), case((Round.opened_at.is_(None), Round.number), else_=-Round.number))
        .limit(1)
        .scalar_subquery()
    )
    mine = or_(false(), *(Participant.id == bindparam(f"place_{number}") for number in range(count)))
    return Statement(
        select(
            *EVENT, Idea.id.label("idea_id"), Idea.table_id, Idea.state, Cafe.id.label("cafe_id"),
            Cafe.votes_per_participant, Participant.id.label("participant_id"), Vote.id.label("vote_id"),
            seat.table_id.label("seated_at"), Cafe.votes_per, now.label("round_id"),
            Cafe.closed_at.label("cafe_closed_at"), Cafe.source,
        )
        .join_from(Idea, CafeTable, CafeTable.id == Idea.table_id)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .join(Event, Event.id == Idea.event_id)
        .outerjoin(Participant, (Participant.event_id == Event.id) & mine)
        .outerjoin(Vote, (Vote.idea_id == Idea.id) & (Vote.participant_id == Participant.id))
        .outerjoin(
            seat,
            (seat.participant_id == Participant.id)
            & (seat.cafe_id == Cafe.id)
            & seat.until_at.is_(None)
            & (seat.state == SeatState.TAKEN),
        )
        .where(Idea.id == bindparam("idea"))
    )  # fmt: skip


# Of one who has one place: made now, for a server that gets ready.
_idea_seen_by(1)


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
    give(tx, at)


def give(tx: Transaction, at: Votable) -> None:
    """Count a vote, unless it is there or none is left."""
    if at.vote_id:
        return
    require_voting(at)
    if not at.here:
        raise Forbidden(_l("You can support notes at the table where you sit."))
    if at.cafe_id and at.most is not None:
        # Two votes of one person at the same moment would both count the same number before them.
        tx.session.execute(select(Participant.id).where(Participant.id == at.voter).with_for_update())
        in_round = at.round_id if at.per is VotesPer.ROUND else None
        if votes_given(tx.session, at.voter, at.cafe_id, in_round) >= at.most:
            if in_round:
                raise Forbidden(_l("You have given all your votes of this round. Take one back to give it here."))
            raise Forbidden(_l("You have given all your votes. Take one back to give it here."))
    if at.idea_id and not SEEN_BY[STATE.first(tx.session, idea=at.idea_id).state].everybody:
        raise NotFound
    NEW_VOTE.run(
        tx.session,
        id=new_id(),
        participant_id=at.voter,
        idea_id=at.idea_id,
        action_item_id=at.item_id,
        round_id=at.round_id,
        at=tx.now,
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
    take(tx, at)


def take(tx: Transaction, at: Votable) -> None:
    """Count a vote no longer."""
    require_voting(at)
    # The same call at the same moment may have taken it already.
    if at.vote_id and TAKE_BACK.run(tx.session, vote=at.vote_id):
        _tell_votes(tx, at)


def require_voting(at: Votable) -> None:
    """Raise Closed for a note whose café is closed: from then on the order of the votes may be shown."""
    if at.ended:
        raise Closed(_l("The café is closed. The votes on its notes stay as they are."))


class OnTabletForm(OperationForm):
    """The note, and who of those at the tablet supports it."""

    idea = Id()
    participant = Id()


def votable_on_tablet(session: Session, by: Actor, form: OnTabletForm) -> Votable:
    """The note, with the vote that somebody at the tablet gave it; each of them has votes of their own."""
    voter = session.get(Participant, form.participant.data)
    found = _seen_by(session, form.idea.data, [voter.id]) if voter and form.idea.data else None
    if voter is None or found is None:
        raise NotFound
    standing = standing_in_event(session, by, found)
    if voter.id != found.participant_id or not voter.on_tablet or voter.removed_at is not None:
        raise NotFound
    # The tablet stays at its table, whatever those with a phone may do elsewhere.
    here = found.seated_at == found.table_id
    return _as_votable(standing, found, vote_id=found.vote_id, here=here, on_tablet=voter.id)


@operation(
    "vote.cast_on_device",
    OnTabletForm,
    Permission.VOTE_ON_TABLET,
    find=votable_on_tablet,
    title=_l("Support this on the table's tablet"),
    says=_l("%(who)s supported something on a table's tablet"),
)
def cast_on_device(tx: Transaction, at: Votable, form: OnTabletForm) -> None:
    """Support a note in the name of somebody at the tablet, out of that person's votes."""
    give(tx, at)


@operation(
    "vote.take_back_on_device",
    OnTabletForm,
    Permission.VOTE_ON_TABLET,
    find=votable_on_tablet,
    title=_l("Take a vote back on the table's tablet"),
    says=_l("%(who)s took a vote back on a table's tablet"),
)
def take_back_on_device(tx: Transaction, at: Votable, form: OnTabletForm) -> None:
    """Take the support of somebody at the tablet back."""
    take(tx, at)


def _tell_votes(tx: Transaction, at: Votable) -> None:
    if at.idea_id:
        tx.about("idea", at.idea_id)
        tx.tell("table", at.table_id)
        tell_lines(tx, at.idea_id)
    elif at.item_id:
        tx.about("action_item", at.item_id)
        # Its goal's box on the sorting board shows the votes of what is in it.
        tx.touch("goal", at.goal_id)
        tx.tell("list", at.event.id)
