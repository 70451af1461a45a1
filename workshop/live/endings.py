"""What ends somebody's sockets, in whichever process it was done: removed, signed out, no host, a link renewed."""

import math
import time
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workshop.errors import Problem
from workshop.live.connections import Connections, Room
from workshop.live.summaries import may_read, summary_of
from workshop.models import Cafe, CafeTable, Change, Event, Membership, TablesVisible
from workshop.perform import Recorded
from workshop.queries.viewing import Audience, watch
from workshop.standing import Actor

ENDING = (
    "participant.remove", "participant.unite", "participant.move", "user.sign_out", "member.remove",
    "event.renew_screen_link", "table.name_host", "table.hand_over", "table.host_by_card", "device.revoke",
    "tables.close", "table.merge", "participant.leave_out",
)  # fmt: skip
"""Operations after which somebody's sockets are cut."""
MOVING = (
    "seat.take", "seat.stay", "seat.take_on_device", "participant.move", "participant.unite", "round.open",
    "round.take_back", "cafe.go_on", "tables.close", "table.merge", "cafe.undo_tables", "cafe.plan", "event.set_sight",
    "participant.leave_out", "participant.remove", "participant.describe", "table.host_by_card",
)  # fmt: skip
"""Operations after which somebody may see fewer tables, where an event shows not all."""
OVERTAKEN = 500
"""Changes that may have been committed before one with a smaller number is."""


class Endings:
    """Finds the Changes of other processes after which sockets end, each once."""

    def __init__(self) -> None:
        self._last = 0
        self._known: dict[str, float] = {}
        """key -> the Change's number, infinite until it was read"""

    def begin(self, session: Session) -> None:
        """From here on; what was before is done with."""
        self._last = session.scalar(select(func.max(Change.id))) or 0
        self._known = {}
        self.found(session)

    def know(self, recorded: Recorded) -> None:
        """One that this process has done itself."""
        self._known.setdefault(recorded.key, math.inf)

    def found(self, session: Session) -> list[Recorded]:
        """Those that nobody here knows of yet."""
        newest = session.scalar(select(func.max(Change.id))) or 0
        after = self._last - OVERTAKEN
        rows = session.execute(
            select(Change.id, Change.key, Change.operation, Change.thing_type, Change.thing_id, Change.touched)
            .where(Change.id > after, Change.operation.in_((*ENDING, *MOVING)))
            .order_by(Change.id)
        ).all()
        new = [row for row in rows if row.key not in self._known]
        self._known = {key: number for key, number in self._known.items() if number > after}
        self._known |= {row.key: row.id for row in rows}
        self._last = newest
        return [
            Recorded(
                row.operation,
                row.key,
                (row.thing_type, row.thing_id),
                tuple((str(thing), UUID(thing_id)) for thing, thing_id in row.touched),
                {},
            )
            for row in new
        ]


def sockets_ended_by(session: Session, connections: Connections, recorded: Recorded) -> list[str]:
    """The sockets of those whom an operation ended."""
    thing, thing_id = recorded.thing
    if thing_id is None:
        return []
    touched = {one for kind, one in recorded.touched if kind == "participant"}
    if thing == "participant" and recorded.operation in ("participant.remove", "participant.unite"):
        # Whoever hosts in their place leaves the table that they hosted before.
        return [*connections.of_participant(thing_id), *_hosts_no_more(session, connections, touched - {thing_id})]
    if thing == "device":
        return connections.where(lambda actor: actor.device == thing_id)
    if thing == "event":
        return connections.where(lambda actor: actor.screen_of == thing_id)
    if thing in ("table", "cafe", "participant"):
        return _hosts_no_more(session, connections, touched)
    if thing == "membership":
        membership = session.get(Membership, thing_id)
        return connections.of_user(membership.user_id) if membership else []
    return connections.of_user(thing_id)


def _hosts_no_more(session: Session, connections: Connections, participants: set[UUID]) -> list[str]:
    """Sockets that are in a table's room as its host's, of people who host it no longer."""
    ended = []
    for sid in connections.where(lambda actor: bool(actor.participants & participants)):
        connection = connections.get(sid)
        for room in list(connection.rooms.values()) if connection else ():
            if connection and room.channel.startswith("table:") and not _still(session, connection.actor, room):
                ended.append(sid)
                break
    return ended


def sockets_out_of_sight(session: Session, connections: Connections) -> list[str]:
    """The sockets that listen to a table, or to what sums up all of them, which their people do not see any more.

    Two statements where all see all.
    """
    tables, cafes = (_listened_to(connections, kind) for kind in ("table", "cafe"))
    limited = Event.tables_visible != TablesVisible.ALL
    of_tables = select(CafeTable.id).join(Cafe, Cafe.id == CafeTable.cafe_id).join(Event, Event.id == Cafe.event_id)
    of_cafes = select(Cafe.id).join(Event, Event.id == Cafe.event_id)
    channels = []
    if tables:
        found = session.scalars(of_tables.where(CafeTable.id.in_(tables), limited))
        channels += [f"table:{one}" for one in found]
    if cafes:
        found = session.scalars(of_cafes.where(Cafe.id.in_(cafes), limited))
        channels += [f"cafe:{one}" for one in found]
    ended = []
    for channel in channels:
        for sid in connections.listening(channel):
            connection = connections.get(sid)
            room = connection.rooms.get(channel) if connection else None
            if connection and room and _shows_tables(room) and not _sees(session, connection.actor, room):
                ended.append(sid)
            # Under eventlet everybody else is answered in between.
            time.sleep(0)
    return ended


def _listened_to(connections: Connections, kind: str) -> list[UUID]:
    """The tables of which somebody hears, or the cafés of which somebody hears the sum."""
    names = [one for one in connections.channels() if one.startswith(f"{kind}:")]
    return [UUID(one.partition(":")[2]) for one in names if any(map(_shows_tables, connections.rooms_of(one)))]


def _shows_tables(room: Room) -> bool:
    return room.channel.startswith("table:") or summary_of(room.channel, room.page) is not None


def _sees(session: Session, by: Actor, room: Room) -> bool:
    try:
        audience, standing = watch(session, by, room.channel)
    except Problem:
        return False
    summary = summary_of(room.channel, room.page)
    return summary is None or audience is Audience.STAFF or may_read(summary, standing)


def _still(session: Any, by: Actor, room: Room) -> bool:
    """Whether somebody still belongs to a room's audience."""
    try:
        return room.audience is not Audience.STAFF or watch(session, by, room.channel)[0] is Audience.STAFF
    except Problem:
        return False
