"""Notes that were written on paper, with the number of their card.

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Whether a note was typed in from paper, and from which card."""
    op.add_column("idea", sa.Column("on_paper", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("idea", sa.Column("card", sa.Integer(), nullable=True))
    op.create_index(op.f("uq_idea_table_card"), "idea", ["table_id", "card"], unique=True)
