"""Renaming somebody, and joining two participants who turned out to be one person."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from workshop.errors import Closed, Invalid, NotFound
from workshop.forms import Id, Text
from workshop.models import (
    ActionItem,
    Cafe,
    CafeTable,
    Change,
    Comment,
    Event,
    Idea,
    Origin,
    Participant,
    Report,
    Seat,
    SeatState,
    SeatWish,
    Vote,
)
from workshop.models.base import NAME_LENGTH
from workshop.operations.leaving import OnePerson, PersonForm, one_person
from workshop.operations.lines import tell_goals
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor, At, standing_in_event
from workshop.tokens import digest, participant_token, receipt_code
from workshop.transaction import Transaction

SILENT = {"synchronize_session": False}


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
        raise Closed(_l("%(name)s has been removed.", name=person.display_name))
    if person.name == name:
        return
    # As when people join: of two who get one name at the same moment one would be refused.
    tx.session.refresh(at.event, with_for_update={"key_share": True})
    before = person.display_name
    key = name.casefold()
    if key != person.name_key:
        same = select(func.max(Participant.name_number)).where(
            Participant.event_id == at.event.id, Participant.name_key == key
        )
        person.name_number = (tx.session.scalar(same) or 0) + 1
    person.name, person.name_key = name, key
    tx.fact("name", before, person.display_name)
    _sign_items(tx, person.id, person.display_name)
    tx.about("participant", person.id)
    # Their own pages say their name.
    tx.touch("person_page", person.id)
    tx.tell("person", person.id)
    tell_names(tx, at.event.id, [person.id])


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
            raise Invalid(fields={"other": [_l("%(name)s has been removed.", name=one.display_name)]})
    session = tx.session
    # Until it is done no round may begin: it would seat both.
    session.execute(select(Cafe.id).where(Cafe.event_id == at.event.id).order_by(Cafe.id).with_for_update())
    hosted = _tables_of(session, goes.id)
    tell_names(tx, at.event.id, [stays.id, goes.id])
    _give_words(session, stays.id, goes.id)
    _sign_items(tx, stays.id, stays.display_name)
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


def _give_words(session: Session, stays: UUID, goes: UUID) -> None:
    """Notes, remarks and what was done: a call that is sent again by the one is answered as the other's was."""
    for kind in (Idea, Comment, Change):
        moved = update(kind).where(kind.participant_id == goes).values(participant_id=stays)
        session.execute(moved, execution_options=SILENT)


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
    sits = select(Seat.id).where(
        Seat.participant_id == stays.id, Seat.until_at.is_(None), Seat.state == SeatState.TAKEN
    )
    if not goes.expected or session.scalar(sits.limit(1)):
        stays.away_at = None


def _give_hosting(tx: Transaction, tables: list[CafeTable], stays: Participant) -> None:
    """The one who stays hosts on where the other did, unless they host a table already or are not here."""
    hosts = tx.session.scalar(select(CafeTable.id).where(CafeTable.host_id == stays.id).limit(1))
    for table in tables:
        table.host_id = None if hosts or stays.away_at else stays.id
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


def _sign_items(tx: Transaction, person_id: UUID, name: str) -> None:
    """What somebody took forward carries their name as it is now."""
    session = tx.session
    session.flush()
    forward = select(Change.thing_id).where(
        Change.participant_id == person_id, Change.operation == "action_item.take_forward"
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
