"""Reads about where somebody sits and goes next."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from workshop.models import SITS_NOW, Asks, Cafe, CafeTable, Event, LocalText, Participant, Round, Seat, SeatState
from workshop.models.people import named
from workshop.queries.viewing import Audience
from workshop.statements import Statement


@dataclass
class TablePlace:
    """A table as somebody who is to walk there needs it."""

    id: UUID
    number: int
    question: LocalText
    language: str
    way: str
    video_url: str
    host: str | None
    round_id: UUID
    round: int


@dataclass
class Moment:
    """Where a participant sits and where they go next.

    Attributes:
        sent: whether a plan or a moderator sent them there.
        next: the table of the next round for which a seat is planned.
        hosting: whether they host the table where they sit.
    """

    id: UUID
    seat: TablePlace | None = None
    sent: bool = False
    next: TablePlace | None = None
    hosting: bool = False


def moments(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, Moment]:
    """Where each participant sits and goes next, in one statement."""
    wanted = list(ids)
    found = {one: Moment(one) for one in wanted}
    host = aliased(Participant)
    coming = and_(Seat.state == SeatState.PLANNED, Round.opened_at.is_(None))
    rows = session.execute(
        select(Seat, CafeTable, Round, Cafe.asks, Event.language, host)
        .join(CafeTable, CafeTable.id == Seat.table_id)
        .join(Round, Round.id == Seat.round_id)
        .join(Cafe, Cafe.id == Seat.cafe_id)
        .join(Event, Event.id == Cafe.event_id)
        .outerjoin(host, host.id == CafeTable.host_id)
        .where(
            Seat.participant_id.in_(wanted),
            Seat.until_at.is_(None),
            or_(Seat.state == SeatState.TAKEN, coming),
            Cafe.closed_at.is_(None),
        )
        # The seat in another café of the event that was taken last is the one that counts.
        .order_by(Seat.state.desc(), Seat.from_at.desc(), Round.number)
    )
    cafes: dict[UUID, UUID] = {}
    planned: dict[UUID, TablePlace] = {}
    for seat, table, turn, asks, language, hosted_by in rows:
        # On the tables lies what was asked last, until the next round begins.
        question = turn.prompt if asks is Asks.ROUNDS and turn.prompt else table.question
        place = TablePlace(
            table.id, table.number, question, language, table.way, table.video_url,
            hosted_by.display_name if hosted_by else None, turn.id, turn.number,
        )  # fmt: skip
        moment = found[seat.participant_id]
        if seat.state is SeatState.TAKEN:
            if moment.seat is None:
                moment.seat, moment.sent = place, seat.sent
                moment.hosting = table.host_id == moment.id
                cafes[moment.id] = seat.cafe_id
        elif cafes.get(moment.id, seat.cafe_id) == seat.cafe_id:
            before = planned.get(moment.id)
            if before is None or turn.number < before.round:
                planned[moment.id] = place
    for person, place in planned.items():
        found[person].next = place
    return found


class Sitting(NamedTuple):
    """Somebody at a table of a café."""

    id: UUID
    table_id: UUID
    name: str


SITTING = Statement(
    select(Seat.participant_id, Seat.table_id, Participant.name, Participant.name_number)
    .join(Participant, Participant.id == Seat.participant_id)
    .where(
        Seat.cafe_id == bindparam("cafe"),
        SITS_NOW,
        Participant.removed_at.is_(None),
    )
    .order_by(Seat.table_id, Participant.name_key, Participant.name_number)
)
CAFE_OF_TABLE = Statement(select(CafeTable.cafe_id).where(CafeTable.id == bindparam("table")))


def sitting_in(session: Session, cafe_id: UUID) -> list[Sitting]:
    """Everybody who sits in a café now, table by table, by their names."""
    rows = SITTING.run(session, cafe=cafe_id)
    return [Sitting(one.participant_id, one.table_id, named(one.name, one.name_number)) for one in rows]


def cafe_of(session: Session, table_id: UUID) -> UUID:
    """The café of a table that is there."""
    cafe_id: UUID = CAFE_OF_TABLE.first(session, table=table_id).cafe_id
    return cafe_id
