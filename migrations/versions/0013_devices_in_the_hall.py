"""What devices found out about the hall's network.

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A row for each device that was tried."""
    op.create_table(
        "hall_device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("websocket", sa.Integer(), nullable=True),
        sa.Column("websocket_worst", sa.Integer(), nullable=True),
        sa.Column("polling", sa.Integer(), nullable=True),
        sa.Column("polling_worst", sa.Integer(), nullable=True),
        sa.Column("large", sa.Integer(), nullable=True),
        sa.Column("secure", sa.Boolean(), nullable=False),
        sa.Column("worker", sa.Boolean(), nullable=False),
        sa.Column("clock_off", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_hall_device_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall_device")),
    )
    op.create_index(op.f("ix_hall_device_event_id"), "hall_device", ["event_id"])
