"""What those who run a café say to everybody, to the hosts or to one table."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.errors import Closed, Invalid, NotFound
from workshop.forms import Id, LongText, Number, OperationForm, Pick
from workshop.models import SITS_NOW, Announcement, Cafe, CafeTable, Event, Seat, SpokenTo
from workshop.operations.cafes import CafeForm, OneCafe, one_cafe
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor, At, standing_in_event
from workshop.transaction import Transaction

LENGTH = 300
USUAL_MINUTES = 10
TO_WHOM = (
    (SpokenTo.ALL, _l("Everybody")),
    (SpokenTo.HOSTS, _l("The hosts")),
    (SpokenTo.TABLE, _l("One table")),
)


class AnnouncementForm(CafeForm):
    """What is said to whom, and how long it stands there."""

    to = Pick(_l("To whom"), TO_WHOM, default=SpokenTo.ALL.value)
    number = Number(_l("Number of the table"), 1, 1000, required=False)
    text = LongText(_l("What you want to say"), LENGTH, required=_l("Write what you want to say."))
    minutes = Number(_l("Minutes it stays"), 1, 240, required=False, default=USUAL_MINUTES)


@operation(
    "announcement.make",
    AnnouncementForm,
    Permission.RUN_CAFE,
    find=one_cafe,
    title=_l("Make an announcement"),
    says=_l("%(who)s made an announcement"),
)
def make_announcement(tx: Transaction, at: OneCafe, form: AnnouncementForm) -> None:
    """Say something on the phones of everybody, of the hosts or of one table; to everybody on the big screen too."""
    if at.event.closed_at is not None or at.cafe.source is not None:
        raise Closed(_l("This event is closed."))
    to = SpokenTo(form.to.data)
    tables = dict(
        tx.session.execute(
            select(CafeTable.number, CafeTable.id).where(CafeTable.cafe_id == at.cafe.id, CafeTable.closed_at.is_(None))
        ).all()
    )
    if to is SpokenTo.TABLE and form.number.data not in tables:
        raise Invalid(fields={"number": [_l("There is no open table with this number.")]})
    said = Announcement(
        id=tx.key,
        cafe_id=at.cafe.id,
        spoken_to=to,
        table_id=tables.get(form.number.data or 0) if to is SpokenTo.TABLE else None,
        text=form.text.data or "",
        user_id=at.standing.user.id if at.standing.user else None,
        made_at=tx.now,
        until_at=tx.now + timedelta(minutes=form.minutes.data or USUAL_MINUTES),
    )
    tx.session.add(said)
    tx.fact("spoken_to", None, to)
    tell_announcement(tx, said, list(tables.values()))


def tell_announcement(tx: Transaction, said: Announcement, tables: list[UUID]) -> None:
    """Tell it where it is heard: in the café, at its table, at every table for the one who hosts it.

    And to each of those whom it is for, who may be looking at another table.
    """
    tx.about("announcement", said.id)
    # Those who run the event hear everything there.
    tx.tell("cafe", said.cafe_id)
    if said.spoken_to is SpokenTo.ALL:
        return
    meant = [said.table_id] if said.table_id else tables
    tx.tell("table", *meant)
    tx.tell("person", *tx.session.scalars(select(CafeTable.host_id).where(CafeTable.id.in_(meant))))
    if said.spoken_to is SpokenTo.TABLE:
        sits = (Seat.table_id == said.table_id, SITS_NOW)
        tx.tell("person", *tx.session.scalars(select(Seat.participant_id).where(*sits)))


@dataclass
class OneAnnouncement(At):
    """An announcement, locked."""

    announcement: Announcement = field(kw_only=True)


class WhichAnnouncementForm(OperationForm):
    """Which announcement."""

    announcement = Id()


def one_announcement(session: Session, by: Actor, form: WhichAnnouncementForm) -> OneAnnouncement:
    """The announcement, for those who may know of its event."""
    row = session.execute(
        select(Announcement, Event)
        .join(Cafe, Cafe.id == Announcement.cafe_id)
        .join(Event, Event.id == Cafe.event_id)
        .where(Announcement.id == form.announcement.data)
        .with_for_update(of=Announcement)
    ).first()
    if row is None:
        raise NotFound
    return OneAnnouncement(standing_in_event(session, by, row[1]), announcement=row[0])


@operation(
    "announcement.end",
    WhichAnnouncementForm,
    Permission.RUN_EVENT,
    find=one_announcement,
    title=_l("Take this announcement down"),
    says=_l("%(who)s took an announcement down"),
)
def end_announcement(tx: Transaction, at: OneAnnouncement, form: WhichAnnouncementForm) -> None:
    """Take it from every screen before its time; it stays in the record."""
    said = at.announcement
    if said.until_at <= tx.now:
        return
    tx.fact("until_at", said.until_at, tx.now)
    said.until_at = tx.now
    tables = tx.session.scalars(select(CafeTable.id).where(CafeTable.cafe_id == said.cafe_id)).all()
    tell_announcement(tx, said, list(tables))
