"""The same at the same moment: what only one can have one has, and nobody is refused for being quick."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.factories import do
from tests.factories.cafes import name_host, open_round
from tests.factories.databases import store_at
from tests.factories.events import EventMade, close_event, make_event
from tests.factories.ideas import write
from tests.factories.people import PersonMade, join, remove
from tests.factories.processes import ProcessMade, make_process
from workshop.clock import now
from workshop.errors import Problem
from workshop.models import Cafe, CafeTable, Change, Event, Idea, IdeaState, Participant, Seat, Vote
from workshop.perform import Store
from workshop.standing import NOBODY


def together(*jobs: Callable[[], Any]) -> list[Any]:
    """What each of these gives when all begin at once; the code of the problem where it is refused."""
    ready = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        ready.wait()
        try:
            return job()
        except Problem as problem:
            return problem.code

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def joining(store: Store, event: EventMade, name: str) -> Callable[[], Any]:
    """Somebody about to join by the code."""
    fields = {"code": event.code, "name": name, "language": "en", "writing_language": "en"}
    return lambda: do(store, NOBODY, "participant.join", **fields).thing[0]


def test_twenty_of_one_name_join_at_once(store: Store, event: EventMade) -> None:
    assert set(together(*[joining(store, event, "Anna")] * 20)) == {"participant"}
    with store.reading() as session:
        assert sorted(session.scalars(select(Participant.name_number))) == list(range(1, 21))


def test_nobody_joins_behind_the_end_of_an_event(store: Store, event: EventMade) -> None:
    came = together(lambda: close_event(store, event), *[joining(store, event, f"N{n}") for n in range(8)])
    assert set(came) <= {None, "participant", "closed", "invalid"}
    with store.reading() as session:
        closed_at = session.get_one(Event, event.id).closed_at
        assert closed_at
        joined = select(Change).where(Change.operation == "participant.join")
        order = session.scalar(select(Change.id).where(Change.operation == "event.close"))
        assert order and all(change.id < order for change in session.scalars(joined))


def test_one_vote_however_often_it_is_given_and_taken_at_once(store: Store, event: EventMade) -> None:
    open_round(store, event)
    note, ben = write(store, join(store, event)), join(store, event, "Ben")
    for operation, left in (("vote.cast", 1), ("vote.take_back", 0)):
        told = together(*[lambda operation=operation: do(store, ben.actor, operation, idea=note).at] * 8)
        assert sorted(map(bool, told)) == [False] * 7 + [True]
        with store.reading() as session:
            assert session.scalar(select(func.count(Vote.id))) == left


def test_nobody_gives_more_votes_than_there_are(store: Store, process: ProcessMade) -> None:
    event = make_event(store, process, votes_per_participant=2)
    open_round(store, event)
    anna, ben = join(store, event), join(store, event, "Ben")
    notes = [write(store, anna, f"Note {number}") for number in range(8)]
    told = together(*[lambda note=note: do(store, ben.actor, "vote.cast", idea=note).at for note in notes])
    assert told.count("forbidden") == 6


def test_who_is_removed_hosts_nothing(store: Store, event: EventMade) -> None:
    for number in range(4):
        person = join(store, event, f"Hanna {number}")
        together(lambda who=person: name_host(store, event, 1, who), lambda who=person: remove(store, who))
        with store.reading() as session:
            assert session.get_one(CafeTable, event.tables[0]).host_id is None


def test_a_round_begins_for_everybody_who_comes_or_moves_meanwhile(store: Store, event: EventMade) -> None:
    open_round(store, event)
    people = [join(store, event, f"Ida {number}") for number in range(6)]
    together(
        *[joining(store, event, f"Jo {number}") for number in range(6)],
        lambda: open_round(store, event, 2),
        *[lambda who=who: do(store, who.actor, "seat.take", table=event.tables[1]) for who in people],
    )
    with store.reading() as session:
        rounds = session.scalars(select(Seat.round_id).where(Seat.until_at.is_(None))).all()
    assert rounds == [event.rounds[1]] * 12


@pytest.fixture
def postgresql_store(postgresql_url: str) -> Iterator[Store]:
    """Where two may write at once; on SQLite one waits for the other before it reads anything."""
    with store_at(postgresql_url) as made:
        yield made


def while_it_happens(
    store: Store,
    happens: Callable[[Session], None],
    job: Callable[[], Any],
    then: Callable[[Session], None] | None = None,
) -> Any:
    """What a job gives that begins while something else is done in the database and not committed yet.

    `then` goes on with that while the job waits.
    """
    with Session(store.engine) as session:
        happens(session)
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(together, job)
            wait([asked], timeout=0.5)
            assert not asked.done()
            if then:
                then(session)
            session.commit()
            [answer] = asked.result(timeout=20)
    return answer


def closing(event: EventMade, table: int) -> Callable[[Session], None]:
    """A table that is being closed, under the lock of its café."""

    def close(session: Session) -> None:
        session.execute(select(Cafe).where(Cafe.id == event.cafe).with_for_update())
        session.get_one(CafeTable, event.tables[table - 1]).closed_at = now()
        session.flush()

    return close


@pytest.mark.postgresql
def test_nobody_comes_to_a_table_that_is_being_closed(postgresql_store: Store) -> None:
    store = postgresql_store
    event = make_event(store, make_process(store), tables=3)
    anna = join(store, event, "Anna", 1)
    token = {"token": event.table_tokens[1], "name": "Ben", "language": "en", "writing_language": "en"}
    jobs: list[Callable[[], Any]] = [
        lambda: do(store, anna.actor, "seat.take", table=event.tables[1]).thing[0],
        lambda: do(store, event.moderator, "participant.move", participant=anna.id, table=event.tables[1]).thing[0],
        lambda: do(store, NOBODY, "participant.join", **token).thing[0],
    ]
    answers = []
    for job in jobs:
        answers.append(while_it_happens(store, closing(event, 2), job))
        do(store, event.moderator, "table.reopen", table=event.tables[1])
    assert answers == ["closed", "closed", "participant"]
    with store.reading() as session:
        assert not session.scalars(select(Seat.id).where(Seat.table_id == event.tables[1])).all()


@pytest.mark.postgresql
def test_no_vote_is_given_to_a_note_that_is_being_merged(postgresql_store: Store) -> None:
    store = postgresql_store
    event = make_event(store, make_process(store))
    open_round(store, event)
    anna, ben = join(store, event, "Anna", 1), join(store, event, "Ben", 1)
    stays, goes = write(store, anna), write(store, anna, "Open it on Sundays")

    def merging(session: Session) -> None:
        note = session.get_one(Idea, goes, with_for_update=True)
        note.state, note.merged_into_id = IdeaState.MERGED, stays
        session.flush()

    assert while_it_happens(store, merging, lambda: do(store, ben.actor, "vote.cast", idea=goes)) == "not_found"
    with store.reading() as session:
        assert not session.scalars(select(Vote.id)).all()


@pytest.mark.postgresql
def test_no_more_sit_down_than_there_are_seats(postgresql_store: Store) -> None:
    store = postgresql_store
    event = make_event(store, make_process(store), tables=3, seats_per_table=2)
    people = [join(store, event, f"N{number}", 3) for number in range(2)]
    people += [join(store, event, f"M{number}", 2) for number in range(2)]
    jobs = [lambda one=one: do(store, one.actor, "seat.take", table=event.tables[0]).thing[0] for one in people]
    assert sorted(map(str, together(*jobs))) == ["closed", "closed", "table", "table"]
    with store.reading() as session:
        sits = select(func.count()).select_from(Seat).where(Seat.table_id == event.tables[0], Seat.until_at.is_(None))
        assert session.scalar(sits) == 2


@pytest.mark.postgresql
def test_who_is_being_removed_does_not_sit_down(postgresql_store: Store) -> None:
    store = postgresql_store
    event = make_event(store, make_process(store))
    anna, ben = join(store, event, "Anna", 1), join(store, event, "Ben", 1)

    def removing(who: UUID) -> Callable[[Session], None]:
        def remove_them(session: Session) -> None:
            session.get_one(Participant, who, with_for_update=True).removed_at = now()
            seats = update(Seat).where(Seat.participant_id == who).values(until_at=now())
            session.execute(seats)

        return remove_them

    move = {"participant": ben.id, "table": event.tables[1]}
    jobs: list[tuple[UUID, Callable[[], Any]]] = [
        (anna.id, lambda: do(store, anna.actor, "seat.take", table=event.tables[1]).thing[0]),
        (ben.id, lambda: do(store, event.moderator, "participant.move", **move).thing[0]),
    ]
    assert [while_it_happens(store, removing(who), job) for who, job in jobs] == ["forbidden", "invalid"]
    with store.reading() as session:
        assert not session.scalars(select(Seat.id).where(Seat.until_at.is_(None))).all()


@pytest.mark.postgresql
def test_who_is_being_counted_out_is_handed_no_table(postgresql_store: Store) -> None:
    store = postgresql_store
    event = make_event(store, make_process(store))
    open_round(store, event)
    hanna, anna = join(store, event, "Hanna", 1), join(store, event, "Anna", 1)
    name_host(store, event, 1, hanna)

    def counting_out(session: Session) -> None:
        session.get_one(Participant, anna.id, with_for_update=True).away_at = now()
        session.execute(update(Seat).where(Seat.participant_id == anna.id).values(until_at=now()))

    over = {"table": event.tables[0], "participant": anna.id}
    answer = while_it_happens(store, counting_out, lambda: do(store, hanna.actor, "table.hand_over", **over).thing[0])
    assert answer == "invalid"
    with store.reading() as session:
        assert session.get_one(CafeTable, event.tables[0]).host_id == hanna.id


@pytest.mark.postgresql
def test_a_round_begins_while_people_come_and_go(postgresql_store: Store) -> None:
    """Whoever waits for it holds nobody whom it seats: the two would wait for each other."""
    store = postgresql_store
    event = make_event(store, make_process(store))
    open_round(store, event)
    names = ("Hanna", "Otto", "Anna", "Ben", "Cem", "Dora", "Eva")
    hanna, otto, anna, ben, cem, dora, eva = (join(store, event, one, 1) for one in names)
    name_host(store, event, 1, hanna)
    name_host(store, event, 2, otto)
    do(store, event.moderator, "participant.leave_out", participant=cem.id)

    def beginning(session: Session) -> None:
        session.execute(select(Cafe).where(Cafe.id == event.cafe).with_for_update())

    def seating(session: Session) -> None:
        # As a seat's row does that points to them.
        seen = select(Participant.id).where(Participant.event_id == event.id)
        session.execute(seen.with_for_update(read=True, key_share=True, nowait=True))

    jobs: list[tuple[str, PersonMade, dict[str, Any]]] = [
        ("participant.leave_out", hanna, {"new_host": anna.id}),
        ("participant.remove", otto, {"new_host": ben.id}),
        ("participant.bring_back", cem, {}),
        ("participant.unite", dora, {"other": eva.id}),
    ]
    for operation, person, more in jobs:
        job = partial(do, store, event.moderator, operation, participant=person.id, **more)
        assert while_it_happens(store, beginning, lambda job=job: job().thing[0], seating) == "participant"
    own = partial(do, store, dora.actor, "participant.describe", event=event.id, remote="1")
    assert while_it_happens(store, beginning, lambda: own().thing[0], seating) == "participant"
