"""Votes that are counted: a vote counts while the note it was given to stands."""

import pytest

from tests.factories import do
from tests.factories.cafes import open_round
from tests.factories.events import EventMade, make_event
from tests.factories.ideas import write
from tests.factories.people import PersonMade, join
from tests.factories.processes import ProcessMade
from workshop.errors import Forbidden
from workshop.models import Event
from workshop.perform import Store
from workshop.policy import standing_in_event
from workshop.queries.viewing import viewer_in_event


@pytest.fixture
def event(store: Store, process: ProcessMade) -> EventMade:
    """A café in which everybody has one vote."""
    made = make_event(store, process, votes_per_participant=1)
    open_round(store, made)
    return made


def votes_left(store: Store, person: PersonMade) -> int | None:
    with store.reading() as session:
        standing = standing_in_event(session, person.actor, session.get_one(Event, person.event.id))
        return viewer_in_event(session, standing).votes_left


@pytest.mark.parametrize("how", ["idea.withdraw", "idea.hold", "idea.hide"])
def test_a_vote_comes_back_when_its_note_is_taken_from_the_table(store: Store, event: EventMade, how: str) -> None:
    anna, ben = join(store, event, "Anna"), join(store, event, "Ben")
    first, second = write(store, anna), write(store, anna, "A bench")
    do(store, ben.actor, "vote.cast", idea=first)
    assert votes_left(store, ben) == 0
    with pytest.raises(Forbidden):
        do(store, ben.actor, "vote.cast", idea=second)
    who, why = (anna.actor, {}) if how == "idea.withdraw" else (event.moderator, {"reason": "Names somebody"})
    do(store, who, how, idea=first, **why)
    assert votes_left(store, ben) == 1
    do(store, ben.actor, "vote.cast", idea=second)
    assert votes_left(store, ben) == 0


def test_a_note_that_comes_back_brings_its_votes_and_nobody_owes_any(store: Store, event: EventMade) -> None:
    anna, ben = join(store, event, "Anna"), join(store, event, "Ben")
    first, second = write(store, anna), write(store, anna, "A bench")
    do(store, ben.actor, "vote.cast", idea=first)
    do(store, event.moderator, "idea.hold", idea=first, reason="Names somebody")
    do(store, ben.actor, "vote.cast", idea=second)
    do(store, event.moderator, "idea.show", idea=first)
    assert votes_left(store, ben) == 0
    do(store, ben.actor, "vote.take_back", idea=second)
    with pytest.raises(Forbidden):
        do(store, ben.actor, "vote.cast", idea=second)
