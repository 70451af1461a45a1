"""Who may do what: one table, and what authorising needs to know of the one who acts."""

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, case, or_, select
from sqlalchemy.orm import Session

from workshop.errors import Closed, Forbidden, NotFound, Removed
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
from workshop.phases import WRITING, Activity, Written, waits_for_phase
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


class Permission(enum.Enum):
    """What can be allowed."""

    JOIN = "join"
    READ_EVENT = "read_event"
    READ_TABLE = "read_table"
    READ_GOALS = "read_goals"
    WRITE_AT_TABLE = "write_at_table"
    USE_TABLET = "use_tablet"
    VOTE_ON_TABLET = "vote_on_tablet"
    CHANGE_SEAT = "change_seat"
    VOTE = "vote"
    CHANGE_OWN = "change_own"
    ASK_AGAIN = "ask_again"
    REPORT = "report"
    COMMENT = "comment"
    TYPE_IN = "type_in"
    LEAD_TABLE = "lead_table"
    MODERATE_TABLE = "moderate_table"
    SEE_PHOTOS = "see_photos"
    ADD_PHOTO = "add_photo"
    REMOVE_PHOTO = "remove_photo"
    TAKE_FORWARD = "take_forward"
    RUN_CAFE = "run_cafe"
    RUN_EVENT = "run_event"
    SORT = "sort"
    FOLLOW_ITEM = "follow_item"
    FOLLOW_GOAL = "follow_goal"
    CREATE_EVENT = "create_event"
    MANAGE_PROCESS = "manage_process"
    OWN_ACCOUNT = "own_account"
    KEEP_TIME = "keep_time"
    INSTALL = "install"


_STAFF = {Part.MODERATOR, Part.ADMIN}
_MEMBERS = _STAFF | {Part.INNOLAB}
_INSIDE = _MEMBERS | {Part.PARTICIPANT, Part.HOST, Part.SCREEN}


@dataclass(frozen=True)
class Rule:
    """Who may, whether only until the event is closed, and in which phases those who take part may.

    Attributes:
        activity: what it is to take part so; None: it depends on no phase. Staff depend on none.
        by_kind: the kind of the note decides as what it counts.
    """

    parts: frozenset[Part]
    until_closed: bool = False
    activity: Activity | None = None
    by_kind: bool = False


def _rule(
    parts: Iterable[Part], *, until_closed: bool = False, activity: Activity | None = None, by_kind: bool = False
) -> Rule:
    return Rule(frozenset(parts) | {Part.SYSTEM}, until_closed, activity, by_kind)


RULES = {
    Permission.JOIN: _rule({Part.ANYBODY}, until_closed=True),
    Permission.READ_EVENT: _rule(_INSIDE),
    Permission.READ_TABLE: _rule(_INSIDE | {Part.TABLET}),
    Permission.READ_GOALS: _rule(_INSIDE),
    Permission.WRITE_AT_TABLE: _rule({Part.PARTICIPANT}, until_closed=True, by_kind=True),
    Permission.USE_TABLET: _rule({Part.TABLET}, until_closed=True, by_kind=True),
    Permission.VOTE_ON_TABLET: _rule({Part.TABLET}, until_closed=True, activity=Activity.VOTE),
    Permission.CHANGE_SEAT: _rule({Part.PARTICIPANT}, until_closed=True),
    Permission.VOTE: _rule({Part.PARTICIPANT}, until_closed=True, activity=Activity.VOTE),
    Permission.CHANGE_OWN: _rule({Part.AUTHOR}, until_closed=True, by_kind=True),
    # What is hidden at the end can be answered after it.
    Permission.ASK_AGAIN: _rule({Part.AUTHOR}),
    Permission.REPORT: _rule({Part.PARTICIPANT}, until_closed=True),
    Permission.COMMENT: _rule({Part.PARTICIPANT} | _MEMBERS, until_closed=True, activity=Activity.ASK),
    Permission.TYPE_IN: _rule({Part.HOST} | _STAFF, until_closed=True),
    Permission.LEAD_TABLE: _rule({Part.HOST} | _STAFF, until_closed=True, by_kind=True),
    # What was written can be judged and put together after the end, by the same people.
    Permission.MODERATE_TABLE: _rule({Part.HOST} | _STAFF),
    # Never the big screen: a photo may show faces, or what somebody would rather not see that large.
    Permission.SEE_PHOTOS: _rule(_INSIDE - {Part.SCREEN} | {Part.TABLET}),
    Permission.ADD_PHOTO: _rule({Part.HOST, Part.TABLET} | _STAFF, until_closed=True),
    # What shows somebody against their will goes after the end too.
    Permission.REMOVE_PHOTO: _rule({Part.HOST, Part.TABLET} | _STAFF),
    Permission.TAKE_FORWARD: _rule({Part.HOST} | _STAFF, activity=Activity.DECIDE),
    Permission.RUN_CAFE: _rule(_STAFF, until_closed=True),
    Permission.RUN_EVENT: _rule(_STAFF),
    Permission.SORT: _rule(_STAFF),
    Permission.FOLLOW_ITEM: _rule(_MEMBERS),
    Permission.FOLLOW_GOAL: _rule({Part.INNOLAB, Part.ADMIN}),
    Permission.CREATE_EVENT: _rule(_STAFF),
    Permission.MANAGE_PROCESS: _rule({Part.ADMIN}),
    Permission.OWN_ACCOUNT: _rule({Part.ANYBODY}),
    Permission.KEEP_TIME: _rule(()),
    Permission.INSTALL: _rule(()),
}
"""The table of roles and permissions; the docs show the same one and a test compares them."""


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
TO_A_TABLE = {Permission.JOIN, Permission.CHANGE_SEAT, Permission.WRITE_AT_TABLE, Permission.USE_TABLET}
"""What one may do at a table without seeing it yet, or no longer: sit down, and send what was written there."""


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


@dataclass(frozen=True)
class Capacity:
    """As whom somebody acts: the Change's actor."""

    participant_id: UUID | None = None
    user_id: UUID | None = None
    device_id: UUID | None = None


def allowed(permission: Permission, at: At) -> bool:
    """Whether `at.standing` has it there, whatever the time."""
    parts = at.standing.parts(at)
    wanted = RULES[permission].parts
    return Part.ANYBODY in wanted or bool(parts & wanted)


def authorize(permission: Permission, at: At) -> Capacity:
    """Raise Forbidden or Closed unless it is allowed now; say as whom."""
    standing, rule = at.standing, RULES[permission]
    person = standing.participant
    if person and person.removed_at and not standing.roles:
        raise Removed(participant=person.id)
    own = person is not None and at.author_id == person.id
    if at.table_id and permission not in TO_A_TABLE and not own and not standing.sees(at.table_id):
        raise NotFound
    if not allowed(permission, at):
        raise Forbidden
    if rule.until_closed and standing.event and standing.event.closed_at and not standing.system:
        raise Closed(_l("This event is closed."))
    by_role = standing.user is not None and rule.parts & {Part(str(role)) for role in standing.roles}
    if not (by_role or standing.system) and standing.event:
        activity = WRITING[at.kind] if rule.by_kind and at.kind else rule.activity
        at.waits = waits_for_phase(standing.session, standing.event, activity, at.written)
    if person and not by_role:
        return Capacity(participant_id=person.id)
    tablet = standing.tablet
    return Capacity(user_id=standing.user.id if standing.user else None, device_id=tablet.id if tablet else None)
