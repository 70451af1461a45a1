"""Fewer places to write to for each note, vote and comment.

Revision: 0023, after 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Leave out of indexes what is empty in most rows; keep on SQLite the channels in one tree each."""
    op.drop_index("ix_idea_merged_into_id", "idea")
    op.drop_index("uq_idea_table_card", "idea")
    with op.batch_alter_table("idea") as idea:
        idea.drop_constraint(op.f("uq_idea_event_id_source_external_id"), type_="unique")
    without_empty("merged_into_id", "ix_idea_merged_into_id", "idea")
    without_empty("card", "uq_idea_table_card", "idea", "table_id", "card", unique=True)
    without_empty("source", "uq_idea_event_source_external", "idea", "event_id", "source", "external_id", unique=True)
    op.drop_index("ix_vote_given_to_id", "vote")
    with op.batch_alter_table("vote") as vote:
        vote.drop_constraint(op.f("uq_vote_action_item_id_participant_id"), type_="unique")
    without_empty("action_item_id", "uq_vote_item_participant", "vote", "action_item_id", "participant_id", unique=True)
    without_empty("given_to_id", "ix_vote_given_to_id", "vote")
    for column in ("action_item_id", "user_id"):
        op.drop_index(f"ix_comment_{column}", "comment")
        without_empty(column, f"ix_comment_{column}", "comment")
    # Who asks for what somebody did knows in which event.
    op.drop_index("ix_change_participant_id", "change")
    if op.get_bind().dialect.name == "sqlite":
        channels_in_one_tree()


def without_empty(given: str, name: str, table: str, *columns: str, unique: bool = False) -> None:
    """An index without the rows where the column `given` is empty."""
    holds = sa.text(f"{given} IS NOT NULL")
    columns = columns or (given,)
    op.create_index(name, table, list(columns), unique=unique, sqlite_where=holds, postgresql_where=holds)


def channels_in_one_tree() -> None:
    """Rebuild both tables without row numbers."""
    op.rename_table("channel", "channel_before")
    op.rename_table("change_channel", "change_channel_before")
    op.create_table(
        "channel",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("revision", ROW_NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_channel")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "change_channel",
        sa.Column("channel", sa.String(length=60), nullable=False),
        sa.Column("revision", ROW_NUMBER, autoincrement=False, nullable=False),
        sa.Column("change_id", ROW_NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_change_channel_change_id_change")),
        sa.ForeignKeyConstraint(["channel"], ["channel.name"], name=op.f("fk_change_channel_channel_channel")),
        sa.PrimaryKeyConstraint("channel", "revision", name=op.f("pk_change_channel")),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO channel (name, revision) SELECT name, revision FROM channel_before")
    op.execute(
        "INSERT INTO change_channel (channel, revision, change_id) "
        "SELECT channel, revision, change_id FROM change_channel_before"
    )
    op.drop_table("change_channel_before")
    op.drop_table("channel_before")
    op.create_index(op.f("ix_change_channel_change_id"), "change_channel", ["change_id"])


def downgrade() -> None:
    """There is no way back: restore the copy made before the upgrade."""
    raise NotImplementedError
