"""Reads about photos of what lies on a table."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workshop.models import Cafe, CafeTable, Event, Photo
from workshop.queries.viewing import Audience

_of_table = select(func.count(Photo.id)).where(Photo.table_id == CafeTable.id)
HOW_MANY = (_of_table.scalar_subquery(), _of_table.where(Photo.waits).scalar_subquery())
"""Columns of a statement about tables: how many photos each has, and how many of them wait."""


@dataclass
class PhotoShown:
    """A photo as it stands with its table."""

    id: UUID
    words: str
    width: int
    height: int
    waits: bool
    added_at: datetime
    version: int


@dataclass
class TablePhotos:
    """The photos of a table, the oldest first.

    Attributes:
        open: whether more can be added.
        waiting: how many have to be let through; these are among `photos` for those alone who may do that.
        for_staff: whether it was read for those.
    """

    id: UUID
    number: int
    timezone: str
    open: bool
    for_staff: bool
    photos: list[PhotoShown] = field(default_factory=list)
    waiting: int = 0


def table_photos(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, TablePhotos]:
    """The photos of each of these tables, as far as this audience sees them."""
    wanted = list(ids)
    staff = audience is Audience.STAFF
    tables = session.execute(
        select(CafeTable.id, CafeTable.number, Event.timezone, Event.closed_at, Cafe.source)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .join(Event, Event.id == Cafe.event_id)
        .where(CafeTable.id.in_(wanted))
    )
    found = {
        row.id: TablePhotos(row.id, row.number, row.timezone, row.closed_at is None and row.source is None, staff)
        for row in tables
    }
    rows = session.scalars(select(Photo).where(Photo.table_id.in_(found)).order_by(Photo.added_at, Photo.id))
    for one in rows:
        there = found[one.table_id]
        there.waiting += one.waits
        if staff or not one.waits:
            there.photos.append(
                PhotoShown(one.id, one.words, one.width, one.height, one.waits, one.added_at, one.version)
            )
    return found


@dataclass
class WaitingPhoto(PhotoShown):
    """A photo that has to be let through, and the table where it was taken."""

    table_id: UUID
    number: int


def photos_that_wait(
    session: Session, cafe_ids: Iterable[UUID], most: int
) -> dict[UUID, tuple[int, list[WaitingPhoto]]]:
    """How many wait at each café, and the oldest of them, in one statement."""
    wanted = list(cafe_ids)
    ranked = (
        select(
            Photo.id,
            CafeTable.cafe_id,
            CafeTable.number,
            func.row_number().over(partition_by=CafeTable.cafe_id, order_by=(Photo.added_at, Photo.id)).label("place"),
            func.count().over(partition_by=CafeTable.cafe_id).label("many"),
        )
        .join(CafeTable, CafeTable.id == Photo.table_id)
        .where(Photo.waits, CafeTable.cafe_id.in_(wanted))
        .subquery()
    )
    rows = session.execute(
        select(Photo, ranked.c.cafe_id, ranked.c.number, ranked.c.many)
        .join(ranked, ranked.c.id == Photo.id)
        .where(ranked.c.place <= most)
        .order_by(ranked.c.place)
    )
    found: dict[UUID, tuple[int, list[WaitingPhoto]]] = {}
    for one, cafe_id, number, many in rows:
        shown = WaitingPhoto(
            one.id, one.words, one.width, one.height, one.waits, one.added_at, one.version, one.table_id, number
        )
        found.setdefault(cafe_id, (many, []))[1].append(shown)
    return found


def photo_to_change(session: Session, photo_id: UUID | None) -> Photo | None:
    """A photo as it is; who may, the operation has decided."""
    return session.get(Photo, photo_id) if photo_id else None


def all_files(session: Session) -> set[str]:
    """What the pictures of all photos are called."""
    return set(session.scalars(select(Photo.file)))


def known_files(session: Session, names: Iterable[str]) -> set[str]:
    """Those of these names that a photo has."""
    return set(session.scalars(select(Photo.file).where(Photo.file.in_(list(names)))))
