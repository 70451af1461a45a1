"""Reads about an event's phases: which one holds, what it opens, when the rest does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workshop.models import Event, IdeaKind, LocalText, Phase, PhaseKind
from workshop.phases import MEANS, Activity, is_open, open_kinds, when_open
from workshop.queries.viewing import Audience


@dataclass
class OnePhase:
    """A phase of an event."""

    id: UUID
    kind: PhaseKind
    name: LocalText
    begins_at: datetime | None
    since: datetime | None

    @property
    def means(self) -> Any:
        """What it is for, in a few words."""
        return MEANS[self.kind]


@dataclass
class Phases:
    """The phases of an event and what the one that holds allows to those who take part."""

    id: UUID
    language: str
    timezone: str
    several_days: bool
    closed: bool
    phases: list[OnePhase]

    @property
    def now(self) -> OnePhase | None:
        """The one that holds."""
        return next((one for one in self.phases if one.since), None)

    @property
    def kind(self) -> PhaseKind | None:
        """What the one that holds is."""
        return self.now.kind if self.now else None

    @property
    def open_kinds(self) -> list[IdeaKind]:
        """The kinds of note that may be written."""
        return open_kinds(self.kind)

    @property
    def closed_kinds(self) -> list[IdeaKind]:
        """Those that may not."""
        return [kind for kind in IdeaKind if kind not in self.open_kinds]

    @property
    def voting(self) -> bool:
        """Whether one may vote."""
        return is_open(Activity.VOTE, self.kind)

    def closed_now(self, *activities: str) -> list[Any]:
        """A sentence for each of these activities that is closed: from when on it is open."""
        return [
            when_open(one, self.kind, self.phases, self.language, self.timezone, days=self.several_days)
            for one in map(Activity, activities)
            if not is_open(one, self.kind)
        ]


def phases(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, Phases]:
    """The phases of each event, in one statement."""
    rows = session.execute(
        select(
            Event.id, Event.language, Event.timezone, Event.starts_on, Event.ends_on, Event.closed_at,
            Phase.id.label("phase_id"), Phase.kind, Phase.name, Phase.begins_at, Phase.since,
        )
        .outerjoin(Phase, Phase.event_id == Event.id)
        .where(Event.id.in_(list(ids)))
        .order_by(Phase.position)
    )  # fmt: skip
    found: dict[UUID, Phases] = {}
    for row in rows:
        event = found.setdefault(
            row.id,
            Phases(row.id, row.language, row.timezone, row.starts_on != row.ends_on, row.closed_at is not None, []),
        )
        if row.phase_id:
            event.phases.append(OnePhase(row.phase_id, row.kind, row.name, row.begins_at, row.since))
    return found
