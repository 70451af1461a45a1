"""Notes written at a table, the votes and comments they get, and reports about them."""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column, relationship

from workshop.clock import now
from workshop.models.base import (
    COMMENT_LENGTH,
    IDEA_LENGTH,
    TITLE_LENGTH,
    Base,
    Choice,
    choice,
    folded_from,
    index_where,
    keep_folded,
    one_of,
    primary_key,
)
from workshop.models.cafes import CafeTable, Round
from workshop.models.people import Participant


class IdeaKind(Choice):
    """What a note is meant as."""

    IDEA = "idea"
    CHALLENGE = "challenge"
    GOOD_EXAMPLE = "good_example"
    QUESTION = "question"


class IdeaState(Choice):
    """Where a note stands; who sees it is in `SEEN_BY`."""

    VISIBLE = "visible"
    HELD = "held"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    ERASED = "erased"


class SeenBy(NamedTuple):
    """Who sees a note in one state."""

    everybody: bool
    staff: bool
    own: bool


SEEN_BY = {
    IdeaState.VISIBLE: SeenBy(everybody=True, staff=True, own=True),
    IdeaState.HELD: SeenBy(everybody=False, staff=True, own=True),
    IdeaState.HIDDEN: SeenBy(everybody=False, staff=True, own=True),
    IdeaState.WITHDRAWN: SeenBy(everybody=False, staff=False, own=False),
    IdeaState.MERGED: SeenBy(everybody=False, staff=True, own=True),
    IdeaState.ERASED: SeenBy(everybody=False, staff=False, own=False),
}
"""The one table of who sees what, notes and remarks; it serves pages, live updates, search and exports."""


class Idea(Base):
    """One note."""

    __tablename__ = "idea"
    __table_args__ = (
        one_of("kind", IdeaKind),
        one_of("state", IdeaState),
        CheckConstraint(f"length(text) <= {IDEA_LENGTH}", name="text_length"),
        CheckConstraint("counted_elsewhere >= 0", name="counted_positive"),
        Index("ix_idea_table_state", "table_id", "state"),
        Index("ix_idea_event_state", "event_id", "state"),
        # Whoever connects is told which notes are theirs, from the index alone.
        Index("ix_idea_participant", "participant_id", "id"),
        index_where("merged_into_id IS NOT NULL", "ix_idea_merged_into_id", "merged_into_id"),
        index_where("card IS NOT NULL", "uq_idea_table_card", "table_id", "card", unique=True),
        index_where(
            "source IS NOT NULL", "uq_idea_event_source_external", "event_id", "source", "external_id", unique=True
        ),
    )

    id: Mapped[UUID] = primary_key()
    event_id: Mapped[UUID] = mapped_column(ForeignKey("event.id"))
    table_id: Mapped[UUID] = mapped_column(ForeignKey("cafe_table.id"))
    round_id: Mapped[UUID] = mapped_column(ForeignKey("round.id"))
    participant_id: Mapped[UUID | None] = mapped_column(ForeignKey("participant.id"))
    kind: Mapped[IdeaKind] = choice(IdeaKind)
    language: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(String(IDEA_LENGTH))
    folded: Mapped[str] = folded_from("text")
    state: Mapped[IdeaState] = choice(IdeaState, default=IdeaState.VISIBLE)
    state_reason: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    late: Mapped[bool] = mapped_column(default=False)
    """Arrived after its round had closed."""
    pinned_at: Mapped[datetime | None]
    """Since when its host wants newcomers to read it first."""
    written_for: Mapped[bool] = mapped_column(default=False)
    """Written down by somebody else in its author's name; the Change says by whom."""
    on_paper: Mapped[bool] = mapped_column(default=False)
    """Typed in by somebody else than its author, whom perhaps nobody knows."""
    card: Mapped[int | None]
    """The number on its printed card, once per table; the card reads 4-18 at table 4."""
    counted_elsewhere: Mapped[int] = mapped_column(default=0)
    source: Mapped[str | None] = mapped_column(String(40))
    external_id: Mapped[str | None] = mapped_column(String(80))
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("idea.id"))
    """The note that says the same and stays; its `counted_elsewhere` holds this one's too."""
    position: Mapped[int] = mapped_column(default=0)
    """The table channel's revision that brought it: the order everybody sees."""
    version: Mapped[int] = mapped_column(default=1)
    reworded_at: Mapped[datetime | None]
    """When its author last changed its words."""
    on_screen: Mapped[bool | None]
    """Whether a moderator has put it on the big screen or taken it off; None: as the event says."""
    created_at: Mapped[datetime] = mapped_column(default=now)

    author: Mapped[Participant | None] = relationship()
    table: Mapped[CafeTable] = relationship()
    round: Mapped[Round] = relationship()
    if TYPE_CHECKING:
        # Mapped below; declared here for real it would become a column of the table.
        votes: Mapped[int]


class Vote(Base):
    """One participant's support for one note or one to:DO."""

    __tablename__ = "vote"
    __table_args__ = (
        CheckConstraint("(idea_id IS NULL) <> (action_item_id IS NULL)", name="exactly_one_thing"),
        UniqueConstraint("idea_id", "participant_id"),
        index_where(
            "action_item_id IS NOT NULL", "uq_vote_item_participant", "action_item_id", "participant_id", unique=True
        ),
        index_where("given_to_id IS NOT NULL", "ix_vote_given_to_id", "given_to_id"),
    )

    id: Mapped[UUID] = primary_key()
    participant_id: Mapped[UUID] = mapped_column(ForeignKey("participant.id"), index=True)
    idea_id: Mapped[UUID | None] = mapped_column(ForeignKey("idea.id"))
    action_item_id: Mapped[UUID | None] = mapped_column(ForeignKey("action_item.id"))
    given_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("idea.id"))
    """The note it was given to, where that was merged into the one it counts for."""
    round_id: Mapped[UUID | None] = mapped_column(ForeignKey("round.id"))
    """In which round of the note's café it was given; before the start that is the first."""
    at: Mapped[datetime] = mapped_column(default=now)


keep_folded(Idea)
Idea.votes = column_property(
    Idea.counted_elsewhere
    + select(func.count(Vote.id)).where(Vote.idea_id == Idea.id).correlate_except(Vote).scalar_subquery()
)


def votes_given(session: Session, participant_id: UUID, cafe_id: UUID, round_id: UUID | None = None) -> int:
    """How many votes a participant has given to notes of a café, in one round where it is named.

    A vote counts while its note lies on the table: of one that was withdrawn, held back or hidden it is free again.
    """
    standing = [state for state, seen in SEEN_BY.items() if seen.everybody]
    given = (
        select(func.count())
        .select_from(Vote)
        .join(Idea, Idea.id == Vote.idea_id)
        .join(CafeTable, CafeTable.id == Idea.table_id)
        .where(Vote.participant_id == participant_id, CafeTable.cafe_id == cafe_id, Idea.state.in_(standing))
    )
    return session.scalar(given.where(Vote.round_id == round_id) if round_id else given) or 0


class CommentState(Choice):
    """Where a remark stands, in the words of `IdeaState`: who sees it is in `SEEN_BY` too."""

    VISIBLE = "visible"
    HELD = "held"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"

    @property
    def seen(self) -> SeenBy:
        """Who sees a remark in this state."""
        return SEEN_BY[IdeaState(self)]


class Comment(Base):
    """A remark on a note or a to:DO."""

    __tablename__ = "comment"
    __table_args__ = (
        one_of("state", CommentState),
        CheckConstraint("(idea_id IS NULL) <> (action_item_id IS NULL)", name="exactly_one_thing"),
        CheckConstraint("participant_id IS NULL OR user_id IS NULL", name="one_author"),
        index_where("action_item_id IS NOT NULL", "ix_comment_action_item_id", "action_item_id"),
        index_where("user_id IS NOT NULL", "ix_comment_user_id", "user_id"),
    )

    id: Mapped[UUID] = primary_key()
    idea_id: Mapped[UUID | None] = mapped_column(ForeignKey("idea.id"), index=True)
    action_item_id: Mapped[UUID | None] = mapped_column(ForeignKey("action_item.id"))
    participant_id: Mapped[UUID | None] = mapped_column(ForeignKey("participant.id"), index=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    text: Mapped[str] = mapped_column(String(COMMENT_LENGTH))
    language: Mapped[str] = mapped_column(String(8))
    state: Mapped[CommentState] = choice(CommentState, default=CommentState.VISIBLE)
    state_reason: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)

    author: Mapped[Participant | None] = relationship()


NOTE_OR_COMMENT = "(idea_id IS NULL) <> (comment_id IS NULL)"


class Report(Base):
    """A participant's word that a note or a remark should be looked at."""

    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint(NOTE_OR_COMMENT, name="note_or_comment"),
        UniqueConstraint("idea_id", "participant_id"),
        UniqueConstraint("comment_id", "participant_id"),
    )

    id: Mapped[UUID] = primary_key()
    idea_id: Mapped[UUID | None] = mapped_column(ForeignKey("idea.id"))
    comment_id: Mapped[UUID | None] = mapped_column(ForeignKey("comment.id"))
    participant_id: Mapped[UUID] = mapped_column(ForeignKey("participant.id"), index=True)
    reason: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    at: Mapped[datetime] = mapped_column(default=now)
    settled_at: Mapped[datetime | None]


class Decider(Choice):
    """As what somebody decided."""

    HOST = "host"
    MODERATOR = "moderator"
    SYSTEM = "system"


class DecisionOutcome(Choice):
    """How a decision ended."""

    SHOWN = "shown"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


class Decision(Base):
    """That a note or a remark was held or hidden, for which reason, and whether its author asked for another look."""

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint(NOTE_OR_COMMENT, name="note_or_comment"),
        CheckConstraint("state IN ('held', 'hidden')", name="state_known"),
        one_of("by", Decider),
        one_of("outcome", DecisionOutcome),
        CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name="outcome_at_the_end"),
        index_where("ended_at IS NULL", "uq_decision_one_open", "idea_id", unique=True),
        index_where("ended_at IS NULL", "uq_decision_one_open_on_comment", "comment_id", unique=True),
        Index("ix_decision_event_at", "event_id", "at"),
    )

    id: Mapped[UUID] = primary_key()
    event_id: Mapped[UUID] = mapped_column(ForeignKey("event.id"))
    idea_id: Mapped[UUID | None] = mapped_column(ForeignKey("idea.id"), index=True)
    comment_id: Mapped[UUID | None] = mapped_column(ForeignKey("comment.id"), index=True)
    reason_id: Mapped[UUID] = mapped_column(ForeignKey("reason.id"))
    state: Mapped[IdeaState] = choice(IdeaState)
    words: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    """What was added to the reason."""
    by: Mapped[Decider] = choice(Decider)
    at: Mapped[datetime] = mapped_column(default=now)
    asked_at: Mapped[datetime | None]
    """When its author asked for another look; once for each decision."""
    asked: Mapped[str] = mapped_column(String(COMMENT_LENGTH), default="")
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    """Why it stays hidden after another look."""
    ended_at: Mapped[datetime | None]
    outcome: Mapped[DecisionOutcome | None] = choice(DecisionOutcome)


class Look(Base):
    """That a moderator is looking at a note or a remark which waits, so that the others take the next ones."""

    __tablename__ = "look"
    __table_args__ = (CheckConstraint(NOTE_OR_COMMENT, name="note_or_comment"),)

    id: Mapped[UUID] = primary_key()
    idea_id: Mapped[UUID | None] = mapped_column(ForeignKey("idea.id"), unique=True)
    comment_id: Mapped[UUID | None] = mapped_column(ForeignKey("comment.id"), unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    until: Mapped[datetime]
