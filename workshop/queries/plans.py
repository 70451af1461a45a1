"""Reads about the plan of a café: who sits where in each round, and how good that is."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.models import Cafe, CafeTable, Event, Participant, Process, Round, SeatState, SeatWish
from workshop.planning import Asked, Rows, report_of, sketch
from workshop.queries.room_changes import Undoable, open_room, undoable
from workshop.queries.viewing import Page
from workshop.standing import Actor


@dataclass
class Sitting:
    """Somebody at a table in a round."""

    id: UUID
    name: str
    host: bool
    is_: str = ""
    """host, found or met"""

    @property
    def letters(self) -> str:
        """Two letters that stand for the name."""
        return self.name[:2]


@dataclass
class PlannedRound:
    """A row of the plan: the people at each table."""

    round: Round
    seats: dict[UUID, list[Sitting]]


@dataclass
class PlanPage(Page):
    """Who sits where, for moderators."""

    cafe: Cafe
    event: Event
    process: Process
    tables: list[CafeTable]
    closed: list[CafeTable]
    rounds: list[PlannedRound]
    people: int
    expected: int
    away: int
    planned_at: datetime | None
    told: bool
    """Whether a round has begun."""
    left: int
    """How many rounds are still to come, and so can be planned."""
    report: Any
    twice: int
    pairs: int
    wanted: str
    found: Participant | None
    found_at: list[int]
    wishes: list[tuple[SeatWish, Participant, Participant]]
    undoable: Undoable | None


def plan_page(session: Session, by: Actor, cafe_id: UUID, wanted: str = "") -> PlanPage:
    """The plan of a café as it is now; `wanted` is the beginning of a name to look for."""
    opened, cafe, event, rows = open_room(session, by, cafe_id)
    everybody = {one.id: one for one in session.scalars(select(Participant).where(Participant.event_id == event.id))}
    turns = seats_by_round(rows)
    coming = [turns[turn.id] for turn in rows.rounds if turn.opened_at is None]
    # Who is expected counts where the plan that was made keeps a seat for them.
    awaited = any(rows.people[one].expected for turn in coming for one in turn if one in rows.people)
    drawn = sketch(rows, Asked(expected=awaited))
    planned = rows.planned()
    report = report_of(drawn, coming) if planned and all(coming) else None
    found = find_person(everybody, wanted)
    tables = [
        one for one in rows.tables if one.closed_at is None or any(one.id in at.values() for at in turns.values())
    ]
    numbers = {one.id: one.number for one in rows.tables}
    met = [pair for turn in turns.values() for pair in pairs_of(turn)]
    times = Counter(met)
    people = len({one for turn in turns.values() for one in turn})
    return PlanPage(
        **opened,
        cafe=cafe,
        event=event,
        process=session.get_one(Process, event.process_id),
        tables=tables,
        closed=[one for one in rows.tables if one.closed_at is not None],
        rounds=[PlannedRound(turn, drawn_seats(rows, everybody, turns[turn.id], found)) for turn in rows.rounds],
        people=len(rows.sitting),
        expected=sum(one.expected for one in rows.people.values()),
        away=sum(one.away_at is not None for one in rows.people.values()),
        planned_at=max((one.from_at for one in rows.seats if one.state is SeatState.PLANNED), default=None),
        told=rows.begun,
        left=len(coming),
        report=report,
        twice=sum(count > 1 for count in times.values()),
        pairs=people * (people - 1) // 2,
        wanted=wanted,
        found=found,
        found_at=[numbers[at[found.id]] for at in turns.values() if found.id in at] if found else [],
        wishes=[
            (one, everybody[one.one_id], everybody[one.other_id])
            for one in rows.wishes
            if one.one_id in everybody and one.other_id in everybody
        ],
        undoable=undoable(session, rows),
    )


def seats_by_round(rows: Rows) -> dict[UUID, dict[UUID, UUID]]:
    """For each round person -> table: as they sat, sit, or are to sit."""
    found: dict[UUID, dict[UUID, UUID]] = {turn.id: {} for turn in rows.rounds}
    for seat in rows.seats:
        if seat.state is SeatState.PLANNED and seat.round_id in found:
            found[seat.round_id][seat.participant_id] = seat.table_id
    for seat in rows.seats:
        if seat.state is SeatState.TAKEN and seat.round_id in found and seat.participant_id in rows.people:
            found[seat.round_id][seat.participant_id] = seat.table_id
    return found


def pairs_of(turn: Mapping[UUID, UUID]) -> Iterable[tuple[UUID, UUID]]:
    """Who meets whom in a round."""
    at: dict[UUID, list[UUID]] = {}
    for person, table in turn.items():
        at.setdefault(table, []).append(person)
    for people in at.values():
        yield from combinations(sorted(people), 2)


def find_person(people: Mapping[UUID, Participant], wanted: str) -> Participant | None:
    """Somebody whose name begins so: the whole name first, then the alphabet."""
    key = " ".join(wanted.split()).casefold()
    if not key:
        return None
    named = [one for one in people.values() if one.display_name.casefold().startswith(key) and one.removed_at is None]
    return min(named, key=lambda one: (one.display_name.casefold() != key, one.display_name.casefold()), default=None)


def drawn_seats(
    rows: Rows, people: Mapping[UUID, Participant], turn: Mapping[UUID, UUID], found: Participant | None
) -> dict[UUID, list[Sitting]]:
    """The people at each table, its host first."""
    hosts = {one.host_id: one.id for one in rows.tables if one.host_id}
    with_found = turn.get(found.id) if found else None
    at: dict[UUID, list[Sitting]] = {}
    for person, table in turn.items():
        host = hosts.get(person) == table
        is_ = "host" if host else ""
        if found and table == with_found:
            is_ = "found" if person == found.id else is_ or "met"
        at.setdefault(table, []).append(Sitting(person, people[person].display_name, host, is_))
    for one in at.values():
        one.sort(key=lambda sitting: (not sitting.host, sitting.name.casefold()))
    return at


@dataclass
class WishPage(Page):
    """Everybody of an event, to choose two of."""

    cafe: Cafe
    event: Event
    process: Process
    people: list[Participant]


def wish_page(session: Session, by: Actor, cafe_id: UUID) -> WishPage:
    """Who could sit together or apart, for moderators."""
    opened, cafe, event, rows = open_room(session, by, cafe_id)
    people = sorted(rows.people.values(), key=lambda one: (one.name_key, one.name_number))
    return WishPage(**opened, cafe=cafe, event=event, process=session.get_one(Process, event.process_id), people=people)
