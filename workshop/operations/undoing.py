"""Taking back the last change of a room: tables, seats, hosts and the plan as they were before."""

from collections.abc import Iterable
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from workshop.errors import Closed
from workshop.models import (
    CafeTable,
    Change,
    Participant,
    Round,
    Seat,
    SeatState,
)
from workshop.operations.cafes import CafeForm, OneCafe, one_cafe, require_running, tell_cafe
from workshop.operations.moving import (
    SILENT,
    add_seats,
    drop_plan,
    end_seats,
    planned_seats,
    taken_seats,
    tell_moved,
    tell_people,
)
from workshop.operations.room import tell_table_pages
from workshop.perform import operation
from workshop.planning import last_rearranging
from workshop.policy import Permission
from workshop.transaction import Transaction


@operation(
    "cafe.undo_tables",
    CafeForm,
    Permission.RUN_CAFE,
    find=one_cafe,
    title=_l("Undo the last change of the room"),
    says=_l("%(who)s took the last change of the room back"),
)
def undo_tables(tx: Transaction, at: OneCafe, form: CafeForm) -> None:
    """Open the tables again that were closed last, and give back seats, hosts and plan; who has moved since stays."""
    require_running(at)
    session = tx.session
    last = last_rearranging(session, at.cafe.id)
    if last is None:
        raise Closed(_l("There is nothing to undo any more."))
    tables = session.scalars(
        select(CafeTable).where(CafeTable.cafe_id == at.cafe.id, CafeTable.closed_at == last.at)
    ).all()
    reopened = set(_reopen(tx, tables, dict((last.facts.get("hosts") or [{}])[0] or {})))
    session.flush()
    moved = _take_seats_back(tx, at.cafe.id, last)
    planned = _take_plan_back(tx, at.cafe.id, last)
    tx.fact("tables", None, len(reopened))
    tell_moved(tx, moved)
    tell_people(tx, planned)
    tell_cafe(tx, at.cafe.id)
    tx.about("cafe", at.cafe.id)


def _reopen(tx: Transaction, tables: Iterable[CafeTable], hosts: dict[str, str]) -> Iterable[UUID]:
    for table in tables:
        host = UUID(hosts[str(table.id)]) if str(table.id) in hosts else None
        person = tx.session.get(Participant, host) if host else None
        elsewhere = tx.session.scalar(select(CafeTable.id).where(CafeTable.host_id == host).limit(1)) if host else None
        tell_table_pages(tx, table.id, *([table.merged_into_id] if table.merged_into_id else []))
        table.closed_at = table.merged_into_id = None
        tx.lifted = True
        if person and person.removed_at is None and person.away_at is None and elsewhere is None:
            table.host_id = host
            tell_people(tx, [person.id])
        yield table.id


def _take_seats_back(tx: Transaction, cafe_id: UUID, last: Change) -> dict[UUID, tuple[UUID | None, UUID | None]]:
    """Seat those who still sit where they were moved where they sat before."""
    session = tx.session
    now_at = dict(
        session.execute(
            select(Seat.participant_id, Seat.table_id).where(taken_seats(cafe_id), Seat.from_at == last.at)
        ).all()
    )
    before = session.execute(
        select(Seat.participant_id, Seat.table_id, Seat.round_id).where(
            Seat.cafe_id == cafe_id, Seat.state == SeatState.TAKEN, Seat.until_at == last.at, Seat.from_at != last.at
        )
    ).all()
    back = [(person, table, turn) for person, table, turn in before if person in now_at]
    end_seats(tx, cafe_id, SeatState.TAKEN, [person for person, _, _ in back])
    add_seats(tx, cafe_id, SeatState.TAKEN, back, sent=True)
    return {person: (now_at[person], table) for person, table, _ in back}


def _take_plan_back(tx: Transaction, cafe_id: UUID, last: Change) -> set[UUID]:
    """Put the plan before in the place of the one that was made; whose plan is another one now."""
    session = tx.session
    made = session.scalars(
        select(Seat.participant_id).where(planned_seats(cafe_id), Seat.from_at == last.at).distinct()
    ).all()
    if not made:
        # There was none, or it has been dropped since: with it all that was there before.
        return set()
    ended = update(Seat).where(planned_seats(cafe_id), Seat.from_at == last.at).values(until_at=tx.now)
    session.execute(ended, execution_options=SILENT)
    still = set(session.execute(select(Seat.participant_id, Seat.round_id).where(planned_seats(cafe_id))).all())
    coming = select(Round.id).where(Round.cafe_id == cafe_id, Round.opened_at.is_(None))
    open_tables = select(CafeTable.id).where(CafeTable.cafe_id == cafe_id, CafeTable.closed_at.is_(None))
    here = select(Participant.id).where(Participant.removed_at.is_(None), Participant.away_at.is_(None))
    before = session.execute(
        select(Seat.participant_id, Seat.table_id, Seat.round_id).where(
            Seat.cafe_id == cafe_id,
            Seat.state == SeatState.PLANNED,
            Seat.until_at == last.at,
            Seat.from_at != last.at,
            Seat.round_id.in_(coming),
            Seat.table_id.in_(open_tables),
            Seat.participant_id.in_(here),
        )
    ).all()
    if not before:
        # It was the first: who came since was planned after it, and for them alone there is no plan.
        drop_plan(tx, cafe_id)
    back = [(person, table, turn) for person, table, turn in before if (person, turn) not in still]
    add_seats(tx, cafe_id, SeatState.PLANNED, back)
    return {*made, *(person for person, _, _ in back)}
