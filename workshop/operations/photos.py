"""Photos of what lies on a table: kept with it, described, let through, removed."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workshop.errors import Closed, Conflict, Invalid, NotFound
from workshop.forms import Id, Number, OperationForm, Text
from workshop.models import Cafe, CafeTable, Event, Photo
from workshop.models.base import TITLE_LENGTH
from workshop.operations.at_table import OneTable, TableForm, table_to_lead
from workshop.perform import Store, operation
from workshop.policy import Permission, authorize
from workshop.standing import Actor, At, standing_in_event
from workshop.transaction import Transaction
from workshop.uploads import LARGEST_FILE, Kept, Unfit

MOST_AT_A_TABLE, MOST_IN_AN_EVENT = 12, 240

SAID_INSTEAD = _l("For whoever cannot see it. Left empty, the photo is called by its table and time.")
NO_PICTURE = _l("Choose a photo first.")
UNFIT = {
    "empty": NO_PICTURE,
    "too_large": _l(
        "This photo is larger than %(most)s MB. Take it at a lower resolution, or send it from a phone, where it is "
        "made smaller first.",
        most=LARGEST_FILE // 1024 // 1024,
    ),
    "too_many_pixels": _l("This photo has more dots than can be read here. Take it at a lower resolution."),
    "no_picture": _l("This is no photo that can be kept here. Send a JPEG or a PNG."),
    "heic": _l(
        "This photo is in the format HEIC, which not every device can show. Send it as a JPEG; an iPhone does so by "
        "itself when you choose it from the photos, not from the files."
    ),
    "broken": _l("This photo is damaged or was not sent to its end. Send it once more, or take another one."),
    "not_kept": _l(
        "The server had no room for this photo, and kept nothing of it. Keep it on your phone, and tell the moderator."
    ),
}
"""What is said of a file that cannot be kept."""


class AddForm(TableForm):
    """Where a photo belongs, what the file is called by that is being sent, and what is to be seen."""

    upload = Text(_l("Photo"), 64, required=NO_PICTURE)
    words = Text(_l("What is to be seen"), TITLE_LENGTH, description=SAID_INSTEAD)


def take_in(store: Store, by: Actor, form: AddForm) -> Kept:
    """Have the photo decoded and laid into the folder, before anything is written and by those only who may."""
    with store.reading() as session:
        at = table_to_lead(session, by, form)
        authorize(Permission.ADD_PHOTO, at)
        require_room(session, at)
    assert store.uploads is not None, "this process keeps no pictures"
    try:
        return store.uploads.take_in(form.upload.data)
    except Unfit as unfit:
        raise Invalid(fields={"upload": [UNFIT[unfit.why]]}) from None


def require_room(session: Session, at: OneTable) -> None:
    """Raise Closed for a table that takes no photos or has as many as it may."""
    if at.cafe.source is not None:
        raise Closed(_l("This café only holds what was brought in. Nothing is added here."))
    here, everywhere = session.execute(
        select(
            func.count(Photo.id).filter(Photo.table_id == at.table.id),
            func.count(Photo.id),
        )
        .join(CafeTable, CafeTable.id == Photo.table_id)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .where(Cafe.event_id == at.event.id)
    ).one()
    if here >= MOST_AT_A_TABLE:
        raise Closed(_l("A table keeps %(most)s photos. Remove one before you add another.", most=MOST_AT_A_TABLE))
    if everywhere >= MOST_IN_AN_EVENT:
        raise Closed(_l("This event has %(most)s photos, which is all it can keep.", most=MOST_IN_AN_EVENT))


@operation(
    "photo.add",
    AddForm,
    Permission.ADD_PHOTO,
    find=table_to_lead,
    title=_l("Add a photo of the tablecloth"),
    says=_l("%(who)s added a photo to a table"),
    form_only=True,
    prepare=take_in,
)
def add_photo(tx: Transaction, at: OneTable, form: AddForm) -> None:
    """Keep a photo with its table; where notes wait for a moderator, one from a tablet does too."""
    # Of a table that is locked: no two people add its last one.
    require_room(tx.session, at)
    kept: Kept = tx.prepared
    tx.session.add(
        Photo(
            id=tx.key,
            table_id=at.table.id,
            file=kept.name,
            width=kept.width,
            height=kept.height,
            size=kept.size,
            words=form.words.data or "",
            waits=must_wait(at),
            added_at=tx.now,
        )
    )
    tell_table(tx, tx.key, at.table.id)


def must_wait(at: At) -> bool:
    """Whether what comes from here is looked at before it shows."""
    return at.event.notes_wait and not at.standing.hosting(at.table_id)


def tell_table(tx: Transaction, photo_id: UUID, table_id: UUID) -> None:
    """Have every page that shows a table's photos know."""
    tx.about("photo", photo_id)
    tx.touch("photos", table_id)
    tx.tell("table", table_id)


@dataclass
class OnePhoto(At):
    """A photo, locked."""

    photo: Photo = field(kw_only=True)


class PhotoForm(OperationForm):
    """Which photo."""

    photo = Id()


def one_photo(session: Session, by: Actor, form: Any) -> OnePhoto:
    """The photo, if this actor may know that it exists."""
    row = session.execute(
        select(Photo, Event)
        .join(CafeTable, CafeTable.id == Photo.table_id)
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .join(Event, Event.id == Cafe.event_id)
        .where(Photo.id == form.photo.data)
        .with_for_update(of=Photo)
    ).first()
    if row is None:
        raise NotFound
    photo, event = row
    standing = standing_in_event(session, by, event)
    if photo.waits and not standing.hosting(photo.table_id):
        raise NotFound
    return OnePhoto(standing, table_id=photo.table_id, photo=photo)


class DescribeForm(PhotoForm):
    """What is to be seen on a photo, and the version of the words that were read before."""

    version = Number("", 1, 1_000_000, required=False)
    words = Text(_l("What is to be seen"), TITLE_LENGTH, description=SAID_INSTEAD)


@operation(
    "photo.describe",
    DescribeForm,
    Permission.ADD_PHOTO,
    find=one_photo,
    title=_l("Say what is on the photo"),
    says=_l("%(who)s described a photo"),
)
def describe_photo(tx: Transaction, at: OnePhoto, form: DescribeForm) -> None:
    """Say what is to be seen, for whoever does not see it."""
    photo, words = at.photo, form.words.data or ""
    if form.version.data is not None and form.version.data != photo.version:
        raise Conflict(
            _l("Somebody has described this photo meanwhile: “%(text)s”", text=photo.words), theirs=photo.words
        )
    if words == photo.words:
        return
    tx.fact("words", photo.words, words)
    photo.words = words
    photo.version += 1
    photo.waits = photo.waits or must_wait(at)
    tell_table(tx, photo.id, photo.table_id)


@operation(
    "photo.let_through",
    PhotoForm,
    Permission.MODERATE_TABLE,
    find=one_photo,
    title=_l("Show this photo"),
    says=_l("%(who)s let a photo through"),
)
def let_through(tx: Transaction, at: OnePhoto, form: PhotoForm) -> None:
    """Show a photo that waited to everybody who sees its table."""
    if not at.photo.waits:
        return
    at.photo.waits = False
    tell_table(tx, at.photo.id, at.photo.table_id)


@operation(
    "photo.remove",
    PhotoForm,
    Permission.REMOVE_PHOTO,
    find=one_photo,
    title=_l("Remove this photo"),
    says=_l("%(who)s removed a photo"),
)
def remove_photo(tx: Transaction, at: OnePhoto, form: PhotoForm) -> None:
    """Take a photo away for good; its files go as soon as that is written."""
    tell_table(tx, at.photo.id, at.photo.table_id)
    tx.session.delete(at.photo)
    if tx.uploads:
        tx.afterwards.append(partial(tx.uploads.discard, at.photo.file))
