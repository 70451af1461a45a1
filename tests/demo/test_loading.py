"""Loading the demonstration: its numbers, and that it leaves alone what people have made of it."""

import time
from collections import Counter

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import workshop.demo.loader  # noqa: F401  (enters its operation)
from tests.factories import do
from workshop.demo.content import PROCESSES, content_of, demo_id
from workshop.errors import Forbidden
from workshop.models import (
    ActionItem,
    Base,
    Cafe,
    CafeTable,
    Change,
    Comment,
    Event,
    FieldOfAction,
    Goal,
    GoalStatus,
    Idea,
    IdeaState,
    ItemStatus,
    Membership,
    Milestone,
    Origin,
    Participant,
    Party,
    Phase,
    Process,
    ProgressUpdate,
    Responsibility,
    Round,
    Seat,
    Slot,
    Vote,
)
from workshop.perform import Store
from workshop.standing import NOBODY, SYSTEM

DORTMUND, FORUM, NACKA = PROCESSES
COUNTS = {
    DORTMUND: {
        FieldOfAction: 9, Party: 20, Membership: 14, Slot: 26, CafeTable: 12, Round: 3, Participant: 96, Seat: 288,
        Idea: 341, Comment: 104, ActionItem: 80, Goal: 14, Milestone: 60, ProgressUpdate: 72, Phase: 0, Vote: 0,
    },
    FORUM: {
        FieldOfAction: 5, Party: 14, Membership: 10, Slot: 10, CafeTable: 6, Round: 3, Participant: 48, Seat: 144,
        Idea: 128, Comment: 28, ActionItem: 24, Goal: 5, Milestone: 18, ProgressUpdate: 19, Phase: 3, Vote: 0,
    },
    NACKA: {
        FieldOfAction: 5, Party: 13, Membership: 8, Slot: 6, CafeTable: 6, Round: 3, Participant: 30, Seat: 90,
        Idea: 96, Comment: 23, ActionItem: 18, Goal: 4, Milestone: 12, ProgressUpdate: 13, Phase: 0, Vote: 0,
    },
}  # fmt: skip
"""As the content's own table of counts says."""
EVERY = sorted({kind for counts in COUNTS.values() for kind in counts} | {Process, Event, Cafe, Origin, Responsibility},
               key=lambda kind: kind.__name__)  # fmt: skip


def load(store: Store) -> None:
    for process in PROCESSES:
        do(store, SYSTEM, "demo.load", process=process)


def counts(session: Session) -> dict[type[Base], int]:
    return {kind: session.scalar(select(func.count()).select_from(kind)) or 0 for kind in EVERY}


@pytest.mark.parametrize("process", PROCESSES)
def test_the_numbers_of_each_process(store: Store, process: str) -> None:
    do(store, SYSTEM, "demo.load", process=process)
    with store.reading() as session:
        found = counts(session)
        assert {kind: found[kind] for kind in COUNTS[process]} == COUNTS[process]
        content = content_of(process)
        counted = session.scalar(select(func.sum(Idea.counted_elsewhere)))
        assert counted == sum(one["votes"] for one in content.ideas)


def test_dortmund_word_for_word(store: Store) -> None:
    do(store, SYSTEM, "demo.load", process=DORTMUND)
    with store.reading() as session:
        states = Counter(session.scalars(select(Idea.state)))
        assert states == {IdeaState.VISIBLE: 337, IdeaState.HELD: 4}
        assert all(session.scalars(select(Idea.state_reason).where(Idea.state == IdeaState.HELD)))
        goals = Counter(session.scalars(select(Goal.status)))
        assert goals == {
            GoalStatus.ON_TRACK: 5,
            GoalStatus.ACHIEVED: 3,
            GoalStatus.AT_RISK: 4,
            GoalStatus.DROPPED: 1,
            GoalStatus.PLANNED: 1,
        }
        items = Counter(session.scalars(select(ActionItem.status)))
        assert items[ItemStatus.IN_PROGRESS] == 40 and items[ItemStatus.DONE] == 19
        languages = Counter(session.scalars(select(Idea.language)))
        assert languages == {"de": 299, "en": 32, "tr": 4, "uk": 3, "ar": 3}
        first = session.get_one(ActionItem, demo_id("do-a01"))
        assert (first.number, first.votes, first.goal_id) == (1, 41, demo_id("do-g06"))
        assert [one.idea_id for one in first.origins] == [demo_id("do-i252"), demo_id("do-i160")]
        goal = session.get_one(Goal, demo_id("do-g01"))
        assert (goal.number, goal.handlers[0].role, len(goal.handlers)) == (1, "lead", 5)
        assert [item.number for item in goal.items] == [57, 58, 59]
        process = session.get_one(Process, demo_id(DORTMUND))
        assert (process.last_goal_number, process.demonstration) == (14, True)
        event = session.get_one(Event, demo_id("ev-todo"))
        assert event.last_item_number == 80


def test_past_events_are_over_and_nobody_can_join_them(store: Store) -> None:
    load(store)
    with store.reading() as session:
        for event in session.scalars(select(Event)):
            assert event.closed_at and not (event.code or event.join_token or event.screen_token)
        assert all(session.scalars(select(Cafe.closed_at)))
        assert all(session.scalars(select(Round.closed_at)))
        assert all(session.scalars(select(Seat.until_at)))
        assert not any(session.scalars(select(Participant.token_digest)))


def test_notes_lie_in_the_order_of_time_before_whatever_comes(store: Store) -> None:
    do(store, SYSTEM, "demo.load", process=DORTMUND)
    with store.reading() as session:
        for table in session.scalars(select(CafeTable.id)):
            ideas = session.scalars(select(Idea).where(Idea.table_id == table).order_by(Idea.position)).all()
            times = [one.created_at for one in ideas]
            assert times == sorted(times)
            assert ideas[-1].position == 0 and len({one.position for one in ideas}) == len(ideas)


def test_a_second_time_adds_nothing_and_records_nothing(store: Store) -> None:
    load(store)
    with store.reading() as session:
        before = counts(session), session.scalar(select(func.count(Change.id)))
    load(store)
    with store.reading() as session:
        assert (counts(session), session.scalar(select(func.count(Change.id)))) == before


def test_it_writes_what_is_missing_and_leaves_what_people_changed(store: Store) -> None:
    do(store, SYSTEM, "demo.load", process=NACKA)
    with store.reading() as session:
        session.get_one(Idea, demo_id("na-i001")).text = "Annat nu"
        session.delete(session.scalars(select(Comment)).first())
        session.commit()
    assert do(store, SYSTEM, "demo.load", process=NACKA).thing == ("process", demo_id(NACKA))
    with store.reading() as session:
        assert session.get_one(Idea, demo_id("na-i001")).text == "Annat nu"
        assert session.scalar(select(func.count(Comment.id))) == COUNTS[NACKA][Comment]


def test_a_citys_own_process_of_the_same_name_keeps_its_address(store: Store) -> None:
    do(store, SYSTEM, "process.create", name="Integration lokalt", admin="Gun")
    do(store, SYSTEM, "demo.load", process=NACKA)
    with store.reading() as session:
        slugs = set(session.scalars(select(Process.slug)))
    assert slugs == {"integration-lokalt", "integration-lokalt-demo"}


def test_only_the_one_who_runs_the_server_may(store: Store) -> None:
    with pytest.raises(Forbidden):
        do(store, NOBODY, "demo.load", process=NACKA)


def test_it_is_quick(sqlite_store: Store) -> None:
    began = time.process_time()
    load(sqlite_store)
    assert time.process_time() - began < 5
