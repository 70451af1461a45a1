"""What a room is told: the things touched, read as they are now, drawn for that room."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.live.connections import Room
from workshop.models import Change, ChangeChannel
from workshop.queries.viewing import Audience
from workshop.render.fragments import FRAGMENTS, Fragment, fragments_of
from workshop.render.words import speaking
from workshop.statements import met

MOST_REVISIONS = 500
MOST_THINGS = 200
READ_AT_ONCE = 200
LONGEST_TURN = 0.04
"""Seconds for which the publisher works before everybody else is answered.

By time and not by number: a round of answers takes the longer the more people write, and if the publisher stood back
after every so many things, it would fall the further behind the more there is to tell.
"""

Touched = Iterable[tuple[str, UUID]]

OWN_THINGS = {"table": ("table", "tally"), "person": ("participant", "ballot")}
"""Things of which a channel tells its own alone: of the others, which one Change touched too, other channels tell."""


class Turn:
    """The publisher's working time under eventlet, shared with those who wait for an answer."""

    def __init__(self) -> None:
        self._since = time.monotonic()

    def give_way(self) -> None:
        """Let everybody else be answered, after long enough."""
        if time.monotonic() - self._since >= LONGEST_TURN:
            time.sleep(0)
            self._since = time.monotonic()


@cache
def things_in(kind: str) -> frozenset[str]:
    """The types of thing that pages show of a kind of channel."""
    return frozenset(one.thing for one in FRAGMENTS if one.channel == kind)


@dataclass(frozen=True)
class TooFarBehind:
    """The page should be loaded afresh."""


class Touches:
    """What one Change touched, by type: a Change that moves a thousand people stands in a thousand channels."""

    def __init__(self, touched: Touched) -> None:
        self.ids: dict[str, set[UUID]] = {}
        for thing, thing_id in touched:
            self.ids.setdefault(thing, set()).add(thing_id)

    def add_to(self, told: set[tuple[str, UUID]], channel: str) -> None:
        """What of it is told in a channel; "page" has pages loaded anew, `table_page` and the like one channel's."""
        kind, _, text = channel.partition(":")
        channel_id, shown, own = met(text), things_in(kind), OWN_THINGS.get(kind, ())
        for thing, ids in self.ids.items():
            if thing in own and thing in shown:
                if channel_id in ids:
                    told.add((thing, channel_id))
            elif thing in shown or thing == "page":
                for one in ids:
                    told.add((thing, one))
            elif kind in ("table", "list", "person") and thing == f"{kind}_page" and channel_id in ids:
                told.add(("page", channel_id))


def to_tell(channel: str, changes: Iterable[Touches]) -> set[tuple[str, UUID]] | TooFarBehind:
    """What to read and draw; nothing where it is too much, or where a Change says that pages are other ones now."""
    told: set[tuple[str, UUID]] = set()
    for change in changes:
        change.add_to(told, channel)
    if len(told) > MOST_THINGS or any(thing == "page" for thing, _ in told):
        return TooFarBehind()
    return told


def touched_between(
    session: Session, channel: str, since: int, until: int, kept: dict[int, Touches] | None = None
) -> set[tuple[str, UUID]] | TooFarBehind:
    """What a channel's Changes after `since` up to `until` touched; `kept` is what is known of them by their number."""
    if until - since > MOST_REVISIONS or since > until:
        return TooFarBehind()
    kept = {} if kept is None else kept
    changes = session.scalars(
        select(ChangeChannel.change_id).where(
            ChangeChannel.channel == channel, ChangeChannel.revision > since, ChangeChannel.revision <= until
        )
    ).all()
    unknown = [one for one in changes if one not in kept]
    if unknown:
        for number, touched in session.execute(select(Change.id, Change.touched).where(Change.id.in_(unknown))):
            kept[number] = Touches((str(thing), UUID(thing_id)) for thing, thing_id in touched)
    return to_tell(channel, (kept[number] for number in changes))


Read = list[tuple[Fragment, UUID, Any]]
"""Each fragment and thing with its row; None for what this audience may not see."""


def read_now(session: Session, channel: str, page: str, audience: Audience, touched: Touched) -> Read:
    """The touched things that this kind of page shows."""
    return Reading([(channel, page, audience, touched)]).run(session)[0]


class Reading:
    """What several rooms are to be told, each kind of thing read once for all of them."""

    def __init__(self, wanted: Iterable[tuple[str, str, Audience, Touched]]) -> None:
        self._wanted: list[tuple[str, Audience, list[tuple[Fragment, UUID]]]] = []
        self._ids: dict[tuple[Any, Audience], dict[UUID, None]] = {}
        for channel, page, audience, touched in wanted:
            things: dict[str, list[UUID]] = {}
            for thing, thing_id in touched:
                things.setdefault(thing, []).append(thing_id)
            shown = [(one, thing_id) for one in fragments_of(channel, page) for thing_id in things.get(one.thing, ())]
            for fragment, thing_id in shown:
                self._ids.setdefault((fragment.read, audience), {})[thing_id] = None
            self._wanted.append((channel, audience, shown))

    def run(self, session: Session) -> list[Read]:
        """The rows of each room, in the order in which they were asked for."""
        rows: dict[Any, dict[UUID, Any]] = {one: {} for one in self._ids}
        turn = Turn()
        for (read, audience), ids in self._ids.items():
            for some in batched(ids, READ_AT_ONCE):
                rows[read, audience].update(read(session, some, audience))
                turn.give_way()
        return [
            [
                (fragment, thing_id, row)
                for fragment, thing_id in shown
                if is_told(channel, audience, row := rows[fragment.read, audience].get(thing_id))
            ]
            for channel, audience, shown in self._wanted
        ]


def is_told(channel: str, audience: Audience, row: Any) -> bool:
    """Whether a channel tells it: of what one Change did to several people's words a person is told their own.

    What is told in several channels may know by `told_in` for whom each is.
    """
    kind, _, channel_id = channel.partition(":")
    if kind == "person":
        return str(getattr(row, "author_id", channel_id)) == channel_id
    told_in = getattr(row, "told_in", None)
    return told_in is None or bool(told_in(kind, audience))


def batched(ids: Iterable[UUID], size: int) -> Iterator[list[UUID]]:
    """The ids in lists of that size."""
    left = iter(ids)
    while some := list(islice(left, size)):
        yield some


def draw(read: Read, language: str) -> tuple[list[dict[str, str]], list[str]]:
    """`put` and `remove` of a change, in one language."""
    put, remove, drawn, unknown = [], [], [], False
    for fragment, _, row in read:
        html = None if row is None else fragment.known(row, language)
        unknown = unknown or (html is None and row is not None)
        drawn.append(html)
    if unknown:
        with speaking(language):
            drawn = [None if row is None else fragment.render(row) for fragment, _, row in read]
    for html, (fragment, thing_id, row) in zip(drawn, read, strict=True):
        element = fragment.element_id(thing_id)
        if html is None:
            remove.append(element)
        else:
            put.append({"id": element, "place": fragment.place_of(row), "html": html})
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
