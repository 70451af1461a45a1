"""The live café of today, "Try it": made so that the first visitor can join at once."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.demo.content import demo_id
from workshop.demo.try_it import DESCRIPTION, MINUTES, NOTES, PEOPLE, QUESTIONS, TITLE, TO_COME
from workshop.errors import NotFound
from workshop.forms import NoFields
from workshop.models import (
    Cafe,
    CafeTable,
    Change,
    Event,
    Idea,
    IdeaKind,
    Participant,
    Process,
    Round,
    Seat,
    Vote,
    first_reasons,
    new_id,
)
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor, At, Standing
from workshop.tokens import new_code, new_link_token
from workshop.transaction import Transaction

HOME = demo_id("proc-dortmund")
ZONE = "Europe/Berlin"


def newest_cafe(session: Session) -> Event | None:
    """The event that was made last; it may be over."""
    made = (
        select(Change.thing_id)
        .where(Change.process_id == HOME, Change.operation == "demo.open_cafe")
        .order_by(Change.id.desc())
        .limit(1)
    )
    return session.scalars(select(Event).where(Event.id == made.scalar_subquery())).first()


def is_over(session: Session, event: Event, moment: datetime) -> bool:
    """Whether there is nothing to join any more: closed, of an earlier day, or every round has been."""
    if event.closed_at is not None or event.ends_on < today(moment):
        return True
    to_come = (
        select(Round.id)
        .join(Cafe, Cafe.id == Round.cafe_id)
        .where(Cafe.event_id == event.id, Cafe.closed_at.is_(None), Round.closed_at.is_(None))
        .limit(1)
    )
    return session.scalar(to_come) is None


def today(moment: datetime) -> date:
    """The day it is where the demonstration plays."""
    return moment.astimezone(ZoneInfo(ZONE)).date()


@dataclass
class Opening(At):
    """The last café of this kind, if there was one."""

    last: Event | None = field(kw_only=True)


def the_last_one(session: Session, by: Actor, form: NoFields) -> Opening:
    """The process it stands in; NotFound where the demonstration was not loaded."""
    home = session.scalars(select(Process.id).where(Process.id == HOME).with_for_update()).first()
    if home is None:
        raise NotFound
    return Opening(Standing(home, system=by.system), last=newest_cafe(session))


@operation(
    "demo.open_cafe",
    NoFields,
    Permission.INSTALL,
    find=the_last_one,
    title=_l("Open the café for trying out"),
    says=_l("%(who)s opened the café for trying out"),
)
def open_cafe(tx: Transaction, at: Opening, form: NoFields) -> None:
    """Make the event anew unless there is one that people can join; the first round is open."""
    if at.last and not is_over(tx.session, at.last, tx.now):
        return
    event = Event(
        id=tx.key,
        process_id=HOME,
        title=TITLE,
        description=DESCRIPTION,
        language="de",
        timezone=ZONE,
        starts_on=today(tx.now),
        ends_on=today(tx.now),
        code=new_code(),
        join_token=new_link_token(),
        screen_token=new_link_token(),
        created_at=tx.now,
    )
    tx.session.add(event)
    tx.session.flush()
    tx.session.add_all(first_reasons(event.id))
    cafe = Cafe(id=new_id(), event_id=event.id, title=TITLE)
    tx.session.add(cafe)
    tx.session.flush()
    people = [
        Participant(
            id=new_id(), event_id=event.id, name=name, name_key=name.casefold(),
            language=language, writing_language=language, joined_at=tx.now,
        )
        for name, language, _ in PEOPLE
    ]  # fmt: skip
    tx.session.add_all(people)
    tx.session.flush()
    hosts: dict[int, UUID] = {}
    for person, (_, _, number) in zip(people, PEOPLE, strict=True):
        hosts.setdefault(number, person.id)
    tables = [
        CafeTable(id=new_id(), cafe_id=cafe.id, number=number, question=question, join_token=new_link_token(),
                  host_id=hosts.get(number))
        for number, question in enumerate(QUESTIONS, 1)
    ]  # fmt: skip
    first = Round(id=new_id(), cafe_id=cafe.id, number=1, minutes=MINUTES, opened_at=tx.now,
                  ends_at=tx.now + timedelta(minutes=MINUTES))  # fmt: skip
    later = [Round(id=new_id(), cafe_id=cafe.id, number=number, minutes=minutes) for number, minutes in TO_COME]
    tx.session.add_all([*tables, first, *later])
    tx.session.flush()
    seat_and_write(tx, cafe, tables, first, people)
    tx.event = event
    tx.about("event", event.id)
    tx.tell("list", event.id)


def seat_and_write(
    tx: Transaction, cafe: Cafe, tables: list[CafeTable], first: Round, people: list[Participant]
) -> None:
    """Seat the invented people and lay their notes on the tables, with the support these have."""
    at_table: dict[int, list[Participant]] = {}
    for person, (_, _, number) in zip(people, PEOPLE, strict=True):
        at_table.setdefault(number, []).append(person)
        tx.session.add(
            Seat(participant_id=person.id, cafe_id=cafe.id, table_id=tables[number - 1].id, round_id=first.id,
                 from_at=tx.now)
        )  # fmt: skip
    laid = dict.fromkeys(at_table, 0)
    for back, (number, author, kind, text, supporters) in enumerate(reversed(NOTES)):
        writer = at_table[number][author]
        idea = Idea(
            id=new_id(),
            event_id=cafe.event_id,
            table_id=tables[number - 1].id,
            round_id=first.id,
            participant_id=writer.id,
            kind=IdeaKind(kind),
            language=writer.writing_language,
            text=text,
            # All of them lie there before the first revision of their table's channel.
            position=-laid[number],
            created_at=tx.now - timedelta(seconds=20 * back),
        )
        laid[number] += 1
        tx.session.add(idea)
        tx.session.flush()
        others = [person for person in at_table[number] if person is not writer]
        tx.session.add_all(Vote(idea_id=idea.id, participant_id=person.id) for person in others[:supporters])
