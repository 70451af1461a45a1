"""A card for each table that makes its bearer the host.

Revision: 0003, after 0002
"""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A token for each table, the ones that are there included."""
    op.add_column("cafe_table", sa.Column("host_card", sa.String(length=32), nullable=True))
    table = sa.table("cafe_table", sa.column("id", sa.Uuid()), sa.column("host_card", sa.String()))
    connection = op.get_bind()
    for (table_id,) in connection.execute(sa.select(table.c.id)).all():
        connection.execute(table.update().where(table.c.id == table_id).values(host_card=uuid4().hex))
    op.create_index(op.f("uq_cafe_table_host_card"), "cafe_table", ["host_card"], unique=True)
