"""Reads about accounts and the links that open them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop import clock
from workshop.models import Membership, Process, SignInLink, User


@dataclass
class Account:
    """The account that is signed in, as pages and sockets know it."""

    id: UUID
    name: str
    session_token: str

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What the cookie holds: renewing it ends the session."""
        return self.session_token


def account_by_token(session: Session, session_token: str) -> Account | None:
    """The account whose session this is."""
    user = session.scalars(select(User).where(User.session_token == session_token)).first()
    return Account(user.id, user.name, user.session_token) if user else None


def account(session: Session, user_id: UUID) -> Account:
    """One account."""
    user = session.get_one(User, user_id)
    return Account(user.id, user.name, user.session_token)


@dataclass
class LinkPage:
    """A sign-in link before its button is pressed.

    Attributes:
        state: ready, used or old.
        processes: what its user belongs to.
    """

    link: SignInLink
    user: User
    state: str
    processes: list[Process]


def link_page(session: Session, link_id: UUID | None) -> LinkPage | None:
    """What a link would do; None when there is no such link."""
    row = session.execute(
        select(SignInLink, User).join(User, User.id == SignInLink.user_id).where(SignInLink.id == link_id)
    ).first()
    if row is None:
        return None
    link, user = row
    state = "used" if link.used_at else "old" if link.expires_at <= clock.now() else "ready"
    processes = session.scalars(
        select(Process)
        .join(Membership, Membership.process_id == Process.id)
        .where(Membership.user_id == user.id, Membership.ended_at.is_(None))
        .distinct()
        .order_by(Process.created_at)
    ).all()
    return LinkPage(link, user, state, list(processes))


def still_opens(session: Session, link_id: UUID | None) -> bool:
    """Whether a link that was used may let the same form in again: until its account signs out, or it is too old."""
    expires_at = session.scalar(select(SignInLink.expires_at).where(SignInLink.id == link_id))
    return expires_at is not None and expires_at > clock.now()
