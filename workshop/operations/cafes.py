"""Running a café: its rounds and its end."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workshop.errors import Closed, NotFound
from workshop.forms import Id, OperationForm
from workshop.models import Asks, Cafe, CafeTable, Event, Participant, Round
from workshop.operations.events import close_rounds, stop_clock
from workshop.operations.moving import seat_for_round
from workshop.perform import operation
from workshop.policy import Permission
from workshop.standing import Actor, At, standing_in_event
from workshop.transaction import Transaction


@dataclass
class OneCafe(At):
    """A café, locked against a change at the same moment."""

    cafe: Cafe = field(kw_only=True)


class CafeForm(OperationForm):
    """Which café."""

    cafe = Id()


def one_cafe(session: Session, by: Actor, form: CafeForm) -> OneCafe:
    """The café, if this actor may know of it."""
    row = session.execute(
        select(Cafe, Event)
        .join(Event, Event.id == Cafe.event_id)
        .where(Cafe.id == form.cafe.data)
        .with_for_update(of=Cafe)
    ).first()
    if row is None:
        raise NotFound
    return OneCafe(standing_in_event(session, by, row[1]), cafe=row[0])


def hold_cafes(session: Session, person: UUID | None) -> None:
    """Have no round begin in the cafés of somebody's event meanwhile.

    Before anybody is locked: a round that begins locks its café, and then those whom it seats.
    """
    event = select(Participant.event_id).where(Participant.id == person).scalar_subquery()
    session.execute(select(Cafe.id).where(Cafe.event_id == event).order_by(Cafe.id).with_for_update(read=True))


@dataclass
class OneRound(OneCafe):
    """A round and its café, both locked."""

    round: Round = field(kw_only=True)


class RoundForm(OperationForm):
    """Which round."""

    round = Id()


def one_round(session: Session, by: Actor, form: RoundForm) -> OneRound:
    """The round, if this actor may know of it."""
    row = session.execute(
        select(Round, Cafe, Event)
        .join(Cafe, Cafe.id == Round.cafe_id)
        .join(Event, Event.id == Cafe.event_id)
        .where(Round.id == form.round.data)
        .with_for_update(of=[Cafe, Round])
    ).first()
    if row is None:
        raise NotFound
    turn, cafe, event = row
    return OneRound(standing_in_event(session, by, event), cafe=cafe, round=turn)


@operation(
    "round.open",
    RoundForm,
    Permission.RUN_CAFE,
    find=one_round,
    title=_l("Start this round"),
    says=_l("%(who)s started a round"),
)
def open_round(tx: Transaction, at: OneRound, form: RoundForm) -> None:
    """Start a round, end the one before; everybody sits where it was planned, else where they sat."""
    turn = at.round
    require_running(at)
    if turn.opened_at is not None and turn.closed_at is None:
        return
    if turn.closed_at is not None:
        raise Closed(_l("This round has been closed. Start the next one."))
    later = select(Round.id).where(
        Round.cafe_id == at.cafe.id, Round.number > turn.number, Round.opened_at.is_not(None)
    )
    if tx.session.scalar(later.limit(1)) is not None:
        raise Closed(_l("A later round has already begun."))
    begin_round(tx, at.cafe, turn)


def begin_round(tx: Transaction, cafe: Cafe, turn: Round) -> None:
    """Start a round that has not begun, and end the one before."""
    tx.fact("round", close_rounds(tx, cafe.id), turn.number)
    turn.opened_at = tx.now
    turn.ends_at = tx.now + timedelta(minutes=turn.minutes)
    cafe.next_round_at = cafe.break_ends_at = None
    tx.session.flush()
    lay_question(tx, cafe, turn)
    seat_for_round(tx, turn)
    tell_cafe(tx, cafe.id)


def lay_question(tx: Transaction, cafe: Cafe, turn: Round) -> None:
    """Lay a round's question on every open table, where rounds have one."""
    if cafe.asks is Asks.ROUNDS and turn.prompt:
        tables = (CafeTable.cafe_id == cafe.id) & CafeTable.closed_at.is_(None)
        asked = update(CafeTable).where(tables).values(question=turn.prompt)
        tx.session.execute(asked, execution_options={"synchronize_session": False})


def require_running(at: OneCafe) -> None:
    """Raise Closed for a café that is over or that only holds an import."""
    if at.event.closed_at is not None or at.cafe.closed_at is not None or at.cafe.source is not None:
        raise Closed(_l("This café is closed."))


def tell_cafe(tx: Transaction, cafe_id: UUID) -> None:
    """Have every page of a café know that its rounds have changed."""
    tx.about("cafe", cafe_id)
    tx.tell("cafe", cafe_id)


@operation(
    "round.close",
    RoundForm,
    Permission.RUN_CAFE,
    find=one_round,
    title=_l("End this round"),
    says=_l("%(who)s ended a round"),
)
def close_round(tx: Transaction, at: OneRound, form: RoundForm) -> None:
    """End a round; notes written in it may still arrive."""
    if at.round.opened_at is None:
        raise Closed(_l("This round has not begun yet."))
    if at.round.closed_at is not None:
        return
    end_round(tx, at.cafe, at.round)


def end_round(tx: Transaction, cafe: Cafe, turn: Round) -> None:
    """End the round that runs; where rounds go by the clock, the next one has its time now."""
    stop_clock(tx, turn)
    tx.fact("round", turn.number, None)
    follow_clock(tx, cafe)
    tell_cafe(tx, cafe.id)


def follow_clock(tx: Transaction, cafe: Cafe) -> None:
    """Have the next round begin by itself, or not, where a café stands between two of them."""
    last, following = cafe.current_round, next((turn for turn in cafe.rounds if not turn.opened_at), None)
    between = last is not None and last.closed_at is not None and following is not None
    if cafe.break_ends_at and cafe.break_ends_at <= tx.now:
        # Nobody ended it, and nobody was told that the next round follows it.
        tx.fact("break_ends_at", cafe.break_ends_at, None)
        cafe.break_ends_at = None
    if not (cafe.runs_itself and between):
        cafe.next_round_at = None
    else:
        cafe.next_round_at = cafe.break_ends_at or tx.now + timedelta(minutes=cafe.change_minutes)


@operation(
    "cafe.close",
    CafeForm,
    Permission.RUN_CAFE,
    find=one_cafe,
    title=_l("Close the café"),
    says=_l("%(who)s closed a café"),
)
def close_cafe(tx: Transaction, at: OneCafe, form: CafeForm) -> None:
    """End a café with its round; who sat where stays known, late notes arrive as held."""
    if at.cafe.closed_at is not None:
        return
    close_rounds(tx, at.cafe.id)
    at.cafe.next_round_at = at.cafe.break_ends_at = None
    at.cafe.closed_at = tx.now
    tell_cafe(tx, at.cafe.id)
    tx.touch("page", at.cafe.id)
