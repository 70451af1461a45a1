"""The clock of a café: pausing, more time, an end taken back, breaks, and going on by itself."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from tests.factories import do
from tests.factories.cafes import close_cafe, close_round, open_round
from tests.factories.events import EventMade, make_event
from tests.factories.people import join
from tests.factories.processes import ProcessMade
from workshop import clock
from workshop.errors import Closed
from workshop.jobs import Clockwork
from workshop.models import Cafe, Change, Round
from workshop.perform import Store
from workshop.standing import SYSTEM


class Wrist:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.moment = clock.now()

    def now(self) -> datetime:
        return self.moment

    def go(self, minutes: float = 0, seconds: float = 0) -> None:
        """Let time pass."""
        self.moment += timedelta(minutes=minutes, seconds=seconds)


@pytest.fixture
def wrist(monkeypatch: pytest.MonkeyPatch) -> Wrist:
    """The product's only clock, in the test's hand."""
    made = Wrist()
    monkeypatch.setattr(clock, "now", made.now)
    return made


def cafe_of(store: Store, event: EventMade) -> Cafe:
    with store.reading() as session:
        return session.scalars(select(Cafe).where(Cafe.id == event.cafe).options(selectinload(Cafe.rounds))).one()


def first(store: Store, event: EventMade) -> Round:
    return cafe_of(store, event).rounds[0]


def act(store: Store, event: EventMade, operation: str, number: int = 1, **fields: Any) -> Any:
    return do(store, event.moderator, operation, round=event.rounds[number - 1], **fields)


def test_a_pause_takes_no_time_from_a_round(store: Store, event: EventMade, wrist: Wrist) -> None:
    open_round(store, event)
    before = first(store, event).ends_at
    wrist.go(5)
    assert set(act(store, event, "round.pause").at) == {f"cafe:{event.cafe}"}
    wrist.go(3)
    # Pressed twice, it is one pause.
    assert act(store, event, "round.pause").at == {}
    act(store, event, "round.resume")
    assert act(store, event, "round.resume").at == {}
    assert before and first(store, event).ends_at == before + timedelta(minutes=3)
    assert first(store, event).paused_at is None


def test_more_time_counts_from_the_end_or_from_now(store: Store, event: EventMade, wrist: Wrist) -> None:
    open_round(store, event)
    ends_at = first(store, event).ends_at
    act(store, event, "round.extend")
    assert ends_at and first(store, event).ends_at == ends_at + timedelta(minutes=1)
    wrist.go(30)
    act(store, event, "round.extend", minutes=5)
    assert first(store, event).ends_at == wrist.now() + timedelta(minutes=5)
    act(store, event, "round.pause")
    wrist.go(60)
    act(store, event, "round.extend", minutes=1)
    act(store, event, "round.resume")
    assert first(store, event).ends_at == wrist.now() + timedelta(minutes=6)


def test_an_end_by_accident_is_taken_back(store: Store, event: EventMade, wrist: Wrist) -> None:
    anna = join(store, event)
    open_round(store, event)
    wrist.go(8)
    close_round(store, event)
    wrist.go(2)
    assert act(store, event, "round.reopen").at
    assert act(store, event, "round.reopen").at == {}
    turn = first(store, event)
    assert turn.closed_at is None and turn.ends_at == wrist.now() + timedelta(minutes=12)
    do(store, anna.actor, "idea.contribute", table=event.tables[0], round=event.rounds[0], kind="idea", text="Words")
    # After its time was up there is a minute, so that the clock does not end it at once.
    wrist.go(60)
    close_round(store, event)
    act(store, event, "round.reopen")
    assert first(store, event).ends_at == wrist.now() + timedelta(minutes=1)


def test_a_paused_round_that_ends_keeps_its_time(store: Store, event: EventMade, wrist: Wrist) -> None:
    open_round(store, event)
    wrist.go(5)
    act(store, event, "round.pause")
    wrist.go(10)
    close_round(store, event)
    act(store, event, "round.reopen")
    assert first(store, event).ends_at == wrist.now() + timedelta(minutes=15)


def test_only_the_round_that_ended_last_opens_again(store: Store, event: EventMade) -> None:
    for operation in ("round.pause", "round.resume", "round.extend", "round.reopen"):
        with pytest.raises(Closed):
            act(store, event, operation)
    open_round(store, event, 1)
    close_round(store, event, 1)
    with pytest.raises(Closed):
        act(store, event, "round.pause")
    open_round(store, event, 2)
    with pytest.raises(Closed):
        act(store, event, "round.reopen")
    close_cafe(store, event)
    with pytest.raises(Closed):
        act(store, event, "round.reopen", 2)


def test_a_break_stands_between_two_rounds(store: Store, event: EventMade, wrist: Wrist) -> None:
    def take(minutes: int = 15) -> None:
        do(store, event.moderator, "cafe.take_break", cafe=event.cafe, minutes=minutes)

    for _ in range(2):
        with pytest.raises(Closed):
            take()
        if not first(store, event).opened_at:
            open_round(store, event)
    close_round(store, event)
    take()
    assert cafe_of(store, event).break_ends_at == wrist.now() + timedelta(minutes=15)
    assert cafe_of(store, event).next_round_at == wrist.now() + timedelta(minutes=15)
    wrist.go(5)
    take(20)
    assert cafe_of(store, event).break_ends_at == wrist.now() + timedelta(minutes=20)
    assert do(store, event.moderator, "cafe.end_break", cafe=event.cafe).at
    assert do(store, event.moderator, "cafe.end_break", cafe=event.cafe).at == {}
    assert (cafe_of(store, event).break_ends_at, cafe_of(store, event).next_round_at) == (
        None,
        wrist.now() + timedelta(minutes=2),
    )
    take()
    open_round(store, event, 2)
    assert (cafe_of(store, event).break_ends_at, cafe_of(store, event).next_round_at) == (None, None)
    close_round(store, event, 2)
    with pytest.raises(Closed):
        take()


def states(store: Store, event: EventMade) -> list[str]:
    """What each round is."""
    return ["over" if one.closed_at else "runs" if one.opened_at else "to come" for one in cafe_of(store, event).rounds]


def test_a_cafe_goes_on_by_itself(store: Store, process: ProcessMade, wrist: Wrist) -> None:
    event = make_event(store, process, rounds=2, minutes=20, change_minutes=3)
    clockwork = Clockwork(store)
    # The first round is begun by a person.
    wrist.go(60)
    assert clockwork.look() == [] and states(store, event) == ["to come", "to come"]
    open_round(store, event)
    wrist.go(20, 29)
    assert clockwork.look() == [] and states(store, event) == ["runs", "to come"]
    wrist.go(seconds=1)
    assert clockwork.look() == [event.cafe] and states(store, event) == ["over", "to come"]
    wrist.go(2, 59)
    assert clockwork.look() == []
    wrist.go(seconds=1)
    assert clockwork.look() == [event.cafe] and states(store, event) == ["over", "runs"]
    wrist.go(21)
    assert clockwork.look() == [event.cafe] and states(store, event) == ["over", "over"]
    wrist.go(999)
    # The last end is the tables' time to take forward; the café stays open.
    assert clockwork.look() == [] and cafe_of(store, event).closed_at is None
    with store.reading() as session:
        by_itself = session.scalars(select(Change).where(Change.operation == "cafe.go_on").order_by(Change.id)).all()
    assert [one.facts["round"] for one in by_itself] == [[1, None], [None, 2], [2, None]]
    assert {(one.user_id, one.participant_id) for one in by_itself} == {(None, None)}


@pytest.mark.parametrize("pace", ["clock", "hand"])
def test_nothing_goes_on_where_somebody_holds_it(store: Store, process: ProcessMade, wrist: Wrist, pace: str) -> None:
    event = make_event(store, process, pace=pace)
    open_round(store, event)
    if pace == "clock":
        act(store, event, "round.pause")
    wrist.go(99)
    assert Clockwork(store).look() == []
    assert do(store, SYSTEM, "cafe.go_on", cafe=event.cafe).at == {}
    assert states(store, event) == ["runs", "to come"]


def test_a_server_that_was_away_goes_on_where_it_is(store: Store, process: ProcessMade, wrist: Wrist) -> None:
    event = make_event(store, process)
    open_round(store, event)
    wrist.go(500)
    Clockwork(store).look()
    # Nobody was told that there is time to change tables: it is given now.
    assert cafe_of(store, event).next_round_at == wrist.now() + timedelta(minutes=2)


def test_several_servers_end_a_round_once(store: Store, process: ProcessMade, wrist: Wrist) -> None:
    event = make_event(store, process, change_minutes=60)
    open_round(store, event)
    wrist.go(30)
    errors: list[BaseException] = []

    def look() -> None:
        try:
            Clockwork(store).look()
        except BaseException as error:
            errors.append(error)

    servers = [threading.Thread(target=look) for _ in range(6)]
    for server in servers:
        server.start()
    for server in servers:
        server.join()
    with store.reading() as session:
        count = len(session.scalars(select(Change.id).where(Change.operation == "cafe.go_on")).all())
    assert (errors, count) == ([], 1)


def test_the_clock_can_be_let_go_and_taken_back(store: Store, event: EventMade, wrist: Wrist) -> None:
    def pace(how: str) -> None:
        do(store, event.moderator, "cafe.set_time", cafe=event.cafe, minutes="20, 20", pace=how, change_minutes=4,
           warning_minutes=2, grace_seconds=30)  # fmt: skip

    open_round(store, event)
    close_round(store, event)
    assert cafe_of(store, event).next_round_at is not None
    pace("hand")
    assert cafe_of(store, event).next_round_at is None
    pace("clock")
    assert cafe_of(store, event).next_round_at == wrist.now() + timedelta(minutes=4)


def test_a_clock_let_go_after_a_break_gives_time_to_change(store: Store, event: EventMade, wrist: Wrist) -> None:
    time = {"minutes": "20, 20", "change_minutes": 3, "warning_minutes": 2, "grace_seconds": 0}
    do(store, event.moderator, "cafe.set_time", cafe=event.cafe, pace="hand", **time)
    open_round(store, event)
    close_round(store, event)
    do(store, event.moderator, "cafe.take_break", cafe=event.cafe, minutes=15)
    wrist.go(minutes=20)
    do(store, event.moderator, "cafe.set_time", cafe=event.cafe, pace="clock", **time)
    cafe = cafe_of(store, event)
    assert (cafe.break_ends_at, cafe.next_round_at) == (None, wrist.now() + timedelta(minutes=3))
    assert do(store, SYSTEM, "cafe.go_on", cafe=event.cafe).at == {}
    wrist.go(minutes=3)
    assert do(store, SYSTEM, "cafe.go_on", cafe=event.cafe).at
    assert cafe_of(store, event).rounds[1].opened_at == wrist.now()


def test_a_cafe_that_is_over_has_no_next_round(store: Store, event: EventMade, wrist: Wrist) -> None:
    open_round(store, event)
    close_round(store, event)
    close_cafe(store, event)
    assert cafe_of(store, event).next_round_at is None
    with Session(store.engine) as session:
        session.execute(update(Cafe).values(next_round_at=wrist.now()))
        session.commit()
    wrist.go(99)
    assert Clockwork(store).look() == []
