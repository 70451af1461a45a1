"""Votes follow a note that is merged into another, and come back with it.

Revision: 0011, after 0010
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Votes follow a note that is merged into another, and come back with it."""
    kind = "UUID" if op.get_bind().dialect.name == "postgresql" else "CHAR(32)"
    # Written out: Alembic would copy the whole table on SQLite to add a reference with the column.
    op.execute(
        f"ALTER TABLE vote ADD COLUMN given_to_id {kind} CONSTRAINT fk_vote_given_to_id_idea REFERENCES idea (id)"
    )
    op.create_index("ix_vote_given_to_id", "vote", ["given_to_id"])
    op.create_index("ix_idea_merged_into_id", "idea", ["merged_into_id"])


def downgrade() -> None:
    """There is no way back: restore the copy made before the upgrade."""
    raise NotImplementedError
