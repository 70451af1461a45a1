"""An event's phases: when they are to begin, and which one holds.

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Know of each phase when it is to begin, and since when it holds."""
    op.add_column("phase", sa.Column("begins_at", sa.DateTime(timezone=True)))
    op.add_column("phase", sa.Column("since", sa.DateTime(timezone=True)))
    now = sa.text("since IS NOT NULL")
    op.create_index("uq_phase_one_now", "phase", ["event_id"], unique=True, sqlite_where=now, postgresql_where=now)


def downgrade() -> None:
    """There is no way back: restore the copy made before the upgrade."""
    raise NotImplementedError
