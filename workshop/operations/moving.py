"""Seating many at once: the seats of a round that begins, and those of who comes late."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, exists, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from workshop.database import random_id
from workshop.models import SITS_NOW, Cafe, CafeTable, Movement, Participant, Round, Seat, SeatState, new_id
from workshop.planning import reaches
from workshop.transaction import Transaction

SILENT = {"synchronize_session": False}
COLUMNS = ("id", "participant_id", "cafe_id", "table_id", "round_id", "state", "sent", "from_at")


def seat_for_round(tx: Transaction, turn: Round) -> None:
    """Seat everybody in a round that begins: where it was planned, else where they sat.

    In bulk, for it happens to a thousand people at the same moment.
    """
    tx.session.flush()
    ended = update(Seat).where(taken_seats(turn.cafe_id), Seat.round_id != turn.id).values(until_at=tx.now)
    tx.session.execute(ended, execution_options=SILENT)
    planned = aliased(Seat)
    to_open_table = exists().where(CafeTable.id == planned.table_id, CafeTable.closed_at.is_(None))
    its_plan = and_(
        planned.participant_id == Seat.participant_id,
        planned.round_id == turn.id,
        planned.state == SeatState.PLANNED,
        planned.until_at.is_(None),
        to_open_table,
    )
    table_id = func.coalesce(planned.table_id, Seat.table_id, type_=Uuid())
    before = (
        select(
            random_id(),
            Seat.participant_id,
            Seat.cafe_id,
            table_id,
            literal(turn.id, Uuid()),
            Seat.state,
            func.coalesce(planned.table_id != Seat.table_id, False),
            Seat.until_at,
        )
        .outerjoin(planned, its_plan)
        .where(
            Seat.cafe_id == turn.cafe_id,
            Seat.until_at == tx.now,
            Seat.state == SeatState.TAKEN,
            Seat.round_id != turn.id,
        )
    )
    tx.session.execute(insert(Seat).from_select(COLUMNS, before))
    _end_plans_of(tx, turn)
    _tell_seated(tx, turn)


def seat_as_before(tx: Transaction, turn: Round, before: Round) -> None:
    """Seat everybody where they sat before a round began whose start is taken back, and plan for it what was planned.

    The seats they had in it stay known, so that what they wrote meanwhile and what is still on its way has its round.
    """
    session = tx.session
    began = turn.opened_at
    now_seated = select(Seat.participant_id, Seat.table_id).where(taken_seats(turn.cafe_id), Seat.round_id == turn.id)
    earlier = dict(
        session.execute(
            select(Seat.participant_id, Seat.table_id)
            .join(CafeTable, CafeTable.id == Seat.table_id)
            .where(
                Seat.cafe_id == turn.cafe_id,
                Seat.state == SeatState.TAKEN,
                Seat.until_at == began,
                Seat.round_id != turn.id,
                CafeTable.closed_at.is_(None),
            )
        ).all()
    )
    rows = [(person, now, earlier.get(person)) for person, now in session.execute(now_seated)]
    moved = {person: (now, was) for person, now, was in rows if was and was != now}
    planned = session.execute(
        select(Seat.participant_id, Seat.table_id)
        .join(CafeTable, CafeTable.id == Seat.table_id)
        .where(
            Seat.cafe_id == turn.cafe_id,
            Seat.round_id == turn.id,
            Seat.state == SeatState.PLANNED,
            Seat.until_at == began,
            Seat.participant_id.in_([person for person, *_tables in rows]),
            CafeTable.closed_at.is_(None),
        )
    ).all()
    end_seats(tx, turn.cafe_id, SeatState.TAKEN, [person for person, *_tables in rows])
    stay = [(person, now, before.id) for person, now, _was in rows if person not in moved]
    add_seats(tx, turn.cafe_id, SeatState.TAKEN, stay)
    back = [(person, was, before.id) for person, (_now, was) in moved.items()]
    add_seats(tx, turn.cafe_id, SeatState.TAKEN, back, sent=True)
    add_seats(tx, turn.cafe_id, SeatState.PLANNED, [(person, table, turn.id) for person, table in planned])
    tell_people(tx, [person for person, _table in planned])
    tell_moved(tx, moved)


def taken_seats(cafe_id: UUID) -> ColumnElement[bool]:
    """Where people sit in a café now, as a condition."""
    return and_(Seat.cafe_id == cafe_id, SITS_NOW)


def planned_seats(cafe_id: UUID) -> ColumnElement[bool]:
    """Where people are to sit in a café, as a condition."""
    return and_(Seat.cafe_id == cafe_id, Seat.until_at.is_(None), Seat.state == SeatState.PLANNED)


def _end_plans_of(tx: Transaction, turn: Round) -> None:
    """End what was planned for the rounds before, and for this one of those who sit in it now."""
    passed = select(Round.id).where(Round.cafe_id == turn.cafe_id, Round.number < turn.number)
    seated = select(Seat.participant_id).where(taken_seats(turn.cafe_id), Seat.round_id == turn.id)
    over = or_(Seat.round_id.in_(passed), and_(Seat.round_id == turn.id, Seat.participant_id.in_(seated)))
    ended = update(Seat).where(planned_seats(turn.cafe_id), over).values(until_at=tx.now)
    tx.session.execute(ended, execution_options=SILENT)


def _tell_seated(tx: Transaction, turn: Round) -> None:
    """Tell those whose seat or plan is another one, and the tables that they left and came to."""
    # Put together here: a join of the two reads everybody's seats for everybody.
    came = tx.session.execute(
        select(Seat.participant_id, Seat.table_id).where(
            taken_seats(turn.cafe_id), Seat.round_id == turn.id, Seat.from_at == tx.now, Seat.sent
        )
    ).all()
    ended = tx.session.execute(
        select(Seat.participant_id, Seat.table_id, Seat.state).where(
            Seat.cafe_id == turn.cafe_id, Seat.until_at == tx.now
        )
    ).all()
    left = {person: table for person, table, state in ended if state is SeatState.TAKEN}
    tell_people(tx, [person for person, _table, state in ended if state is SeatState.PLANNED])
    tell_moved(tx, {person: (left[person], table) for person, table in came if person in left})


def drop_plan(tx: Transaction, cafe_id: UUID) -> None:
    """Have nobody be planned anywhere in a café, and tell those who were."""
    people = tx.session.scalars(select(Seat.participant_id).where(planned_seats(cafe_id)).distinct()).all()
    tx.session.execute(update(Seat).where(planned_seats(cafe_id)).values(until_at=tx.now), execution_options=SILENT)
    tell_people(tx, people)


def tell_people(tx: Transaction, people: Iterable[UUID]) -> None:
    """Tell participants, each by their own channel; who shares a table's tablet reads it there."""
    ids = list(people)
    tx.touch("participant", *ids)
    tx.tell("person", *ids)
    if not ids:
        return
    tablets = tx.session.scalars(
        select(Seat.table_id)
        .distinct()
        .join(Participant, Participant.id == Seat.participant_id)
        .where(Participant.on_tablet, SITS_NOW, Seat.participant_id.in_(ids))
    ).all()
    tx.touch("table", *tablets)
    tx.tell("table", *tablets)


def tell_moved(tx: Transaction, moved: Mapping[UUID, tuple[UUID | None, UUID | None]]) -> None:
    """Tell those who were moved {participant: (from, to)}, and the tables they left and came to."""
    tell_people(tx, moved)
    tables = sorted({table for pair in moved.values() for table in pair if table})
    tx.touch("table", *tables)
    tx.tell("table", *tables)


def seat_people(
    tx: Transaction, turn: Round, tables: Mapping[UUID, UUID], *, sent: bool = True
) -> dict[UUID, tuple[UUID | None, UUID | None]]:
    """Seat people {participant: table} in a round; whoever sits there already stays. Gives who moved: (from, to)."""
    session = tx.session
    session.flush()
    sitting = dict(session.execute(select(Seat.participant_id, Seat.table_id).where(taken_seats(turn.cafe_id))).all())
    moved = {one: (sitting.get(one), to) for one, to in tables.items() if sitting.get(one) != to}
    end_seats(tx, turn.cafe_id, SeatState.TAKEN, moved)
    add_seats(tx, turn.cafe_id, SeatState.TAKEN, [(one, tables[one], turn.id) for one in moved], sent=sent)
    return moved  # type: ignore[return-value]


def end_seats(tx: Transaction, cafe_id: UUID, state: SeatState, people: Iterable[UUID]) -> None:
    """End the open seats of one state that these people have in a café."""
    ids = list(people)
    if ids:
        ended = update(Seat).where(
            Seat.cafe_id == cafe_id, Seat.until_at.is_(None), Seat.state == state, Seat.participant_id.in_(ids)
        )
        tx.session.execute(ended.values(until_at=tx.now), execution_options=SILENT)


def add_seats(
    tx: Transaction, cafe_id: UUID, state: SeatState, seats: list[tuple[UUID, UUID, UUID]], *, sent: bool = False
) -> None:
    """Add seats (participant, table, round) at once."""
    rows = [
        dict(zip(COLUMNS, (new_id(), person, cafe_id, table, turn, state, sent, tx.now), strict=True))
        for person, table, turn in seats
    ]
    if rows:
        tx.session.execute(insert(Seat), rows)


def planned_table(session: Session, person_id: UUID, turn: Round) -> UUID | None:
    """The open table at which somebody was to sit in a round."""
    return session.scalar(
        select(Seat.table_id)
        .join(CafeTable, CafeTable.id == Seat.table_id)
        .where(
            planned_seats(turn.cafe_id),
            Seat.participant_id == person_id,
            Seat.round_id == turn.id,
            CafeTable.closed_at.is_(None),
        )
    )


def hosted_table(session: Session, person_id: UUID, cafe_id: UUID) -> UUID | None:
    """The table of a café that somebody hosts."""
    return session.scalar(select(CafeTable.id).where(CafeTable.cafe_id == cafe_id, CafeTable.host_id == person_id))


def plan_for_latecomer(tx: Transaction, cafe: Cafe, person: Participant, table_id: UUID, turn: Round) -> None:
    """Plan the coming rounds for somebody who came after the plan was made; nobody else moves.

    Each time the table at which the fewest are to sit, of those where they have not been; with a group they go where
    those go who sit at their table. Hosts stay at theirs. Whoever was planned already goes there.
    """
    session = tx.session
    passed = select(Round.id).where(Round.cafe_id == cafe.id, Round.number <= turn.number)
    mine = and_(planned_seats(cafe.id), Seat.participant_id == person.id)
    session.execute(
        update(Seat).where(mine, Seat.round_id.in_(passed)).values(until_at=tx.now), execution_options=SILENT
    )
    if session.scalar(select(Seat.id).where(mine).limit(1)):
        return
    rows = session.execute(
        select(Seat.round_id, Seat.table_id, func.count())
        .join(Round, Round.id == Seat.round_id)
        .where(planned_seats(cafe.id), Round.number > turn.number)
        .group_by(Seat.round_id, Seat.table_id)
    ).all()
    if not rows:
        return
    people: dict[UUID, dict[UUID, int]] = {}
    for round_id, planned, count in rows:
        people.setdefault(round_id, {})[planned] = count
    way = _way_of_group(tx, cafe, person, table_id) if cafe.movement is Movement.GROUP else {}
    if hosted := hosted_table(session, person.id, cafe.id):
        way = dict.fromkeys(people, hosted)
    tables = [one for one in open_tables(session, cafe.id) if reaches(one, person.remote)]
    numbers = {one.id: one.number for one in tables}
    been = {table_id, *_been_at(session, cafe.id, person.id)}
    seats = []
    for coming in session.scalars(select(Round).where(Round.id.in_(people)).order_by(Round.number)):
        sitting = people[coming.id]
        free = [one for one in numbers if one not in been] or list(numbers)
        if not free:
            return
        chosen = way.get(coming.id)
        if chosen not in numbers:
            chosen = min(free, key=lambda one: (sitting.get(one, 0), numbers[one]))
        been.add(chosen)
        seats.append((person.id, chosen, coming.id))
    add_seats(tx, cafe.id, SeatState.PLANNED, seats)


def _been_at(session: Session, cafe_id: UUID, person_id: UUID) -> Iterable[UUID]:
    """The tables at which somebody has been in a round; where they sat before it began they were not yet."""
    return session.scalars(
        select(Seat.table_id)
        .join(Round, Round.id == Seat.round_id)
        .where(
            Seat.cafe_id == cafe_id,
            Seat.participant_id == person_id,
            Seat.state == SeatState.TAKEN,
            Seat.until_at > Round.opened_at,
        )
    )


def _way_of_group(tx: Transaction, cafe: Cafe, person: Participant, table_id: UUID) -> dict[UUID, UUID]:
    """Where most of those go who sit at a table now, the host apart: round -> table."""
    here = select(Seat.participant_id).where(taken_seats(cafe.id), Seat.table_id == table_id)
    host = select(CafeTable.host_id).where(CafeTable.id == table_id, CafeTable.host_id.is_not(None))
    rows = tx.session.execute(
        select(Seat.round_id, Seat.table_id)
        .where(planned_seats(cafe.id), Seat.participant_id.in_(here), Seat.participant_id.not_in(host))
        .group_by(Seat.round_id, Seat.table_id)
        .order_by(func.count())
    )
    return dict(rows.all())


def open_tables(session: Session, cafe_id: UUID) -> list[CafeTable]:
    """The tables that somebody could be sent to, by their numbers."""
    from_tables = select(CafeTable).where(CafeTable.cafe_id == cafe_id, CafeTable.closed_at.is_(None))
    return list(session.scalars(from_tables.order_by(CafeTable.number)))
