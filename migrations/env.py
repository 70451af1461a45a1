"""How migrations reach the database: on the connection they are given, else on the application's own."""

from typing import Any

from alembic import context
from sqlalchemy import Connection

from workshop.models import Base
from workshop.models.base import ChoiceType, UTCDateTime


def written(kind: str, thing: Any, writer: Any) -> str | bool:
    """A column's type as migrations write it: what the database sees, without names of our own."""
    if kind == "type" and isinstance(thing, ChoiceType | UTCDateTime):
        return f"sa.{thing.impl_instance!r}"
    return False


def run(connection: Connection) -> None:
    """Run what alembic asks for; the one who opened the connection commits."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=written,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    # `flask db …`, while developing.
    from flask import current_app

    with current_app.extensions["migrate"].db.engine.connect() as opened:
        run(opened)
