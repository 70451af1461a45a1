"""A comment can be hidden by staff and withdrawn by its author.

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A comment can be hidden by staff and withdrawn by its author."""
    # Written out: Alembic would copy the whole table on SQLite to add a check with the column.
    op.execute(
        "ALTER TABLE comment ADD COLUMN state VARCHAR(20) DEFAULT 'visible' NOT NULL "
        "CONSTRAINT ck_comment_state_known CHECK (state IN ('visible', 'hidden', 'withdrawn'))"
    )
    op.add_column("comment", sa.Column("state_reason", sa.String(length=200), nullable=False, server_default=""))


def downgrade() -> None:
    """There is no way back: restore the copy made before the upgrade."""
    raise NotImplementedError
