"""Two participants who turned out to be one person.

Revision: 0018, after 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Know as whom somebody takes part who was joined with somebody else."""
    with op.batch_alter_table("participant") as person:
        person.add_column(sa.Column("united_into_id", sa.Uuid()))
        person.create_foreign_key(
            op.f("fk_participant_united_into_id_participant"), "participant", ["united_into_id"], ["id"]
        )
        person.create_index(op.f("ix_participant_united_into_id"), ["united_into_id"])


def downgrade() -> None:
    """There is no way back: restore the copy made before the upgrade."""
    raise NotImplementedError
