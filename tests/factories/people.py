"""Participants at tables, and browsers that are somebody's."""

from dataclasses import dataclass, field
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import do
from tests.factories.events import EventMade
from workshop.clock import now
from workshop.models import Cafe, Event, Participant, Seat, TableDevice, new_id
from workshop.perform import Store
from workshop.standing import NOBODY, Actor
from workshop.tokens import digest, participant_token, receipt_code


@dataclass
class PersonMade:
    """A participant of an event."""

    id: UUID
    name: str
    event: EventMade
    actor: Actor = field(init=False)

    def __post_init__(self) -> None:
        self.actor = Actor(participants=frozenset({self.id}))


def join(store: Store, event: EventMade, name: str = "Anna", table: int = 1, language: str = "en") -> PersonMade:
    """Somebody who sits at the table with this number, in the round that runs or is to come."""
    token = event.table_tokens[table - 1]
    fields = {"token": token, "name": name, "language": "en", "writing_language": language}
    person_id = do(store, NOBODY, "participant.join", **fields).thing[1]
    with store.reading() as session:
        person = session.get_one(Participant, person_id)
    return PersonMade(person.id, person.display_name, event)


def join_many(
    store: Store, event: EventMade, names: list[str], tables: list[int] | None = None, language: str = "en"
) -> list[PersonMade]:
    """Many people at once, in one transaction and without Changes: round the tables unless numbers are given."""
    with Session(store.engine) as session:
        turn = _current_round(session, event)
        made = []
        numbered = session.scalar(select(func.count(Participant.id)).where(Participant.event_id == event.id)) or 0
        for index, name in enumerate(names):
            key = name.casefold()
            count = session.scalar(
                select(func.count(Participant.id)).where(Participant.event_id == event.id, Participant.name_key == key)
            )
            person = Participant(
                id=new_id(),
                event_id=event.id,
                name=name,
                name_key=key,
                name_number=(count or 0) + 1,
                guest_number=10_000 + (numbered := numbered + 1),
                language=language,
                writing_language=language,
            )
            person.token_digest = digest(store.secret, participant_token(store.secret, person.id))
            person.receipt_digest = digest(store.secret, receipt_code(store.secret, person.id))
            session.add(person)
            session.flush()
            table = event.tables[(tables[index] - 1) if tables else index % len(event.tables)]
            session.add(
                Seat(participant_id=person.id, cafe_id=event.cafe, table_id=table, round_id=turn, from_at=now())
            )
            made.append(PersonMade(person.id, person.display_name, event))
        session.commit()
    return made


def _current_round(session: Session, event: EventMade) -> UUID:
    turn = session.get_one(Cafe, event.cafe).current_round
    assert turn
    return turn.id


def enter(client: FlaskClient, store: Store, *who: Actor, language: str = "en") -> None:
    """Make a browser's cookie that of these actors together, as joining and signing in would."""
    with client.session_transaction() as cookie, store.reading() as session:
        cookie["language"] = language
        for actor in who:
            if actor.user_id:
                cookie["_user_id"] = actor.session_token
            if actor.device:
                cookie["device"] = session.get_one(TableDevice, actor.device).token
            if actor.screen_of:
                cookie["screen"] = session.get_one(Event, actor.screen_of).screen_token
            for person in session.scalars(select(Participant).where(Participant.id.in_(actor.participants))):
                token = participant_token(store.secret, person.id)
                cookie["places"] = {**cookie.get("places", {}), str(person.event_id): token}


def remove(store: Store, person: PersonMade) -> None:
    """Remove somebody from their event."""
    do(store, person.event.moderator, "participant.remove", participant=person.id)
