"""Up to which revision the rooms of each channel have been told, and what they are to be told next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

from workshop.engine import brief_lock
from workshop.live import telling
from workshop.live.connections import Connections, Room
from workshop.perform import Recorded
from workshop.queries import cafes
from workshop.queries.viewing import Audience

News = Mapping[str, Mapping[int, Recorded | None]]
"""{channel: {revision up to the newest: its Change, if known}}"""


@dataclass
class Told:
    """What the rooms of one channel are told; without a read they are to load afresh."""

    channel: str
    since: int
    revision: int
    keys: list[str]
    rooms: list[Room]
    touched: "set[tuple[str, UUID]] | telling.TooFarBehind"
    reads: dict[tuple[str, Audience], telling.Read] = field(default_factory=dict)
    removed: UUID | None = None
    """Who is cut off afterwards."""

    @property
    def person(self) -> UUID | None:
        """Whose own channel it is."""
        kind, _, text = self.channel.partition(":")
        return UUID(text) if kind == "person" else None


class Reached:
    """The newest revision that each channel's rooms were told; of a channel nobody watches there is none."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._lock = brief_lock()
        self._told: dict[str, int] = {}

    def first(self, channel: str, revision: int) -> None:
        """A channel is watched from this revision on, unless it was already."""
        with self._lock:
            self._told.setdefault(channel, revision)

    def at(self, channel: str, otherwise: int) -> int:
        """What was told last."""
        return self._told.get(channel, otherwise)

    def forget(self) -> None:
        """No revision means what it did."""
        with self._lock:
            self._told = {}

    def read(self, session: Session, news: News) -> list[Told]:
        """What the rooms of channels are to be told, which counts as told from now on."""
        with self._lock:
            before = {channel: self._told[channel] for channel in news if channel in self._told}
        try:
            return self._read(session, news)
        except Exception:
            # What could not be read, because the database went away, has not been told: the next poll finds it.
            with self._lock:
                self._told.update(before)
            raise

    def _read(self, session: Session, news: News) -> list[Told]:
        kept: dict[int, telling.Touches] = {}
        heard: dict[str, telling.Touches] = {}
        told: list[Told] = []
        shown: list[tuple[Told, tuple[str, Audience]]] = []
        wanted: list[tuple[str, str, Audience, telling.Touched]] = []
        people: dict[UUID, Told] = {}
        for channel, known in news.items():
            one = self._due(session, channel, known, kept, heard)
            if one is None:
                continue
            told.append(one)
            if person := one.person:
                people[person] = one
            if isinstance(one.touched, telling.TooFarBehind):
                continue
            for room in one.rooms:
                if (kind := (room.page, room.audience)) not in one.reads:
                    one.reads[kind] = []
                    shown.append((one, kind))
                    wanted.append((channel, *kind, one.touched))
        for (one, kind), read in zip(shown, telling.Reading(wanted).run(session), strict=True):
            one.reads[kind] = read
        for some in telling.batched(people, telling.READ_AT_ONCE):
            for person, row in cafes.me(session, some, Audience.OWN).items():
                people[person].removed = person if row.removed else None
        return told

    def _due(
        self,
        session: Session,
        channel: str,
        known: Mapping[int, Recorded | None],
        kept: dict[int, telling.Touches],
        heard: dict[str, telling.Touches],
    ) -> "Told | None":
        """Up to which revision the rooms of a channel are to be told of what; None where nobody is or they know."""
        revision = max(known)
        rooms = self._connections.rooms_of(channel)
        with self._lock:
            since = self._told.get(channel)
            if not rooms:
                self._told.pop(channel, None)
                return None
            if since is not None and since >= revision:
                return None
            self._told[channel] = revision
        if since is None:
            since = revision - 1
        keys: list[str] = []
        touches: list[telling.Touches] = []
        for step in range(since + 1, revision + 1):
            recorded = known.get(step)
            if recorded is None:
                break
            keys.append(recorded.key)
            if recorded.key not in heard:
                heard[recorded.key] = telling.Touches(recorded.touched)
            touches.append(heard[recorded.key])
        else:
            return Told(channel, since, revision, keys, rooms, telling.to_tell(channel, touches))
        return Told(
            channel, since, revision, [], rooms, telling.touched_between(session, channel, since, revision, kept)
        )
