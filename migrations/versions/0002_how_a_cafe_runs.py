"""How a café runs: what is asked, how people move, its clock and its breaks.

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CHECKED = (
    ("asks", "VARCHAR(20) DEFAULT 'tables' NOT NULL", "asks_known", "asks IN ('tables', 'rounds')"),
    ("movement", "VARCHAR(20) DEFAULT 'free' NOT NULL", "movement_known", "movement IN ('planned', 'group', 'free')"),
    ("seats_per_table", "INTEGER", "seats_sensible", "seats_per_table BETWEEN 1 AND 1000"),
    ("warning_minutes", "INTEGER DEFAULT 2 NOT NULL", "warning_sensible", "warning_minutes BETWEEN 0 AND 60"),
    ("grace_seconds", "INTEGER DEFAULT 30 NOT NULL", "grace_sensible", "grace_seconds BETWEEN 0 AND 600"),
    ("change_minutes", "INTEGER DEFAULT 2 NOT NULL", "change_sensible", "change_minutes BETWEEN 0 AND 60"),
)


def upgrade() -> None:
    """How a café runs: what is asked, how people move, its clock and its breaks."""
    for column, kind, name, check in CHECKED:
        # Written out: Alembic would copy the whole table on SQLite to add a check with the column.
        op.execute(f"ALTER TABLE cafe ADD COLUMN {column} {kind} CONSTRAINT ck_cafe_{name} CHECK ({check})")
    op.add_column("cafe", sa.Column("gong", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("cafe", sa.Column("runs_itself", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("cafe", sa.Column("next_round_at", sa.DateTime(timezone=True)))
    op.add_column("cafe", sa.Column("break_ends_at", sa.DateTime(timezone=True)))
    op.add_column("cafe", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("round", sa.Column("paused_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """There is no way back: restore the copy made before the upgrade."""
    raise NotImplementedError
