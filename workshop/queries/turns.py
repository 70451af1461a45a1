"""Reads about a café's rounds: which state it is in now, and what comes next by the clock alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from workshop import clock
from workshop.models import Asks, Cafe, CafeState, Event, LocalText, Movement, Round, VotesPer
from workshop.models.cafes import START_CAN_BE_TAKEN_BACK
from workshop.queries.viewing import Audience


class WithRounds:
    """Something that has a café's rounds, in their order."""

    rounds: list[Round]

    @property
    def running(self) -> Round | None:
        """The round that is open."""
        return next((turn for turn in self.rounds if turn.opened_at and not turn.closed_at), None)

    @property
    def last(self) -> Round | None:
        """The round that was opened last."""
        return next((turn for turn in reversed(self.rounds) if turn.opened_at), None)


@dataclass
class Turn:
    """One round."""

    id: UUID
    number: int
    minutes: int
    prompt: LocalText
    opened_at: datetime | None
    ends_at: datetime | None
    paused_at: datetime | None
    closed_at: datetime | None

    @property
    def may_not_have_begun(self) -> datetime | None:
        """Until when its start can be taken back; None before it began, and once that is too late."""
        until = self.opened_at + START_CAN_BE_TAKEN_BACK if self.opened_at and not self.closed_at else None
        return until if until and clock.now() < until else None

    @property
    def left(self) -> timedelta | None:
        """How much time it had left when its clock was stopped; None while it goes."""
        stopped = self.paused_at or self.closed_at
        return max(self.ends_at - stopped, timedelta()) if stopped and self.ends_at else None


@dataclass(frozen=True)
class Step:
    """A state of a café, and from when on it is in it; None: already."""

    state: CafeState
    since: datetime | None = None


@dataclass
class Turns:
    """A café's rounds and where they stand: what clocks, writing lines and big screens need."""

    id: UUID
    rounds: list[Turn]
    closed_at: datetime | None
    event_closed_at: datetime | None
    timezone: str
    language: str
    imported: bool
    asks: Asks
    movement: Movement
    warning_minutes: int
    grace_seconds: int
    change_minutes: int
    gong: bool
    runs_itself: bool
    next_round_at: datetime | None
    break_ends_at: datetime | None
    votes_per_participant: int | None = None
    votes_per: VotesPer = VotesPer.CAFE

    @property
    def running(self) -> Turn | None:
        """The round that is open."""
        return next((turn for turn in self.rounds if turn.opened_at and not turn.closed_at), None)

    @property
    def last(self) -> Turn | None:
        """The round that was opened last, running or over."""
        opened = [turn for turn in self.rounds if turn.opened_at]
        return opened[-1] if opened else None

    @property
    def now(self) -> Turn | None:
        """The round one is in: the last that was opened, before the start the first."""
        return self.last or (self.rounds[0] if self.rounds else None)

    @property
    def following(self) -> Turn | None:
        """The round that comes next."""
        begun = self.last.number if self.last else 0
        return next((turn for turn in self.rounds if turn.number > begun and not turn.opened_at), None)

    @property
    def prompt(self) -> LocalText:
        """What all tables are asked now, where rounds ask and not tables; else nothing."""
        return self.now.prompt if self.now and self.asks is Asks.ROUNDS else {}

    @property
    def back_at(self) -> datetime | None:
        """When the next round begins, or the break ends; None where nobody has said so, and while a round runs."""
        if self.running or self.closed_at or self.event_closed_at or self.following is None:
            return None
        return self.break_ends_at or self.next_round_at

    def done_of(self, turn: Turn) -> int:
        """How much of a paused round is over, in percent."""
        assert turn.opened_at and turn.ends_at and turn.left is not None
        whole = turn.ends_at - turn.opened_at
        return round(100 * (1 - turn.left / whole)) if whole else 100

    @property
    def course(self) -> list[Step]:
        """The state it is in, and those it comes to when time passes and nobody does anything.

        The only place where a café's state is decided; `state` and the pages' scripts read it from here.
        """
        if self.event_closed_at:
            return [Step(CafeState.OVER)]
        if self.closed_at:
            return [Step(CafeState.CLOSED)]
        if self.running:
            return self._course_of(self.running)
        if self.last:
            return self._course_after(self.last)
        return [Step(CafeState.BEFORE)]

    def _course_of(self, turn: Turn) -> list[Step]:
        assert turn.opened_at and turn.ends_at
        if turn.paused_at:
            return [Step(CafeState.PAUSED)]
        warned_at = turn.ends_at - timedelta(minutes=self.warning_minutes)
        # A round that is shorter than its warning is not warned of from its first second on.
        warning = [Step(CafeState.WARNING, warned_at)] if turn.opened_at < warned_at < turn.ends_at else []
        return [Step(CafeState.ROUND), *warning, Step(CafeState.GRACE, turn.ends_at)]

    def _course_after(self, turn: Turn) -> list[Step]:
        assert turn.ends_at and turn.closed_at
        # By the clock the grace has passed when a round closes; whoever ends one early gives it from then on.
        finished_at = min(turn.ends_at, turn.closed_at) + timedelta(seconds=self.grace_seconds)
        if self.following is None:
            rest = [Step(CafeState.AFTER, finished_at)]
        elif self.break_ends_at:
            rest = [Step(CafeState.BREAK, finished_at), Step(CafeState.BETWEEN, self.break_ends_at)]
        else:
            rest = [Step(CafeState.BETWEEN, finished_at)]
        if finished_at > turn.closed_at:
            return [Step(CafeState.GRACE), *rest]
        return [Step(rest[0].state), *rest[1:]]

    def state_at(self, moment: datetime) -> CafeState:
        """The state at a moment, if nobody does anything until then."""
        return next(step.state for step in reversed(self.course) if step.since is None or step.since <= moment)

    @property
    def state(self) -> CafeState:
        """The state now."""
        return self.state_at(clock.now())

    @property
    def course_in_words(self) -> str:
        """The course as a page's script reads it: "round warning@2026-05-12T10:18:00+00:00 grace@…"."""
        return " ".join(
            str(step.state) if step.since is None else f"{step.state}@{step.since.isoformat()}" for step in self.course
        )


def turns(session: Session, ids: Iterable[UUID], audience: Audience) -> dict[UUID, Turns]:
    """The rounds of each café."""
    rows = session.execute(
        select(Cafe, Event.closed_at, Event.timezone, Event.language)
        .join(Event, Event.id == Cafe.event_id)
        .where(Cafe.id.in_(list(ids)))
        .options(selectinload(Cafe.rounds))
    )
    return {cafe.id: turns_of(cafe, closed_at, timezone, language) for cafe, closed_at, timezone, language in rows}


def turns_of(cafe: Cafe, event_closed_at: datetime | None, timezone: str, language: str) -> Turns:
    """The rounds of a café that has been read."""
    return Turns(
        id=cafe.id,
        rounds=[
            Turn(
                one.id, one.number, one.minutes, one.prompt,
                one.opened_at, one.ends_at, one.paused_at, one.closed_at,
            )
            for one in cafe.rounds
        ],
        closed_at=cafe.closed_at,
        event_closed_at=event_closed_at,
        timezone=timezone,
        language=language,
        imported=cafe.source is not None,
        asks=cafe.asks,
        movement=cafe.movement,
        warning_minutes=cafe.warning_minutes,
        grace_seconds=cafe.grace_seconds,
        change_minutes=cafe.change_minutes,
        gong=cafe.gong,
        runs_itself=cafe.runs_itself,
        next_round_at=cafe.next_round_at,
        break_ends_at=cafe.break_ends_at,
        votes_per_participant=cafe.votes_per_participant,
        votes_per=cafe.votes_per,
    )  # fmt: skip


def due(session: Session, moment: datetime) -> list[UUID]:
    """The cafés that go by the clock and whose round has to end or begin now."""
    running = (Round.cafe_id == Cafe.id) & Round.opened_at.is_not(None) & Round.closed_at.is_(None)
    rows = session.execute(
        select(Cafe.id, Cafe.grace_seconds, Round.ends_at)
        .outerjoin(Round, running)
        .where(
            Cafe.runs_itself.is_(True),
            Cafe.closed_at.is_(None),
            or_(
                (Round.ends_at <= moment) & Round.paused_at.is_(None),
                Round.id.is_(None) & (Cafe.next_round_at <= moment),
            ),
        )
    )
    return [
        cafe_id for cafe_id, grace, ends_at in rows if ends_at is None or ends_at + timedelta(seconds=grace) <= moment
    ]
