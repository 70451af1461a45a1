"""Which notes are somebody's is read from one index.

Revision: 0024, after 0023
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the index of a note's author hold the note's id too."""
    op.drop_index(op.f("ix_idea_participant_id"), "idea")
    op.create_index("ix_idea_participant", "idea", ["participant_id", "id"])


def downgrade() -> None:
    """There is no way back: restore the copy made before the upgrade."""
    raise NotImplementedError
