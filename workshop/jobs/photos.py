"""Files of uploads that no row names: of a call that came to nothing, or of a photo that went with its table or event.

Several processes on one folder may sweep at once, and each asks the database they share.
"""

import logging
import time
from collections.abc import Iterator

from workshop import engine
from workshop.perform import Store
from workshop.queries import photos

log = logging.getLogger(__name__)

EVERY_SECONDS = 3600.0


class Sweeper:
    """Deletes them, at the start and every hour."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def start(self) -> None:
        """Begin to sweep."""
        engine.background(self._work)

    def _work(self) -> None:
        while True:
            try:
                self.sweep()
            except Exception:
                log.exception("files could not be swept away; it is tried again")
            time.sleep(EVERY_SECONDS)

    def sweep(self) -> int:
        """Do it once; says how many pictures went."""
        uploads = self._store.uploads
        if uploads is None:
            return 0
        gone = 0
        for old in batched(uploads.unclaimed()):
            with self._store.reading() as session:
                known = photos.known_files(session, old)
            gone += uploads.sweep(old, known)
        uploads.tidy()
        return gone


def batched(names: list[str], size: int = 500) -> Iterator[list[str]]:
    """As many at once as a statement takes."""
    for start in range(0, len(names), size):
        yield names[start : start + size]
