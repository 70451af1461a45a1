"""Notes that say the same: both wordings are read, each person's vote counts once, and all of it can be undone."""

from uuid import UUID

import pytest

from tests.factories import do
from tests.factories.action_list import listed_item
from tests.factories.cafes import name_host, open_round
from tests.factories.events import EventMade
from tests.factories.goals import promoted_goal
from tests.factories.ideas import write
from tests.factories.people import PersonMade, join, join_many
from workshop.errors import Closed, Forbidden, Invalid
from workshop.models import Idea, IdeaState
from workshop.perform import Store
from workshop.queries.idea_list import merge_of
from workshop.queries.ideas import Note, notes
from workshop.queries.lines import voices
from workshop.queries.viewing import Audience


@pytest.fixture
def people(store: Store, event: EventMade) -> list[PersonMade]:
    """Six people at table 1; the first hosts it."""
    made = join_many(store, event, [f"Guest {number}" for number in range(6)], [1] * 6)
    name_host(store, event, 1, made[0])
    open_round(store, event)
    return made


def supported(store: Store, author: PersonMade, text: str, *voters: PersonMade) -> UUID:
    idea = write(store, author, text)
    for one in voters:
        do(store, one.actor, "vote.cast", idea=idea)
    return idea


def seen(store: Store, idea: UUID, audience: Audience = Audience.EVERYBODY) -> Note | None:
    with store.reading() as session:
        return notes(session, [idea], audience).get(idea)


def votes(store: Store, idea: UUID) -> int:
    with store.reading() as session:
        return session.get_one(Idea, idea).votes


def test_each_person_counts_once_and_both_wordings_stay(store: Store, people: list[PersonMade]) -> None:
    host, anna, ben, carl, dora, emil = people
    benches = supported(store, anna, "Benches", ben, carl, dora)
    seats = supported(store, ben, "Places to sit", carl, dora, emil)
    with store.reading() as session:
        merge = merge_of(session, [benches, seats])
    assert (merge.people, merge.twice) == (4, 2)
    done = do(store, host.actor, "idea.merge", ideas=[benches, seats], stays=benches)
    note = seen(store, benches)
    assert note and note.votes == 4 and [one.text for one in note.wordings] == ["Places to sit"]
    assert seen(store, seats) is None
    mine = seen(store, seats, Audience.OWN)
    assert mine and (mine.state, mine.merged_into_id) == (IdeaState.MERGED, benches)
    assert f"person:{ben.id}" in done.at


def test_separated_again_everybody_has_the_votes_they_had(store: Store, people: list[PersonMade]) -> None:
    host, anna, ben, carl, dora, emil = people
    benches = supported(store, anna, "Benches", ben, carl)
    seats = supported(store, ben, "Places to sit", carl, dora)
    chairs = supported(store, anna, "Chairs", carl, emil)
    do(store, host.actor, "idea.merge", ideas=[seats, chairs], stays=seats)
    assert votes(store, seats) == 3
    do(store, host.actor, "idea.merge", ideas=[benches, seats], stays=benches)
    assert votes(store, benches) == 4
    note = seen(store, benches)
    assert note and len(note.wordings) == 2
    do(store, host.actor, "idea.unmerge", idea=seats)
    do(store, host.actor, "idea.unmerge", idea=chairs)
    assert [votes(store, one) for one in (benches, seats, chairs)] == [2, 2, 2]


def test_what_was_counted_elsewhere_is_added_and_comes_off_again(store: Store, people: list[PersonMade]) -> None:
    host, anna, *_ = people
    ideas = [write(store, anna, text) for text in ("One", "Two", "Three")]
    with store.writing() as session:
        for number, idea in enumerate(ideas, 1):
            session.get_one(Idea, idea).counted_elsewhere = 10**number
        session.commit()
    one, two, three = ideas
    do(store, host.actor, "idea.merge", ideas=[two, three], stays=two)
    do(store, host.actor, "idea.merge", ideas=[one, two], stays=one)
    assert votes(store, one) == 1110
    for idea in (two, three):
        do(store, host.actor, "idea.unmerge", idea=idea)
    assert [votes(store, idea) for idea in ideas] == [10, 100, 1000]


@pytest.mark.parametrize("how", ["withdraw", "hide", "reword", "reword and withdraw"])
def test_what_others_said_does_not_leave_with_the_note_it_was_merged_into(
    store: Store, event: EventMade, people: list[PersonMade], how: str
) -> None:
    host, anna, ben, carl, *_ = people
    benches, seats = supported(store, anna, "Benches", carl), supported(store, ben, "Places to sit", carl)
    do(store, host.actor, "idea.merge", ideas=[benches, seats], stays=benches)
    if "reword" in how:
        # Where notes wait, the new words leave the table until somebody has looked at them.
        do(store, event.moderator, "event.set_moderation", event=event.id, notes_wait="1")
        do(store, anna.actor, "idea.edit", idea=benches, text="Benches in the shade")
    if "withdraw" in how:
        do(store, anna.actor, "idea.withdraw", idea=benches)
    if how == "hide":
        do(store, host.actor, "idea.hide", idea=benches, reason="It names somebody")
    note = seen(store, seats)
    assert note and note.votes == 1 and note.merged_into_id is None


def test_a_note_that_waits_leaves_nobody_behind_when_it_is_withdrawn(store: Store, people: list[PersonMade]) -> None:
    host, anna, ben, carl, *_ = people
    benches, seats = supported(store, anna, "Benches", carl), supported(store, ben, "Places to sit", carl)
    do(store, host.actor, "idea.merge", ideas=[benches, seats], stays=benches)
    # As a database may have it from before notes that are reworded were separated from the others.
    with store.writing() as session:
        session.get_one(Idea, benches).state = IdeaState.HELD
        session.commit()
    do(store, anna.actor, "idea.withdraw", idea=benches)
    note = seen(store, seats)
    assert note and note.votes == 1 and note.merged_into_id is None


def test_the_author_of_a_merged_note_can_withdraw_it(store: Store, people: list[PersonMade]) -> None:
    host, anna, ben, carl, dora, _ = people
    benches, seats = supported(store, anna, "Benches", carl), supported(store, ben, "Places to sit", dora)
    do(store, host.actor, "idea.merge", ideas=[benches, seats], stays=benches)
    do(store, ben.actor, "idea.withdraw", idea=seats)
    note = seen(store, benches)
    assert note and (note.votes, note.wordings) == (1, [])


def test_a_goal_that_a_note_leads_to_hears_that_its_votes_are_others(
    store: Store, event: EventMade, people: list[PersonMade]
) -> None:
    host, anna, ben, carl, *_ = people
    benches, seats = write(store, anna, "Benches"), supported(store, ben, "Places to sit", carl)
    goal = promoted_goal(store, event, listed_item(store, event, benches))
    assert f"goal:{goal}" in do(store, host.actor, "idea.merge", ideas=[benches, seats], stays=benches).at
    assert f"goal:{goal}" in do(store, host.actor, "idea.unmerge", idea=seats).at


def test_a_to_do_keeps_the_words_of_a_note_that_is_merged(
    store: Store, event: EventMade, people: list[PersonMade]
) -> None:
    host, anna, ben, *_ = people
    benches, seats = write(store, anna, "Benches"), write(store, ben, "Places to sit")
    item = listed_item(store, event, seats, title="Put up benches")
    do(store, host.actor, "idea.merge", ideas=[benches, seats], stays=benches)
    with store.reading() as session:
        assert [voice.text for voice in voices(session, [item])[item]] == ["Places to sit"]


def test_what_cannot_be_merged(store: Store, event: EventMade, people: list[PersonMade]) -> None:
    host, anna, *_ = people
    elsewhere = join(store, event, "Otto", 2)
    here, there = write(store, anna), write(store, elsewhere, table=2)
    held = write(store, anna)
    do(store, host.actor, "idea.hold", idea=held, reason="Let us look")
    for ideas, problem in (([here], Invalid), ([here, there], Forbidden), ([here, held], Closed)):
        with pytest.raises(problem):
            do(store, host.actor, "idea.merge", ideas=ideas, stays=here)
    with pytest.raises(Invalid):
        do(store, event.moderator, "idea.merge", ideas=[here, there])
    do(store, event.moderator, "idea.merge", ideas=[here, there], stays=here)
