"""An event says as whom people speak: by their names, by numbers, or as nobody.

Revision: 0007, after 0006
"""

import random

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An event says as whom people speak: by their names, by numbers, or as nobody."""
    # Written out: Alembic would copy the whole table on SQLite to add a check with the column.
    op.execute(
        "ALTER TABLE event ADD COLUMN author_names VARCHAR(20) DEFAULT 'shown' NOT NULL "
        "CONSTRAINT ck_event_author_names_known CHECK (author_names IN ('shown', 'pseudonym', 'hidden'))"
    )
    op.add_column("participant", sa.Column("guest_number", sa.Integer()))
    number_guests()
    op.create_index("uq_participant_guest_number", "participant", ["event_id", "guest_number"], unique=True)


def number_guests() -> None:
    """Give those who are there their numbers, in no order."""
    person = sa.table(
        "participant", sa.column("id", sa.Uuid), sa.column("event_id", sa.Uuid), sa.column("guest_number")
    )
    connection = op.get_bind()
    by_event: dict[object, list[object]] = {}
    for one, event in connection.execute(sa.select(person.c.id, person.c.event_id)):
        by_event.setdefault(event, []).append(one)
    values = []
    for people in by_event.values():
        numbers = random.sample(range(100, 1000 + 9 * len(people)), len(people))
        values += [{"person": one, "number": number} for one, number in zip(people, numbers, strict=True)]
    if values:
        update = person.update().where(person.c.id == sa.bindparam("person"))
        connection.execute(update.values(guest_number=sa.bindparam("number")), values)


def downgrade() -> None:
    """There is no way back: restore the copy made before the upgrade."""
    raise NotImplementedError
