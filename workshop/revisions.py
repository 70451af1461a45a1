"""The revisions a Change takes: the next number of each channel concerned."""

import json
from typing import Any

from sqlalchemy import BigInteger, String, bindparam, select, text
from sqlalchemy.orm import Session

from workshop.models import ChangeChannel
from workshop.statements import Insertion, Statement, driver_of

TAKEN = Statement(
    select(ChangeChannel.channel, ChangeChannel.revision).where(ChangeChannel.change_id == bindparam("change"))
)
NEXT_REVISION = Statement(
    text(
        "INSERT INTO channel (name, revision) VALUES (:name, 1) "
        "ON CONFLICT (name) DO UPDATE SET revision = channel.revision + 1 RETURNING revision"
    ).columns(revision=BigInteger)
)
NEW_REVISION = Insertion(ChangeChannel)
MANY_CHANNELS = 8
"""From here on revisions are taken by one statement for all: a round moves a thousand people at once."""
NEXT_REVISIONS = {
    # In the order of their names, as one by one: two that take the same ones would wait for each other for ever.
    "postgresql": Statement(
        text(
            "INSERT INTO channel (name, revision) "
            "SELECT name, 1 FROM unnest(CAST(:names AS text[])) WITH ORDINALITY AS given (name, place) ORDER BY place "
            "ON CONFLICT (name) DO UPDATE SET revision = channel.revision + 1 RETURNING name, revision"
        ).columns(name=String, revision=BigInteger)
    ),
    "sqlite": Statement(
        text(
            "INSERT INTO channel (name, revision) SELECT value, 1 FROM json_each(:names) WHERE true "
            "ON CONFLICT (name) DO UPDATE SET revision = channel.revision + 1 RETURNING name, revision"
        ).columns(name=String, revision=BigInteger)
    ),
}
NEW_REVISIONS = {
    # The rows are this transaction's own until it ends.
    "postgresql": Statement(
        text(
            "INSERT INTO change_channel (channel, revision, change_id) SELECT name, revision, :change FROM channel "
            "WHERE name = ANY(CAST(:names AS text[]))"
        ).columns()
    ),
    "sqlite": Statement(
        text(
            "INSERT INTO change_channel (channel, revision, change_id) SELECT name, revision, :change FROM channel "
            "WHERE name IN (SELECT value FROM json_each(:names))"
        ).columns()
    ),
}


def revisions_taken(session: Session, change_id: int) -> dict[str, int]:
    """The revisions that a Change took when it was recorded."""
    return {row.channel: row.revision for row in TAKEN.run(session, change=change_id)}


def take_revisions(session: Session, names: list[str]) -> dict[str, int]:
    """The next revision of each channel named."""
    if len(names) < MANY_CHANNELS:
        return {name: NEXT_REVISION.run(session, name=name)[0].revision for name in names}
    dialect = driver_of(session).dialect.name
    taken = dict(NEXT_REVISIONS[dialect].run(session, names=_as_list(names, dialect)))
    return {name: taken[name] for name in names}


def keep_revisions(session: Session, change_id: int, revisions: dict[str, int]) -> None:
    """Write down that a Change took them."""
    if len(revisions) < MANY_CHANNELS:
        for name, revision in revisions.items():
            NEW_REVISION.run(session, change_id=change_id, channel=name, revision=revision)
        return
    dialect = driver_of(session).dialect.name
    NEW_REVISIONS[dialect].run(session, change=change_id, names=_as_list(list(revisions), dialect))


def _as_list(names: list[str], dialect: str) -> Any:
    return json.dumps(names) if dialect == "sqlite" else names
