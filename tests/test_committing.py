"""Operations that wait share a commit on SQLite, and stay as separate as if each had its own."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, exc, func, select, update

from tests.factories import do
from tests.factories.cafes import open_round
from tests.factories.events import make_event
from tests.factories.people import PersonMade, join
from tests.factories.processes import make_process
from tests.test_database import let_go, locked_by_another_process
from workshop import database
from workshop.committing import Committer, Written
from workshop.engine import MODES
from workshop.errors import Conflict
from workshop.models import Change, ChangeChannel, Idea, Participant
from workshop.perform import Done, Store
from workshop.statements import Statement

PROJECT = Path(__file__).parents[1]
SOON = 20
"""Seconds after which something counts as not having come."""
Job = Callable[[], Any]


def committer_of(store: Store) -> Committer:
    assert store._committer
    return store._committer


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.001)


class Line:
    """Jobs that stand in a line behind one that holds the door, so that they go through together."""

    def __init__(self, store: Store, *jobs: Job) -> None:
        self.answers: list[Any] = [None] * len(jobs)
        """What each gave or raised."""
        self._committer = committer_of(store)
        self._entered, self._open = threading.Event(), threading.Event()
        self._threads = [threading.Thread(target=self._committer.run, args=(self._hold,), daemon=True)]
        self._threads[0].start()
        assert self._entered.wait(SOON)
        for number, job in enumerate(jobs):
            self._threads.append(threading.Thread(target=self._run, args=(number, job), daemon=True))
            self._threads[-1].start()
            wait_until(lambda number=number: len(self._committer._queue) == number + 1)  # type: ignore[misc]

    def _hold(self, session: Any) -> Written:
        self._entered.set()
        assert self._open.wait(SOON)
        return Written(None, keep=False)

    def _run(self, number: int, job: Job) -> None:
        try:
            self.answers[number] = job()
        except Exception as error:
            self.answers[number] = error

    def go(self) -> list[Any]:
        """Open the door and wait for all."""
        self._open.set()
        for one in self._threads:
            one.join(SOON)
            assert not one.is_alive()
        return self.answers


@contextmanager
def at_commits(tell: Callable[[], None]) -> Iterator[None]:
    """Have `tell` called right before each commit that several may share."""

    def end(committer: Committer, *given: Any, keep: bool) -> None:
        if keep:
            tell()
        own(committer, *given, keep=keep)

    own = Committer._end
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Committer, "_end", end)
        yield


@pytest.fixture
def anna(sqlite_store: Store) -> PersonMade:
    """Somebody at a table whose round is open."""
    made = make_event(sqlite_store, make_process(sqlite_store))
    open_round(sqlite_store, made)
    return join(sqlite_store, made)


def note(store: Store, person: PersonMade, key: UUID | None = None, text: str = "A bench") -> Callable[[], Done]:
    made = person.event
    fields = {"table": made.tables[0], "round": made.rounds[0], "kind": "idea", "text": text}
    return lambda: do(store, person.actor, "idea.contribute", key, **fields)


def stored(store: Store) -> list[str]:
    with store.reading() as session:
        return list(session.scalars(select(Idea.text).order_by(Idea.position)))


def test_those_who_wait_share_a_commit_and_keep_their_order(sqlite_store: Store, anna: PersonMade) -> None:
    line = Line(sqlite_store, *[note(sqlite_store, anna, text=f"Note {number}") for number in range(20)])
    commits: list[list[Any]] = []
    with at_commits(lambda: commits.append(list(line.answers))):
        answers = line.go()
    assert len(commits) == 1, "each has a commit of its own"
    assert commits[0] == [None] * 20, "somebody was answered before the commit"
    revisions = [answer.at[f"table:{anna.event.tables[0]}"] for answer in answers]
    assert revisions == list(range(revisions[0], revisions[0] + 20))
    assert stored(sqlite_store) == [f"Note {number}" for number in range(20)]


def test_who_fails_loses_their_own_alone(sqlite_store: Store, anna: PersonMade) -> None:
    other = make_event(sqlite_store, anna.event.process)
    stranger = join(sqlite_store, other, "Ben")
    stranger.event = anna.event

    def stumble(session: Any) -> Written:
        session.execute(Participant.__table__.update().values(name="Nobody"))
        raise ZeroDivisionError

    answers = Line(
        sqlite_store,
        note(sqlite_store, anna, text="One"),
        note(sqlite_store, stranger),
        lambda: committer_of(sqlite_store).run(stumble),
        note(sqlite_store, anna, text="Two"),
    ).go()
    assert [type(one).__name__ for one in answers] == ["Done", "NotFound", "ZeroDivisionError", "Done"]
    assert stored(sqlite_store) == ["One", "Two"]
    with sqlite_store.reading() as session:
        assert set(session.scalars(select(Participant.name))) == {"Anna", "Ben"}


def test_one_key_twice_in_a_group_has_one_answer(sqlite_store: Store, anna: PersonMade) -> None:
    key = uuid4()
    first, again, other = Line(
        sqlite_store,
        note(sqlite_store, anna, key),
        note(sqlite_store, anna, key),
        note(sqlite_store, anna, key, "Other words"),
    ).go()
    assert (again.at, again.thing, again.repeated) == (first.at, first.thing, True)
    assert isinstance(other, Conflict)
    with sqlite_store.reading() as session:
        assert session.scalar(select(func.count(Change.id)).where(Change.key == str(key))) == 1
        assert session.scalar(select(func.count(Idea.id))) == 1


def test_a_row_that_is_there_already_is_tried_again_and_harms_nobody(sqlite_store: Store, anna: PersonMade) -> None:
    """A key that is a note's id without ever having been a Change's, as those of the demonstration are."""
    note(sqlite_store, anna, key := uuid4(), "Present")()
    with sqlite_store.writing() as session:
        for row in (ChangeChannel, Change):
            change = select(Change.id).where(Change.key == str(key)).scalar_subquery()
            where = row.change_id == change if row is ChangeChannel else row.key == str(key)  # type: ignore[attr-defined]
            session.execute(row.__table__.delete().where(where))
        session.commit()
    before, refused, after = Line(
        sqlite_store,
        note(sqlite_store, anna, text="Before"),
        note(sqlite_store, anna, key, "Once more"),
        note(sqlite_store, anna, text="After"),
    ).go()
    assert isinstance(before, Done) and isinstance(refused, Conflict) and isinstance(after, Done)
    assert stored(sqlite_store) == ["Present", "Before", "After"]


def test_nobody_is_answered_where_the_commit_fails(sqlite_store: Store, anna: PersonMade) -> None:
    line = Line(sqlite_store, note(sqlite_store, anna, text="One"), note(sqlite_store, anna, text="Two"))

    def refuse() -> None:
        raise exc.OperationalError("COMMIT", None, Exception("disk I/O error"))

    with at_commits(refuse):
        answers = line.go()
    assert [type(one) for one in answers] == [exc.OperationalError] * 2
    assert stored(sqlite_store) == []
    assert isinstance(note(sqlite_store, anna, text="Three")(), Done)
    assert stored(sqlite_store) == ["Three"]


def test_what_changes_nothing_leaves_nothing(sqlite_store: Store, anna: PersonMade) -> None:
    def write_and_think_better(session: Any) -> Written:
        session.execute(Participant.__table__.update().values(name="Nobody"))
        return Written("nothing", keep=False)

    def job() -> Any:
        return committer_of(sqlite_store).run(write_and_think_better)

    assert Line(sqlite_store, job, note(sqlite_store, anna)).go()[0] == "nothing" == job()
    with sqlite_store.reading() as session:
        assert session.scalar(select(Participant.name)) == "Anna"


def test_nobody_sees_what_another_one_read(sqlite_store: Store, anna: PersonMade) -> None:
    """Two that go through the ORM: the second has to meet the first one's version, not an older copy."""
    done = note(sqlite_store, anna)()

    def edit(text: str, version: int) -> Job:
        fields = {"idea": done.thing[1], "text": text, "version": version}
        return lambda: do(sqlite_store, anna.actor, "idea.edit", **fields)

    first, second, late = Line(sqlite_store, edit("One", 1), edit("Two", 2), edit("Three", 2)).go()
    assert isinstance(first, Done) and isinstance(second, Done) and isinstance(late, Conflict)
    assert stored(sqlite_store) == ["Two"]


def test_all_wait_while_another_process_writes(sqlite_url: str, sqlite_store: Store, anna: PersonMade) -> None:
    with locked_by_another_process(sqlite_url) as holder:
        answers: list[Any] = []
        threads = [
            threading.Thread(target=lambda text=text: answers.append(note(sqlite_store, anna, text=text)()))  # type: ignore[misc]
            for text in ("One", "Two", "Three")
        ]
        for one in threads:
            one.start()
        wait_until(lambda: len(committer_of(sqlite_store)._queue) == 3)
        assert not answers
        let_go(holder)
        for one in threads:
            one.join(SOON)
    assert len(answers) == 3 and sorted(stored(sqlite_store)) == ["One", "Three", "Two"]


def test_all_are_told_where_another_process_never_ends(
    sqlite_url: str, sqlite_store: Store, anna: PersonMade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "WAIT_FOR_WRITER", 0.3)
    with locked_by_another_process(sqlite_url):
        answers: list[Any] = []

        def write() -> None:
            with pytest.raises(exc.OperationalError, match="locked") as refused:
                note(sqlite_store, anna)()
            answers.append(refused.type)

        threads = [threading.Thread(target=write) for _ in range(3)]
        for one in threads:
            one.start()
        for one in threads:
            one.join(SOON)
    assert len(answers) == 3
    assert isinstance(note(sqlite_store, anna)(), Done)
    assert len(stored(sqlite_store)) == 1


def test_it_can_be_switched_off(sqlite_store: Store, anna: PersonMade) -> None:
    sqlite_store.together = False
    shared, alone = [], []
    event.listen(sqlite_store.engine, "commit", alone.append)
    with at_commits(lambda: shared.append(1)):
        for _ in range(3):
            note(sqlite_store, anna)()
    assert (len(shared), len(alone)) == (0, 3)


def test_the_connection_it_keeps_is_closed_with_the_others(sqlite_url: str, sqlite_store: Store) -> None:
    make_process(sqlite_store)
    assert Path(f"{sqlite_store.engine.url.database}-wal").exists()
    sqlite_store.engine.dispose()
    # SQLite puts its log away when the last connection closes.
    assert not Path(f"{sqlite_store.engine.url.database}-wal").exists()
    make_process(sqlite_store, "And on")


def test_nothing_goes_through_another_connection_where_its_own_is_given_up(
    sqlite_store: Store, anna: PersonMade
) -> None:
    """As where a server ends while somebody writes: what is refused is not there."""
    committer = committer_of(sqlite_store)

    def give_up_and_write(session: Any) -> Written:
        committer._kept.drop()
        Statement(update(Participant).values(name="Nobody")).run(session)
        return Written(None, keep=True)

    with pytest.raises((exc.DBAPIError, sqlite3.Error)):
        committer.run(give_up_and_write)
    with sqlite_store.reading() as session:
        assert session.scalar(select(Participant.name)) == "Anna"
    assert isinstance(note(sqlite_store, anna)(), Done)


CONCURRENT = """
import sys
from workshop import engine
engine.start(sys.argv[1])
import threading
from tests.factories import do
from tests.factories.cafes import open_round
from tests.factories.databases import store_at
from tests.factories.events import make_event
from tests.factories.people import join
from tests.factories.processes import make_process
from workshop.committing import Committer
with store_at(sys.argv[2]) as store:
    made = make_event(store, make_process(store))
    open_round(store, made)
    anna = join(store, made)
    commits, wrong = [], []
    end = Committer._end
    Committer._end = lambda *given, keep: commits.append(1) or end(*given, keep=keep)
    begin = threading.Event()
    def write(number):
        begin.wait()
        for turn in range(10):
            note = {"table": made.tables[0], "round": made.rounds[0], "kind": "idea", "text": f"{number} {turn}"}
            try:
                do(store, anna.actor, "idea.contribute", **note)
            except Exception as error:
                wrong.append(repr(error))
    threads = [threading.Thread(target=write, args=(number,)) for number in range(20)]
    for one in threads: one.start()
    begin.set()
    for one in threads: one.join()
    print(engine.running_mode(), len(commits), wrong)
"""


@pytest.mark.parametrize("mode", MODES)
def test_on_either_engine_all_are_served_in_fewer_commits(sqlite_url: str, sqlite_store: Store, mode: str) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", CONCURRENT, mode, sqlite_url], capture_output=True, text=True, cwd=PROJECT, timeout=100
    )
    assert answer.returncode == 0, answer.stderr
    engine, commits, wrong = answer.stdout.split(maxsplit=2)
    assert (engine, wrong) == (mode, "[]\n")
    texts = stored(sqlite_store)
    assert len(texts) == len(set(texts)) == 200
    for number in range(20):
        mine = [text for text in texts if text.startswith(f"{number} ")]
        assert mine == [f"{number} {turn}" for turn in range(10)]
    assert int(commits) < 200
    if mode == "eventlet":
        assert int(commits) <= 20, "those who wait at the same moment do not go together"
