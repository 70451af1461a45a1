"""Reads about participants and users."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import String, Uuid, func, or_, select
from sqlalchemy.orm import Session

from workshop.models import SITS_NOW, Cafe, CafeTable, Event, Idea, LocalText, Participant, Seat, TableDevice
from workshop.queries.cafes import Me, me
from workshop.queries.ideas import Note, notes_by
from workshop.queries.viewing import Audience, Page, open_page
from workshop.standing import Actor, standing_in_event
from workshop.statements import Many
from workshop.text import name_key
from workshop.tokens import digest

AS_WHOM = func.coalesce(Participant.united_into_id, Participant.id, type_=Uuid())
"""Who somebody is by now: those who turned out to be one person are the one who stays."""
BY_TOKEN = Many(
    lambda digests: select(Participant.id.label("given"), AS_WHOM.label("now")).where(
        Participant.token_digest.in_(digests)
    ),
    String,
)


class Held(NamedTuple):
    """A place that somebody holds: the one it was given as, and the one it is by now."""

    given: UUID
    now: UUID


def participants_by_token(session: Session, secret: str, tokens: Iterable[str]) -> list[Held]:
    """The participants whose tokens these are; removed ones too, so that they can be told."""
    return [Held(*one) for one in BY_TOKEN.run(session, [digest(secret, token) for token in tokens])]


def _held(session: Session, condition: Any) -> list[Held]:
    return [Held(*row) for row in session.execute(select(Participant.id, AS_WHOM).where(condition))]


def participants_of_account(session: Session, user_id: UUID) -> list[Held]:
    """The places somebody took while signed in: theirs on every device they sign in on."""
    return _held(session, Participant.user_id == user_id)


def event_of_screen(session: Session, token: str | None) -> UUID | None:
    """The event whose big screen a token shows; None once the link was renewed."""
    if not token:
        return None
    return session.scalars(select(Event.id).where(Event.screen_token == token)).first()


def device_of_token(session: Session, token: str | None) -> UUID | None:
    """The tablet of a link; None once it was taken away."""
    if not token:
        return None
    return session.scalars(
        select(TableDevice.id).where(TableDevice.token == token, TableDevice.revoked_at.is_(None))
    ).first()


def table_of_device(session: Session, token: str) -> UUID | None:
    """The table whose tablet a link makes."""
    return session.scalars(
        select(TableDevice.table_id).where(TableDevice.token == token, TableDevice.revoked_at.is_(None))
    ).first()


@dataclass
class Place:
    """A participant's place in an event: the seat, or the event where there is none yet."""

    participant_id: UUID
    event_id: UUID
    name: str
    event_title: LocalText
    event_language: str
    table_id: UUID | None
    table_number: int | None
    cafe_id: UUID | None
    over: bool
    removed: bool
    name_key: str

    def is_called(self, name: str) -> bool:
        """Whether it may be this person who writes a name: theirs, or the one that namesakes see."""
        return name_key(name) in (self.name_key, name_key(self.name))

    def address(self, *, welcome: bool = False) -> str:
        """Its page; with the receipt shown after joining."""
        path = f"/tables/{self.table_id}" if self.table_id else f"/events/{self.event_id}"
        return f"{path}?welcome=1" if welcome else path


def places(session: Session, condition: Any) -> list[Place]:
    """The places of participants, the newest first; one statement."""
    rows = session.execute(
        select(Participant, Event, CafeTable.id, CafeTable.number, CafeTable.cafe_id)
        .join(Event, Event.id == Participant.event_id)
        .outerjoin(
            Seat,
            (Seat.participant_id == Participant.id) & SITS_NOW,
        )
        .outerjoin(CafeTable, CafeTable.id == Seat.table_id)
        .where(condition)
        .order_by(Participant.joined_at.desc(), Seat.from_at.desc())
    )
    found: dict[UUID, Place] = {}
    for person, event, table_id, number, cafe_id in rows:
        found.setdefault(
            person.id,
            Place(
                person.id,
                event.id,
                person.display_name,
                event.title,
                event.language,
                table_id,
                number,
                cafe_id,
                event.closed_at is not None,
                person.removed_at is not None,
                person.name_key,
            ),
        )
    return list(found.values())


def all_places(session: Session, participants: Iterable[UUID]) -> list[Place]:
    """Every place of this browser; most who come to join have none, and cost no statement."""
    held = list(participants)
    return places(session, Participant.id.in_(held)) if held else []


def open_places(session: Session, participants: Iterable[UUID]) -> list[Place]:
    """The places of this browser in events that go on."""
    return [place for place in all_places(session, participants) if not place.over and not place.removed]


def place(session: Session, participant_id: UUID) -> Place:
    """One participant's place."""
    return places(session, Participant.id == participant_id)[0]


def place_by_receipt(session: Session, receipt_digest: str) -> Place | None:
    """The place a receipt takes back; none for somebody who was removed."""
    person = session.scalar(select(AS_WHOM).where(Participant.receipt_digest == receipt_digest))
    found = places(session, Participant.id == person) if person else []
    return found[0] if found and not found[0].removed else None


def event_of_token(session: Session, token: str) -> UUID | None:
    """The event a QR leads to, by its own token or by a table's."""
    return session.scalars(
        select(Event.id)
        .outerjoin(Cafe, Cafe.event_id == Event.id)
        .outerjoin(CafeTable, CafeTable.cafe_id == Cafe.id)
        .where(or_(Event.join_token == token, CafeTable.join_token == token))
        .limit(1)
    ).first()


@dataclass
class MyPage(Page):
    """The receipts and notes of somebody's places, seen from the newest one where an event goes on."""

    me: Me
    watched: list[str]


def my_page(session: Session, by: Actor, places: list[Place]) -> MyPage | None:
    """What makes the page live; None where no event goes on."""
    here = next((place for place in places if not place.over and not place.removed), None)
    if here is None:
        return None
    standing = standing_in_event(session, by, session.get(Event, here.event_id))
    tables = session.scalars(select(Idea.table_id).where(Idea.participant_id == here.participant_id).distinct())
    watched = [f"person:{here.participant_id}", *(f"table:{one}" for one in tables if standing.sees(one))]
    opened = open_page(session, standing, watched)
    found = me(session, [here.participant_id], Audience.OWN)[here.participant_id]
    return MyPage(**opened, me=found, watched=watched)


def own_notes(session: Session, participants: Iterable[UUID]) -> dict[UUID, list[Note]]:
    """What each participant wrote, newest first, in the states they see."""
    wanted = list(participants)
    found = notes_by(session, wanted)
    return {one: sorted(found.get(one, []), key=lambda note: note.created_at, reverse=True) for one in wanted}
