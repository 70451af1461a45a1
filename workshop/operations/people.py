"""Taking a seat: joining an event with a code, without an account."""

import random
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session
from wtforms import ValidationError

from workshop.errors import Closed, Invalid, Removed
from workshop.forms import OperationForm, Pick, Text
from workshop.models import LANGUAGES, SITS_NOW, Attendance, Cafe, CafeTable, Event, Participant, Round, Seat, new_id
from workshop.models.base import NAME_LENGTH
from workshop.operations.languages import LANGUAGE_NAMES, WRITING_LANGUAGES
from workshop.operations.moving import hosted_table, plan_for_latecomer, planned_table, taken_seats
from workshop.operations.namesakes import free_number, typed_number
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor, At, Standing
from workshop.text import name_key
from workshop.tokens import CODE_LENGTH, clean_code, digest, participant_token, receipt_code
from workshop.transaction import Transaction

OVER = _l("This event is over. Its code no longer opens a table.")


class JoinForm(OperationForm):
    """The code, or the token of a QR in its place, and a name."""

    code = Text(_l("Code"), 40, description=_l("Eight letters and numbers, in two groups"))
    token = Text("", 64)
    name = Text(
        _l("Your name at the table"),
        NAME_LENGTH,
        required=_l("Write a name. One letter is enough."),
        description=_l("A made-up name is fine"),
    )
    language = Pick(_l("Language of the buttons"), LANGUAGE_NAMES, default=LANGUAGES[0])
    writing_language = Pick(_l("I write in"), WRITING_LANGUAGES, default=LANGUAGES[0])

    def validate_code(self, code: Any) -> None:
        """As long as one is, so that whoever also left out the name reads both at once."""
        if not self.token.data:
            check_length(clean_code(code.data))


@dataclass
class Entrance(At):
    """The event a code opens, and the table it leads to."""

    table: CafeTable | None = field(kw_only=True)
    cafe: Cafe | None = field(kw_only=True)
    user_id: UUID | None = field(kw_only=True)
    by_card: bool = field(kw_only=True)
    """Whether a table's own card led there: then one sits at it already."""


def entrance(session: Session, by: Actor, form: JoinForm) -> Entrance:
    """The event and table that a code or a QR leads to; Invalid with a kind sentence where there is none."""
    table = None
    if form.token.data:
        event, table = by_token(session, form.token.data)
    else:
        event = event_by_code(session, form.code.data or "")
    if event.closed_at is not None:
        raise Closed(OVER)
    if _was_removed(session, event.id, by):
        raise Removed
    standing = Standing(event.process_id, event, system=by.system)
    cafe = session.get(Cafe, table.cafe_id) if table else only_open_cafe(session, event.id)
    if table is not None:
        # Its card may still lie there: the table that took over its question, else the one with the most room.
        table = goes_on_at(session, table)
    by_card = table is not None
    if table is None and cafe is not None:
        table = quietest_table(session, cafe.id)
    user_id = by.user_id if by.user_id and not _has_place(session, event.id, by.user_id) else None
    return Entrance(standing, table=table, cafe=cafe, user_id=user_id, by_card=by_card)


def goes_on_at(session: Session, table: CafeTable) -> CafeTable | None:
    """The table itself while it is open, else the one that took over its question; None where that is closed too."""
    if table.closed_at is None:
        return table
    merged = session.get(CafeTable, table.merged_into_id) if table.merged_into_id else None
    return merged if merged and merged.closed_at is None else None


def by_token(session: Session, token: str) -> tuple[Event, CafeTable | None]:
    """The event of a QR, and the table where it is a table's card; Invalid where it leads nowhere."""
    row = session.execute(
        select(Event, CafeTable)
        .outerjoin(Cafe, Cafe.event_id == Event.id)
        .outerjoin(CafeTable, (CafeTable.cafe_id == Cafe.id) & (CafeTable.join_token == token))
        .where(or_(Event.join_token == token, CafeTable.join_token == token))
        .limit(1)
    ).first()
    if row is None:
        raise Invalid(fields={"code": [_l("This picture leads nowhere any more. Write the code below it.")]})
    return row[0], row[1]


def check_length(code: str) -> None:
    """Raise ValidationError for what is no whole code."""
    if len(code) != CODE_LENGTH:
        raise ValidationError(_l("The code has eight characters. You wrote %(count)s.", count=len(code)))


def event_by_code(session: Session, text: str) -> Event:
    """The event of a code as people write it; Invalid with what is wrong with it."""
    code = clean_code(text)
    if not code:
        raise Invalid(fields={"code": [_l("Write the code from the screen or from the card on your table.")]})
    try:
        check_length(code)
    except ValidationError as problem:
        raise Invalid(fields={"code": [problem.args[0]]}) from problem
    event = session.scalars(select(Event).where(Event.code == code)).first()
    if event is None:
        sentence = _l(
            "No event has the code %(code)s. Look at the screen again. A code never has a 0, O, 1 or I in it.",
            code=f"{code[:4]} {code[4:]}",
        )
        raise Invalid(fields={"code": [sentence]})
    return event


def only_open_cafe(session: Session, event_id: UUID) -> Cafe | None:
    """The café one comes to by the event's code: the open one, unless there are several."""
    cafes = session.scalars(
        select(Cafe).where(Cafe.event_id == event_id, Cafe.source.is_(None), Cafe.closed_at.is_(None)).limit(2)
    ).all()
    return cafes[0] if len(cafes) == 1 else None


def quietest_table(session: Session, cafe_id: UUID, *, remote: bool = False) -> CafeTable | None:
    """The open table with the fewest people, the lowest number first; one full, or out of reach, only where all are."""
    out_of_reach = CafeTable.attendance == (Attendance.ON_SITE if remote else Attendance.REMOTE)
    people = select(func.count(Seat.id)).where(Seat.table_id == CafeTable.id, SITS_NOW).scalar_subquery()
    return session.scalars(
        select(CafeTable)
        .where(CafeTable.cafe_id == cafe_id, CafeTable.closed_at.is_(None))
        .order_by(out_of_reach, CafeTable.full_at.is_not(None), people, CafeTable.number)
        .limit(1)
    ).first()


def _was_removed(session: Session, event_id: UUID, by: Actor) -> bool:
    if not by.participants:
        return False
    mine = (Participant.event_id == event_id) & Participant.id.in_(by.participants)
    return bool(session.scalar(select(Participant.id).where(mine, Participant.removed_at.is_not(None)).limit(1)))


def _has_place(session: Session, event_id: UUID, user_id: UUID) -> bool:
    return bool(
        session.scalar(select(Participant.id).where(Participant.event_id == event_id, Participant.user_id == user_id))
    )


@operation(
    "participant.join",
    JoinForm,
    Permission.JOIN,
    find=entrance,
    title=_l("Join the conversation"),
    says=_l("%(who)s took a seat"),
    secret_key=True,
    form_only=True,
)
def join(tx: Transaction, at: Entrance, form: JoinForm) -> None:
    """Take part under a name; two people of one name get numbers; a seat where one café is open."""
    # One at a time in an event: of many with one name at the same moment all but the first would be refused.
    tx.session.refresh(at.event, with_for_update={"key_share": True})
    if at.event.closed_at is not None:
        raise Closed(OVER)
    name = form.name.data
    key = name_key(name)
    so_called = Participant.name_key == key
    if typed := typed_number(key):
        # As others see the second of two on the list.
        so_called |= (Participant.name_key == typed[0]) & (Participant.name_number == typed[1])
    expected = tx.session.scalars(
        select(Participant)
        .where(
            Participant.event_id == at.event.id,
            so_called,
            Participant.expected,
            Participant.removed_at.is_(None),
        )
        .order_by(Participant.name_key != key, Participant.name_number)
        .limit(1)
    ).first()
    if expected is not None:
        _come(tx, expected, at, form)
        return
    person = newcomer(
        tx,
        at.event,
        name,
        user_id=at.user_id,
        language=form.language.data,
        writing_language=form.writing_language.data,
    )
    _sit_down(tx, person, at)


def newcomer(tx: Transaction, event: Event, name: str, **about: Any) -> Participant:
    """Somebody who takes part from now on; of two people of one name the one who comes later gets the next number."""
    person_id, key = new_id(), name_key(name)
    person = Participant(
        id=person_id,
        event_id=event.id,
        name=name,
        name_key=key,
        name_number=free_number(tx.session, event.id, key),
        guest_number=guest_number(tx.session, event.id),
        token_digest=digest(tx.secret, participant_token(tx.secret, person_id)),
        receipt_digest=digest(tx.secret, receipt_code(tx.secret, person_id)),
        joined_at=tx.now,
        **about,
    )
    tx.session.add(person)
    return person


def _come(tx: Transaction, person: Participant, at: Entrance, form: JoinForm) -> None:
    """Somebody who was on the list is there; whoever comes under that name first takes the place."""
    person.expected, person.joined_at, person.user_id, person.away_at = False, tx.now, at.user_id, None
    if name_key(form.name.data) == person.name_key:
        person.name = form.name.data
    person.language = form.language.data
    person.writing_language = form.writing_language.data
    person.guest_number = guest_number(tx.session, at.event.id)
    person.token_digest = digest(tx.secret, participant_token(tx.secret, person.id))
    person.receipt_digest = digest(tx.secret, receipt_code(tx.secret, person.id))
    _sit_down(tx, person, at, expected=True)


def _sit_down(tx: Transaction, person: Participant, at: Entrance, *, expected: bool = False) -> None:
    tx.about("participant", person.id)
    if at.table is None or at.cafe is None:
        for cafe_id in tx.session.scalars(select(Cafe.id).where(Cafe.event_id == at.event.id)):
            tx.tell("cafe", cafe_id)
        return
    # Until this seat is written no round may begin: it would leave the newcomer in the one before.
    tx.session.refresh(at.cafe, with_for_update={"read": True})
    turn = at.cafe.current_round
    if turn is None or at.cafe.closed_at is not None:
        raise Closed(_l("This café is closed."))
    tx.session.flush()
    table_id = _where_to_sit(tx, person, at, turn) if expected else _open_table(tx.session, at)
    tx.session.add(
        Seat(participant_id=person.id, cafe_id=at.cafe.id, table_id=table_id, round_id=turn.id, from_at=tx.now)
    )
    tx.session.flush()
    plan_for_latecomer(tx, at.cafe, person, table_id, turn)
    tx.touch("table", table_id)
    tx.tell("table", table_id)


def _open_table(session: Session, at: Entrance) -> UUID:
    """The table one comes to; where it was closed at the same moment the one that goes on for it."""
    assert at.table and at.cafe
    session.refresh(at.table)
    table = goes_on_at(session, at.table) or quietest_table(session, at.cafe.id)
    if table is None:
        raise Closed(_l("This café is closed."))
    return table.id


def _where_to_sit(tx: Transaction, person: Participant, at: Entrance, turn: Round) -> UUID:
    """The table of somebody who was on the list: of the card, else the one they were sent to, planned for, or host."""
    assert at.cafe
    session = tx.session
    before = session.scalars(select(Seat).where(taken_seats(at.cafe.id), Seat.participant_id == person.id)).first()
    if person.remote and not at.by_card:
        # Of the list alone it is known, and so not before it was clear who comes.
        at.table = quietest_table(session, at.cafe.id, remote=True) or at.table
    table_id = _open_table(session, at)
    if not at.by_card:
        hosted = hosted_table(session, person.id, at.cafe.id)
        table_id = before.table_id if before else planned_table(session, person.id, turn) or hosted or table_id
    if before:
        before.until_at = tx.now
        # Before the new one: the database allows one open seat.
        session.flush()
        tx.touch("table", before.table_id)
        tx.tell("table", before.table_id)
    return table_id


def guest_number(session: Session, event_id: UUID) -> int:
    """A number that nobody has in an event, drawn from so many that it tells nothing of who came when."""
    taken = Participant.event_id == event_id, Participant.guest_number.is_not(None)
    people = session.scalar(select(func.count(Participant.id)).where(*taken)) or 0
    drawn = random.SystemRandom().sample(range(100, 1000 + 9 * people), 8)
    known = set(session.scalars(select(Participant.guest_number).where(*taken, Participant.guest_number.in_(drawn))))
    # Of eight all are taken less than once in a hundred million; then `perform` starts again.
    return next((one for one in drawn if one not in known), drawn[0])
