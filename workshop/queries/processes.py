"""Reads about processes and the people who run them."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import case, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from workshop import clock
from workshop.errors import NotFound
from workshop.models import (
    Cafe,
    CafeTable,
    Event,
    Goal,
    GoalStatus,
    LocalText,
    Membership,
    Participant,
    Process,
    Role,
    SignInLink,
    User,
)
from workshop.models.people import INVITATION_HOLDS
from workshop.policy import Permission, allowed, authorize
from workshop.queries.viewing import Page, open_page
from workshop.standing import Actor, At, Standing, standing_in_process

LINK_SHOWN_FOR = timedelta(minutes=10)
"""How long the page of a member shows a link that was just made."""
MOST_GOALS = 200
"""Goals that a process's page lists; the overview has them all."""


@dataclass
class ListedEvent:
    """An event as a line of a list."""

    id: UUID
    process_id: UUID
    title: LocalText
    language: str
    starts_on: date
    ends_on: date
    closed: bool
    tables: int
    readable: bool
    """By the one who looks: a member, or somebody with a place there."""


@dataclass
class ListedProcess:
    """A process and what the one who looks is in it."""

    process: Process
    roles: list[Role]
    events: list[ListedEvent]


@dataclass
class MyProcesses(Page):
    """All processes that somebody belongs to or takes part in."""

    processes: list[ListedProcess]


def my_processes(session: Session, by: Actor) -> MyProcesses:
    """The processes of the one who looks, through a role or through a place at an event."""
    opened = open_page(session, Standing(None), [])
    account = select(User.id).where(User.id == by.user_id, User.session_token == by.session_token)
    roles: dict[UUID, list[Role]] = {}
    for process_id, role in session.execute(
        select(Membership.process_id, Membership.role)
        .where(Membership.user_id.in_(account), Membership.ended_at.is_(None))
        .order_by(Membership.role)
    ):
        roles.setdefault(process_id, []).append(role)
    joined = (
        select(Event.process_id)
        .join(Participant, Participant.event_id == Event.id)
        .where(Participant.id.in_(by.participants), Participant.removed_at.is_(None))
    )
    processes = session.scalars(
        select(Process)
        .where(or_(Process.id.in_(roles), Process.id.in_(joined)))
        .order_by(Process.created_at, Process.id)
    ).all()
    events = listed_events(session, by, [one.id for one in processes], members_of=roles)
    return MyProcesses(
        **opened,
        processes=[
            ListedProcess(one, roles.get(one.id, []), [event for event in events if event.process_id == one.id])
            for one in processes
        ],
    )


def listed_events(
    session: Session, by: Actor, process_ids: list[UUID], *, members_of: Container[UUID]
) -> list[ListedEvent]:
    """The events of processes, open ones first, then the newest; `by` is a member of some of these processes."""
    takes_part = exists().where(
        Participant.event_id == Event.id, Participant.id.in_(by.participants), Participant.removed_at.is_(None)
    )
    tables = (
        select(func.count(CafeTable.id))
        .join(Cafe, Cafe.id == CafeTable.cafe_id)
        .where(Cafe.event_id == Event.id, Cafe.source.is_(None))
        .scalar_subquery()
    )
    rows = session.execute(
        select(Event, tables, takes_part)
        .where(Event.process_id.in_(process_ids))
        .order_by(case((Event.closed_at.is_(None), 0), else_=1), Event.starts_on.desc(), Event.id)
    )
    return [
        ListedEvent(
            one.id,
            one.process_id,
            one.title,
            one.language,
            one.starts_on,
            one.ends_on,
            one.closed_at is not None,
            count,
            one.process_id in members_of or mine,
        )
        for one, count, mine in rows
    ]


@dataclass
class ProcessPage(Page):
    """A process: its events, fields of action and goals."""

    process: Process
    events: list[ListedEvent]
    goals: list[Goal]
    counts: dict[GoalStatus, int]
    manages: bool
    creates: bool


def process_page(session: Session, by: Actor, slug: str) -> ProcessPage:
    """The process's page, for its members and for those who take part in its events."""
    process = session.scalars(select(Process).where(Process.slug == slug).options(selectinload(Process.fields))).first()
    standing = standing_in_process(session, by, process.id if process else None)
    assert process is not None
    authorize(Permission.READ_GOALS, At(standing))
    opened = open_page(session, standing, [])
    promoted = [Goal.process_id == process.id]
    if not standing.staff:
        promoted.append(Goal.status != GoalStatus.DRAFT)
    counts = dict(session.execute(select(Goal.status, func.count()).where(*promoted).group_by(Goal.status)).all())
    goals = session.scalars(
        select(Goal)
        .where(Goal.process_id == process.id, Goal.status != GoalStatus.DRAFT)
        .options(selectinload(Goal.field))
        .order_by(Goal.number)
        .limit(MOST_GOALS)
    ).all()
    return ProcessPage(
        **opened,
        process=process,
        events=listed_events(session, by, [process.id], members_of=[process.id] if standing.roles else []),
        goals=list(goals),
        counts={word: counts[word] for word in GoalStatus if word in counts},
        manages=allowed(Permission.MANAGE_PROCESS, At(standing)),
        creates=allowed(Permission.CREATE_EVENT, At(standing)),
    )


@dataclass
class ProcessForms(Page):
    """A process that somebody is about to add something to."""

    process: Process


def process_to_change(session: Session, by: Actor, wanted: str | UUID, permission: Permission) -> ProcessForms:
    """The process with this slug or id, for those who may do what `permission` says."""
    this = Process.id == wanted if isinstance(wanted, UUID) else Process.slug == wanted
    process = session.scalars(select(Process).where(this).options(selectinload(Process.fields))).first()
    standing = standing_in_process(session, by, process.id if process else None)
    assert process is not None
    authorize(permission, At(standing))
    return ProcessForms(**open_page(session, standing, []), process=process)


@dataclass
class Member:
    """Somebody with a role, and how far the last sign-in link has come."""

    id: UUID
    name: str
    role: Role
    duty: str
    signed_in_at: datetime | None
    link_until: datetime | None
    """Until when a link that nobody has used yet works."""


@dataclass
class MembersPage(Page):
    """The people who run a process."""

    process: Process
    members: list[Member]


def members_page(session: Session, by: Actor, slug: str) -> MembersPage:
    """Who runs a process, for its administrators."""
    asked = process_to_change(session, by, slug, Permission.MANAGE_PROCESS)
    used = select(func.max(SignInLink.used_at)).where(SignInLink.user_id == User.id).scalar_subquery()
    until = (
        select(func.max(SignInLink.expires_at))
        .where(SignInLink.user_id == User.id, SignInLink.used_at.is_(None), SignInLink.expires_at > clock.now())
        .scalar_subquery()
    )
    rows = session.execute(
        select(Membership, User.name, used, until)
        .join(User, User.id == Membership.user_id)
        .where(Membership.process_id == asked.process.id, Membership.ended_at.is_(None))
        .order_by(User.name, Membership.role)
    )
    return MembersPage(
        **vars(asked),
        members=[Member(one.id, name, one.role, one.duty, last, open_) for one, name, last, open_ in rows],
    )


@dataclass
class MemberPage(Page):
    """One member, and the link that was just made for them."""

    process: Process
    member: Membership
    user: User
    link: SignInLink | None


def member_page(session: Session, by: Actor, member_id: UUID) -> MemberPage:
    """A member with the newest link, for administrators, as long as it is new and unused."""
    row = session.execute(
        select(Membership, User, Process)
        .join(User, User.id == Membership.user_id)
        .join(Process, Process.id == Membership.process_id)
        .where(Membership.id == member_id, Membership.ended_at.is_(None))
    ).first()
    if row is None:
        raise NotFound
    member, user, process = row
    standing = standing_in_process(session, by, process.id)
    authorize(Permission.MANAGE_PROCESS, At(standing))
    made_lately = SignInLink.expires_at > clock.now() + INVITATION_HOLDS - LINK_SHOWN_FOR
    link = session.scalars(
        select(SignInLink)
        .where(SignInLink.user_id == user.id, SignInLink.used_at.is_(None), made_lately)
        .order_by(SignInLink.expires_at.desc())
        .limit(1)
    ).first()
    opened = open_page(session, standing, [])
    return MemberPage(**opened, process=process, member=member, user=user, link=link)
