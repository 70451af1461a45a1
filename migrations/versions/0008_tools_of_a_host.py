"""A host pauses writing, calls for help, and writes for somebody who cannot.

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A host pauses writing, calls for help, and writes for somebody who cannot."""
    op.add_column("cafe_table", sa.Column("writing_paused_at", sa.DateTime(timezone=True)))
    op.add_column("cafe_table", sa.Column("help_called_at", sa.DateTime(timezone=True)))
    op.add_column("idea", sa.Column("written_for", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """There is no way back: restore the copy made before the upgrade."""
    raise NotImplementedError
