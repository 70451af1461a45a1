"""What is known of a room: a café's rows, read once for whatever is asked."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.models import Attendance, Cafe, CafeTable, Participant, Round, Seat, SeatState, SeatWish


@dataclass
class Rows:
    """What is read of a café, once for whatever is asked."""

    cafe: Cafe
    tables: list[CafeTable]
    rounds: list[Round]
    people: dict[UUID, Participant]
    seats: list[Seat]
    wishes: list[SeatWish] = field(default_factory=list)

    @property
    def names(self) -> dict[UUID, str]:
        """What everybody is called, so that namesakes can be told apart."""
        return {one.id: one.display_name for one in self.people.values()}

    @property
    def open_tables(self) -> list[CafeTable]:
        """Those that are not closed, by their numbers."""
        return [one for one in self.tables if one.closed_at is None]

    @property
    def turn(self) -> Round | None:
        """The round in which people sit: the last that was opened, before the start the first."""
        opened = [one for one in self.rounds if one.opened_at]
        return opened[-1] if opened else (self.rounds[0] if self.rounds else None)

    @property
    def begun(self) -> bool:
        """Whether the first round was opened."""
        return any(one.opened_at for one in self.rounds)

    @property
    def sitting(self) -> dict[UUID, UUID]:
        """Where everybody sits now."""
        return {
            one.participant_id: one.table_id
            for one in self.seats
            if one.state is SeatState.TAKEN and one.until_at is None
        }

    def planned(self) -> dict[UUID, dict[UUID, UUID]]:
        """What is planned: round -> person -> table."""
        found: dict[UUID, dict[UUID, UUID]] = {}
        for one in self.seats:
            if one.state is SeatState.PLANNED and one.until_at is None:
                found.setdefault(one.round_id, {})[one.participant_id] = one.table_id
        return found


def read_rows(session: Session, cafe: Cafe) -> Rows:
    """All that the seating of a café depends on, in a fixed number of statements."""
    tables = list(session.scalars(select(CafeTable).where(CafeTable.cafe_id == cafe.id).order_by(CafeTable.number)))
    rounds = list(session.scalars(select(Round).where(Round.cafe_id == cafe.id).order_by(Round.number)))
    people = session.scalars(
        select(Participant).where(Participant.event_id == cafe.event_id, Participant.removed_at.is_(None))
    )
    seats = session.scalars(
        select(Seat)
        .where(Seat.cafe_id == cafe.id, (Seat.state == SeatState.TAKEN) | Seat.until_at.is_(None))
        .order_by(Seat.from_at, Seat.id)
    )
    wishes = session.scalars(select(SeatWish).where(SeatWish.event_id == cafe.event_id).order_by(SeatWish.id))
    return Rows(cafe, tables, rounds, {one.id: one for one in people}, list(seats), list(wishes))


def reaches(table: CafeTable, remote: bool) -> bool:
    """Whether somebody in the room, or at a distance, can sit at a table."""
    return table.attendance is not (Attendance.ON_SITE if remote else Attendance.REMOTE)
