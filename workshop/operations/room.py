"""The room is never as planned: tables close and merge, people move, the plan follows; and taking that back."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from workshop.errors import Invalid, NotFound
from workshop.forms import Id, Ids, OperationForm
from workshop.models import (
    Cafe,
    CafeTable,
    Seat,
    SeatState,
)
from workshop.operations.at_table import OneTable, TableForm, require_open, table_to_host
from workshop.operations.cafes import CafeForm, OneCafe, one_cafe, require_running, tell_cafe
from workshop.operations.moving import (
    SILENT,
    add_seats,
    planned_seats,
    seat_people,
    tell_moved,
    tell_people,
)
from workshop.operations.setting_up import MOST_TABLES
from workshop.perform import Outdated, Store, operation
from workshop.planning import Asked, Made, Rows, Sketch, read_rows, reckon, sketch, wants_plan
from workshop.policy import Permission, authorize
from workshop.standing import Actor
from workshop.transaction import Transaction


@dataclass(frozen=True)
class Prepared:
    """What was read and reckoned before the transaction began."""

    drawn: Sketch
    made: Made | None


def prepare(store: Store, by: Actor, find: Any, form: OperationForm, asked_of: Any) -> Prepared:
    """Look for the plan that an operation will store; raises what keeps this actor from it."""
    with store.reading() as session:
        at = find(session, by, form)
        authorize(Permission.RUN_CAFE, at)
        require_running(at)
        rows = read_rows(session, at.cafe)
        asked = asked_of(rows, form)
        drawn = sketch(rows, asked)
    return Prepared(drawn, reckon(drawn) if wants_plan(drawn, asked) else None)


def rearrange(tx: Transaction, cafe: Cafe, rows: Rows, asked: Asked) -> None:
    """Close what is to close, move who sits there, and store the plan of the coming rounds."""
    drawn = sketch(rows, asked)
    prepared: Prepared = tx.prepared
    if drawn != prepared.drawn:
        raise Outdated
    next_before = _next_tables(rows.planned(), drawn.coming)
    closing = [one for one in rows.open_tables if one.id in asked.closing]
    _close(tx, closing, dict(asked.merges))
    targets = {person: to for person, _, to in drawn.moves}
    made = prepared.made
    if made and made.rounds and not drawn.begun:
        sitting = rows.sitting
        targets |= {person: table for person, table in made.rounds[0].items() if person in sitting}
    moved = seat_people(tx, rows.turn, targets) if rows.turn and targets else {}
    next_after = _store(tx, cafe, rows, drawn, made) if made else {}
    changed = {one for one in next_before | next_after if next_before.get(one) != next_after.get(one)} if made else ()
    tx.fact("tables", [str(one.id) for one in closing], len(rows.open_tables) - len(closing))
    tx.fact("moved", None, len(moved))
    tell_moved(tx, moved)
    tell_people(tx, [*changed, *drawn.hosts_leaving])
    tell_cafe(tx, cafe.id)
    # Last, so that the café is what the Change is about.
    tx.about("cafe", cafe.id)


def _next_tables(planned: dict[UUID, dict[UUID, UUID]], coming: Iterable[UUID]) -> dict[UUID, UUID]:
    found: dict[UUID, UUID] = {}
    for turn in coming:
        for person, table in planned.get(turn, {}).items():
            found.setdefault(person, table)
    return found


def _close(tx: Transaction, tables: list[CafeTable], merges: dict[UUID, UUID]) -> None:
    hosts = {str(one.id): str(one.host_id) for one in tables if one.host_id}
    for table in tables:
        table.closed_at, table.host_id, table.full_at = tx.now, None, None
        table.merged_into_id = merges.get(table.id)
    if hosts:
        tx.fact("hosts", hosts, None)
    tell_table_pages(tx, *(one.id for one in tables), *merges.values())


def tell_table_pages(tx: Transaction, *tables: UUID) -> None:
    """Have the pages of these tables, and of no others, be loaded anew."""
    tx.touch("table", *tables)
    tx.touch("table_page", *tables)
    tx.tell("table", *tables)


def _store(tx: Transaction, cafe: Cafe, rows: Rows, drawn: Sketch, made: Made) -> dict[UUID, UUID]:
    """Put a plan in the place of the one before; where each is to go next."""
    tx.session.flush()
    ended = update(Seat).where(planned_seats(cafe.id)).values(until_at=tx.now)
    tx.session.execute(ended, execution_options=SILENT)
    sitting = rows.sitting
    planned: dict[UUID, dict[UUID, UUID]] = {}
    for number, (turn, seats) in enumerate(zip(drawn.coming, made.rounds, strict=False)):
        first = number == 0 and not drawn.begun
        planned[turn] = {one: table for one, table in seats.items() if not (first and one in sitting)}
    rows_to_add = [(one, table, turn) for turn, at in planned.items() for one, table in at.items()]
    add_seats(tx, cafe.id, SeatState.PLANNED, rows_to_add)
    return _next_tables(planned, drawn.coming)


class CloseForm(CafeForm):
    """Which tables of a café close."""

    tables = Ids(most=MOST_TABLES)


def asked_to_close(rows: Rows, form: CloseForm) -> Asked:
    """What is asked of the room; raises NotFound for a foreign table, Invalid where none would be left."""
    wanted = frozenset(form.tables.data)
    if not wanted <= {one.id for one in rows.tables}:
        raise NotFound
    if not {one.id for one in rows.open_tables} - wanted:
        raise Invalid(fields={"tables": [_l("One table at least stays open.")]})
    return Asked(closes=wanted & {one.id for one in rows.open_tables})


@operation(
    "tables.close",
    CloseForm,
    Permission.RUN_CAFE,
    find=one_cafe,
    title=_l("Close tables"),
    says=_l("%(who)s closed tables"),
    prepare=lambda store, by, form: prepare(store, by, one_cafe, form, asked_to_close),
)
def close_tables(tx: Transaction, at: OneCafe, form: CloseForm) -> None:
    """Close tables: who sits there moves, the coming rounds are planned anew, every note stays."""
    require_running(at)
    rows = read_rows(tx.session, at.cafe)
    asked = asked_to_close(rows, form)
    if asked.closes:
        rearrange(tx, at.cafe, rows, asked)


class MergeForm(TableForm):
    """Which table goes on at which other one."""

    into = Id(required=False)


def asked_to_merge(rows: Rows, form: MergeForm) -> Asked:
    """What is asked of the room; raises NotFound for a foreign table, Closed for one that is not open."""
    by_id = {one.id: one for one in rows.tables}
    table, into = (by_id.get(one.data) if one.data else None for one in (form.table, form.into))
    if form.into.data is None:
        raise Invalid(fields={"into": [_l("Choose another table.")]})
    if table is None or into is None:
        raise NotFound
    require_open(table)
    require_open(into)
    if table is into:
        raise Invalid(fields={"into": [_l("Choose another table.")]})
    return Asked(merges=((table.id, into.id),))


@operation(
    "table.merge",
    MergeForm,
    Permission.RUN_CAFE,
    find=table_to_host,
    title=_l("Merge two tables"),
    says=_l("%(who)s merged two tables"),
    prepare=lambda store, by, form: prepare(store, by, table_to_host, form, asked_to_merge),
)
def merge_tables(tx: Transaction, at: OneTable, form: MergeForm) -> None:
    """Let a table go on at another one: its people move there, both questions stand on it, notes keep their table."""
    require_running(at)
    rows = read_rows(tx.session, at.cafe)
    rearrange(tx, at.cafe, rows, asked_to_merge(rows, form))
