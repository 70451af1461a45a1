"""Reads of what was said to a café."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, bindparam, exists, false, func, or_, select, true
from sqlalchemy.orm import Session

from workshop import clock
from workshop.models import SITS_NOW, Announcement, Cafe, CafeTable, Event, Seat, SpokenTo, User
from workshop.queries.audience import Audience
from workshop.standing import Standing
from workshop.statements import Statement

RECORDED = 5
"""As many as the cockpit lists."""


@dataclass
class Said:
    """An announcement.

    Attributes:
        table: number of the table it was for, where it was for one.
        language: the event's, in which those who run it speak to all.
        by: who made it; None for one made by the command line.
    """

    id: UUID
    cafe_id: UUID
    spoken_to: SpokenTo
    table: int | None
    text: str
    language: str
    by: str | None
    made_at: datetime
    until_at: datetime

    @property
    def stands(self) -> bool:
        """Whether it is still shown."""
        return self.until_at > clock.now()

    def told_in(self, kind: str, audience: Audience) -> bool:
        """Whether a kind of channel tells it: a café's to everybody, or all of them to staff; a table's the others."""
        if kind == "person":
            # Told to those alone whom it is for, wherever they look.
            return True
        if kind == "cafe":
            return audience is Audience.STAFF or self.spoken_to is SpokenTo.ALL
        return audience is Audience.STAFF or self.spoken_to is not SpokenTo.HOSTS


def _read(session: Session, *which: ColumnElement[bool]) -> list[Said]:
    rows: Any = session.execute(
        select(
            Announcement.id, Announcement.cafe_id, Announcement.spoken_to, CafeTable.number,
            Announcement.text, Event.language, User.name, Announcement.made_at, Announcement.until_at,
        )
        .join(Cafe, Cafe.id == Announcement.cafe_id)
        .join(Event, Event.id == Cafe.event_id)
        .outerjoin(CafeTable, CafeTable.id == Announcement.table_id)
        .outerjoin(User, User.id == Announcement.user_id)
        .where(*which)
        .order_by(Announcement.made_at.desc(), Announcement.id.desc())
    )  # fmt: skip
    return [Said(*row) for row in rows]


def announcements(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, Said]:
    """Those that stand now; to whom each is told it says itself."""
    return {one.id: one for one in _read(session, Announcement.id.in_(list(ids)), Announcement.until_at > clock.now())}


PLACES = Statement(
    select(
        Cafe.id, CafeTable.id.label("table_id"), (CafeTable.host_id == bindparam("person", type_=Uuid())).label("hosts")
    )
    .join(Event, Event.id == Cafe.event_id)
    .outerjoin(
        CafeTable,
        (CafeTable.cafe_id == Cafe.id)
        & or_(
            CafeTable.host_id == bindparam("person", type_=Uuid()),
            exists().where(
                Seat.table_id == CafeTable.id,
                Seat.participant_id == bindparam("person", type_=Uuid()),
                SITS_NOW,
            ),
        ),
    )
    .where(Event.id == bindparam("event", type_=Uuid()), Event.closed_at.is_(None), Cafe.source.is_(None))
    .order_by(Cafe.id)
)


@dataclass
class Ears:
    """What somebody hears of on any page of an event: its cafés, the tables where they sit or host."""

    cafes: list[UUID]
    tables: list[UUID]
    hosts: bool
    staff: bool

    @property
    def channels(self) -> list[str]:
        """Where it is told."""
        return [*(f"cafe:{one}" for one in self.cafes), *(f"table:{one}" for one in self.tables)]

    def hear(self, session: Session) -> list[Said]:
        """What stands for them now, the newest first."""
        for_me = [
            Announcement.spoken_to == SpokenTo.ALL,
            Announcement.table_id.in_(self.tables),
            Announcement.spoken_to == SpokenTo.HOSTS if self.hosts else false(),
            true() if self.staff else false(),
        ]
        stands = Announcement.until_at > clock.now()
        return _read(session, Announcement.cafe_id.in_(self.cafes), stands, or_(*for_me))


def ears_of(session: Session, standing: Standing) -> Ears | None:
    """What one hears of; None where no event goes on, or nobody's place in one is known."""
    person = standing.participant
    event_id = standing.event.id if standing.event else person.event_id if person else None
    if event_id is None or standing.screen or standing.tablet:
        return None
    me = person.id if person and not person.removed_at else None
    rows = PLACES.run(session, person=me, event=event_id)
    if not rows:
        return None
    tables = {row.table_id: None for row in rows if row.table_id}
    hosts = any(row.hosts for row in rows)
    return Ears(list(dict.fromkeys(row.id for row in rows)), list(tables), hosts, standing.staff)


def standing_at(
    session: Session, cafe_id: UUID, table_id: UUID | None, audience: Audience, mine: Iterable[UUID], *, hosts: bool
) -> list[Said]:
    """What stands at a table now, the newest first: what is said there, and to `mine`, where whoever looks belongs."""
    here = or_(Announcement.table_id.is_(None), Announcement.table_id == table_id)
    to_hosts = true() if hosts or audience is Audience.STAFF else Announcement.spoken_to != SpokenTo.HOSTS
    said_here = and_(Announcement.cafe_id == cafe_id, here, to_hosts)
    return _read(session, Announcement.until_at > clock.now(), or_(said_here, Announcement.table_id.in_(list(mine))))


def standing_in(session: Session, cafe_ids: Iterable[UUID]) -> list[Said]:
    """All that stands in these cafés, for those who run them, the newest first."""
    return _read(session, Announcement.cafe_id.in_(list(cafe_ids)), Announcement.until_at > clock.now())


def said_to_all(session: Session, cafe_ids: Iterable[UUID]) -> dict[UUID, Said]:
    """What was said to everybody last in each café, where it still stands."""
    to_all = Announcement.spoken_to == SpokenTo.ALL
    rows = _read(session, Announcement.cafe_id.in_(list(cafe_ids)), Announcement.until_at > clock.now(), to_all)
    return {one.cafe_id: one for one in reversed(rows)}


def recorded(session: Session, cafe_ids: Iterable[UUID]) -> dict[UUID, list[Said]]:
    """What was said in each café last, for those who run it: one statement."""
    wanted = list(cafe_ids)
    place = func.row_number().over(partition_by=Announcement.cafe_id, order_by=Announcement.made_at.desc())
    ranked = select(Announcement.id, place.label("place")).where(Announcement.cafe_id.in_(wanted)).subquery()
    newest = select(ranked.c.id).where(ranked.c.place <= RECORDED)
    found: dict[UUID, list[Said]] = {one: [] for one in wanted}
    for one in _read(session, Announcement.id.in_(newest)):
        found[one.cafe_id].append(one)
    return found
