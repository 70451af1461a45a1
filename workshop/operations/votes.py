"""Supporting notes and to:DOs."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, aliased

from workshop.errors import Forbidden, NotFound
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
    Seat,
    SeatState,
    Vote,
    VotesAt,
    votes_given,
)
from workshop.operations.lines import tell_lines
from workshop.perform import Transaction, operation
from workshop.policy import Actor, At, Permission, standing_in_event


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
    found = _seen_by(session, idea_id, by.participants)
    if found is None:
        raise NotFound
    idea, cafe, event, person, vote, table_id = found
    standing = standing_in_event(session, by, event)
    me = standing.participant.id if standing.participant else None
    if person != me:
        # Somebody with several places there, or whose account holds the place.
        found = _seen_by(session, idea_id, {me} if me else set())
        vote, table_id = (found[4], found[5]) if found else (None, None)
    here = event.votes_at is VotesAt.EVENT or table_id == idea.table_id
    return Votable(standing, table_id=idea.table_id, idea=idea, cafe=cafe, voted=vote, here=here)


def _seen_by(session: Session, idea_id: UUID, participants: Collection[UUID]) -> Any:
    """A note that everybody sees, with one of these participants, the vote they gave it and where they sit."""
    seat = aliased(Seat)
    row: Any = session.execute(
        select(Idea, Cafe, Event, Participant.id, Vote, seat.table_id)
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .join(Event, Event.id == Idea.event_id)
        .outerjoin(Participant, (Participant.event_id == Event.id) & Participant.id.in_(participants))
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
    return row if row is not None and SEEN_BY[row[0].state].everybody else None


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
    # The same call at the same moment may have taken it already.
    taken = tx.session.execute(delete(Vote).where(Vote.id == at.voted.id).returning(Vote.id)).first()
    if taken is None:
        return
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
