"""An event's phases: which there are, and which one holds."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import MAXYEAR, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from wtforms import ValidationError

from workshop.errors import Closed, Invalid, NotFound
from workshop.forms import Id, OperationForm, Pick, Text
from workshop.models import Cafe, Event, Phase, PhaseKind, Slot
from workshop.models.base import NAME_LENGTH
from workshop.operations.events import OneEventForm, one_event
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor, At, standing_in_event
from workshop.transaction import Transaction

PLACES = ((1, "1"), (2, "2"), (3, "3"))
WHEN = "%Y-%m-%dT%H:%M"
"""As a browser's field for day and time writes it; in the event's zone."""
NO_TIME = _l("A time is written like 2026-05-12T14:00.")


@dataclass
class OnePhase(At):
    """A phase; its event is locked against a change at the same moment."""

    phase: Phase = field(kw_only=True)


class PhaseForm(OperationForm):
    """Which phase."""

    phase = Id()


def one_phase(session: Session, by: Actor, form: PhaseForm) -> OnePhase:
    """The phase, if this actor may know of its event."""
    row = session.execute(
        select(Phase, Event)
        .join(Event, Event.id == Phase.event_id)
        .where(Phase.id == form.phase.data)
        .with_for_update(of=Event)
    ).first()
    if row is None:
        raise NotFound
    return OnePhase(standing_in_event(session, by, row[1]), phase=row[0])


@operation(
    "phase.begin",
    PhaseForm,
    Permission.RUN_CAFE,
    find=one_phase,
    title=_l("Begin this phase"),
    says=_l("%(who)s began a phase"),
)
def begin_phase(tx: Transaction, at: OnePhase, form: PhaseForm) -> None:
    """Have a phase hold from now on; the one before ends."""
    _require_going_on(at)
    if at.phase.since is not None:
        return
    tx.fact("phase", at.event.phase_kind, at.phase.kind)
    _end_phases(tx, at.event)
    at.phase.since = tx.now
    _tell(tx, at.event)


@operation(
    "phase.end",
    OneEventForm,
    Permission.RUN_CAFE,
    find=one_event,
    title=_l("Open everything"),
    says=_l("%(who)s ended a phase"),
)
def end_phase(tx: Transaction, at: At, form: OneEventForm) -> None:
    """Have no phase hold: everything is open again."""
    _require_going_on(at)
    if at.event.phase_kind is None:
        return
    tx.fact("phase", at.event.phase_kind, None)
    _end_phases(tx, at.event)
    _tell(tx, at.event)


class PhasesForm(OneEventForm):
    """The phases of an event: what each is called, in which place it comes, and when."""

    co_learning_name = Text(_l("Name"), NAME_LENGTH, description=_l("Empty: the event goes without it"))
    co_learning_place = Pick(_l("Place"), PLACES, default="1")
    co_learning_begins = Text(_l("Begins"), 16)
    co_sharing_name = Text(_l("Name"), NAME_LENGTH, description=_l("Empty: the event goes without it"))
    co_sharing_place = Pick(_l("Place"), PLACES, default="2")
    co_sharing_begins = Text(_l("Begins"), 16)
    co_creation_name = Text(_l("Name"), NAME_LENGTH, description=_l("Empty: the event goes without it"))
    co_creation_place = Pick(_l("Place"), PLACES, default="3")
    co_creation_begins = Text(_l("Begins"), 16)

    def wanted(self) -> Iterator[PhaseKind]:
        """The phases that have a name, by their places."""
        named = [kind for kind in PhaseKind if self[f"{kind}_name"].data]
        return iter(sorted(named, key=lambda kind: str(self[f"{kind}_place"].data)))

    def validate(self, extra_validators: Any = None) -> bool:
        """And each in a place of its own, at a time that is one."""
        valid = bool(super().validate(extra_validators))
        taken: set[Any] = set()
        for kind in self.wanted():
            place, begins = self[f"{kind}_place"], self[f"{kind}_begins"]
            if place.data in taken:
                place.errors = [_l("Another phase has this place already.")]
                valid = False
            taken.add(place.data)
            try:
                moment_in(begins.data, "UTC")
            except ValidationError as error:
                begins.errors = [error.args[0]]
                valid = False
        return valid


def moment_in(text: str | None, zone: str) -> datetime | None:
    """A moment as a form writes it, in a zone; raises ValidationError for what is none."""
    if not text:
        return None
    try:
        return datetime.strptime(text, WHEN).replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        raise ValidationError(NO_TIME) from None


@operation(
    "event.set_phases",
    PhasesForm,
    Permission.RUN_CAFE,
    find=one_event,
    title=_l("Phases"),
    says=_l("%(who)s changed the phases of an event"),
)
def set_phases(tx: Transaction, at: At, form: PhasesForm) -> None:
    """Name and order the phases of an event; one that is taken away while it holds leaves everything open."""
    _require_going_on(at)
    event, session = at.event, tx.session
    phases = {one.kind: one for one in session.scalars(select(Phase).where(Phase.event_id == event.id))}
    before = [_as_plain(one) for one in sorted(phases.values(), key=lambda one: one.position)]
    wanted = {kind: position for position, kind in enumerate(form.wanted(), 1)}
    gone = [one for kind, one in phases.items() if kind not in wanted]
    if any(one.since for one in gone):
        tx.fact("phase", event.phase_kind, None)
    ids = [one.id for one in gone]
    session.execute(update(Slot).where(Slot.phase_id.in_(ids)).values(phase_id=None))
    session.execute(delete(Phase).where(Phase.id.in_(ids)))
    _make_room(tx, event)
    after = []
    for kind, position in wanted.items():
        one = phases.get(kind)
        if one is None:
            one = Phase(event_id=event.id, kind=kind, name={})
            session.add(one)
        name = form[f"{kind}_name"].data
        if one.name.get(event.language) != name:
            one.name = {event.language: name}
        one.position = position
        begins = moment_in(form[f"{kind}_begins"].data, event.timezone)
        if begins and begins.year < 2000:
            raise Invalid(fields={f"{kind}_begins": [_l("This is too long ago.")]})
        if begins and begins.year == MAXYEAR:
            # Its last day is none of any year in some zone.
            raise Invalid(fields={f"{kind}_begins": [NO_TIME]})
        one.begins_at = begins
        after.append(_as_plain(one))
    if before == after:
        return
    tx.fact("phases", before, after)
    _tell(tx, event)


def _make_room(tx: Transaction, event: Event) -> None:
    # Two of them may change places, and no two may have the same one in between.
    moved = update(Phase).where(Phase.event_id == event.id).values(position=Phase.position + 100)
    tx.session.execute(moved, execution_options={"synchronize_session": "fetch"})


def _as_plain(phase: Phase) -> dict[str, Any]:
    begins = phase.begins_at.astimezone(ZoneInfo("UTC")).isoformat() if phase.begins_at else None
    return {"kind": str(phase.kind), "name": dict(phase.name), "begins": begins}


def _require_going_on(at: At) -> None:
    if at.event.closed_at is not None:
        raise Closed(_l("This event is closed."))


def _end_phases(tx: Transaction, event: Event) -> None:
    ended = update(Phase).where(Phase.event_id == event.id).values(since=None)
    # At once: the database allows one that holds.
    tx.session.execute(ended)


def _tell(tx: Transaction, event: Event) -> None:
    tx.about("event", event.id)
    tx.touch("phase", event.id)
    tx.tell("list", event.id)
    tx.tell("cafe", *tx.session.scalars(select(Cafe.id).where(Cafe.event_id == event.id)))
