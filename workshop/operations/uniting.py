"""Joining two participants who turned out to be one person."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from workshop.errors import Invalid, NotFound
from workshop.forms import Id
from workshop.models import (
    SITS_NOW,
    Cafe,
    CafeTable,
    Change,
    Comment,
    Event,
    Idea,
    Participant,
    Report,
    Seat,
    SeatState,
    SeatWish,
    Vote,
)
from workshop.operations.cafes import hold_cafes
from workshop.operations.hosting import has_been_removed, plan_for_host
from workshop.operations.leaving import PersonForm
from workshop.operations.renaming import sign_items, tell_names
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor, At, standing_in_event
from workshop.tokens import digest, participant_token, receipt_code
from workshop.transaction import Transaction

SILENT = {"synchronize_session": False}


class UniteForm(PersonForm):
    """Who stays, and who is the same person."""

    other = Id(required=False)


@dataclass
class TwoPeople(At):
    """Two participants of one event, both locked."""

    stays: Participant = field(kw_only=True)
    goes: Participant | None = field(kw_only=True)


def two_people(session: Session, by: Actor, form: UniteForm) -> TwoPeople:
    """Both, of one event; NotFound otherwise. The other one may not be chosen yet."""
    ids = [one for one in (form.participant.data, form.other.data) if one]
    hold_cafes(session, form.participant.data)
    rows = session.execute(
        select(Participant, Event)
        .join(Event, Event.id == Participant.event_id)
        .where(Participant.id.in_(ids))
        .order_by(Participant.id)
        .with_for_update(of=Participant)
    ).all()
    found: dict[UUID | None, Participant] = {person.id: person for person, _ in rows}
    events = {event.id: event for _, event in rows}
    stays, goes = found.get(form.participant.data), found.get(form.other.data)
    if stays is None or (goes is None and form.other.data) or len(events) != 1:
        raise NotFound
    standing = standing_in_event(session, by, next(iter(events.values())))
    return TwoPeople(standing, stays=stays, goes=goes)


@operation(
    "participant.unite",
    UniteForm,
    Permission.RUN_EVENT,
    find=two_people,
    title=_l("Join two who are one person"),
    says=_l("%(who)s joined two participants who are one person"),
)
def unite_participants(tx: Transaction, at: TwoPeople, form: UniteForm) -> None:
    """Make two participants one: all that both wrote, gave and held is the one's who stays.

    Whoever holds the other's receipt or cookie comes to the same place from then on.
    """
    stays, goes = at.stays, at.goes
    if goes is None:
        raise Invalid(fields={"other": [_l("Choose who is the same person.")]})
    if goes.united_into_id == stays.id:
        return
    if stays.id == goes.id:
        raise Invalid(fields={"other": [_l("Choose somebody else: this is the same one.")]})
    for one in (stays, goes):
        if one.removed_at is not None:
            raise Invalid(fields={"other": [has_been_removed(one)]})
    session = tx.session
    # Until it is done no round may begin: it would seat both.
    session.execute(select(Cafe.id).where(Cafe.event_id == at.event.id).order_by(Cafe.id).with_for_update())
    hosted = _tables_of(session, goes.id)
    tell_names(tx, at.event.id, [stays.id, goes.id])
    _give_words(session, at.event.id, stays.id, goes.id)
    sign_items(tx, at.event.id, stays.id, stays.display_name)
    _give_votes(session, stays.id, goes.id)
    _give_seats(tx, stays.id, goes.id)
    _give_wishes(session, stays.id, goes.id)
    _count_in(session, stays, goes)
    _give_hosting(tx, hosted, stays)
    _give_place(tx, stays, goes)
    tx.fact("participant", goes.display_name, stays.display_name)
    tx.about("participant", goes.id)
    # What is one's own is another lot now, on the pages of both.
    tx.touch("person_page", stays.id, goes.id)
    tx.tell("person", goes.id, stays.id)


def _give_words(session: Session, event_id: UUID, stays: UUID, goes: UUID) -> None:
    """Notes, remarks and what was done: a call that is sent again by the one is answered as the other's was."""
    theirs = (
        update(Idea).where(Idea.participant_id == goes),
        update(Comment).where(Comment.participant_id == goes),
        update(Change).where(Change.event_id == event_id, Change.participant_id == goes),
    )
    for one in theirs:
        session.execute(one.values(participant_id=stays), execution_options=SILENT)


def _give_votes(session: Session, stays: UUID, goes: UUID) -> None:
    """One vote and one report for each thing: what both gave counts once."""
    given: list[tuple[type[Vote] | type[Report], Any]] = [
        (Vote, Vote.idea_id), (Vote, Vote.action_item_id), (Report, Report.idea_id), (Report, Report.comment_id),
    ]  # fmt: skip
    for kind, column in given:
        theirs = select(column).where(kind.participant_id == stays, column.is_not(None))
        twice = delete(kind).where(kind.participant_id == goes, column.in_(theirs))
        session.execute(twice, execution_options=SILENT)
    for kind in (Vote, Report):
        moved = update(kind).where(kind.participant_id == goes).values(participant_id=stays)
        session.execute(moved, execution_options=SILENT)


def _give_seats(tx: Transaction, stays: UUID, goes: UUID) -> None:
    """Where both sat stays known, for notes that come late; in each café one of the open seats goes on."""
    session = tx.session
    open_ones = session.execute(
        select(Seat).where(Seat.participant_id.in_([stays, goes]), Seat.until_at.is_(None))
    ).scalars()
    kept: set[tuple[SeatState, UUID]] = set()
    for seat in sorted(open_ones, key=lambda one: one.participant_id != stays):
        place = (seat.state, seat.cafe_id if seat.state is SeatState.TAKEN else seat.round_id)
        if place in kept:
            seat.until_at = tx.now
        kept.add(place)
    session.flush()
    moved = update(Seat).where(Seat.participant_id == goes).values(participant_id=stays)
    session.execute(moved, execution_options=SILENT)


def _give_wishes(session: Session, stays: UUID, goes: UUID) -> None:
    """Whom the one is to sit with, or not; a pair stands once, and nobody is a pair with themselves."""
    wishes = session.scalars(
        select(SeatWish).where(or_(SeatWish.one_id.in_([stays, goes]), SeatWish.other_id.in_([stays, goes])))
    ).all()
    pairs: set[tuple[UUID, UUID]] = set()
    changed = []
    for wish in sorted(wishes, key=lambda one: goes in (one.one_id, one.other_id)):
        both = {stays if one == goes else one for one in (wish.one_id, wish.other_id)}
        pair = (min(both), max(both))
        if len(both) == 1 or pair in pairs:
            session.delete(wish)
        elif pair != (wish.one_id, wish.other_id):
            changed.append((wish, pair))
        pairs.add(pair)
    # What falls away first: two rows must not stand for one pair in between.
    session.flush()
    for wish, pair in changed:
        wish.one_id, wish.other_id = pair


def _tables_of(session: Session, person_id: UUID) -> list[CafeTable]:
    return list(session.scalars(select(CafeTable).where(CafeTable.host_id == person_id).with_for_update()))


def _count_in(session: Session, stays: Participant, goes: Participant) -> None:
    """Whoever was counted out under one name and has come, or sits, under the other is here."""
    if stays.away_at is None or goes.away_at is not None:
        return
    sits = select(Seat.id).where(Seat.participant_id == stays.id, SITS_NOW)
    if not goes.expected or session.scalar(sits.limit(1)):
        stays.away_at = None


def _give_hosting(tx: Transaction, tables: list[CafeTable], stays: Participant) -> None:
    """The one who stays hosts on where the other did, unless they host a table already or are not here."""
    hosts = tx.session.scalar(select(CafeTable.id).where(CafeTable.host_id == stays.id).limit(1))
    for table in tables:
        table.host_id = None if hosts or stays.away_at else stays.id
        if table.host_id:
            plan_for_host(tx, table, stays.id, None)
        hosts = hosts or table.id
        tx.touch("table", table.id)
        tx.tell("table", table.id)


def _give_place(tx: Transaction, stays: Participant, goes: Participant) -> None:
    """Cookie, receipt and account of the other lead to the one; also those that led to the other so far."""
    session = tx.session
    earlier = update(Participant).where(Participant.united_into_id == goes.id).values(united_into_id=stays.id)
    session.execute(earlier, execution_options=SILENT)
    account, goes.user_id = goes.user_id, None
    # Taken before it is given: the database allows one place of an account.
    goes.united_into_id, goes.removed_at = stays.id, tx.now
    session.flush()
    if stays.user_id is None:
        stays.user_id = account
    if stays.expected:
        stays.expected, stays.joined_at = goes.expected, goes.joined_at
    if stays.token_digest is None:
        stays.token_digest = digest(tx.secret, participant_token(tx.secret, stays.id))
        stays.receipt_digest = digest(tx.secret, receipt_code(tx.secret, stays.id))
    stays.organisation = stays.organisation or goes.organisation
    stays.remote = stays.remote or goes.remote
    stays.group_number = stays.group_number or goes.group_number
