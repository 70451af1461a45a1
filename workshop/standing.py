"""Who acts, and what they are in a process and in one of its events: what authorising needs to know."""

import enum
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, case, or_, select
from sqlalchemy.orm import Session

from workshop.errors import Forbidden, NotFound
from workshop.models import (
    Cafe,
    CafeTable,
    Event,
    IdeaKind,
    Membership,
    Participant,
    Role,
    Seat,
    SeatState,
    TableDevice,
    TablesVisible,
    User,
)
from workshop.models.people import named
from workshop.phases import Written
from workshop.statements import Statement


@dataclass(frozen=True)
class Actor:
    """Who is acting now.

    Attributes:
        user_id, session_token: the account that is signed in, if any; a renewed token ends it.
        participants: the places this browser holds, and those its account took on other devices.
        was: places it was given before a moderator joined them with one of those.
        screen_of: the event whose big screen this is.
        device: the table's tablet that this is; then it is nobody else.
        system: the command line, a job, the demonstration's loader.
    """

    user_id: UUID | None = None
    session_token: str | None = None
    participants: frozenset[UUID] = frozenset()
    was: frozenset[UUID] = frozenset()
    screen_of: UUID | None = None
    device: UUID | None = None
    system: bool = False


NOBODY = Actor()
SYSTEM = Actor(system=True)


class Part(enum.Enum):
    """What somebody is where something is to be done."""

    ANYBODY = "anybody"
    SCREEN = "screen"
    TABLET = "tablet"
    PARTICIPANT = "participant"
    AUTHOR = "author"
    HOST = "host"
    MODERATOR = "moderator"
    INNOLAB = "innolab"
    ADMIN = "admin"
    SYSTEM = "system"


class Person(NamedTuple):
    """A participant, as far as anybody asks who acts."""

    id: UUID
    event_id: UUID
    name: str
    name_number: int
    writing_language: str
    removed_at: datetime | None

    @property
    def display_name(self) -> str:
        """The name with which two people called the same can be told apart."""
        return named(self.name, self.name_number)


class Tablet(NamedTuple):
    """A tablet, and the table where it stays."""

    id: UUID
    table_id: UUID


TABLET = Statement(
    select(TableDevice.id, TableDevice.table_id)
    .join(CafeTable, CafeTable.id == TableDevice.table_id)
    .join(Cafe, Cafe.id == CafeTable.cafe_id)
    .where(TableDevice.id == bindparam("device"), TableDevice.revoked_at.is_(None), Cafe.event_id == bindparam("event"))
)

SAT_AT = Statement(
    select(Seat.table_id, Seat.until_at)
    .where(Seat.participant_id == bindparam("participant"), Seat.state == SeatState.TAKEN)
    .order_by(Seat.from_at)
)


@dataclass
class Standing:
    """What one actor is in one process, and in one of its events where there is one."""

    process_id: UUID | None
    event: Event | None = None
    participant: Person | None = None
    user: User | None = None
    roles: frozenset[Role] = frozenset()
    hosts: frozenset[UUID] = frozenset()
    screen: bool = False
    tablet: Tablet | None = None
    system: bool = False
    was: frozenset[UUID] = frozenset()
    session: Session | None = field(default=None, repr=False)
    """In which it was read; only what is refused reads once more, to say until when, and whoever sees some tables."""
    _sight: frozenset[UUID] | None = field(default=None, repr=False)

    @property
    def staff(self) -> bool:
        """Whether it is a moderator's or administrator's."""
        return bool(self.roles & {Role.MODERATOR, Role.ADMIN}) or self.system

    def hosting(self, table_id: UUID | None) -> bool:
        """Whether it is the table's host's or staff's."""
        return self.staff or table_id in self.hosts

    def sight(self) -> frozenset[UUID] | None:
        """The tables of which it reads what was written; None: of all.

        Members of the process see all, whatever the event says; hosts always see theirs.
        """
        event = self.event
        if event is None or self.roles or self.system or event.tables_visible is TablesVisible.ALL:
            return None
        if self._sight is None:
            assert self.session is not None
            seats = SAT_AT.run(self.session, participant=self.participant.id) if self.participant else []
            been = event.tables_visible is TablesVisible.BEEN
            sat = {one.table_id for one in seats if been or one.until_at is None}
            self._sight = self.hosts | sat | ({self.tablet.table_id} if self.tablet else set())
        return self._sight

    def sees(self, table_id: UUID | None) -> bool:
        """Whether it reads what was written at a table."""
        sight = self.sight()
        return sight is None or table_id in sight

    def parts(self, at: "At") -> set[Part]:
        """Every part it has towards a thing at a table, by an author."""
        table_id = at.table_id
        parts = {Part(str(role)) for role in self.roles}
        if self.system:
            parts.add(Part.SYSTEM)
        if self.screen:
            parts.add(Part.SCREEN)
        if self.tablet and table_id == self.tablet.table_id:
            parts.add(Part.TABLET)
        if self.participant and not self.participant.removed_at:
            parts.add(Part.PARTICIPANT)
            if table_id in self.hosts:
                parts.add(Part.HOST)
            if at.author_id == self.participant.id:
                parts.add(Part.AUTHOR)
        if self.roles and self.user and at.author_user_id == self.user.id:
            parts.add(Part.AUTHOR)
        return parts


@dataclass
class At:
    """What an operation is about, with everything that authorising it needs; finds return subclasses."""

    standing: Standing
    table_id: UUID | None = field(default=None, kw_only=True)
    author_id: UUID | None = field(default=None, kw_only=True)
    author_user_id: UUID | None = field(default=None, kw_only=True)
    """Of what a member has written under the account's name."""
    kind: IdeaKind | None = field(default=None, kw_only=True)
    """Of the note that is to be written or made another kind."""
    written: Written | None = field(default=None, kw_only=True)
    waits: bool = field(default=False, kw_only=True)
    """Set by `authorize`: allowed when it was written, not now; so it comes, and waits for a moderator."""

    @property
    def event(self) -> Event:
        """The event it happens in."""
        assert self.standing.event is not None
        return self.standing.event

    @property
    def participant(self) -> Person:
        """The participant who acts; Forbidden for a system that is nobody at a table."""
        if self.standing.participant is None:
            raise Forbidden
        return self.standing.participant


@cache
def _places(count: int, account: bool) -> Statement:
    """Somebody's places in an event, the first one being theirs, each with the tables hosted there."""
    mine: list[Any] = [Participant.id == bindparam(f"place_{number}") for number in range(count)]
    order: list[Any] = [Participant.joined_at, Participant.id]
    if account:
        mine.append(Participant.user_id == bindparam("user"))
        # The place this browser took comes before the one the account took on another device.
        order.insert(0, case((Participant.user_id == bindparam("user"), 1), else_=0))
    return Statement(
        select(*(getattr(Participant, name) for name in Person._fields), CafeTable.id.label("table_id"))
        .outerjoin(CafeTable, CafeTable.host_id == Participant.id)
        .where(Participant.event_id == bindparam("event"), or_(*mine))
        .order_by(*order)
    )


# Nearly everybody is one who has one place and no account: made now, for a server that gets ready.
_places(1, False)


def standing_in_event(session: Session, by: Actor, event: Event | None) -> Standing:
    """What `by` is in `event`; NotFound when there is no such event or nothing connects the two."""
    if event is None:
        raise NotFound
    standing = Standing(
        event.process_id, event, system=by.system, screen=by.screen_of == event.id, was=by.was, session=session
    )
    values: dict[str, Any] = {f"place_{number}": one for number, one in enumerate(by.participants)}
    if by.user_id:
        standing.user, standing.roles = _member(session, by, event.process_id)
        if standing.user:
            values["user"] = standing.user.id
    if values:
        rows = _places(len(by.participants), "user" in values).run(session, event=event.id, **values)
        if rows:
            standing.participant = me = Person(*rows[0][:-1])
            if not me.removed_at:
                standing.hosts = frozenset(row.table_id for row in rows if row.table_id and row.id == me.id)
    if by.device:
        found = TABLET.first(session, device=by.device, event=event.id)
        standing.tablet = Tablet(*found) if found else None
    if not (standing.participant or standing.roles or standing.screen or standing.tablet or standing.system):
        raise NotFound
    return standing


def standing_in_process(session: Session, by: Actor, process_id: UUID | None) -> Standing:
    """What `by` is in a process, as a member or through one of its events; NotFound when nothing connects them."""
    if process_id is None:
        raise NotFound
    user, roles = _member(session, by, process_id)
    standing = Standing(process_id, user=user, roles=roles, system=by.system)
    if by.participants and not roles:
        found = session.execute(
            select(*(getattr(Participant, name) for name in Person._fields))
            .join(Event)
            .where(
                Participant.id.in_(by.participants),
                Event.process_id == process_id,
                Participant.removed_at.is_(None),
            )
            .limit(1)
        ).first()
        standing.participant = Person(*found) if found else None
    if by.screen_of and not roles:
        standing.screen = bool(
            session.scalar(select(Event.id).where(Event.id == by.screen_of, Event.process_id == process_id))
        )
    if not (roles or standing.participant or standing.screen or by.system):
        raise NotFound
    return standing


def _member(session: Session, by: Actor, process_id: UUID) -> tuple[User | None, frozenset[Role]]:
    if not by.user_id:
        return None, frozenset()
    rows = session.execute(
        select(User, Membership.role)
        .outerjoin(
            Membership,
            (Membership.user_id == User.id) & (Membership.process_id == process_id) & Membership.ended_at.is_(None),
        )
        .where(User.id == by.user_id, User.session_token == by.session_token)
    ).all()
    if not rows:
        return None, frozenset()
    return rows[0][0], frozenset(role for _, role in rows if role)
