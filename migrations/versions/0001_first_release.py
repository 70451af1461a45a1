"""All tables of the first release.

Revision: 0001, after nothing
"""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """All tables of the first release."""
    op.create_table(
        "channel",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_channel")),
    )
    op.create_table(
        "epoch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_epoch")),
    )
    op.create_table(
        "process",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("description", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("city", sa.String(length=200), nullable=False),
        sa.Column("lead", sa.String(length=200), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("last_goal_number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process")),
        sa.UniqueConstraint("slug", name=op.f("uq_process_slug")),
    )
    op.create_table(
        "user",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("session_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("session_token", name=op.f("uq_user_session_token")),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("description", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("venue", sa.String(length=200), nullable=False),
        sa.Column("votes_at", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=True),
        sa.Column("join_token", sa.String(length=32), nullable=True),
        sa.Column("screen_token", sa.String(length=32), nullable=True),
        sa.Column("last_item_number", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("votes_at IN ('table', 'event')", name=op.f("ck_event_votes_at_known")),
        sa.ForeignKeyConstraint(["process_id"], ["process.id"], name=op.f("fk_event_process_id_process")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("code", name=op.f("uq_event_code")),
        sa.UniqueConstraint("join_token", name=op.f("uq_event_join_token")),
        sa.UniqueConstraint("screen_token", name=op.f("uq_event_screen_token")),
    )
    op.create_index(op.f("ix_event_process_id"), "event", ["process_id"])

    op.create_table(
        "field_of_action",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("colour", sa.Integer(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("colour BETWEEN 1 AND 12", name=op.f("ck_field_of_action_colour_known")),
        sa.ForeignKeyConstraint(["process_id"], ["process.id"], name=op.f("fk_field_of_action_process_id_process")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_of_action")),
        sa.UniqueConstraint("process_id", "code", name=op.f("uq_field_of_action_process_id_code")),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("duty", sa.String(length=200), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('admin', 'moderator', 'innolab')", name=op.f("ck_membership_role_known")),
        sa.ForeignKeyConstraint(["process_id"], ["process.id"], name=op.f("fk_membership_process_id_process")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_membership_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("process_id", "user_id", "role", name=op.f("uq_membership_process_id_user_id_role")),
    )
    op.create_index(op.f("ix_membership_user_id"), "membership", ["user_id"])

    op.create_table(
        "party",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind IN ('person', 'organisation', 'alliance')", name=op.f("ck_party_kind_known")),
        sa.ForeignKeyConstraint(["process_id"], ["process.id"], name=op.f("fk_party_process_id_process")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_party_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
        sa.UniqueConstraint("process_id", "kind", "name", name=op.f("uq_party_process_id_kind_name")),
    )
    op.create_table(
        "sign_in_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_sign_in_link_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_link")),
    )
    op.create_index(op.f("ix_sign_in_link_user_id"), "sign_in_link", ["user_id"])

    op.create_table(
        "goal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("field_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("status_reason", sa.String(length=500), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("promoted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(status = 'draft') = (number IS NULL)", name=op.f("ck_goal_numbered_unless_draft")),
        sa.CheckConstraint("status <> 'dropped' OR status_reason <> ''", name=op.f("ck_goal_reason_given")),
        sa.CheckConstraint(
            "status IN ('draft', 'planned', 'on_track', 'at_risk', 'achieved', 'dropped')",
            name=op.f("ck_goal_status_known"),
        ),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_goal_percent_range")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_goal_event_id_event")),
        sa.ForeignKeyConstraint(["field_id"], ["field_of_action.id"], name=op.f("fk_goal_field_id_field_of_action")),
        sa.ForeignKeyConstraint(["process_id"], ["process.id"], name=op.f("fk_goal_process_id_process")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
        sa.UniqueConstraint("process_id", "number", name=op.f("uq_goal_process_id_number")),
    )
    op.create_index("ix_goal_event_status", "goal", ["event_id", "status"])

    op.create_table(
        "participant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("name_key", sa.String(length=120), nullable=False),
        sa.Column("name_number", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("writing_language", sa.String(length=8), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=True),
        sa.Column("receipt_digest", sa.String(length=64), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_participant_event_id_event")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_participant_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sa.UniqueConstraint(
            "event_id", "name_key", "name_number", name=op.f("uq_participant_event_id_name_key_name_number")
        ),
        sa.UniqueConstraint("event_id", "user_id", name=op.f("uq_participant_event_id_user_id")),
        sa.UniqueConstraint("receipt_digest", name=op.f("uq_participant_receipt_digest")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_participant_token_digest")),
    )
    op.create_index("ix_participant_event_joined", "participant", ["event_id", "joined_at"])
    op.create_index(op.f("ix_participant_user_id"), "participant", ["user_id"])

    op.create_table(
        "phase",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.CheckConstraint("kind IN ('co_learning', 'co_sharing', 'co_creation')", name=op.f("ck_phase_kind_known")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_phase_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phase")),
        sa.UniqueConstraint("event_id", "position", name=op.f("uq_phase_event_id_position")),
    )
    op.create_table(
        "change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("operation", sa.String(length=60), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("process_id", sa.Uuid(), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("thing_type", sa.String(length=30), nullable=False),
        sa.Column("thing_id", sa.Uuid(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("touched", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_change_event_id_event")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_change_participant_id_participant")
        ),
        sa.ForeignKeyConstraint(["process_id"], ["process.id"], name=op.f("fk_change_process_id_process")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_change_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sa.UniqueConstraint("key", name=op.f("uq_change_key")),
    )
    op.create_index("ix_change_event_at", "change", ["event_id", "at"])
    op.create_index(op.f("ix_change_participant_id"), "change", ["participant_id"])
    op.create_index("ix_change_thing", "change", ["thing_type", "thing_id"])

    op.create_table(
        "milestone",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("finished_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_milestone_goal_id_goal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
    )
    op.create_index(op.f("ix_milestone_goal_id"), "milestone", ["goal_id"])

    op.create_table(
        "progress_update",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("evidence_url", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'planned', 'on_track', 'at_risk', 'achieved', 'dropped')",
            name=op.f("ck_progress_update_status_known"),
        ),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_progress_update_percent_range")),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_progress_update_goal_id_goal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_update")),
    )
    op.create_index(op.f("ix_progress_update_goal_id"), "progress_update", ["goal_id"])

    op.create_table(
        "responsibility",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("promise", sa.String(length=500), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('lead', 'partner', 'supporter')", name=op.f("ck_responsibility_role_known")),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_responsibility_goal_id_goal")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_responsibility_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responsibility")),
    )
    op.create_index(op.f("ix_responsibility_party_id"), "responsibility", ["party_id"])
    op.create_index(
        "uq_responsibility_open",
        "responsibility",
        ["goal_id", "party_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )

    op.create_table(
        "slot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("phase_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("room", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_slot_event_id_event")),
        sa.ForeignKeyConstraint(["phase_id"], ["phase.id"], name=op.f("fk_slot_phase_id_phase")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot")),
    )
    op.create_index(op.f("ix_slot_event_id"), "slot", ["event_id"])

    op.create_table(
        "cafe",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("votes_per_participant", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=True),
        sa.Column("importing", sa.Boolean(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_cafe_event_id_event")),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_cafe_slot_id_slot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cafe")),
    )
    op.create_index(op.f("ix_cafe_event_id"), "cafe", ["event_id"])

    op.create_table(
        "change_channel",
        sa.Column("channel", sa.String(length=60), nullable=False),
        sa.Column(
            "revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("change_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_change_channel_change_id_change")),
        sa.ForeignKeyConstraint(["channel"], ["channel.name"], name=op.f("fk_change_channel_channel_channel")),
        sa.PrimaryKeyConstraint("channel", "revision", name=op.f("pk_change_channel")),
    )
    op.create_index(op.f("ix_change_channel_change_id"), "change_channel", ["change_id"])

    op.create_table(
        "cafe_table",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cafe_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("question", sa.JSON(), nullable=False),
        sa.Column("join_token", sa.String(length=32), nullable=True),
        sa.Column("host_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["cafe_id"], ["cafe.id"], name=op.f("fk_cafe_table_cafe_id_cafe")),
        sa.ForeignKeyConstraint(["host_id"], ["participant.id"], name=op.f("fk_cafe_table_host_id_participant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cafe_table")),
        sa.UniqueConstraint("cafe_id", "number", name=op.f("uq_cafe_table_cafe_id_number")),
        sa.UniqueConstraint("join_token", name=op.f("uq_cafe_table_join_token")),
    )
    op.create_index(op.f("ix_cafe_table_host_id"), "cafe_table", ["host_id"])

    op.create_table(
        "round",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cafe_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("prompt", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("closed_at IS NULL OR opened_at IS NOT NULL", name=op.f("ck_round_closed_after_open")),
        sa.CheckConstraint("minutes BETWEEN 1 AND 600", name=op.f("ck_round_minutes_sensible")),
        sa.ForeignKeyConstraint(["cafe_id"], ["cafe.id"], name=op.f("fk_round_cafe_id_cafe")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("cafe_id", "number", name=op.f("uq_round_cafe_id_number")),
    )
    op.create_index(
        "uq_round_one_open",
        "round",
        ["cafe_id"],
        unique=True,
        sqlite_where=sa.text("opened_at IS NOT NULL AND closed_at IS NULL"),
        postgresql_where=sa.text("opened_at IS NOT NULL AND closed_at IS NULL"),
    )

    op.create_table(
        "action_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("table_id", sa.Uuid(), nullable=True),
        sa.Column("slot_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("status_reason", sa.String(length=500), nullable=False),
        sa.Column("field_id", sa.Uuid(), nullable=True),
        sa.Column("goal_id", sa.Uuid(), nullable=True),
        sa.Column("counted_elsewhere", sa.Integer(), nullable=False),
        sa.Column("taken_by", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(status = 'draft') = (number IS NULL)", name=op.f("ck_action_item_numbered_unless_draft")),
        sa.CheckConstraint(
            "status IN ('draft', 'open', 'in_progress', 'done', 'parked', 'dropped')",
            name=op.f("ck_action_item_status_known"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('parked', 'dropped') OR status_reason <> ''", name=op.f("ck_action_item_reason_given")
        ),
        sa.CheckConstraint("counted_elsewhere >= 0", name=op.f("ck_action_item_counted_positive")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_action_item_event_id_event")),
        sa.ForeignKeyConstraint(
            ["field_id"], ["field_of_action.id"], name=op.f("fk_action_item_field_id_field_of_action")
        ),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_action_item_goal_id_goal")),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_action_item_slot_id_slot")),
        sa.ForeignKeyConstraint(["table_id"], ["cafe_table.id"], name=op.f("fk_action_item_table_id_cafe_table")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_item")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_action_item_event_id_number")),
    )
    op.create_index("ix_action_item_event_status", "action_item", ["event_id", "status"])
    op.create_index(op.f("ix_action_item_goal_id"), "action_item", ["goal_id"])
    op.create_index(op.f("ix_action_item_table_id"), "action_item", ["table_id"])

    op.create_table(
        "idea",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("table_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("state_reason", sa.String(length=200), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("counted_elsewhere", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=True),
        sa.Column("external_id", sa.String(length=80), nullable=True),
        sa.Column("merged_into_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('idea', 'challenge', 'good_example', 'question')", name=op.f("ck_idea_kind_known")
        ),
        sa.CheckConstraint(
            "state IN ('visible', 'held', 'hidden', 'withdrawn', 'merged', 'erased')", name=op.f("ck_idea_state_known")
        ),
        sa.CheckConstraint("counted_elsewhere >= 0", name=op.f("ck_idea_counted_positive")),
        sa.CheckConstraint("length(text) <= 500", name=op.f("ck_idea_text_length")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_idea_event_id_event")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["idea.id"], name=op.f("fk_idea_merged_into_id_idea")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_idea_participant_id_participant")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_idea_round_id_round")),
        sa.ForeignKeyConstraint(["table_id"], ["cafe_table.id"], name=op.f("fk_idea_table_id_cafe_table")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea")),
        sa.UniqueConstraint("event_id", "source", "external_id", name=op.f("uq_idea_event_id_source_external_id")),
    )
    op.create_index("ix_idea_event_state", "idea", ["event_id", "state"])
    op.create_index(op.f("ix_idea_participant_id"), "idea", ["participant_id"])
    op.create_index("ix_idea_table_state", "idea", ["table_id", "state"])

    op.create_table(
        "seat",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("cafe_id", sa.Uuid(), nullable=False),
        sa.Column("table_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('taken', 'planned')", name=op.f("ck_seat_state_known")),
        sa.ForeignKeyConstraint(["cafe_id"], ["cafe.id"], name=op.f("fk_seat_cafe_id_cafe")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_seat_participant_id_participant")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_seat_round_id_round")),
        sa.ForeignKeyConstraint(["table_id"], ["cafe_table.id"], name=op.f("fk_seat_table_id_cafe_table")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
    )
    op.create_index(op.f("ix_seat_cafe_id"), "seat", ["cafe_id"])
    op.create_index("ix_seat_participant_table_round", "seat", ["participant_id", "table_id", "round_id"])
    op.create_index("ix_seat_table_open", "seat", ["table_id", "until_at"])
    op.create_index(
        "uq_seat_one_open",
        "seat",
        ["participant_id", "cafe_id"],
        unique=True,
        sqlite_where=sa.text("until_at IS NULL AND state = 'taken'"),
        postgresql_where=sa.text("until_at IS NULL AND state = 'taken'"),
    )

    op.create_table(
        "comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("idea_id", sa.Uuid(), nullable=True),
        sa.Column("action_item_id", sa.Uuid(), nullable=True),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(idea_id IS NULL) <> (action_item_id IS NULL)", name=op.f("ck_comment_exactly_one_thing")),
        sa.CheckConstraint("participant_id IS NULL OR user_id IS NULL", name=op.f("ck_comment_one_author")),
        sa.ForeignKeyConstraint(
            ["action_item_id"], ["action_item.id"], name=op.f("fk_comment_action_item_id_action_item")
        ),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_comment_idea_id_idea")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_comment_participant_id_participant")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_comment_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index(op.f("ix_comment_action_item_id"), "comment", ["action_item_id"])
    op.create_index(op.f("ix_comment_idea_id"), "comment", ["idea_id"])
    op.create_index(op.f("ix_comment_participant_id"), "comment", ["participant_id"])

    op.create_table(
        "origin",
        sa.Column("action_item_id", sa.Uuid(), nullable=False),
        sa.Column("idea_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("excerpt", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["action_item_id"], ["action_item.id"], name=op.f("fk_origin_action_item_id_action_item")
        ),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_origin_idea_id_idea")),
        sa.PrimaryKeyConstraint("action_item_id", "idea_id", name=op.f("pk_origin")),
    )
    op.create_index(op.f("ix_origin_idea_id"), "origin", ["idea_id"])

    op.create_table(
        "report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("idea_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_report_idea_id_idea")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_report_participant_id_participant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("idea_id", "participant_id", name=op.f("uq_report_idea_id_participant_id")),
    )
    op.create_index(op.f("ix_report_participant_id"), "report", ["participant_id"])

    op.create_table(
        "vote",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("idea_id", sa.Uuid(), nullable=True),
        sa.Column("action_item_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(idea_id IS NULL) <> (action_item_id IS NULL)", name=op.f("ck_vote_exactly_one_thing")),
        sa.ForeignKeyConstraint(
            ["action_item_id"], ["action_item.id"], name=op.f("fk_vote_action_item_id_action_item")
        ),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_vote_idea_id_idea")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name=op.f("fk_vote_participant_id_participant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote")),
        sa.UniqueConstraint("action_item_id", "participant_id", name=op.f("uq_vote_action_item_id_participant_id")),
        sa.UniqueConstraint("idea_id", "participant_id", name=op.f("uq_vote_idea_id_participant_id")),
    )
    op.create_index(op.f("ix_vote_participant_id"), "vote", ["participant_id"])

    # Pages carry it, so that a screen ahead of a restored database is not believed.
    op.bulk_insert(
        sa.table("epoch", sa.column("id", sa.Uuid()), sa.column("since", sa.DateTime(timezone=True))),
        [{"id": uuid4(), "since": datetime.now(UTC)}],
    )


def downgrade() -> None:
    """There is no way back: restore the copy made before the upgrade."""
    raise NotImplementedError
