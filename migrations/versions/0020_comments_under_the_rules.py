"""Comments wait, are reported, held and hidden as notes are.

Revision: 0020, after 0019
"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

STATES = "state IN ('visible', 'held', 'hidden', 'withdrawn')"
ONE_THING = "(idea_id IS NULL) <> (comment_id IS NULL)"


def upgrade() -> None:
    """One more state; reports, decisions and looks are about a note or a comment."""
    with op.batch_alter_table("comment") as comment:
        comment.create_index(op.f("ix_comment_user_id"), ["user_id"])
        comment.drop_constraint(op.f("ck_comment_state_known"), type_="check")
        comment.create_check_constraint(op.f("ck_comment_state_known"), STATES)
    with op.batch_alter_table("report") as report:
        about_either(report, "report")
        report.create_unique_constraint(op.f("uq_report_comment_id_participant_id"), ["comment_id", "participant_id"])
    with op.batch_alter_table("decision") as decision:
        about_either(decision, "decision")
        decision.create_index(op.f("ix_decision_comment_id"), ["comment_id"])
    holds = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_decision_one_open_on_comment",
        "decision",
        ["comment_id"],
        unique=True,
        sqlite_where=holds,
        postgresql_where=holds,
    )
    # Nobody looks for longer than three minutes.
    op.drop_table("look")
    op.create_table(
        "look",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("idea_id", sa.Uuid(), nullable=True),
        sa.Column("comment_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(ONE_THING, name=op.f("ck_look_note_or_comment")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_look_idea_id_idea")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_look_comment_id_comment")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_look_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look")),
        sa.UniqueConstraint("idea_id", name=op.f("uq_look_idea_id")),
        sa.UniqueConstraint("comment_id", name=op.f("uq_look_comment_id")),
    )


def about_either(batch: BatchOperations, table: str) -> None:
    """Let what was about a note be about a comment."""
    batch.add_column(sa.Column("comment_id", sa.Uuid()))
    batch.alter_column("idea_id", existing_type=sa.Uuid(), nullable=True)
    batch.create_foreign_key(op.f(f"fk_{table}_comment_id_comment"), "comment", ["comment_id"], ["id"])
    batch.create_check_constraint(op.f(f"ck_{table}_note_or_comment"), ONE_THING)


def downgrade() -> None:
    """There is no way back: restore the copy made before the upgrade."""
    raise NotImplementedError
