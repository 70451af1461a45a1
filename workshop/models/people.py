"""Who takes part: participants with a pseudonym, users with an account and their roles."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workshop.clock import now
from workshop.models.base import NAME_LENGTH, Base, Choice, choice, one_of, primary_key

INVITATION_HOLDS = timedelta(days=7)
"""How long a sign-in link works that nobody uses."""


class Role(Choice):
    """What an account may be in a process."""

    ADMIN = "admin"
    MODERATOR = "moderator"
    INNOLAB = "innolab"


class User(Base):
    """Someone with an account."""

    __tablename__ = "user"

    id: Mapped[UUID] = primary_key()
    name: Mapped[str] = mapped_column(String(NAME_LENGTH * 2))
    language: Mapped[str] = mapped_column(String(8), default="en")
    session_token: Mapped[str] = mapped_column(String(64), unique=True)
    """Renewed by log-out and removal, which ends every session and socket of the account."""
    created_at: Mapped[datetime] = mapped_column(default=now)

    memberships: Mapped[list["Membership"]] = relationship(back_populates="user")


class Membership(Base):
    """A user's role in one process."""

    __tablename__ = "membership"
    __table_args__ = (one_of("role", Role), UniqueConstraint("process_id", "user_id", "role"))

    id: Mapped[UUID] = primary_key()
    process_id: Mapped[UUID] = mapped_column(ForeignKey("process.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    role: Mapped[Role] = choice(Role)
    duty: Mapped[str] = mapped_column(String(200), default="")
    """What the person does there, in the city's words."""
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(back_populates="memberships")


class SignInLink(Base):
    """A link that signs its user in once; the address holds a token derived from the id, never stored."""

    __tablename__ = "sign_in_link"

    id: Mapped[UUID] = primary_key()
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Participant(Base):
    """Someone who joined an event with a code: a pseudonym, no account."""

    __tablename__ = "participant"
    __table_args__ = (
        UniqueConstraint("event_id", "name_key", "name_number"),
        UniqueConstraint("event_id", "user_id"),
        Index("uq_participant_guest_number", "event_id", "guest_number", unique=True),
        Index("ix_participant_event_joined", "event_id", "joined_at"),
    )

    id: Mapped[UUID] = primary_key()
    event_id: Mapped[UUID] = mapped_column(ForeignKey("event.id"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    name_key: Mapped[str] = mapped_column(String(NAME_LENGTH * 3))
    """The name as it is compared with others, so that Anna and anna count as the same name."""
    name_number: Mapped[int] = mapped_column(default=1)
    """1 for the first of a name in the event, 2 for the second ("Anna 2")."""
    guest_number: Mapped[int | None]
    """By which they are called where an event shows no names ("Guest 417"); in no order, so that it tells nothing."""
    language: Mapped[str] = mapped_column(String(8))
    writing_language: Mapped[str] = mapped_column(String(8))
    on_tablet: Mapped[bool] = mapped_column(default=False)
    """Writes on a table's tablet, without a device of their own."""
    token_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    receipt_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    organisation: Mapped[str] = mapped_column(String(NAME_LENGTH), default="", server_default="")
    """Whom they come from, so that a plan can mix organisations."""
    remote: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether they take part at a distance."""
    group_number: Mapped[int | None]
    """The group with which they go from table to table."""
    expected: Mapped[bool] = mapped_column(default=False, server_default=false())
    """On the list of people, and has not come yet; joining under that name takes the place."""
    away_at: Mapped[datetime | None]
    """Since when they are not in the room; a plan leaves them out."""
    joined_at: Mapped[datetime] = mapped_column(default=now)
    removed_at: Mapped[datetime | None]
    united_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("participant.id"), index=True)
    """As whom they take part since a moderator said that the two are one person; this place is then removed."""

    @property
    def display_name(self) -> str:
        """The name with which two people called the same can be told apart."""
        return named(self.name, self.name_number)


def named(name: str | None, number: int | None) -> str:
    """A name that may stand several times in an event: Anna, Anna 2, Anna 3."""
    return name or "" if number in (None, 1) else f"{name} {number}"
