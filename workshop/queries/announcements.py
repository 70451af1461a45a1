"""Reads of what was said to a café."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from workshop import clock
from workshop.models import Announcement, CafeTable, SpokenTo, User
from workshop.queries.viewing import Audience

RECORDED = 5
"""As many as the cockpit lists."""


@dataclass
class Said:
    """An announcement.

    Attributes:
        table: number of the table it was for, where it was for one.
        by: who made it; None for one made by the command line.
    """

    id: UUID
    cafe_id: UUID
    spoken_to: SpokenTo
    table: int | None
    text: str
    by: str | None
    made_at: datetime
    until_at: datetime

    @property
    def stands(self) -> bool:
        """Whether it is still shown."""
        return self.until_at > clock.now()


def _read(session: Session, *which: ColumnElement[bool]) -> list[Said]:
    rows: Any = session.execute(
        select(
            Announcement.id, Announcement.cafe_id, Announcement.spoken_to, CafeTable.number,
            Announcement.text, User.name, Announcement.made_at, Announcement.until_at,
        )
        .outerjoin(CafeTable, CafeTable.id == Announcement.table_id)
        .outerjoin(User, User.id == Announcement.user_id)
        .where(*which)
        .order_by(Announcement.made_at.desc(), Announcement.id.desc())
    )  # fmt: skip
    return [Said(*row) for row in rows]


def _heard_by(audience: Audience) -> ColumnElement[bool]:
    return true() if audience is Audience.STAFF else Announcement.spoken_to != SpokenTo.HOSTS


def announcements(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, Said]:
    """Those that stand now and are for this audience; what is for hosts is for staff."""
    stands = Announcement.until_at > clock.now()
    return {one.id: one for one in _read(session, Announcement.id.in_(list(ids)), stands, _heard_by(audience))}


def standing_at(session: Session, cafe_id: UUID, table_id: UUID | None, audience: Audience) -> list[Said]:
    """What stands at a table now, the newest first."""
    here = or_(Announcement.table_id.is_(None), Announcement.table_id == table_id)
    stands = Announcement.until_at > clock.now()
    return _read(session, Announcement.cafe_id == cafe_id, stands, here, _heard_by(audience))


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
