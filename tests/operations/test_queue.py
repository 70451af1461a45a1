"""Notes that wait until somebody has looked at them, and several moderators who look."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from tests.factories import do
from tests.factories.cafes import name_host, open_round
from tests.factories.events import EventMade, make_event
from tests.factories.ideas import write
from tests.factories.people import PersonMade, join, join_many
from tests.factories.processes import ProcessMade
from workshop.clock import now
from workshop.errors import Forbidden, NotFound
from workshop.models import Idea, IdeaState, Look
from workshop.perform import Store
from workshop.queries import ideas
from workshop.queries.queue import MOST_IN_QUEUE, Queue, queues
from workshop.queries.viewing import Audience


@pytest.fixture
def anna(store: Store, event: EventMade) -> PersonMade:
    """Somebody at table 1 in the first round of an event whose notes wait."""
    anna = join(store, event)
    open_round(store, event)
    do(store, event.moderator, "event.set_moderation", event=event.id, notes_wait="1")
    return anna


def state_of(store: Store, idea: UUID) -> IdeaState:
    with store.reading() as session:
        return session.get_one(Idea, idea).state


def queue_of(store: Store, event: EventMade) -> Queue:
    with store.reading() as session:
        return queues(session, [event.cafe])[event.cafe]


def looked_at(store: Store, event: EventMade) -> dict[str | None, list[UUID]]:
    """Who is looking at what."""
    return {taker: [note.id for note in notes] for taker, notes in queue_of(store, event).groups}


def test_a_note_waits_until_it_is_let_through(store: Store, event: EventMade, anna: PersonMade) -> None:
    done = do(
        store, anna.actor, "idea.contribute", table=event.tables[0], round=event.rounds[0], kind="idea", text="A bench"
    )
    idea = done.thing[1]
    assert idea and set(done.at) == {f"table:{event.tables[0]}", f"person:{anna.id}"}
    with store.reading() as session:
        assert ideas.notes(session, [idea], Audience.EVERYBODY) == {}
        assert ideas.notes(session, [idea], Audience.OWN)[idea].waits
    do(store, event.moderator, "queue.let_through", things=[idea])
    assert state_of(store, idea) is IdeaState.VISIBLE


def test_other_words_wait_again(store: Store, event: EventMade, anna: PersonMade) -> None:
    idea = write(store, anna, "A bench")
    do(store, event.moderator, "queue.let_through", things=[idea])
    do(store, anna.actor, "idea.edit", idea=idea, text="A bench, and Mr Miller sleeps on it")
    assert state_of(store, idea) is IdeaState.HELD
    name_host(store, event, 1, anna)
    do(store, event.moderator, "queue.let_through", things=[idea])
    do(store, anna.actor, "idea.edit", idea=idea, text="A bench")
    assert state_of(store, idea) is IdeaState.VISIBLE


def test_what_waits_goes_on_waiting_when_new_ones_no_longer_do(
    store: Store, event: EventMade, anna: PersonMade
) -> None:
    before = write(store, anna)
    do(store, event.moderator, "event.set_moderation", event=event.id)
    assert (state_of(store, before), state_of(store, write(store, anna))) == (IdeaState.HELD, IdeaState.VISIBLE)


def test_nothing_that_was_decided_meanwhile_is_let_through(store: Store, event: EventMade, anna: PersonMade) -> None:
    hidden, withdrawn, new = (write(store, anna, f"Note {number}") for number in range(3))
    do(store, event.process.admin, "idea.hide", idea=hidden, reason="A name")
    do(store, anna.actor, "idea.withdraw", idea=withdrawn)
    do(store, event.moderator, "queue.let_through", things=[hidden, withdrawn, new])
    assert [state_of(store, one) for one in (hidden, withdrawn, new)] == ["hidden", "withdrawn", "visible"]
    again = do(store, event.moderator, "queue.let_through", things=[hidden, new])
    assert again.at == {}


def test_a_host_lets_through_what_lies_at_the_own_table(store: Store, event: EventMade, anna: PersonMade) -> None:
    ben, hanna = join(store, event, "Ben", 2), join(store, event, "Hanna")
    name_host(store, event, 1, hanna)
    mine, other = write(store, anna), write(store, ben, table=2)
    with pytest.raises(NotFound):
        do(store, hanna.actor, "queue.let_through", things=[other])
    do(store, hanna.actor, "queue.let_through", things=[mine, other])
    assert (state_of(store, mine), state_of(store, other)) == (IdeaState.VISIBLE, IdeaState.HELD)
    with pytest.raises(Forbidden):
        do(store, ben.actor, "queue.let_through", things=[other])


def test_two_moderators_look_at_different_notes(store: Store, event: EventMade, anna: PersonMade) -> None:
    notes = [write(store, anna, f"Note {number}") for number in range(6)]
    one, other = event.moderator, event.process.admin
    do(store, one, "queue.look_at", things=notes[:3])
    # The other one pressed at the same moment, on a page that showed the same.
    done = do(store, other, "queue.look_at", things=notes[1:5])
    assert set(done.at) == {f"cafe:{event.cafe}"}
    assert sorted(map(len, looked_at(store, event).values())) == [1, 2, 3]
    assert looked_at(store, event)[None] == notes[5:]
    assert do(store, other, "queue.look_at", things=notes[:3]).at == {}
    with pytest.raises(NotFound):
        do(store, join(store, event, "Ben").actor, "queue.look_at", things=notes[:1])


def test_what_nobody_decided_about_comes_back_to_all(store: Store, event: EventMade, anna: PersonMade) -> None:
    idea = write(store, anna)
    do(store, event.moderator, "queue.look_at", things=[idea])
    due = queue_of(store, event).due
    assert due and timedelta(minutes=2) < due - now() <= timedelta(minutes=3)
    with store.writing() as session:
        session.execute(update(Look).values(until=now() - timedelta(seconds=1)))
        session.commit()
    assert looked_at(store, event) == {None: [idea]}
    assert queue_of(store, event).due is None
    do(store, event.process.admin, "queue.look_at", things=[idea])
    assert None not in {taker for taker, notes in looked_at(store, event).items() if notes}


def test_five_hundred_that_wait_are_counted_and_the_oldest_listed(store: Store, process: ProcessMade) -> None:
    event = make_event(store, process)
    guests = join_many(store, event, [f"G{number}" for number in range(10)], tables=[1] * 10)
    open_round(store, event)
    do(store, event.moderator, "event.set_moderation", event=event.id, notes_wait="1")
    written = [write(store, guests[number % 10], f"Note {number}") for number in range(500)]
    found = queue_of(store, event)
    assert (found.waiting, found.counts["new"]) == (500, 500)
    assert [one.id for one in found.listed] == written[:MOST_IN_QUEUE]
    do(store, event.moderator, "queue.let_through", things=written[:100])
    assert queue_of(store, event).listed[0].id == written[100]
