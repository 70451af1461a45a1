"""Writing down who is expected, from a list, before anybody has come."""

import csv
import re
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.errors import Invalid
from workshop.forms import Id, LongText, OperationForm
from workshop.models import Event, Participant, SeatWish, WishKind, new_id
from workshop.models.base import NAME_LENGTH
from workshop.operations.languages import WRITING_LANGUAGES
from workshop.operations.namesakes import number_after, typed_number
from workshop.operations.plans import pair_of, tell_cafes
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor, At, standing_in_event
from workshop.text import has_something, name_key, one_line
from workshop.transaction import Transaction

MOST_LISTED = 2000
"""People on one list."""
MOST_PAIRS = 5000
"""Pairs that one column asks for; a word that many lines share asks for each pair of them."""


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
    """One line of the list, and which."""

    number: int
    name: str
    organisation: str
    language: str
    remote: bool
    together: list[str]
    apart: list[str]


def read_list(text: str, language: str) -> list[Listed]:
    """The people of a list; Invalid with the line that cannot be read."""
    head, rows = _lines(text.removeprefix("\ufeff"))
    known = {code for code, _ in WRITING_LANGUAGES}
    found = []
    for number, row in rows:
        cells = dict(zip(head, (one_line(cell) for cell in row), strict=False))
        name, organisation = cells.get("name", ""), cells.get("organisation", "")
        spoken = cells.get("language", "").lower() or language
        if not has_something(name):
            raise _wrong(number, _l("There is no name."))
        if max(len(name), len(organisation)) > NAME_LENGTH:
            raise _wrong(number, _l("Names and organisations have at most %(most)s characters.", most=NAME_LENGTH))
        if spoken not in known:
            raise _wrong(number, _l("“%(language)s” is no language we know. Write it like de.", language=spoken))
        remote = cells.get("remote", "").casefold() not in ("", "0", "no", "nein", "nej", "false")
        others = [_names(cells.get(kind, "")) for kind in ("together", "apart")]
        found.append(Listed(number, name, organisation, spoken, remote, *others))
    return found


def _lines(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The columns of a list, and its lines with their numbers; without columns a whole line is a name."""
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    first = lines[0][1] if lines else ""
    mark = "\t" if "\t" in first else ";" if first.count(";") > first.count(",") else ","
    head = [one_line(cell).casefold() for cell in first.split(mark)]
    if not {"name", '"name"'} & set(head):
        return ["name"], [(number, [line]) for number, line in lines]
    rows = [(number, _cells(number, line, mark)) for number, line in lines]
    head = [one_line(cell).casefold() for cell in rows[0][1]]
    unknown = [one for one in head if one not in COLUMNS]
    if unknown:
        raise _wrong(1, _l("There is no column “%(column)s”.", column=unknown[0]))
    return head, [(number, row) for number, row in rows[1:] if any(cell.strip() for cell in row)]


def _cells(number: int, line: str, mark: str) -> list[str]:
    """The cells of one line: none goes on in the next, where an open quotation mark would take everybody in."""
    try:
        return next(csv.reader([line], delimiter=mark, strict=True))
    except csv.Error as error:
        if "limit" in str(error):
            raise _wrong(number, _l("This was sent in a form that cannot be read.")) from None
        raise _wrong(
            number,
            _l("A quotation mark is not closed. Close it before the line ends, or write two where one is meant."),
        ) from None


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
    Permission.RUN_CAFE,
    find=event_to_list,
    title=_l("List of people"),
    says=_l("%(who)s wrote down who is expected"),
)
def expect_people(tx: Transaction, at: At, form: ListForm) -> None:
    """Write down who is expected, so that seats are planned before anybody comes; joining by name takes the place.

    Whoever has come or stands there already under a name gets what the list says of them; nobody is taken off.
    Under the name of somebody who was removed somebody new is expected: the place that was taken stays closed.
    """
    listed = read_list(form.people.data or "", at.event.language)
    if len(listed) > MOST_LISTED:
        raise Invalid(fields={"people": [_l("At most %(most)s people.", most=MOST_LISTED)]})
    session = tx.session
    people = session.scalars(
        select(Participant).where(Participant.event_id == at.event.id).order_by(Participant.name_number)
    ).all()
    by_id = {one.id: one for one in people}
    known: dict[str, list[tuple[int, Participant]]] = {}
    highest: dict[str, int] = {}
    called: set[tuple[str, int]] = set()
    for one in people:
        highest[one.name_key] = one.name_number
        called.add((one.name_key, one.name_number))
        # Whoever turned out to be somebody else is meant under either name.
        now = by_id[one.united_into_id] if one.united_into_id else one
        if now.removed_at is None:
            known.setdefault(one.name_key, []).append((one.name_number, now))
    meant: set[tuple[str, int]] = set()
    found: list[Participant] = []
    for line in listed:
        key = name_key(line.name)
        under, number, person = _already_there(key, known, meant)
        if person is None:
            number = highest[key] = number_after(highest.get(key, 0), key, lambda *name: name in called)
            called.add((key, number))
            person = Participant(
                id=new_id(),
                event_id=at.event.id,
                name=line.name,
                name_key=key,
                name_number=number,
                language=at.event.language,
                writing_language=line.language,
                expected=True,
                joined_at=tx.now,
            )
            session.add(person)
            known.setdefault(key, []).append((number, person))
        meant.add((under, number))
        found.append(person)
        # Who is one with somebody else now is not described by what stood there of the two.
        if person.name_key == under:
            person.organisation, person.remote = line.organisation, line.remote
            if person.expected:
                person.writing_language = line.language
    session.flush()
    _wish(tx, at.event.id, listed, found)
    tx.fact("expected", None, len(listed))
    tx.about("event", at.event.id)
    tell_cafes(tx, at.event.id)


def _already_there(
    key: str, known: dict[str, list[tuple[int, Participant]]], meant: set[tuple[str, int]]
) -> tuple[str, int, Participant | None]:
    """Whom a line means of those who are there and no line before it means; the name and number they stand under.

    Each line is somebody else, as they were called when they came. "Anna 2" is the second Anna, unless somebody is
    called so.
    """
    for number, one in known.get(key, ()):
        if (key, number) not in meant:
            return key, number, one
    if typed := typed_number(key):
        for number, one in known.get(typed[0], ()):
            if (typed[0], number) == typed and typed not in meant:
                return *typed, one
    return key, 0, None


def _wish(tx: Transaction, event_id: UUID, listed: list[Listed], people: list[Participant]) -> None:
    known = {
        (one.one_id, one.other_id): one
        for one in tx.session.scalars(select(SeatWish).where(SeatWish.event_id == event_id))
    }
    for kind in WishKind:
        for pair in sorted(_pairs(listed, people, kind)):
            if pair in known:
                known[pair].kind = kind
            else:
                known[pair] = SeatWish(id=new_id(), event_id=event_id, kind=kind, one_id=pair[0], other_id=pair[1])
                tx.session.add(known[pair])


def _pairs(listed: list[Listed], people: list[Participant], kind: WishKind) -> set[tuple[UUID, UUID]]:
    """The pairs a column asks for: names of the list, or a word that several lines share."""
    by_name: dict[str, UUID] = {}
    for line, person in zip(listed, people, strict=True):
        by_name.setdefault(name_key(line.name), person.id)
    for person in people:
        # Of two called the same also as others see them.
        by_name.setdefault(name_key(person.display_name), person.id)
    found: set[tuple[UUID, UUID]] = set()
    sharing: dict[str, list[tuple[int, str, UUID]]] = {}
    for one, person in zip(listed, people, strict=True):
        me = person.id
        for name in one.together if kind is WishKind.TOGETHER else one.apart:
            other = by_name.get(name_key(name))
            if other is None:
                sharing.setdefault(name_key(name), []).append((one.number, name, me))
            elif other != me:
                found.add(pair_of(me, other))
    # Before they are made: of a word that two thousand share there are two million.
    if len(found) + sum(len(lines) * (len(lines) - 1) // 2 for lines in sharing.values()) > MOST_PAIRS:
        raise Invalid(fields={"people": [_l("At most %(most)s pairs together or apart.", most=MOST_PAIRS)]})
    for lines in sharing.values():
        if len(lines) == 1:
            [(number, name, _)] = lines
            raise _wrong(number, _l("Nobody on the list is called %(name)s.", name=name))
        found |= {pair_of(one, other) for (*_, one), (*_, other) in combinations(lines, 2) if one != other}
    return found
