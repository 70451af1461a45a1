"""Who is connected, and which rooms they are in."""

import gc
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from workshop import engine
from workshop.queries.viewing import Audience
from workshop.standing import Actor

GROWN, FEW = 1.25, 20
"""By which factor, and by how many at least, the sockets have grown when what they hold counts as settled."""
EMPTIED = 0.2
"""Share of those sockets below which a hall has gone."""

MOST_OF_ONE = 30
"""Sockets of one caller: every tab on all their devices, and far fewer than a process holds."""
MOST_OF_NOBODY = 2_000
"""Sockets of nobody in particular, all together; and of one event's screens, whose link may be shown to many."""


class Room(NamedTuple):
    """One channel as one kind of page shows it, in one language, to one audience."""

    channel: str
    page: str
    language: str
    audience: Audience

    @property
    def name(self) -> str:
        """What Socket.IO calls it; built here and nowhere else, never from what a client says."""
        return "|".join(self)


@dataclass
class Connection:
    """One socket; `caller` is whose calls are counted together with its own."""

    sid: str
    actor: Actor
    page: str | None
    language: str
    caller: str = ""
    participant: UUID | None = None
    """Whom its page was drawn for."""
    rooms: dict[str, Room] = field(default_factory=dict)
    """channel -> room"""
    busy: bool = False
    """Whether something it asked for is not answered yet."""


def counted_with(connection: Connection) -> tuple[str, int]:
    """Whose sockets one is counted with, and how many of them there may be."""
    if connection.caller not in ("", connection.sid):
        return connection.caller, MOST_OF_ONE
    # Apart from each other: who opens pages without end ends no screen.
    return str(connection.actor.screen_of or ""), MOST_OF_NOBODY


class Connections:
    """All sockets of this process."""

    def __init__(self) -> None:
        self._lock = engine.brief_lock()
        self._by_sid: dict[str, Connection] = {}
        self._of_callers: dict[str, dict[str, None]] = {}
        self._rooms: dict[str, dict[Room, set[str]]] = defaultdict(dict)
        self._settled = 0

    def add(self, connection: Connection) -> str | None:
        """Know a socket; the one that has to go for it, where its caller has too many."""
        with self._lock:
            self._by_sid[connection.sid] = connection
            one_too_many = self._count(connection)
            if len(self._by_sid) >= self._settled * GROWN + FEW:
                # What a hall that joins brings with it stays; walking through all of it stops everybody for 30 ms.
                # Only when there are more than before, until they have gone: what is garbage then must not add up.
                self._settled = len(self._by_sid)
                gc.freeze()
            return one_too_many

    def _count(self, connection: Connection) -> str | None:
        counted_as, most = counted_with(connection)
        theirs = self._of_callers.setdefault(counted_as, {})
        theirs[connection.sid] = None
        if len(theirs) <= most:
            return None
        oldest = next(iter(theirs))
        # Named once, however long its going takes.
        del theirs[oldest]
        return oldest

    def _count_no_more(self, connection: Connection) -> None:
        counted_as, _most = counted_with(connection)
        theirs = self._of_callers.get(counted_as, {})
        theirs.pop(connection.sid, None)
        if not theirs:
            self._of_callers.pop(counted_as, None)

    def get(self, sid: str) -> Connection | None:
        """The socket, unless it has gone."""
        return self._by_sid.get(sid)

    def enter(self, connection: Connection, room: Room) -> bool:
        """Put a socket into a room, unless it has gone; a channel has one room per socket."""
        with self._lock:
            if connection.sid not in self._by_sid:
                return False
            connection.rooms[room.channel] = room
            self._rooms[room.channel].setdefault(room, set()).add(connection.sid)
            return True

    def remove(self, sid: str) -> None:
        """Forget a socket and the rooms it leaves empty."""
        with self._lock:
            connection = self._by_sid.pop(sid, None)
            if connection:
                self._count_no_more(connection)
                for room in connection.rooms.values():
                    self._leave(sid, room)
            gone = len(self._by_sid) < self._settled * EMPTIED
            if gone:
                # The next hall, or this one when its network is back, settles anew.
                self._settled = 0
        if gone:
            # Few are left to wait while what the others have left behind is put away. Without the lock: nobody
            # knows what is called when garbage is put away.
            gc.unfreeze()
            gc.collect()

    def leave(self, connection: Connection, channel: str) -> Room | None:
        """Take a socket out of its room of a channel; the room it was in."""
        with self._lock:
            room = connection.rooms.pop(channel, None)
            if room:
                self._leave(connection.sid, room)
            return room

    def _leave(self, sid: str, room: Room) -> None:
        members = self._rooms[room.channel].get(room, set())
        members.discard(sid)
        if not members:
            self._rooms[room.channel].pop(room, None)
            if not self._rooms[room.channel]:
                del self._rooms[room.channel]

    def rooms_of(self, channel: str) -> list[Room]:
        """The rooms of a channel in which somebody is."""
        with self._lock:
            return list(self._rooms.get(channel, ()))

    def listening(self, channel: str) -> list[str]:
        """The sockets in the rooms of a channel."""
        with self._lock:
            return [sid for members in self._rooms.get(channel, {}).values() for sid in members]

    def channels(self) -> list[str]:
        """The channels in which somebody listens."""
        with self._lock:
            return list(self._rooms)

    def where(self, belongs: Callable[[Actor], bool]) -> list[str]:
        """The sockets of certain actors."""
        with self._lock:
            return [sid for sid, connection in self._by_sid.items() if belongs(connection.actor)]

    def people(self) -> set[UUID]:
        """Everybody of whom a page is connected, each once."""
        with self._lock:
            return {one.participant for one in self._by_sid.values() if one.participant}

    def of_participant(self, participant_id: UUID) -> list[str]:
        """The sockets of one participant."""
        return self.where(lambda actor: participant_id in actor.participants)

    def of_user(self, user_id: UUID) -> list[str]:
        """The sockets of one account."""
        return self.where(lambda actor: actor.user_id == user_id)
