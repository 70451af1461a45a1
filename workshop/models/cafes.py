"""A Learning Café: tables with their questions, rounds, and who sat where."""

from datetime import datetime, timedelta
from secrets import token_hex
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workshop.clock import now
from workshop.models.base import (
    NAME_LENGTH,
    TITLE_LENGTH,
    Base,
    Choice,
    LocalText,
    choice,
    index_where,
    one_of,
    primary_key,
)
from workshop.models.people import Participant


class Movement(Choice):
    """How people come to another table between rounds."""

    PLANNED = "planned"
    """Everybody is told where to go; as few as possible meet twice."""
    GROUP = "group"
    """Groups stay together and go from table to table."""
    FREE = "free"
    """Everybody chooses."""


class CafeState(Choice):
    """What a café is in at a moment: computed from its rounds and the time, never stored."""

    BEFORE = "before"
    ROUND = "round"
    WARNING = "warning"
    """A round, shortly before its end."""
    PAUSED = "paused"
    GRACE = "grace"
    """The time of a round is up, or it was ended; what was begun can be finished."""
    BREAK = "break"
    BETWEEN = "between"
    AFTER = "after"
    """All rounds are over, the café is still open."""
    CLOSED = "closed"
    OVER = "over"
    """The event is over."""


class Asks(Choice):
    """Whether the tables have a question each, or a round asks all tables the same."""

    TABLES = "tables"
    ROUNDS = "rounds"


class ScreenShows(Choice):
    """What a café's big screen shows beside the code and the clock."""

    NEWEST = "newest"
    WELCOME = "welcome"
    QUESTION = "question"
    HARVEST = "harvest"
    VOTES = "votes"
    LIST = "list"


class VotesPer(Choice):
    """For how long the votes are that a person has."""

    CAFE = "cafe"
    ROUND = "round"
    """As many again in each round; what was not given in one is not kept for the next."""


START_CAN_BE_TAKEN_BACK = timedelta(minutes=5)
"""How long after it began a round can be taken for one that was started by accident."""


class Cafe(Base):
    """Tables and rounds inside an event."""

    __tablename__ = "cafe"
    __table_args__ = (
        one_of("movement", Movement),
        one_of("asks", Asks),
        one_of("votes_per", VotesPer),
        one_of("screen_shows", ScreenShows),
        CheckConstraint("seats_per_table BETWEEN 1 AND 1000", name="seats_sensible"),
        CheckConstraint("warning_minutes BETWEEN 0 AND 60", name="warning_sensible"),
        CheckConstraint("grace_seconds BETWEEN 0 AND 600", name="grace_sensible"),
        CheckConstraint("change_minutes BETWEEN 0 AND 60", name="change_sensible"),
    )

    id: Mapped[UUID] = primary_key()
    event_id: Mapped[UUID] = mapped_column(ForeignKey("event.id"), index=True)
    slot_id: Mapped[UUID | None] = mapped_column(ForeignKey("slot.id"))
    title: Mapped[LocalText]
    votes_per_participant: Mapped[int | None]
    """How many notes of this café one person may support; None: as many as one likes."""
    votes_per: Mapped[VotesPer] = choice(VotesPer, default=VotesPer.CAFE, server_default=str(VotesPer.CAFE))
    source: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    """Set for the café that holds an import ("From <source>"); such a café seats nobody."""
    asks_organisation: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether joining asks for an organisation, so that a plan can mix them."""
    mixes_languages: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether a plan spreads the speakers of one language over the tables like an organisation."""
    importing: Mapped[bool] = mapped_column(default=False)
    """True until the last batch of an import is in; until then nothing of it is shown."""
    closed_at: Mapped[datetime | None]
    asks: Mapped[Asks] = choice(Asks, default=Asks.TABLES)
    """With rounds, the question of the round that begins is laid on every table."""
    movement: Mapped[Movement] = choice(Movement, default=Movement.FREE)
    seats_per_table: Mapped[int | None]
    """How many may sit at one table; None: as many as come."""
    warning_minutes: Mapped[int] = mapped_column(default=2)
    """How long before the end of a round everybody is told; 0: not at all."""
    gong: Mapped[bool] = mapped_column(default=True)
    grace_seconds: Mapped[int] = mapped_column(default=30)
    """How long a note that was begun can be finished after the end of a round."""
    runs_itself: Mapped[bool] = mapped_column(default=False)
    """Whether rounds after the first end and begin by the clock."""
    change_minutes: Mapped[int] = mapped_column(default=2)
    """How long people have to change tables, where rounds begin by the clock."""
    next_round_at: Mapped[datetime | None]
    """When the next round begins by itself."""
    break_ends_at: Mapped[datetime | None]
    """Set while there is a break."""
    screen_shows: Mapped[ScreenShows] = choice(ScreenShows, default=ScreenShows.NEWEST)
    screen_table: Mapped[int | None]
    """The number of the table whose question the big screen shows."""
    screen_dark: Mapped[bool] = mapped_column(default=False)
    """Whether all its big screens are dark; what they show stays chosen."""
    version: Mapped[int] = mapped_column(default=1)
    """Counts the edits of its title and questions."""

    tables: Mapped[list["CafeTable"]] = relationship(order_by="CafeTable.number", back_populates="cafe")
    rounds: Mapped[list["Round"]] = relationship(order_by="Round.number", back_populates="cafe")

    @property
    def open_round(self) -> "Round | None":
        """The round that runs now."""
        return next((turn for turn in self.rounds if turn.opened_at and not turn.closed_at), None)

    @property
    def current_round(self) -> "Round | None":
        """The round one sits in: the last that was opened, before the start the first."""
        opened = [turn for turn in self.rounds if turn.opened_at]
        return opened[-1] if opened else (self.rounds[0] if self.rounds else None)


class Attendance(Choice):
    """Who can sit at a table: those in the room, those at a distance, or both."""

    ON_SITE = "on_site"
    HYBRID = "hybrid"
    REMOTE = "remote"


VIDEO_URL_LENGTH = 500


class CafeTable(Base):
    """A table with its question; a closed one keeps its notes and what it takes forward."""

    __tablename__ = "cafe_table"
    __table_args__ = (
        UniqueConstraint("cafe_id", "number"),
        Index("uq_cafe_table_host_card", "host_card", unique=True),
        one_of("attendance", Attendance),
    )

    id: Mapped[UUID] = primary_key()
    cafe_id: Mapped[UUID] = mapped_column(ForeignKey("cafe.id"))
    number: Mapped[int]
    question: Mapped[LocalText]
    join_token: Mapped[str | None] = mapped_column(String(32), unique=True)
    host_card: Mapped[str | None] = mapped_column(String(32), default=lambda: token_hex(16))
    """128 bits on a printed card that makes its bearer the host; renewed to revoke it."""
    host_id: Mapped[UUID | None] = mapped_column(ForeignKey("participant.id"), index=True)
    writing_paused_at: Mapped[datetime | None]
    """Since when its host wants people to listen; what was on its way arrives all the same."""
    harvested_at: Mapped[datetime | None]
    """Since when its host says that what it takes forward is complete."""
    help_called_at: Mapped[datetime | None]
    """Since when its host waits for a moderator."""
    way: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="", server_default="")
    """How one gets there, in the house's words."""
    attendance: Mapped[Attendance] = choice(
        Attendance, default=Attendance.ON_SITE, server_default=str(Attendance.ON_SITE)
    )
    video_url: Mapped[str] = mapped_column(String(VIDEO_URL_LENGTH), default="", server_default="")
    """Where those at a distance meet; shown as a link, never fetched."""
    full_at: Mapped[datetime | None]
    """Since when it takes nobody else for now, because somebody said so."""
    closed_at: Mapped[datetime | None]
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("cafe_table.id"))
    """The table that goes on with the question of this closed one."""

    cafe: Mapped[Cafe] = relationship(back_populates="tables")
    host: Mapped[Participant | None] = relationship()


class Round(Base):
    """One timed turn."""

    __tablename__ = "round"
    __table_args__ = (
        UniqueConstraint("cafe_id", "number"),
        CheckConstraint("minutes BETWEEN 1 AND 600", name="minutes_sensible"),
        CheckConstraint("closed_at IS NULL OR opened_at IS NOT NULL", name="closed_after_open"),
        index_where("opened_at IS NOT NULL AND closed_at IS NULL", "uq_round_one_open", "cafe_id", unique=True),
    )

    id: Mapped[UUID] = primary_key()
    cafe_id: Mapped[UUID] = mapped_column(ForeignKey("cafe.id"))
    number: Mapped[int]
    minutes: Mapped[int]
    prompt: Mapped[LocalText] = mapped_column(default=dict)
    opened_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    """When the clock reaches zero; the round stays open until someone, or the server by itself, closes it."""
    paused_at: Mapped[datetime | None]
    """Since when its clock stands still."""
    closed_at: Mapped[datetime | None]

    cafe: Mapped[Cafe] = relationship(back_populates="rounds")


class SeatState(Choice):
    """Whether somebody sits there or is to sit there."""

    TAKEN = "taken"
    PLANNED = "planned"


class Seat(Base):
    """One participant at one table in one round; append-only.

    A planned seat ends when it is taken, when its round has passed, and when another plan takes its place.
    """

    __tablename__ = "seat"
    __table_args__ = (
        one_of("state", SeatState),
        index_where(
            "until_at IS NULL AND state = 'taken'", "uq_seat_one_open", "participant_id", "cafe_id", unique=True
        ),
        index_where(
            "until_at IS NULL AND state = 'planned'", "uq_seat_one_planned", "participant_id", "round_id", unique=True
        ),
        Index("ix_seat_table_open", "table_id", "until_at"),
        Index("ix_seat_participant_table_round", "participant_id", "table_id", "round_id"),
    )

    id: Mapped[UUID] = primary_key()
    participant_id: Mapped[UUID] = mapped_column(ForeignKey("participant.id"))
    cafe_id: Mapped[UUID] = mapped_column(ForeignKey("cafe.id"), index=True)
    table_id: Mapped[UUID] = mapped_column(ForeignKey("cafe_table.id"))
    round_id: Mapped[UUID] = mapped_column(ForeignKey("round.id"))
    state: Mapped[SeatState] = choice(SeatState, default=SeatState.TAKEN)
    sent: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether a plan or a moderator chose it, not the one who sits there."""
    from_at: Mapped[datetime] = mapped_column(default=now)
    until_at: Mapped[datetime | None]


SITS_NOW = Seat.until_at.is_(None) & (Seat.state == SeatState.TAKEN)
"""Where somebody sits at this moment, as a condition."""


class WishKind(Choice):
    """What is asked of a plan for two people."""

    TOGETHER = "together"
    APART = "apart"


class SeatWish(Base):
    """Two people who always sit at one table, or never do."""

    __tablename__ = "seat_wish"
    __table_args__ = (one_of("kind", WishKind), UniqueConstraint("one_id", "other_id"))

    id: Mapped[UUID] = primary_key()
    event_id: Mapped[UUID] = mapped_column(ForeignKey("event.id"), index=True)
    kind: Mapped[WishKind] = choice(WishKind)
    one_id: Mapped[UUID] = mapped_column(ForeignKey("participant.id"))
    other_id: Mapped[UUID] = mapped_column(ForeignKey("participant.id"), index=True)
    """The larger of the two ids, so that a pair stands once."""


class SpokenTo(Choice):
    """Who hears an announcement."""

    ALL = "all"
    HOSTS = "hosts"
    TABLE = "table"


class Announcement(Base):
    """What those who run a café say on its screens, and until when it stands there."""

    __tablename__ = "announcement"
    __table_args__ = (
        one_of("spoken_to", SpokenTo),
        CheckConstraint("(spoken_to = 'table') = (table_id IS NOT NULL)", name="one_table_or_none"),
        Index("ix_announcement_cafe_until", "cafe_id", "until_at"),
    )

    id: Mapped[UUID] = primary_key()
    cafe_id: Mapped[UUID] = mapped_column(ForeignKey("cafe.id"))
    spoken_to: Mapped[SpokenTo] = choice(SpokenTo)
    table_id: Mapped[UUID | None] = mapped_column(ForeignKey("cafe_table.id"))
    text: Mapped[str] = mapped_column(String(300))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    """Who made it; None for the command line."""
    made_at: Mapped[datetime] = mapped_column(default=now)
    until_at: Mapped[datetime]


class Photo(Base):
    """A photo of what lies on a table; its picture is a file in the folder of uploads."""

    __tablename__ = "photo"

    id: Mapped[UUID] = primary_key()
    table_id: Mapped[UUID] = mapped_column(ForeignKey("cafe_table.id"), index=True)
    file: Mapped[str] = mapped_column(String(32), unique=True)
    """What its files are called, which nobody guesses."""
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    """Bytes, of both files."""
    words: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    """What is to be seen, for whoever does not see it; without them it is called by its table and time."""
    waits: Mapped[bool] = mapped_column(default=False)
    """Whether the table's host or a moderator has to let it through first."""
    added_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    """Counts the edits of its words."""


class TableDevice(Base):
    """A tablet that stays at a table, for those without a device of their own."""

    __tablename__ = "table_device"

    id: Mapped[UUID] = primary_key()
    table_id: Mapped[UUID] = mapped_column(ForeignKey("cafe_table.id"), index=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    """128 bits in the link that pairs it; what it may do ends when it is revoked."""
    made_at: Mapped[datetime] = mapped_column(default=now)
    revoked_at: Mapped[datetime | None]
