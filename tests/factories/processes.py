"""Processes with the people who run them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from tests.factories import do
from workshop.models import Membership, Role, User
from workshop.perform import Store
from workshop.standing import SYSTEM, Actor


@dataclass
class ProcessMade:
    """A process and its members as actors."""

    id: UUID
    admin: Actor
    moderator: Actor
    innolab: Actor


def make_process(store: Store, name: str = "Harbour") -> ProcessMade:
    """A process with one member in each role."""
    process_id = do(store, SYSTEM, "process.create", name=name, admin=f"Ada of {name}").thing[1]
    assert process_id
    admin = member(store, process_id, Role.ADMIN)
    for role, who in ((Role.MODERATOR, "Mona"), (Role.INNOLAB, "Ina")):
        do(store, admin, "member.invite", process=process_id, name=f"{who} of {name}", role=role)
    return ProcessMade(
        process_id, admin, member(store, process_id, Role.MODERATOR), member(store, process_id, Role.INNOLAB)
    )


def member(store: Store, process_id: UUID, role: Role) -> Actor:
    """The member who came first into a role, signed in."""
    with store.reading() as session:
        user = session.scalars(
            select(User)
            .join(Membership)
            .where(Membership.process_id == process_id, Membership.role == role, Membership.ended_at.is_(None))
            .order_by(User.created_at, User.id)
        ).first()
    assert user
    return Actor(user_id=user.id, session_token=user.session_token)


def membership_of(store: Store, process_id: UUID, actor: Actor) -> UUID:
    """The id of a member's role."""
    with store.reading() as session:
        return session.scalars(
            select(Membership.id).where(Membership.process_id == process_id, Membership.user_id == actor.user_id)
        ).one()


def add_field(store: Store, process: ProcessMade, code: str = "WM", colour: int = 3, name: str = "Water") -> UUID:
    """A field of action of a process."""
    found = do(store, process.admin, "field.add", process=process.id, code=code, colour=colour, name=name).thing[1]
    assert found
    return found
