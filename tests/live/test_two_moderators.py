"""Two moderators and fifty participants write at once: every revision once, nobody hears of a deadlock."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.factories import do
from tests.factories.cafes import open_round
from tests.factories.events import EventMade, make_event
from tests.factories.ideas import write
from tests.factories.people import PersonMade, join_many
from tests.factories.processes import make_process
from tests.live.halls import open_hall
from tests.live.phones import Phone
from workshop.engine import MODES
from workshop.errors import Problem
from workshop.models import Change, ChangeChannel, Channel, Idea, Vote
from workshop.perform import Store

PEOPLE = 50
NOTES = 4


def at_once(*works: Callable[[], None]) -> list[BaseException]:
    """Run them all at the same moment; what any of them raised."""
    gate, raised = threading.Barrier(len(works)), list[BaseException]()

    def run(work: Callable[[], None]) -> None:
        gate.wait()
        try:
            work()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return raised


def assert_whole(store: Store) -> None:
    """In every channel each revision from 1 to the newest stands once, and its Change is there."""
    with store.reading() as session:
        newest = dict(session.execute(select(Channel.name, Channel.revision)).all())
        told: dict[str, list[int]] = {}
        for name, revision in session.execute(select(ChangeChannel.channel, ChangeChannel.revision)):
            told.setdefault(name, []).append(revision)
        assert newest and set(told) == set(newest)
        for name, revisions in told.items():
            assert sorted(revisions) == list(range(1, newest[name] + 1)), name
        keys = session.scalars(select(Change.key)).all()
        assert len(keys) == len(set(keys))


def hall(store: Store) -> tuple[EventMade, list[PersonMade], list[UUID]]:
    event = make_event(store, make_process(store), tables=6, rounds=2, votes_at="event")
    people = join_many(store, event, [f"Person {number}" for number in range(PEOPLE)])
    open_round(store, event)
    first = [write(store, people[number], f"First {number}", table=number + 1) for number in range(6)]
    return event, people, first


def test_two_moderators_and_fifty_people_write_at_once(store: Store) -> None:
    event, people, first = hall(store)
    done: list[str] = []
    told: list[Problem] = []

    def person(number: int) -> Callable[[], None]:
        def work() -> None:
            me, table = people[number], number % 6 + 1
            for note in range(NOTES):
                write(store, me, f"Note {note} of {number}", table=table)
                # Everybody votes in an order of their own on the same notes.
                idea = first[(number + note) % 6]
                attempt("vote.cast", me.actor, idea=idea)
                if note % 2:
                    attempt("vote.take_back", me.actor, idea=idea)

        return work

    def attempt(operation: str, actor: Any, **fields: Any) -> None:
        try:
            # What changed nothing, a vote taken back that was refused before, counts as nothing.
            if do(store, actor, operation, **fields).at:
                done.append(operation)
        except Problem as problem:
            if problem.code == "conflict":
                raise
            told.append(problem)

    def moderator(actor: Any, way: int) -> Callable[[], None]:
        def work() -> None:
            for idea in first[::way]:
                attempt("idea.hold", actor, idea=idea, reason="A look")
                attempt("idea.show", actor, idea=idea)
                attempt("action_item.take_forward", actor, ideas=first[::way][:3], title="Do it")
            attempt("round.close", actor, round=event.rounds[0])

        return work

    works = [person(number) for number in range(PEOPLE)]
    works += [moderator(event.moderator, 1), moderator(event.process.admin, -1)]
    assert at_once(*works) == []
    assert_whole(store)
    with store.reading() as session:
        notes = session.scalar(select(func.count(Idea.id)))
        votes = session.scalar(select(func.count(Vote.id)))
    assert notes == 6 + PEOPLE * NOTES
    assert votes == done.count("vote.cast") - done.count("vote.take_back")
    # What was refused was refused for what it was: a note that a moderator held at that moment.
    assert {problem.code for problem in told} <= {"not_found", "closed"}


def test_one_key_sent_by_many_at_once_is_one_note(store: Store) -> None:
    event, people, first = hall(store)
    key = UUID("0191d0d0-0000-4000-8000-000000000001")
    answers = []
    me = people[0]
    where = {"table": event.tables[0], "round": event.rounds[0], "kind": "idea", "text": "Once"}

    def send() -> None:
        answers.append(do(store, me.actor, "idea.contribute", key, **where))

    assert at_once(*[send] * 12) == []
    assert len({tuple(sorted(one.at.items())) for one in answers}) == 1
    assert_whole(store)


def test_rounds_begin_while_people_change_tables(store: Store) -> None:
    event, people, _ = hall(store)

    def move(number: int) -> Callable[[], None]:
        def work() -> None:
            for table in event.tables:
                do(store, people[number].actor, "seat.take", table=table)

        return work

    def begin() -> None:
        do(store, event.moderator, "round.open", round=event.rounds[1])

    assert at_once(*(move(number) for number in range(20)), begin) == []
    assert_whole(store)


@pytest.mark.parametrize("mode", MODES)
def test_the_same_over_real_sockets(database_url: str, mode: str, tmp_path: Path) -> None:
    with open_hall(tmp_path, mode, database_url) as opened:
        event, people, _ = hall(opened.store)
        phones = [opened.phone(one.actor) for one in people]
        staff = [opened.phone(one) for one in (event.moderator, event.process.admin)]
        answers: list[Any] = []

        def person(number: int) -> Callable[[], None]:
            def work() -> None:
                where = {"table": event.tables[number % 6], "round": event.rounds[0], "kind": "idea"}
                for note in range(NOTES):
                    answers.append(phones[number].do("idea.contribute", **where, text=f"{note} of {number}"))

            return work

        def moderator(phone: Phone) -> Callable[[], None]:
            def work() -> None:
                for _ in range(5):
                    answers.append(phone.do("action_item.add", event=event.id, title="Said in the room"))

            return work

        assert at_once(*map(person, range(PEOPLE)), *map(moderator, staff)) == []
        for one in (*phones, *staff):
            one.client.disconnect()
        assert [one for one in answers if not one["ok"]] == []
        assert len(answers) == PEOPLE * NOTES + 10
        assert_whole(opened.store)
