"""What the command line tells other programs about an event."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workshop.models import SEEN_BY, SITS_NOW, Cafe, CafeTable, Idea, Participant, Round, Seat
from workshop.planning import read_rows
from workshop.queries.plans import pairs_of, seats_by_round


def tables_and_rounds(session: Session, event_id: UUID) -> tuple[list[UUID], list[UUID]]:
    """The ids of an event's tables and rounds by their numbers, without those of imports."""
    cafes = select(Cafe.id).where(Cafe.event_id == event_id, Cafe.source.is_(None))
    tables = select(CafeTable.id).where(CafeTable.cafe_id.in_(cafes)).order_by(CafeTable.cafe_id, CafeTable.number)
    rounds = select(Round.id).where(Round.cafe_id.in_(cafes)).order_by(Round.cafe_id, Round.number)
    return list(session.scalars(tables)), list(session.scalars(rounds))


@dataclass
class CafeListed:
    """A café as a script needs it.

    Attributes:
        now: who sits at each table now.
        seats: for each round who sat, sits or is to sit at which table.
        twice: how many pairs meet twice or more often.
    """

    id: UUID
    tables: list[dict[str, Any]]
    rounds: list[dict[str, Any]]
    now: dict[UUID, list[UUID]]
    seats: list[dict[UUID, list[UUID]]]
    twice: int

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        seats = [{str(table): [str(one) for one in people] for table, people in turn.items()} for turn in self.seats]
        return {
            "cafe": str(self.id),
            "tables": [{name: _plain(value) for name, value in one.items()} for one in self.tables],
            "rounds": [{name: _plain(value) for name, value in one.items()} for one in self.rounds],
            "seats": seats,
            "pairs_again": self.twice,
        }


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


def cafe_of(session: Session, event_id: UUID) -> CafeListed | None:
    """The one café of an event that is no import; None where there is none, or several."""
    cafes = session.scalars(select(Cafe).where(Cafe.event_id == event_id, Cafe.source.is_(None)).limit(2)).all()
    if len(cafes) != 1:
        return None
    rows = read_rows(session, cafes[0])
    turns = seats_by_round(rows)
    met = Counter(pair for turn in turns.values() for pair in pairs_of(turn))
    return CafeListed(
        cafes[0].id,
        [
            {"id": one.id, "number": one.number, "host": one.host_id, "closed": one.closed_at is not None}
            for one in rows.tables
        ],
        [
            {"id": one.id, "number": one.number, "opened": bool(one.opened_at), "closed": bool(one.closed_at)}
            for one in rows.rounds
        ],
        at_tables(rows.sitting),
        [at_tables(turns[one.id]) for one in rows.rounds],
        sum(times > 1 for times in met.values()),
    )


def at_tables(seats: Mapping[UUID, UUID]) -> dict[UUID, list[UUID]]:
    """The people of each table."""
    found: dict[UUID, list[UUID]] = {}
    for person, table in seats.items():
        found.setdefault(table, []).append(person)
    return found


def expected_in(session: Session, event_id: UUID) -> int:
    """How many on the list have not come yet."""
    waiting = select(func.count(Participant.id)).where(Participant.event_id == event_id, Participant.expected)
    return session.scalar(waiting) or 0


def people_in(session: Session, event_id: UUID) -> int:
    """How many have ever joined an event."""
    came = select(func.count(Participant.id)).where(Participant.event_id == event_id, ~Participant.expected)
    return session.scalar(came) or 0


def tables_of(session: Session, participants: Iterable[UUID]) -> dict[UUID, UUID]:
    """Where each of them sits now."""
    rows = session.execute(
        select(Seat.participant_id, Seat.table_id).where(Seat.participant_id.in_(list(participants)), SITS_NOW)
    )
    return dict(rows.all())


def ideas_of(session: Session, event_id: UUID) -> list[dict[str, Any]]:
    """Every note of an event in the order of its tables; without words where nobody sees them any more."""
    rows = session.execute(
        select(Idea.id, Idea.table_id, Idea.round_id, Idea.state, Idea.text, Idea.votes)
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .where(Idea.event_id == event_id, Cafe.importing.is_(False))
        .order_by(CafeTable.cafe_id, CafeTable.number, Idea.position)
    )
    return [
        {
            "id": str(idea),
            "table": str(table),
            "round": str(turn),
            "state": str(state),
            "text": text if any(SEEN_BY[state]) else "",
            "votes": votes,
        }
        for idea, table, turn, state, text, votes in rows
    ]
