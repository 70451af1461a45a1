"""What the big screen shows, and which notes come there when.

Revision: 0015, after 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

SHOWS = "'newest', 'welcome', 'question', 'harvest', 'votes', 'list'"
NOTES = "'at_once', 'after_delay', 'let_through'"


def upgrade() -> None:
    """The choice of the cockpit, the event's setting, and what was decided for single notes."""
    # Written out: Alembic would copy the whole table on SQLite to add a check with the column.
    op.execute(
        "ALTER TABLE cafe ADD COLUMN screen_shows VARCHAR(20) DEFAULT 'newest' NOT NULL "
        f"CONSTRAINT ck_cafe_screen_shows_known CHECK (screen_shows IN ({SHOWS}))"
    )
    op.execute(
        "ALTER TABLE event ADD COLUMN screen_notes VARCHAR(20) DEFAULT 'after_delay' NOT NULL "
        f"CONSTRAINT ck_event_screen_notes_known CHECK (screen_notes IN ({NOTES}))"
    )
    op.add_column("cafe", sa.Column("screen_table", sa.Integer()))
    op.add_column("cafe", sa.Column("screen_dark", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("idea", sa.Column("on_screen", sa.Boolean()))
    op.add_column("idea", sa.Column("reworded_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """There is no way back: restore the copy made before the upgrade."""
    raise NotImplementedError
