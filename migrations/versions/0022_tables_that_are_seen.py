"""Which tables those who take part see.

Revision: 0022, after 0021
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say of each event which of its tables a participant reads; so far that was every one."""
    # Written out: Alembic would copy the whole table on SQLite to add a check with the column.
    op.execute(
        "ALTER TABLE event ADD COLUMN tables_visible VARCHAR(20) DEFAULT 'all' NOT NULL "
        "CONSTRAINT ck_event_tables_visible_known CHECK (tables_visible IN ('all', 'been', 'own'))"
    )


def downgrade() -> None:
    """There is no way back: restore the copy made before the upgrade."""
    raise NotImplementedError
