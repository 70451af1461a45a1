"""An event's own reasons for which notes may be hidden, and what was decided about notes.

Revision: 0005, after 0004
"""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FIRST = (
    {
        "de": "Nennt oder beschreibt eine Privatperson",
        "en": "Names or describes a private person",
        "sv": "Nämner eller beskriver en privatperson",
    },
    {"de": "Beleidigt oder bedroht jemanden", "en": "Insults or threatens somebody", "sv": "Kränker eller hotar någon"},
    {"de": "Ist Werbung", "en": "Is advertising", "sv": "Är reklam"},
    {
        "de": "Gehört nicht zu den Fragen dieser Veranstaltung",
        "en": "Is not about the questions of this event",
        "sv": "Hör inte till frågorna på det här evenemanget",
    },
    {"de": "Verstößt gegen das Gesetz", "en": "Is against the law", "sv": "Bryter mot lagen"},
    {"de": "Ein anderer Grund", "en": "Another reason", "sv": "Ett annat skäl"},
)
"""The last one has to be said in words."""


def upgrade() -> None:
    """Both tables; events that are there get the first reasons."""
    reason = op.create_table(
        "reason",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("in_words", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_reason_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reason")),
    )
    op.create_index(op.f("ix_reason_event_id"), "reason", ["event_id"])
    op.create_table(
        "decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("idea_id", sa.Uuid(), nullable=False),
        sa.Column("reason_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked", sa.String(length=500), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=200), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.CheckConstraint("state IN ('held', 'hidden')", name=op.f("ck_decision_state_known")),
        sa.CheckConstraint("by IN ('host', 'moderator', 'system')", name=op.f("ck_decision_by_known")),
        sa.CheckConstraint("outcome IN ('shown', 'replaced', 'withdrawn')", name=op.f("ck_decision_outcome_known")),
        sa.CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name=op.f("ck_decision_outcome_at_the_end")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_decision_event_id_event")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_decision_idea_id_idea")),
        sa.ForeignKeyConstraint(["reason_id"], ["reason.id"], name=op.f("fk_decision_reason_id_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_idea_id"), "decision", ["idea_id"])
    op.create_index("ix_decision_event_at", "decision", ["event_id", "at"])
    op.create_index(
        "uq_decision_one_open",
        "decision",
        ["idea_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    events = op.get_bind().execute(sa.select(sa.table("event", sa.column("id", sa.Uuid())).c.id)).scalars().all()
    rows = [
        {
            "id": uuid4(),
            "event_id": event,
            "position": number,
            "words": words,
            "in_words": number == len(FIRST),
            "ended_at": None,
        }
        for event in events
        for number, words in enumerate(FIRST, 1)
    ]
    if rows:
        op.bulk_insert(reason, rows)


def downgrade() -> None:
    """There is no way back: restore the copy made before the upgrade."""
    raise NotImplementedError
