"""What opens an account and what ends its sessions; the operations that do so are in other files."""

import secrets
from uuid import UUID

from sqlalchemy import select, update

from workshop.models import SignInLink, User
from workshop.models.people import INVITATION_HOLDS
from workshop.transaction import Transaction


def new_session_token() -> str:
    """256 random bits; a new one ends every session that holds the old."""
    return secrets.token_hex(32)


def end_sessions(tx: Transaction, user: User) -> None:
    """Sign an account out everywhere, and let its used links give nobody their first answer again."""
    user.session_token = new_session_token()
    # The form that used a link up lies in the browser's history, and can be sent once more.
    used = update(SignInLink).where(
        SignInLink.user_id == user.id, SignInLink.used_at.is_not(None), SignInLink.expires_at > tx.now
    )
    tx.session.execute(used.values(expires_at=tx.now))


def add_link(tx: Transaction, user_id: UUID) -> None:
    """A one-time link for an account, under the call's key, so that whoever called can derive its address."""
    tx.session.add(SignInLink(id=tx.key, user_id=user_id, expires_at=tx.now + INVITATION_HOLDS))


def end_links(tx: Transaction, user_id: UUID) -> None:
    """Let the links of an account that are still open expire now."""
    open_links = select(SignInLink).where(
        SignInLink.user_id == user_id, SignInLink.used_at.is_(None), SignInLink.expires_at > tx.now
    )
    for link in tx.session.scalars(open_links):
        link.expires_at = tx.now
