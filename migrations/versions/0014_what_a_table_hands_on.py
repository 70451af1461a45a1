"""What a table hands on: its harvest in order and complete, and what newcomers read first.

Revision: 0014, after 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What a table hands on: its harvest in order and complete, and what newcomers read first."""
    op.add_column("action_item", sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("cafe_table", sa.Column("harvested_at", sa.DateTime(timezone=True)))
    op.add_column("idea", sa.Column("pinned_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """There is no way back: restore the copy made before the upgrade."""
    raise NotImplementedError
