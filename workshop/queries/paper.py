"""Reads for typing in what was written on paper."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from workshop.models import Cafe, CafeTable, Event, Idea, Participant, Process, Seat, SeatState
from workshop.models.people import named
from workshop.policy import Permission, authorize
from workshop.queries.cafes import Me, me
from workshop.queries.ideas import Note, note_rows, notes, states_seen
from workshop.queries.tables import table_to_show
from workshop.queries.turns import Turns, turns
from workshop.queries.viewing import Audience, Page, open_page
from workshop.standing import Actor, At


@dataclass
class Writer:
    """Somebody who sat at a table."""

    id: UUID
    name: str


@dataclass
class Writers:
    """Everybody who ever sat at a table, by name."""

    id: UUID
    people: list[Writer]


@dataclass
class Typed:
    """What was typed in at a table: how many notes, and which cards.

    Attributes:
        missing: numbers below the highest that nobody has typed in.
        following: the number that comes next.
    """

    id: UUID
    number: int
    count: int
    missing: list[int]
    following: int


@dataclass
class TypingPage(Page):
    """A table's paper notes, and what the form that takes them offers."""

    table: CafeTable
    cafe: Cafe
    event: Event
    process: Process
    turns: Turns
    others: list[CafeTable]
    writers: Writers
    typed: list[Note]
    sum: Typed
    is_open: bool
    waits: bool
    """Whether what is typed in here waits until somebody has looked at it."""
    me: Me | None


def typing_page(session: Session, by: Actor, table_id: UUID) -> TypingPage:
    """The page on which a table's host or a moderator types in notes."""
    table, event, standing = table_to_show(session, by, table_id)
    cafe = table.cafe
    # Whoever may moderate it may look at it, also when nothing is written any more.
    authorize(Permission.MODERATE_TABLE, At(standing, table_id=table.id))
    # The list is told when the event ends.
    channels = [f"table:{table.id}", f"cafe:{cafe.id}", f"list:{event.id}"]
    person = standing.participant
    opened = open_page(session, standing, channels + ([f"person:{person.id}"] if person else []))
    others = session.scalars(select(CafeTable).where(CafeTable.cafe_id == cafe.id).order_by(CafeTable.number)).all()
    return TypingPage(
        **opened,
        table=table,
        cafe=cafe,
        event=event,
        process=session.get_one(Process, event.process_id),
        turns=turns(session, [cafe.id], Audience.STAFF)[cafe.id],
        others=list(others) if standing.staff else [],
        writers=writers(session, [table.id], Audience.STAFF)[table.id],
        typed=sorted(_typed_at(session, table.id), key=lambda note: note.position, reverse=True),
        sum=typed_sums(session, [table.id], Audience.STAFF)[table.id],
        is_open=event.closed_at is None and cafe.source is None,
        waits=event.notes_wait and not standing.staff,
        me=me(session, [person.id], Audience.OWN).get(person.id) if person else None,
    )


def writers(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, Writers]:
    """Everybody who ever sat at each of these tables."""
    found = {one: Writers(one, []) for one in ids}
    rows = session.execute(
        select(Seat.table_id, Participant.id, Participant.name, Participant.name_number, Participant.name_key)
        .join(Participant, Participant.id == Seat.participant_id)
        .where(Seat.table_id.in_(found), Seat.state == SeatState.TAKEN)
        .order_by(Participant.name_key, Participant.name_number)
        .distinct()
    )
    for table_id, person_id, name, number, _key in rows:
        found[table_id].people.append(Writer(person_id, named(name, number)))
    return found


def _typed_at(session: Session, table_id: UUID) -> list[Note]:
    condition = and_(Idea.table_id == table_id, Idea.on_paper, Idea.state.in_(states_seen(Audience.STAFF)))
    rows = session.execute(note_rows(condition, Audience.STAFF))
    return [Note(**row._mapping, for_staff=True) for row in rows]


def typed_notes(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, Note]:
    """Those of these notes that were typed in."""
    return {one: note for one, note in notes(session, ids, audience).items() if note.on_paper}


def typed_sums(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, Typed]:
    """What was typed in at each of these tables."""
    wanted = list(ids)
    cards: dict[UUID, list[int | None]] = {one: [] for one in wanted}
    rows = session.execute(
        select(Idea.table_id, Idea.card).where(
            Idea.table_id.in_(wanted), Idea.on_paper, Idea.state.in_(states_seen(Audience.STAFF))
        )
    )
    for table_id, card in rows:
        cards[table_id].append(card)
    numbers = session.execute(select(CafeTable.id, CafeTable.number).where(CafeTable.id.in_(wanted)))
    sums = {}
    for table_id, number in numbers:
        known = {card for card in cards[table_id] if card}
        highest = max(known, default=0)
        missing = [card for card in range(1, highest) if card not in known]
        sums[table_id] = Typed(table_id, number, len(cards[table_id]), missing, highest + 1)
    return sums
