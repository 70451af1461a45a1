"""Reads about the hall's network: what each device found, and what that means for the room."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.models import Cafe, Event, HallDevice, Process
from workshop.policy import Permission, authorize
from workshop.queries.viewing import Page, open_page
from workshop.standing import Actor, At, standing_in_event

SLOW, SLOW_WORST = 400, 3000
"""Milliseconds, in the middle or at worst, from which a round trip is felt."""
CLOCK_OFF = 60
"""Seconds from which a clock is told to be wrong."""


@dataclass
class Device:
    """What one device found.

    Attributes:
        is_: "good", "slow", "polling" where no WebSocket gets through, "blocked" where nothing live does.
        median, worst: round trips in ms by the way it would take.
    """

    id: UUID
    label: str
    is_: str
    median: int | None
    worst: int | None
    large: int | None
    secure: bool
    worker: bool
    clock_off: int

    @property
    def clock_wrong(self) -> bool:
        """Whether its clock says another time than the server's."""
        return abs(self.clock_off) >= CLOCK_OFF


def judged(row: HallDevice) -> Device:
    """What a device's figures mean."""
    median: int | None = None
    worst: int | None = None
    word = "blocked"
    if row.websocket is not None:
        median, worst = row.websocket, row.websocket_worst or row.websocket
        word = "slow" if median >= SLOW or worst >= SLOW_WORST else "good"
    elif row.polling is not None:
        median, worst = row.polling, row.polling_worst or row.polling
        word = "slow" if median >= SLOW or worst >= SLOW_WORST else "polling"
    return Device(row.id, row.label, word, median, worst, row.large, row.secure, row.worker, row.clock_off)


def device(session: Session, device_id: UUID) -> Device | None:
    """One device's own result."""
    row = session.get(HallDevice, device_id)
    return judged(row) if row else None


@dataclass
class HallPage(Page):
    """All devices that were tried, for moderators."""

    event: Event
    process: Process
    cafes: list[UUID]
    devices: list[Device]

    @property
    def counts(self) -> dict[str, int]:
        """How many devices found what."""
        words = [one.is_ for one in self.devices]
        return {word: words.count(word) for word in ("good", "slow", "polling", "blocked")}

    @property
    def room(self) -> str:
        """The word for the room: the worst that more than one in ten devices found."""
        if not self.devices:
            return "nothing"
        for word in ("blocked", "slow", "polling"):
            if self.counts[word] * 10 > len(self.devices):
                return word
        return "good"


def hall_page(session: Session, by: Actor, event_id: UUID) -> HallPage:
    """The page of the hall, for those who run the event."""
    event = session.get(Event, event_id)
    standing = standing_in_event(session, by, event)
    assert event is not None
    authorize(Permission.RUN_EVENT, At(standing))
    cafes = list(session.scalars(select(Cafe.id).where(Cafe.event_id == event.id, Cafe.source.is_(None))))
    person = standing.participant
    channels = [f"cafe:{one}" for one in cafes] + ([f"person:{person.id}"] if person else [])
    opened = open_page(session, standing, channels)
    rows = session.scalars(
        select(HallDevice).where(HallDevice.event_id == event.id).order_by(HallDevice.at.desc(), HallDevice.id)
    )
    return HallPage(
        **opened,
        event=event,
        process=session.get_one(Process, event.process_id),
        cafes=cafes,
        devices=[judged(one) for one in rows],
    )
