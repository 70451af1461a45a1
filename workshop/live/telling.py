"""What a room is told: the things touched, read as they are now, drawn for that room."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.live.connections import Room
from workshop.models import Change, ChangeChannel
from workshop.queries.viewing import Audience
from workshop.render.fragments import Fragment, fragments_of
from workshop.render.words import speaking

MOST_REVISIONS = 500
MOST_THINGS = 200

Touched = Iterable[tuple[str, UUID]]


@dataclass(frozen=True)
class TooFarBehind:
    """The page should be loaded afresh."""


def to_tell(touched: set[tuple[str, UUID]]) -> set[tuple[str, UUID]] | TooFarBehind:
    """What to read and draw; nothing where it is too much, or where a Change says that pages are other ones now."""
    if len(touched) > MOST_THINGS or any(thing == "page" for thing, _ in touched):
        return TooFarBehind()
    return touched


def touched_between(session: Session, channel: str, since: int, until: int) -> set[tuple[str, UUID]] | TooFarBehind:
    """What a channel's Changes after `since` up to `until` touched."""
    if until - since > MOST_REVISIONS or since > until:
        return TooFarBehind()
    rows = session.scalars(
        select(Change.touched)
        .join(ChangeChannel, ChangeChannel.change_id == Change.id)
        .where(ChangeChannel.channel == channel, ChangeChannel.revision > since, ChangeChannel.revision <= until)
    )
    return to_tell({(str(thing), UUID(thing_id)) for row in rows for thing, thing_id in row})


Read = list[tuple[Fragment, UUID, Any]]
"""Each fragment and thing with its row; None for what this audience may not see."""


def read_now(session: Session, channel: str, page: str, audience: Audience, touched: Touched) -> Read:
    """The touched things that this kind of page shows."""
    things: dict[str, list[UUID]] = {}
    for thing, thing_id in touched:
        things.setdefault(thing, []).append(thing_id)
    found: Read = []
    rows_read: dict[Any, Any] = {}
    for fragment in fragments_of(channel, page):
        ids = things.get(fragment.thing)
        if not ids:
            continue
        rows = rows_read.get(fragment.read)
        if rows is None:
            rows = rows_read[fragment.read] = fragment.read(session, ids, audience)
        found.extend((fragment, thing_id, rows.get(thing_id)) for thing_id in ids)
    return found


def draw(read: Read, language: str) -> tuple[list[dict[str, str]], list[str]]:
    """`put` and `remove` of a change, in one language."""
    put, remove = [], []
    with speaking(language):
        for fragment, thing_id, row in read:
            element = fragment.element_id(thing_id)
            if row is None:
                remove.append(element)
            else:
                put.append({"id": element, "place": fragment.place_of(row), "html": fragment.render(row)})
    return put, remove


def change(room: Room, since: int, revision: int, keys: list[str], read: Read) -> dict[str, Any]:
    """The `change` message for one room."""
    put, remove = draw(read, room.language)
    return {
        "channel": room.channel,
        "since": since,
        "revision": revision,
        "keys": keys,
        "put": put,
        "remove": remove,
    }
