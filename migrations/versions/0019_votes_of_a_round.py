"""Votes that are as many again in each round.

Revision: 0019, after 0018
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say for how long a person's votes are, and in which round each vote was given."""
    # Written out: Alembic would copy both tables on SQLite to add what goes with a column.
    op.execute(
        "ALTER TABLE cafe ADD COLUMN votes_per VARCHAR(20) DEFAULT 'cafe' NOT NULL "
        "CONSTRAINT ck_cafe_votes_per_known CHECK (votes_per IN ('cafe', 'round'))"
    )
    uuid = "CHAR(32)" if op.get_bind().dialect.name == "sqlite" else "UUID"
    op.execute(f"ALTER TABLE vote ADD COLUMN round_id {uuid} CONSTRAINT fk_vote_round_id_round REFERENCES round (id)")


def downgrade() -> None:
    """There is no way back: restore the copy made before the upgrade."""
    raise NotImplementedError
