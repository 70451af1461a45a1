"""Tablets that stay at a table, and the people who write on them.

Revision: 0017, after 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A row for each tablet; who has no device of their own; which tablet a Change came from."""
    op.create_table(
        "table_device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("table_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["table_id"], ["cafe_table.id"], name=op.f("fk_table_device_table_id_cafe_table")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_device")),
        sa.UniqueConstraint("token", name=op.f("uq_table_device_token")),
    )
    op.create_index(op.f("ix_table_device_table_id"), "table_device", ["table_id"])
    op.add_column("participant", sa.Column("on_tablet", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("change", sa.Column("device_id", sa.Uuid(), nullable=True))
