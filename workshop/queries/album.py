"""The photos of a table for one who looks: who sees a table sees its photos, but no big screen does."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.errors import NotFound
from workshop.models import Cafe, CafeTable, Event, Photo, Process
from workshop.policy import Permission, allowed, authorize
from workshop.queries.cafes import Me, me
from workshop.queries.photos import TablePhotos, table_photos
from workshop.queries.tables import table_to_show
from workshop.queries.turns import Turns, turns
from workshop.queries.viewing import Audience, Page, open_page
from workshop.standing import Actor, At, Standing, standing_in_event


@dataclass
class PhotosPage(Page):
    """A table's photos in a size in which they can be looked at."""

    table: CafeTable
    event: Event
    process: Process
    turns: Turns
    photos: TablePhotos
    may_add: bool
    on_tablet: bool
    me: Me | None


def photos_page(session: Session, by: Actor, table_id: UUID) -> PhotosPage:
    """The photos of a table, for whoever sees the table."""
    table, event, standing = table_to_show(session, by, table_id)
    at = may_look(standing, table.id)
    person = standing.participant
    channels = [f"table:{table.id}", f"cafe:{table.cafe_id}"] + ([f"person:{person.id}"] if person else [])
    opened = open_page(session, standing, channels)
    audience = Audience.STAFF if standing.hosting(table.id) else Audience.EVERYBODY
    photos = table_photos(session, [table.id], audience)[table.id]
    return PhotosPage(
        **opened,
        table=table,
        event=event,
        process=session.get_one(Process, event.process_id),
        turns=turns(session, [table.cafe_id], audience)[table.cafe_id],
        photos=photos,
        may_add=photos.open and allowed(Permission.ADD_PHOTO, at),
        on_tablet=opened["viewer"].role == "tablet",
        me=me(session, [person.id], Audience.OWN).get(person.id) if person else None,
    )


def may_look(standing: Standing, table_id: UUID) -> At:
    """The table, for whom it is open; raises the Problem for which it is not."""
    at = At(standing, table_id=table_id)
    authorize(Permission.READ_TABLE, at)
    authorize(Permission.SEE_PHOTOS, at)
    return at


def may_add(session: Session, by: Actor, table_id: UUID) -> None:
    """Raise the Problem for which this actor cannot add a photo to this table; before what is sent is read."""
    event = session.scalars(
        select(Event).join(Cafe, Cafe.event_id == Event.id).join(CafeTable).where(CafeTable.id == table_id)
    ).first()
    standing = standing_in_event(session, by, event)
    authorize(Permission.ADD_PHOTO, At(standing, table_id=table_id))


@dataclass
class PhotoFile:
    """What a photo's picture is called, and the number of its table."""

    file: str
    number: int


def photo_file(session: Session, by: Actor, photo_id: UUID) -> PhotoFile:
    """The picture of a photo, for whoever sees it; asked anew each time it is fetched."""
    row = session.execute(
        select(Photo, CafeTable.number, Event)
        .join(CafeTable, CafeTable.id == Photo.table_id)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .join(Event, Event.id == Cafe.event_id)
        .where(Photo.id == photo_id)
    ).first()
    if row is None:
        raise NotFound
    photo, number, event = row
    standing = standing_in_event(session, by, event)
    may_look(standing, photo.table_id)
    if photo.waits and not standing.hosting(photo.table_id):
        raise NotFound
    return PhotoFile(photo.file, number)
