"""The clock of a café: pausing, more time, an end taken back, breaks, and going on by itself."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l

from workshop.errors import Closed
from workshop.forms import Number
from workshop.models import Cafe, Round
from workshop.models.cafes import START_CAN_BE_TAKEN_BACK
from workshop.operations.cafes import (
    CafeForm,
    OneCafe,
    OneRound,
    RoundForm,
    begin_round,
    end_round,
    follow_clock,
    lay_question,
    one_cafe,
    one_round,
    require_running,
    tell_cafe,
)
from workshop.operations.moving import seat_as_before
from workshop.perform import operation
from workshop.policy import Permission
from workshop.transaction import Transaction

AT_LEAST_AGAIN = timedelta(minutes=1)
"""What a round has left that is opened again after its time was up."""


@operation(
    "round.pause",
    RoundForm,
    Permission.RUN_CAFE,
    find=one_round,
    title=_l("Pause this round"),
    says=_l("%(who)s paused a round"),
)
def pause_round(tx: Transaction, at: OneRound, form: RoundForm) -> None:
    """Stop the clock of the round that runs, at all tables; what was begun is kept on every device."""
    require_round_runs(at)
    if at.round.paused_at is not None:
        return
    at.round.paused_at = tx.now
    tx.fact("paused_at", None, tx.now)
    tell_cafe(tx, at.cafe.id)


@operation(
    "round.resume",
    RoundForm,
    Permission.RUN_CAFE,
    find=one_round,
    title=_l("Go on with this round"),
    says=_l("%(who)s let a round go on"),
)
def resume_round(tx: Transaction, at: OneRound, form: RoundForm) -> None:
    """Let the clock go on with the time that was left."""
    turn = at.round
    require_round_runs(at)
    if turn.paused_at is None:
        return
    assert turn.ends_at
    tx.fact("paused_at", turn.paused_at, None)
    turn.ends_at += tx.now - turn.paused_at
    turn.paused_at = None
    tell_cafe(tx, at.cafe.id)


class MoreTimeForm(RoundForm):
    """How many minutes more a round has."""

    minutes = Number(_l("Minutes more"), 1, 60, required=False, default=1)


@operation(
    "round.extend",
    MoreTimeForm,
    Permission.RUN_CAFE,
    find=one_round,
    title=_l("Give this round more time"),
    says=_l("%(who)s gave a round more time"),
)
def extend_round(tx: Transaction, at: OneRound, form: MoreTimeForm) -> None:
    """Move the end of the round that runs; where its time was up, it has this much from now."""
    turn = at.round
    require_round_runs(at)
    assert turn.ends_at
    from_when = max(turn.ends_at, turn.paused_at or tx.now)
    tx.fact("ends_at", turn.ends_at, from_when + timedelta(minutes=form.minutes.data or 1))
    turn.ends_at = from_when + timedelta(minutes=form.minutes.data or 1)
    tell_cafe(tx, at.cafe.id)


def require_round_runs(at: OneRound) -> None:
    """Raise Closed unless the round is the one that runs."""
    require_running(at)
    if at.round.opened_at is None:
        raise Closed(_l("This round has not begun yet."))
    if at.round.closed_at is not None:
        raise Closed(_l("This round is over."))


@operation(
    "round.reopen",
    RoundForm,
    Permission.RUN_CAFE,
    find=one_round,
    title=_l("Take back the end of this round"),
    says=_l("%(who)s took back the end of a round"),
)
def reopen_round(tx: Transaction, at: OneRound, form: RoundForm) -> None:
    """Open the round that ended last once more, with the time it had left; everybody still sits where they sat."""
    require_running(at)
    turn = at.round
    if turn.opened_at is None:
        raise Closed(_l("This round has not begun yet."))
    if turn.closed_at is None:
        return
    if at.cafe.current_round is not turn:
        raise Closed(_l("A later round has already begun."))
    assert turn.ends_at
    turn.ends_at = tx.now + max(turn.ends_at - turn.closed_at, AT_LEAST_AGAIN)
    turn.closed_at = None
    at.cafe.next_round_at = at.cafe.break_ends_at = None
    tx.fact("round", None, turn.number)
    tell_cafe(tx, at.cafe.id)


@operation(
    "round.take_back",
    RoundForm,
    Permission.RUN_CAFE,
    find=one_round,
    title=_l("Take back the start of this round"),
    says=_l("%(who)s took back the start of a round"),
)
def take_back_start(tx: Transaction, at: OneRound, form: RoundForm) -> None:
    """Have a round that was started by accident not begin yet; everybody sits where they sat before.

    A round that its start had ended goes on with the time it had left. Else the café waits between the two until
    somebody starts the round or takes a break, also where rounds go by the clock.
    """
    turn, cafe = at.round, at.cafe
    require_round_runs(at)
    began = turn.opened_at
    assert began
    if tx.now - began > START_CAN_BE_TAKEN_BACK:
        raise Closed(_l("This round has run for more than five minutes. End it instead."))
    before = next((one for one in reversed(cafe.rounds) if one.opened_at and one is not turn), cafe.rounds[0])
    if before is not turn:
        seat_as_before(tx, turn, before)
    turn.opened_at = turn.ends_at = turn.paused_at = None
    # Before another one is opened: the database allows one at a time.
    tx.session.flush()
    if before.closed_at == began and before.ends_at:
        before.ends_at = tx.now + max(before.ends_at - began, AT_LEAST_AGAIN)
        before.closed_at = None
    cafe.next_round_at = cafe.break_ends_at = None
    tx.session.flush()
    lay_question(tx, cafe, before)
    tx.fact("round", turn.number, before.number if before.opened_at and not before.closed_at else None)
    tell_cafe(tx, cafe.id)
    # What pages offer since a round has begun, a place for paper notes and for those sent on, they offer no more.
    tx.touch("page", cafe.id)


class BreakForm(CafeForm):
    """How long the break is, from now."""

    minutes = Number(_l("Minutes of break"), 1, 240)


@operation(
    "cafe.take_break",
    BreakForm,
    Permission.RUN_CAFE,
    find=one_cafe,
    title=_l("Take a break"),
    says=_l("%(who)s announced a break"),
)
def take_break(tx: Transaction, at: OneCafe, form: BreakForm) -> None:
    """Have a break between two rounds, or make it longer or shorter; everybody reads when it ends."""
    require_between(at)
    before = at.cafe.break_ends_at
    at.cafe.break_ends_at = tx.now + timedelta(minutes=form.minutes.data or 1)
    tx.fact("break_ends_at", before, at.cafe.break_ends_at)
    follow_clock(tx, at.cafe)
    tell_cafe(tx, at.cafe.id)


@operation(
    "cafe.end_break",
    CafeForm,
    Permission.RUN_CAFE,
    find=one_cafe,
    title=_l("End the break"),
    says=_l("%(who)s ended the break"),
)
def end_break(tx: Transaction, at: OneCafe, form: CafeForm) -> None:
    """End the break; where rounds go by the clock there is the usual time to change tables."""
    require_running(at)
    if at.cafe.break_ends_at is None:
        return
    tx.fact("break_ends_at", at.cafe.break_ends_at, None)
    at.cafe.break_ends_at = None
    follow_clock(tx, at.cafe)
    tell_cafe(tx, at.cafe.id)


def require_between(at: OneCafe) -> None:
    """Raise Closed unless one round is over and another is to come."""
    require_running(at)
    if at.cafe.open_round:
        raise Closed(_l("A round runs. End it first."))
    if at.cafe.current_round is None or at.cafe.current_round.opened_at is None:
        raise Closed(_l("No round has begun yet."))
    if next_round(at.cafe) is None:
        raise Closed(_l("All rounds are over."))


def next_round(cafe: Cafe) -> Round | None:
    """The first round that has not begun."""
    return next((turn for turn in cafe.rounds if turn.opened_at is None), None)


@operation(
    "cafe.go_on",
    CafeForm,
    Permission.KEEP_TIME,
    find=one_cafe,
    title=_l("Go on by the clock"),
    says=_l("%(who)s went on by the clock"),
)
def go_on(tx: Transaction, at: OneCafe, form: CafeForm) -> None:
    """End the round whose time and grace are up, or begin the next; nothing where it is not time, or done already."""
    cafe = at.cafe
    if at.event.closed_at or cafe.closed_at or not cafe.runs_itself:
        return
    turn, following = cafe.open_round, next_round(cafe)
    if turn and is_up(cafe, turn, tx.now):
        end_round(tx, cafe, turn)
    elif turn is None and following and cafe.next_round_at and cafe.next_round_at <= tx.now:
        begin_round(tx, cafe, following)


def is_up(cafe: Cafe, turn: Round, now: datetime) -> bool:
    """Whether a round's time is up, and the time to finish what was begun."""
    if turn.paused_at or not turn.ends_at:
        return False
    return turn.ends_at + timedelta(seconds=cafe.grace_seconds) <= now
