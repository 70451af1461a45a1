"""Votes that are counted: while the note they were given to stands, in the whole café or in each round."""

import json
import threading
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.factories import do
from tests.factories.action_list import add_item
from tests.factories.cafes import close_cafe, close_round, open_round
from tests.factories.events import EventMade, make_event
from tests.factories.ideas import write
from tests.factories.people import PersonMade, join
from tests.factories.processes import ProcessMade
from workshop.errors import Closed, Forbidden
from workshop.models import Event, Idea, Round, VotesPer
from workshop.perform import Store
from workshop.queries.turns import turns
from workshop.queries.viewing import Audience, viewer_in_event
from workshop.queries.votes import ballots
from workshop.standing import SYSTEM, standing_in_event


@pytest.fixture
def event(store: Store, process: ProcessMade) -> EventMade:
    """A café in which everybody has one vote."""
    made = make_event(store, process, votes_per_participant=1)
    open_round(store, made)
    return made


def votes_left(store: Store, person: PersonMade) -> int | None:
    """As the phone shows it; whoever is told of their votes alone knows the same."""
    cafe_id = person.event.cafe
    with store.reading() as session:
        standing = standing_in_event(session, person.actor, session.get_one(Event, person.event.id))
        viewer = viewer_in_event(session, standing)
        assert ballots(session, [person.id], Audience.OWN)[person.id].given == viewer.votes_given
        cafe = turns(session, [cafe_id], Audience.EVERYBODY)[cafe_id]
        assert cafe.votes_per_participant and cafe.now
        return viewer.votes_left(cafe.votes_per_participant, cafe.now.id if cafe.votes_per is VotesPer.ROUND else None)


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


@pytest.fixture
def by_round(store: Store, process: ProcessMade) -> EventMade:
    """A café of three rounds in which everybody has two votes in each."""
    return make_event(store, process, rounds=3, votes_per_participant=2, votes_per="round")


def test_each_round_brings_the_votes_anew_and_an_end_taken_back_does_not(store: Store, by_round: EventMade) -> None:
    anna, ben = join(store, by_round, "Anna"), join(store, by_round, "Ben")
    open_round(store, by_round)
    notes = [write(store, anna, f"Note {number}") for number in range(4)]
    assert votes_left(store, ben) == 2
    for note in notes[:2]:
        do(store, ben.actor, "vote.cast", idea=note)
    with pytest.raises(Forbidden) as refused:
        do(store, ben.actor, "vote.cast", idea=notes[2])
    assert "of this round" in refused.value.sentence
    close_round(store, by_round)
    assert votes_left(store, ben) == 0
    do(store, by_round.moderator, "round.reopen", round=by_round.rounds[0])
    assert votes_left(store, ben) == 0
    open_round(store, by_round, 2)
    assert votes_left(store, ben) == 2
    do(store, ben.actor, "vote.cast", idea=notes[2])
    # A vote of an earlier round that is taken back is none of this round's.
    do(store, ben.actor, "vote.take_back", idea=notes[0])
    assert votes_left(store, ben) == 1
    do(store, ben.actor, "vote.take_back", idea=notes[2])
    assert votes_left(store, ben) == 2


def test_votes_before_the_start_are_those_of_the_first_round(store: Store, by_round: EventMade) -> None:
    anna, ben = join(store, by_round, "Anna"), join(store, by_round, "Ben")
    open_round(store, by_round)
    note = write(store, anna)
    with store.writing() as session:
        session.get_one(Round, by_round.rounds[0]).opened_at = None
        session.commit()
    do(store, ben.actor, "vote.cast", idea=note)
    assert votes_left(store, ben) == 1
    open_round(store, by_round)
    assert votes_left(store, ben) == 1


def test_what_votes_are_for_can_be_changed_at_any_time(store: Store, by_round: EventMade) -> None:
    anna, ben = join(store, by_round, "Anna"), join(store, by_round, "Ben")
    open_round(store, by_round)
    first, second = write(store, anna), write(store, anna, "A bench")
    do(store, ben.actor, "vote.cast", idea=first)
    open_round(store, by_round, 2)
    do(store, ben.actor, "vote.cast", idea=second)
    assert votes_left(store, ben) == 1
    change = {"cafe": by_round.cafe, "votes_per_participant": 3}
    assert do(store, by_round.moderator, "cafe.set_votes", **change, votes_per="cafe").at
    assert votes_left(store, ben) == 1
    assert not do(store, by_round.moderator, "cafe.set_votes", **change, votes_per="cafe").at
    do(store, by_round.moderator, "cafe.set_votes", cafe=by_round.cafe)
    for number in range(5):
        do(store, ben.actor, "vote.cast", idea=write(store, anna, f"More {number}"))


@pytest.mark.parametrize("votes_per", ["cafe", "round"])
def test_the_last_vote_is_given_once_by_however_many_tabs(store: Store, process: ProcessMade, votes_per: str) -> None:
    event = make_event(store, process, votes_per_participant=2, votes_per=votes_per)
    open_round(store, event)
    anna, ben = join(store, event, "Anna"), join(store, event, "Ben")
    do(store, ben.actor, "vote.cast", idea=write(store, anna))
    together, refused = threading.Barrier(4), []

    def give(note: UUID) -> None:
        together.wait()
        try:
            do(store, ben.actor, "vote.cast", idea=note)
        except Forbidden:
            refused.append(note)

    tabs = [threading.Thread(target=give, args=(write(store, anna, f"Note {number}"),)) for number in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert len(refused) == 3
    assert votes_left(store, ben) == 0


def test_two_who_are_one_person_have_one_budget(store: Store, by_round: EventMade) -> None:
    anna, ben, benno = (join(store, by_round, name) for name in ("Anna", "Ben", "Benno"))
    open_round(store, by_round)
    notes = [write(store, anna, f"Note {number}") for number in range(4)]
    for person, note in ((ben, 0), (ben, 1), (benno, 1), (benno, 2)):
        do(store, person.actor, "vote.cast", idea=notes[note])
    do(store, by_round.moderator, "participant.unite", participant=ben.id, other=benno.id)
    # Three of two: none is taken from what they supported, and none is left.
    assert votes_left(store, ben) == 0
    do(store, ben.actor, "vote.take_back", idea=notes[0])
    assert votes_left(store, ben) == 0
    do(store, ben.actor, "vote.take_back", idea=notes[1])
    assert votes_left(store, ben) == 1


def test_whoever_sits_elsewhere_is_told_that_a_vote_came_back_and_that_it_counts_again(
    store: Store, event: EventMade
) -> None:
    anna, ben = join(store, event, "Anna"), join(store, event, "Ben")
    note = write(store, anna)
    do(store, ben.actor, "vote.cast", idea=note)
    do(store, ben.actor, "seat.take", table=event.tables[1])
    because = {"idea": note, "reason": "Names somebody"}
    for who, what, fields in (
        (event.moderator, "idea.hold", because), (event.moderator, "idea.show", {"idea": note}),
        (event.moderator, "idea.hide", because), (event.moderator, "idea.show", {"idea": note}),
        (anna.actor, "idea.withdraw", {"idea": note}),
    ):  # fmt: skip
        assert f"person:{ben.id}" in do(store, who, what, **fields).at, what
    # Where nobody counts, nobody need be told.
    do(store, event.moderator, "cafe.set_votes", cafe=event.cafe)
    second = write(store, anna, "A bench")
    do(store, ben.actor, "seat.take", table=event.tables[0])
    do(store, ben.actor, "vote.cast", idea=second)
    assert f"person:{ben.id}" not in do(store, anna.actor, "idea.withdraw", idea=second).at


def test_who_supported_two_notes_that_become_one_has_a_vote_again(store: Store, event: EventMade) -> None:
    do(store, event.moderator, "cafe.set_votes", cafe=event.cafe, votes_per_participant=2)
    anna, ben = join(store, event, "Anna"), join(store, event, "Ben")
    first, second = write(store, anna), write(store, anna, "A bench")
    for note in (first, second):
        do(store, ben.actor, "vote.cast", idea=note)
    done = do(store, event.moderator, "idea.merge", ideas=[first, second], stays=first)
    assert (votes_left(store, ben), f"person:{ben.id}" in done.at) == (1, True)
    done = do(store, event.moderator, "idea.unmerge", idea=second)
    assert (votes_left(store, ben), f"person:{ben.id}" in done.at) == (0, True)


def test_who_supported_both_ends_of_a_chain_of_notes_that_become_one_has_a_vote_again(
    store: Store, event: EventMade
) -> None:
    do(store, event.moderator, "cafe.set_votes", cafe=event.cafe, votes_per_participant=3)
    anna, ben, carl = join(store, event, "Anna"), join(store, event, "Ben"), join(store, event, "Carl")
    first, second, third = (write(store, anna, text) for text in ("A bench", "Benches", "Seats"))
    for voter, notes in ((ben, (first, third)), (carl, (first,))):
        for note in notes:
            do(store, voter.actor, "vote.cast", idea=note)
    do(store, event.moderator, "idea.merge", ideas=[second, first], stays=second)
    assert votes_left(store, ben) == 1
    done = do(store, event.moderator, "idea.merge", ideas=[third, second], stays=third)
    assert (votes_left(store, ben), f"person:{ben.id}" in done.at) == (2, True)
    assert f"person:{carl.id}" not in done.at
    # And the other way: it was given to the first note, which is separated from the third.
    done = do(store, event.moderator, "idea.unmerge", idea=first)
    assert (votes_left(store, ben), f"person:{ben.id}" in done.at) == (1, True)
    assert [votes_left(store, one) for one in (anna, carl)] == [3, 2]


@pytest.mark.parametrize("where", ["table", "event"])
def test_with_the_cafe_the_votes_on_its_notes_end_and_those_on_the_list_go_on(
    store: Store, process: ProcessMade, where: str
) -> None:
    event = make_event(store, process, votes_at=where, votes_per_participant=3)
    open_round(store, event)
    anna, ben = join(store, event, "Anna"), join(store, event, "Ben")
    first, second = write(store, anna), write(store, anna, "A bench")
    item = add_item(store, event)
    do(store, ben.actor, "vote.cast", idea=first)
    close_cafe(store, event)
    for operation, note in (("vote.cast", second), ("vote.take_back", first)):
        with pytest.raises(Closed):
            do(store, ben.actor, operation, idea=note)
    do(store, ben.actor, "vote.cast", action_item=item)
    with store.reading() as session:
        standing = standing_in_event(session, ben.actor, session.get_one(Event, event.id))
        viewer = viewer_in_event(session, standing)
    assert (viewer.votes_at, set(viewer.voted)) == ([], {str(first), str(item)})


def test_what_was_brought_in_is_voted_on_where_people_vote_everywhere(store: Store, process: ProcessMade) -> None:
    event = make_event(store, process, votes_at="event")
    open_round(store, event)
    ben = join(store, event, "Ben")
    rows = [["1", "From elsewhere", "visible", "", 0, "2026-05-12T10:00:00+00:00"]]
    fields = {"event": event.id, "source": "Elsewhere", "language": "en", "rows": json.dumps(rows)}
    do(store, SYSTEM, "ideas.import", **fields)
    with store.reading() as session:
        [brought] = session.scalars(select(Idea))
    do(store, ben.actor, "vote.cast", idea=brought.id)
    close_cafe(store, event)
    do(store, ben.actor, "vote.take_back", idea=brought.id)
    with store.reading() as session:
        standing = standing_in_event(session, ben.actor, session.get_one(Event, event.id))
        assert viewer_in_event(session, standing).votes_at == [str(brought.table_id)]
