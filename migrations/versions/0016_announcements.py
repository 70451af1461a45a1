"""Announcements: what is said on a café's screens.

Revision: 0016, after 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Announcements: what is said on a café's screens."""
    op.create_table(
        "announcement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cafe_id", sa.Uuid(), nullable=False),
        sa.Column("spoken_to", sa.String(length=20), nullable=False),
        sa.Column("table_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("spoken_to IN ('all', 'hosts', 'table')", name=op.f("ck_announcement_spoken_to_known")),
        sa.CheckConstraint(
            "(spoken_to = 'table') = (table_id IS NOT NULL)", name=op.f("ck_announcement_one_table_or_none")
        ),
        sa.ForeignKeyConstraint(["cafe_id"], ["cafe.id"], name=op.f("fk_announcement_cafe_id_cafe")),
        sa.ForeignKeyConstraint(["table_id"], ["cafe_table.id"], name=op.f("fk_announcement_table_id_cafe_table")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_announcement_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
    )
    op.create_index("ix_announcement_cafe_until", "announcement", ["cafe_id", "until_at"])


def downgrade() -> None:
    """There is no way back: restore the copy made before the upgrade."""
    raise NotImplementedError
