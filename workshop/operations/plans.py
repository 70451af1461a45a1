"""Planning who sits where, and what is asked of the plan: wishes, organisations, who is there at all."""

import csv
import io
import re
from dataclasses import dataclass, field
from itertools import combinations
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.errors import Invalid, NotFound
from workshop.forms import Id, LongText, OperationForm, Pick, Yes, one_line
from workshop.models import Cafe, Event, Participant, SeatWish, WishKind, new_id
from workshop.models.base import NAME_LENGTH
from workshop.operations.cafes import CafeForm, OneCafe, one_cafe, require_running, tell_cafe
from workshop.operations.people import WRITING_LANGUAGES
from workshop.operations.room import prepare, rearrange
from workshop.operations.seats import LeavingForm, OnePerson, PersonForm, give_up_seats, hand_over, one_person
from workshop.perform import Transaction, operation
from workshop.planning import Asked, Rows, read_rows
from workshop.policy import Actor, At, Permission, standing_in_event

MOST_LISTED = 2000
"""People on one list."""
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
    Permission.RUN_EVENT,
    find=one_cafe,
    title=_l("Plan who sits where"),
    says=_l("%(who)s planned who sits where"),
    prepare=lambda store, by, form: prepare(store, by, one_cafe, form, asked_to_plan),
)
def plan_cafe(tx: Transaction, at: OneCafe, form: PlanForm) -> None:
    """Plan the coming rounds; nobody who was told already moves."""
    require_running(at)
    made = tx.prepared.made
    if made is None or made.why_not:
        raise Invalid(made.why_not if made else _l("There is no round left to plan."))
    rows = read_rows(tx.session, at.cafe)
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
    Permission.RUN_EVENT,
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
    Permission.RUN_EVENT,
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
    Permission.RUN_EVENT,
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
    Permission.RUN_EVENT,
    find=one_person,
    title=_l("Not here"),
    says=_l("%(who)s said that somebody is not here"),
)
def leave_out(tx: Transaction, at: OnePerson, form: LeavingForm) -> None:
    """Count somebody out, who did not come or has left: no plan seats them, and their seats are free; their words stay.

    Whoever comes back sits down at a table.
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
    Permission.RUN_EVENT,
    find=one_person,
    title=_l("Here again"),
    says=_l("%(who)s said that somebody is here again"),
)
def bring_back(tx: Transaction, at: OnePerson, form: PersonForm) -> None:
    """Count somebody in again, from the next plan on."""
    if at.person.away_at is None:
        return
    at.person.away_at = None
    tx.about("participant", at.person.id)
    tx.tell("person", at.person.id)
    tell_cafes(tx, at.event.id)


class ListForm(OperationForm):
    """An event and the people who are expected."""

    event = Id()
    people = LongText(
        _l("List of people"),
        200_000,
        required=_l("Write at least one name."),
        description=_l(
            "A line for each. As the text of a CSV file its first line names the columns: name, organisation, "
            "language, together, apart, remote. Together and apart hold other names of the list, | between several."
        ),
    )


COLUMNS = ("name", "organisation", "language", "together", "apart", "remote")


@dataclass
class Listed:
    """One line of the list."""

    name: str
    organisation: str
    language: str
    remote: bool
    together: list[str]
    apart: list[str]


def read_list(text: str, language: str) -> list[Listed]:
    """The people of a list; Invalid with the line that cannot be read."""
    dialect = (
        "\t"
        if "\t" in text.split("\n")[0]
        else ";"
        if text.split("\n")[0].count(";") > text.split("\n")[0].count(",")
        else ","
    )
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=dialect) if any(cell.strip() for cell in row)]
    head = [one_line(cell).casefold() for cell in rows[0]] if rows else []
    if "name" in head:
        unknown = [one for one in head if one not in COLUMNS]
        if unknown:
            raise _wrong(1, _l("There is no column “%(column)s”.", column=unknown[0]))
        rows = rows[1:]
    else:
        head = ["name"]
    known = {code for code, _ in WRITING_LANGUAGES}
    found = []
    for number, row in enumerate(rows, 2 if head != ["name"] else 1):
        cells = dict(zip(head, (one_line(cell) for cell in row), strict=False))
        name, organisation = cells.get("name", ""), cells.get("organisation", "")
        spoken = cells.get("language", "") or language
        if not name:
            raise _wrong(number, _l("There is no name."))
        if max(len(name), len(organisation)) > NAME_LENGTH:
            raise _wrong(number, _l("Names and organisations have at most %(most)s characters.", most=NAME_LENGTH))
        if spoken not in known:
            raise _wrong(number, _l("“%(language)s” is no language we know. Write it like de.", language=spoken))
        remote = cells.get("remote", "").casefold() not in ("", "0", "no", "nein", "nej", "false")
        others = [
            [one_line(one) for one in cells.get(kind, "").split(";" if dialect != ";" else "|") if one.strip()]
            for kind in ("together", "apart")
        ]
        found.append(Listed(name, organisation, spoken, remote, *others))
    return found


def _names(cell: str) -> list[str]:
    return [one_line(one) for one in re.split("[|;]", cell) if one.strip()]


def _wrong(number: int, why: object) -> Invalid:
    return Invalid(fields={"people": [_l("Line %(number)s: %(why)s", number=number, why=why)]})


def event_to_list(session: Session, by: Actor, form: ListForm) -> At:
    """The event, locked, so that names get their numbers one after the other."""
    event = session.scalars(select(Event).where(Event.id == form.event.data).with_for_update(key_share=True)).first()
    return At(standing_in_event(session, by, event))


@operation(
    "people.expect",
    ListForm,
    Permission.RUN_EVENT,
    find=event_to_list,
    title=_l("List of people"),
    says=_l("%(who)s wrote down who is expected"),
)
def expect_people(tx: Transaction, at: At, form: ListForm) -> None:
    """Write down who is expected, so that seats are planned before anybody comes; joining by name takes the place.

    Whoever has come or stands there already under a name gets what the list says of them; nobody is taken off.
    """
    listed = read_list(form.people.data or "", at.event.language)
    if len(listed) > MOST_LISTED:
        raise Invalid(fields={"people": [_l("At most %(most)s people.", most=MOST_LISTED)]})
    session = tx.session
    known: dict[tuple[str, int], Participant] = {
        (one.name_key, one.name_number): one
        for one in session.scalars(select(Participant).where(Participant.event_id == at.event.id))
    }
    times: dict[str, int] = {}
    by_name: dict[str, UUID] = {}
    for one in listed:
        key = one.name.casefold()
        number = times[key] = times.get(key, 0) + 1
        person = known.get((key, number))
        if person is None:
            person = known[key, number] = Participant(
                id=new_id(),
                event_id=at.event.id,
                name=one.name,
                name_key=key,
                name_number=number,
                language=at.event.language,
                writing_language=one.language,
                expected=True,
                joined_at=tx.now,
            )
            session.add(person)
        person.organisation, person.remote = one.organisation, one.remote
        if person.expected:
            person.writing_language = one.language
        by_name.setdefault(key, person.id)
    session.flush()
    _wish(tx, at.event.id, listed, by_name)
    tx.fact("expected", None, len(listed))
    tx.about("event", at.event.id)
    tell_cafes(tx, at.event.id)


def _wish(tx: Transaction, event_id: UUID, listed: list[Listed], by_name: dict[str, UUID]) -> None:
    known = {
        (one.one_id, one.other_id): one
        for one in tx.session.scalars(select(SeatWish).where(SeatWish.event_id == event_id))
    }
    for kind in WishKind:
        for pair in sorted(_pairs(listed, by_name, kind)):
            if pair in known:
                known[pair].kind = kind
            else:
                known[pair] = SeatWish(id=new_id(), event_id=event_id, kind=kind, one_id=pair[0], other_id=pair[1])
                tx.session.add(known[pair])


def _pairs(listed: list[Listed], by_name: dict[str, UUID], kind: WishKind) -> set[tuple[UUID, UUID]]:
    """The pairs a column asks for: names of the list, or a word that several lines share."""
    found: set[tuple[UUID, UUID]] = set()
    sharing: dict[str, list[tuple[int, str, UUID]]] = {}
    for number, one in enumerate(listed, 2):
        me = by_name[one.name.casefold()]
        for name in one.together if kind is WishKind.TOGETHER else one.apart:
            other = by_name.get(name.casefold())
            if other is None:
                sharing.setdefault(name.casefold(), []).append((number, name, me))
            elif other != me:
                found.add(pair_of(me, other))
    for lines in sharing.values():
        if len(lines) == 1:
            [(number, name, _)] = lines
            raise _wrong(number, _l("Nobody on the list is called %(name)s.", name=name))
        found |= {pair_of(one, other) for (*_, one), (*_, other) in combinations(lines, 2) if one != other}
    return found
