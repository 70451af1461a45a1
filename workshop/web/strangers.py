"""How fast people nobody knows yet may come in: only what a right code opens is counted, by event and where it is from.

A whole conference sits behind one address, so each event has room for all of it from there. Who floods one event from
elsewhere keeps nobody in its hall out, nor anybody out of another event.
"""

from uuid import UUID

from flask import current_app, request
from flask_babel import lazy_gettext as _l

from workshop.errors import TooFast
from workshop.pace import Pace
from workshop.web.attempts import neighbourhood

JOINING = (1000, 60.0)
"""How many join one event from one address at once, and in a second for good: five hundred in ten seconds, and more."""
MEASURING = (300, 10.0)
"""The same of devices that tell how the network is: as many as an event keeps, then some again and again."""
TOO_MANY = _l(
    "Very many are coming in from here at this moment. Wait a few seconds and send it again; nothing is lost."
)


class Strangers:
    """The buckets; kept in memory alone, addresses for seconds."""

    def __init__(self) -> None:
        self.paces = {"join": Pace(*JOINING), "measure": Pace(*MEASURING)}

    def take_turn(self, what: str, event_id: UUID, address: str) -> None:
        """Count one; raises TooFast where it was one too many."""
        wait = self.paces[what].wait(f"{event_id} {neighbourhood(address)}")
        if wait:
            raise TooFast(wait, TOO_MANY)


def take_turn(what: str, event_id: UUID) -> None:
    """Count this request, which brought a right code."""
    current_app.extensions["workshop_strangers"].take_turn(what, event_id, request.remote_addr or "")
