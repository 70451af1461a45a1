"""Planning who sits where, and what is asked of the plan: wishes, organisations, who is there at all."""

from dataclasses import dataclass, field
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.errors import Invalid, NotFound
from workshop.forms import Id, OperationForm, Pick, Yes
from workshop.models import Cafe, Event, Participant, SeatWish, WishKind
from workshop.operations.cafes import CafeForm, OneCafe, one_cafe, require_running, tell_cafe
from workshop.operations.hosting import hand_over, has_been_removed
from workshop.operations.leaving import LeavingForm, OnePerson, PersonForm, give_up_seats, one_person_in_the_room
from workshop.operations.moving import plan_for_latecomer, seat_people, tell_moved
from workshop.operations.people import only_open_cafe, quietest_table
from workshop.operations.room import prepare, rearrange
from workshop.perform import operation
from workshop.planning import Asked, Rows, read_rows
from workshop.policy import Permission
from workshop.standing import Actor, At, standing_in_event
from workshop.transaction import Transaction

KINDS = ((WishKind.TOGETHER, _l("Always together")), (WishKind.APART, _l("Never together")))


class PlanForm(CafeForm):
    """Which café, and whom the plan may send."""

    anew = Yes(
        _l("Also seat anew who sits already"), description=_l("Only before the start. Their phones say where to go.")
    )
    expected = Yes(_l("Keep seats for those on the list who have not come yet"))


def asked_to_plan(rows: Rows, form: PlanForm) -> Asked:
    """What is asked of the room."""
    return Asked(anew=bool(form.anew.data) and not rows.begun, expected=bool(form.expected.data), plans=True)


@operation(
    "cafe.plan",
    PlanForm,
    Permission.RUN_CAFE,
    find=one_cafe,
    title=_l("Plan who sits where"),
    says=_l("%(who)s planned who sits where"),
    prepare=lambda store, by, form: prepare(store, by, one_cafe, form, asked_to_plan),
)
def plan_cafe(tx: Transaction, at: OneCafe, form: PlanForm) -> None:
    """Plan the coming rounds; nobody who was told already moves."""
    require_running(at)
    made = tx.prepared.made
    rows = read_rows(tx.session, at.cafe)
    if made is None or made.why_not:
        raise Invalid(made.why(rows.names) if made else _l("There is no round left to plan."))
    rearrange(tx, at.cafe, rows, asked_to_plan(rows, form))


class SeatingForm(CafeForm):
    """What a plan mixes."""

    asks_organisation = Yes(
        _l("Ask for the organisation when people join"), description=_l("So that a plan can mix them.")
    )
    mixes_languages = Yes(_l("Mix those who write in different languages"))


@operation(
    "cafe.set_seating",
    SeatingForm,
    Permission.RUN_CAFE,
    find=one_cafe,
    title=_l("What the plan mixes"),
    says=_l("%(who)s changed what a plan mixes"),
)
def set_seating(tx: Transaction, at: OneCafe, form: SeatingForm) -> None:
    """Say what a plan of this café mixes."""
    before = (at.cafe.asks_organisation, at.cafe.mixes_languages)
    at.cafe.asks_organisation, at.cafe.mixes_languages = (
        bool(form.asks_organisation.data),
        bool(form.mixes_languages.data),
    )
    after = (at.cafe.asks_organisation, at.cafe.mixes_languages)
    if before != after:
        tx.fact("mixes", list(before), list(after))
        tell_cafe(tx, at.cafe.id)


@dataclass
class TwoPeople(At):
    """Two participants of one event."""

    ids: tuple[UUID, UUID] = field(kw_only=True)


class WishForm(OperationForm):
    """Which two, and whether they sit together or apart."""

    kind = Pick(_l("What is asked"), KINDS, default=WishKind.TOGETHER.value)
    one = Id()
    other = Id()


def two_people(session: Session, by: Actor, form: WishForm) -> TwoPeople:
    """Both, if this actor may know of them; of two events they are not found."""
    one, other = session.get(Participant, form.one.data), session.get(Participant, form.other.data)
    if one is None or other is None or one.event_id != other.event_id:
        raise NotFound
    standing = standing_in_event(session, by, session.get(Event, one.event_id))
    return TwoPeople(standing, ids=pair_of(one.id, other.id))


def pair_of(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    """Two people in the order in which a pair is kept."""
    return (one, other) if one < other else (other, one)


@operation(
    "wish.add",
    WishForm,
    Permission.RUN_CAFE,
    find=two_people,
    title=_l("Who sits together, who apart"),
    says=_l("%(who)s said who sits together or apart"),
)
def add_wish(tx: Transaction, at: TwoPeople, form: WishForm) -> None:
    """Ask that two always or never sit at one table; it holds from the next plan on."""
    one, other = at.ids
    if one == other:
        raise Invalid(fields={"other": [_l("Choose two people.")]})
    kind = WishKind(form.kind.data)
    known = tx.session.scalars(select(SeatWish).where(SeatWish.one_id == one, SeatWish.other_id == other)).first()
    if known is not None and known.kind is kind:
        return
    if known is None:
        tx.session.add(SeatWish(id=tx.key, event_id=at.event.id, kind=kind, one_id=one, other_id=other))
    else:
        known.kind = kind
    tx.about("wish", known.id if known else tx.key)
    tell_cafes(tx, at.event.id)


def tell_cafes(tx: Transaction, event_id: UUID) -> None:
    """Have the plan pages of an event know."""
    tx.tell("cafe", *tx.session.scalars(select(Cafe.id).where(Cafe.event_id == event_id, Cafe.source.is_(None))))


@dataclass
class OneWish(At):
    """A wish."""

    wish: SeatWish = field(kw_only=True)


class OneWishForm(OperationForm):
    """Which wish."""

    wish = Id()


def one_wish(session: Session, by: Actor, form: OneWishForm) -> OneWish:
    """The wish, if this actor may know of its event."""
    row = session.execute(
        select(SeatWish, Event).join(Event, Event.id == SeatWish.event_id).where(SeatWish.id == form.wish.data)
    ).first()
    if row is None:
        raise NotFound
    return OneWish(standing_in_event(session, by, row[1]), wish=row[0])


@operation(
    "wish.remove",
    OneWishForm,
    Permission.RUN_CAFE,
    find=one_wish,
    title=_l("Drop this wish"),
    says=_l("%(who)s dropped a wish of who sits together or apart"),
)
def remove_wish(tx: Transaction, at: OneWish, form: OneWishForm) -> None:
    """Ask it no longer; it holds from the next plan on."""
    tx.session.delete(at.wish)
    tx.about("wish", at.wish.id)
    tell_cafes(tx, at.event.id)


@operation(
    "participant.leave_out",
    LeavingForm,
    Permission.RUN_CAFE,
    find=one_person_in_the_room,
    title=_l("Not here"),
    says=_l("%(who)s said that somebody is not here"),
)
def leave_out(tx: Transaction, at: OnePerson, form: LeavingForm) -> None:
    """Count somebody out, who did not come or has left: no plan seats them, and their seats are free; their words stay.

    Whoever comes back sits down at a table, or is counted in again.
    """
    if at.person.away_at is not None:
        return
    at.person.away_at = tx.now
    give_up_seats(tx, at.person.id)
    hand_over(tx, at.event.id, at.person.id, form.new_host.data)
    tx.about("participant", at.person.id)
    tx.tell("person", at.person.id)
    tell_cafes(tx, at.event.id)


@operation(
    "participant.bring_back",
    PersonForm,
    Permission.RUN_CAFE,
    find=one_person_in_the_room,
    title=_l("Here again"),
    says=_l("%(who)s said that somebody is here again"),
)
def bring_back(tx: Transaction, at: OnePerson, form: PersonForm) -> None:
    """Count somebody in again: they sit where the fewest are and go on from there, as who comes late does.

    Who is on the list alone, and has not come, gets a seat when they do.
    """
    if at.person.removed_at is not None:
        raise Invalid(fields={"participant": [has_been_removed(at.person)]})
    if at.person.away_at is None:
        return
    at.person.away_at = None
    tx.about("participant", at.person.id)
    tx.tell("person", at.person.id)
    if not at.person.expected:
        tell_moved(tx, _back_at_a_table(tx, at))
    tell_cafes(tx, at.event.id)


def _back_at_a_table(tx: Transaction, at: OnePerson) -> dict[UUID, tuple[UUID | None, UUID | None]]:
    """Seat somebody who sits nowhere in the café that is open; where several are they choose."""
    cafe = only_open_cafe(tx.session, at.event.id) if at.event.closed_at is None else None
    if cafe is None:
        return {}
    table, turn = quietest_table(tx.session, cafe.id, remote=at.person.remote), cafe.current_round
    if table is None or turn is None:
        return {}
    moved = seat_people(tx, turn, {at.person.id: table.id})
    plan_for_latecomer(tx, cafe, at.person, table.id, turn)
    return moved
