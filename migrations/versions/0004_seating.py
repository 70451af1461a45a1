"""Tables close, merge and are at a distance; seats are planned; people have organisations, groups and wishes.

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the seating of a café needs."""
    moment = sa.DateTime(timezone=True)
    with op.batch_alter_table("cafe") as cafe:
        cafe.add_column(sa.Column("asks_organisation", sa.Boolean(), nullable=False, server_default=sa.false()))
        cafe.add_column(sa.Column("mixes_languages", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("cafe_table") as table:
        table.add_column(sa.Column("way", sa.String(length=200), nullable=False, server_default=""))
        table.add_column(sa.Column("attendance", sa.String(length=20), nullable=False, server_default="on_site"))
        table.add_column(sa.Column("video_url", sa.String(length=500), nullable=False, server_default=""))
        table.add_column(sa.Column("full_at", moment))
        table.add_column(sa.Column("closed_at", moment))
        table.add_column(sa.Column("merged_into_id", sa.Uuid()))
        table.create_foreign_key(
            op.f("fk_cafe_table_merged_into_id_cafe_table"), "cafe_table", ["merged_into_id"], ["id"]
        )
        table.create_check_constraint(
            op.f("ck_cafe_table_attendance_known"), "attendance IN ('on_site', 'hybrid', 'remote')"
        )
    with op.batch_alter_table("participant") as person:
        person.add_column(sa.Column("organisation", sa.String(length=40), nullable=False, server_default=""))
        person.add_column(sa.Column("remote", sa.Boolean(), nullable=False, server_default=sa.false()))
        person.add_column(sa.Column("group_number", sa.Integer()))
        person.add_column(sa.Column("expected", sa.Boolean(), nullable=False, server_default=sa.false()))
        person.add_column(sa.Column("away_at", moment))
    with op.batch_alter_table("seat") as seat:
        seat.add_column(sa.Column("sent", sa.Boolean(), nullable=False, server_default=sa.false()))
    planned = sa.text("until_at IS NULL AND state = 'planned'")
    op.create_index(
        "uq_seat_one_planned",
        "seat",
        ["participant_id", "round_id"],
        unique=True,
        sqlite_where=planned,
        postgresql_where=planned,
    )
    op.create_table(
        "seat_wish",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('together', 'apart')", name=op.f("ck_seat_wish_kind_known")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_seat_wish_event_id_event")),
        sa.ForeignKeyConstraint(["one_id"], ["participant.id"], name=op.f("fk_seat_wish_one_id_participant")),
        sa.ForeignKeyConstraint(["other_id"], ["participant.id"], name=op.f("fk_seat_wish_other_id_participant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_wish")),
        sa.UniqueConstraint("one_id", "other_id", name=op.f("uq_seat_wish_one_id_other_id")),
    )
    op.create_index(op.f("ix_seat_wish_event_id"), "seat_wish", ["event_id"])
    op.create_index(op.f("ix_seat_wish_other_id"), "seat_wish", ["other_id"])


def downgrade() -> None:
    """There is no way back: restore the copy made before the upgrade."""
    raise NotImplementedError
