"""What may be done in which phase of an event, and the sentences that say when the rest opens."""

import enum
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.errors import Closed
from workshop.models import Change, Event, IdeaKind, LocalText, Phase, PhaseKind, in_language

PHASE = Event.phase_kind.label("phase_kind")
"""The column that every statement reads which reads of an event what authorising needs."""


class Activity(enum.Enum):
    """What people do at an event beside reading, which is always open."""

    ASK = "ask"
    SHOW = "show"
    VOTE = "vote"
    WRITE = "write"
    DECIDE = "decide"


OPEN_IN = {
    PhaseKind.CO_LEARNING: frozenset({Activity.ASK}),
    PhaseKind.CO_SHARING: frozenset({Activity.ASK, Activity.SHOW, Activity.VOTE}),
    PhaseKind.CO_CREATION: frozenset(Activity),
}
"""Read and ask; show and vote; write and decide. Nothing that was open closes when they follow in this order."""
WRITING = {
    IdeaKind.QUESTION: Activity.ASK,
    IdeaKind.GOOD_EXAMPLE: Activity.SHOW,
    IdeaKind.IDEA: Activity.WRITE,
    IdeaKind.CHALLENGE: Activity.WRITE,
}
"""As what a note of each kind counts."""
MEANS = {
    PhaseKind.CO_LEARNING: _l("read and ask"),
    PhaseKind.CO_SHARING: _l("show and vote"),
    PhaseKind.CO_CREATION: _l("write and decide"),
}
DOING = {
    Activity.ASK: _l("Asking"),
    Activity.SHOW: _l("Showing good examples"),
    Activity.VOTE: _l("Voting"),
    Activity.WRITE: _l("Writing ideas and challenges"),
    Activity.DECIDE: _l("Taking forward"),
}


class Planned(Protocol):
    """A phase as far as anybody is told of it."""

    kind: PhaseKind
    name: LocalText
    begins_at: datetime | None


def is_open(activity: Activity, now: PhaseKind | None) -> bool:
    """Whether something may be done; without a phase everything may."""
    return now is None or activity in OPEN_IN[now]


def open_kinds(now: PhaseKind | None) -> list[IdeaKind]:
    """The kinds of note that may be written."""
    return [kind for kind in IdeaKind if is_open(WRITING[kind], now)]


def when_open(
    activity: Activity, now: PhaseKind | None, phases: Iterable[Planned], language: str, zone: str, *, days: bool
) -> Any:
    """The sentence that says from when on something may be done; `days`: the event has more than one."""
    rest = iter(phases)
    for one in rest:
        if one.kind is now:
            break
    opening = next((one for one in rest if activity in OPEN_IN[one.kind]), None)
    doing = DOING[activity]
    if opening is None:
        return _l("%(doing)s is closed.", doing=doing)
    name = Said(lambda: in_language(opening.name, _language(), language)[1])
    if opening.begins_at is None:
        return _l("%(doing)s opens with %(phase)s.", doing=doing, phase=name)
    there = opening.begins_at.astimezone(ZoneInfo(zone))
    time = f"{there:%H:%M}"
    if not days:
        return _l("%(doing)s opens with %(phase)s, at %(time)s.", doing=doing, phase=name, time=time)
    day = Said(lambda: format_skeleton("MMMd", there, locale=_habits(_language())))
    return _l("%(doing)s opens with %(phase)s, on %(day)s at %(time)s.", doing=doing, phase=name, day=day, time=time)


class Said:
    """Words that are chosen when they are said, in the language of the moment."""

    def __init__(self, choose: Callable[[], str]) -> None:
        self._choose = choose

    def __str__(self) -> str:
        return self._choose()


def _language() -> str:
    return str(get_locale().language)


def _habits(language: str) -> Locale:
    return Locale("en", "GB") if language == "en" else Locale(language)


class Written(NamedTuple):
    """When a note that comes was begun, as far as can be known.

    Attributes:
        phase: the phase its page knew of; None where there was none.
        since: when its round was opened.
    """

    phase: PhaseKind | None
    since: datetime | None


def waits_for_phase(session: Session | None, event: Event, activity: Activity | None, written: Written | None) -> bool:
    """Raise Closed for what the phase of the moment does not allow to those who take part.

    True for a note that was begun while it was allowed, and comes late: it is taken, and waits for a moderator.
    """
    if activity is None or is_open(activity, event.phase_kind):
        return False
    assert session is not None
    if written and is_open(activity, written.phase) and _held(session, event.id, written):
        return True
    raise Closed(_sentence(session, event.id, activity))


PHASE_OPERATIONS = ("phase.begin", "phase.end", "event.set_phases")
"""Those whose Changes say under `phase` what held before and what holds afterwards."""


def _held(session: Session, event_id: UUID, written: Written) -> bool:
    """Whether the phase that a note says it was begun in held while its round ran."""
    if written.since is None:
        return False
    ended = session.scalars(
        select(Change.facts).where(
            Change.event_id == event_id, Change.operation.in_(PHASE_OPERATIONS), Change.at >= written.since
        )
    )
    wanted = str(written.phase) if written.phase else None
    return any(facts["phase"][0] == wanted for facts in ended if "phase" in facts)


def _sentence(session: Session, event_id: UUID, activity: Activity) -> Any:
    event = session.get_one(Event, event_id)
    phases = session.scalars(select(Phase).where(Phase.event_id == event_id).order_by(Phase.position)).all()
    several = event.starts_on != event.ends_on
    return when_open(activity, event.phase_kind, phases, event.language, event.timezone, days=several)
