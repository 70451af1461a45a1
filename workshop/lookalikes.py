"""Notes that are likely to say the same: derived from the database into memory, never on the way of a note.

Several processes each have their own. What is shown is read afresh, so that a note that was hidden a moment ago
is never shown because an index still knows it.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

from workshop.perform import Store
from workshop.queries import alike
from workshop.queries.alike import MOST_TO_SHOW, AlikeNote
from workshop.similarity import Index
from workshop.standing import Actor

LOOKS_AGAIN = 2.0
"""Seconds after which an index asks the database what has changed."""
MOST_EVENTS = 20
"""Events whose indexes are kept; the one that nobody has asked for longest goes first."""
BREATH = 25
"""Notes that are taken in before others get their turn."""


@dataclass
class Known:
    """What is known of one event."""

    index: Index = field(default_factory=Index)
    notes: dict[UUID, tuple[int, UUID]] = field(default_factory=dict)
    """Version and table of each note."""
    near: dict[UUID, set[UUID]] = field(default_factory=dict)
    """Of notes that somebody has asked about: those alike."""
    looked_at: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)
    """Held by whoever reads or changes any of it: where threads answer, several are here at a time."""


class Lookalikes:
    """Finds them for whoever may read the event; each method reads in sessions of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._events: OrderedDict[UUID, Known] = OrderedDict()
        self._lock = threading.Lock()

    def to_words(self, by: Actor, table_id: UUID, words: str) -> list[AlikeNote]:
        """Notes of the event that say what somebody at a table is just writing."""
        with self._store.reading() as session:
            event_id, sight = alike.event_to_compare(session, by, table_id)
            known = self._known(session, event_id)
            with known.lock:
                # What is out of sight takes nothing's place among the few that are shown.
                unseen = () if sight is None else {one for one, (_, at) in known.notes.items() if at not in sight}
                found = [match.key for match in known.index.similar(words, most=MOST_TO_SHOW, without=unseen)]
            return alike.to_show(session, event_id, found, sight)

    def to_note(self, by: Actor, table_id: UUID, idea_id: UUID, *, elsewhere: bool = True) -> list[AlikeNote]:
        """Notes that say what a note of this table says: at other tables, or also at its own."""
        with self._store.reading() as session:
            event_id, sight = alike.event_to_compare(session, by, table_id)
            known = self._known(session, event_id)
            with known.lock:
                near = self._near(session, known, idea_id)
            found = alike.to_show(session, event_id, near, sight)
            return [one for one in found if not elsewhere or one.table_id != table_id]

    def counts(self, by: Actor, table_id: UUID, ideas: Iterable[UUID]) -> dict[UUID, int]:
        """How many notes at other tables say what each of these says; those without any are left out."""
        with self._store.reading() as session:
            event_id, sight = alike.event_to_compare(session, by, table_id)
            known = self._known(session, event_id)
            counted = {}
            for idea in ideas:
                with known.lock:
                    at = [known.notes[one][1] for one in self._near(session, known, idea)]
                    here = known.notes[idea][1] if at else None
                elsewhere = sum(one != here and (sight is None or one in sight) for one in at)
                if elsewhere:
                    counted[idea] = elsewhere
                time.sleep(0)
            return counted

    def _known(self, session: Session, event_id: UUID) -> Known:
        with self._lock:
            known = self._events.setdefault(event_id, Known())
            self._events.move_to_end(event_id)
            while len(self._events) > MOST_EVENTS:
                self._events.popitem(last=False)
        with known.lock:
            if not known.looked_at or time.monotonic() - known.looked_at >= LOOKS_AGAIN:
                self._look(session, event_id, known)
                known.looked_at = time.monotonic()
        return known

    def _look(self, session: Session, event_id: UUID, known: Known) -> None:
        now = alike.versions(session, event_id)
        for gone in [one for one in known.notes if one not in now]:
            known.index.drop(gone)
            self._forget(known, gone)
            del known.notes[gone]
        changed = [one for one, (version, _) in now.items() if known.notes.get(one, (0, None))[0] != version]
        words = alike.texts(session, changed)
        for number, one in enumerate(changed):
            if one not in words:
                continue
            known.index.put(one, words[one])
            known.notes[one] = now[one]
            self._forget(known, one)
            if number % BREATH == BREATH - 1:
                # A note that is being sent does not wait for this.
                time.sleep(0)
        if known.near:
            for one in changed:
                self._introduce(known, one, words.get(one, ""))

    def _introduce(self, known: Known, idea: UUID, words: str) -> None:
        # Whoever was asked about before hears of the newcomer.
        for match in known.index.similar(words, most=20, without={idea}):
            if match.key in known.near:
                known.near[match.key].add(idea)

    def _forget(self, known: Known, idea: UUID) -> None:
        known.near.pop(idea, None)
        for others in known.near.values():
            others.discard(idea)

    def _near(self, session: Session, known: Known, idea: UUID) -> list[UUID]:
        if idea not in known.notes:
            return []
        if idea not in known.near:
            words = alike.texts(session, [idea]).get(idea, "")
            matches = known.index.similar(words, most=20, without={idea})
            known.near[idea] = {match.key for match in matches}
        return [one for one in known.near[idea] if one in known.notes]
