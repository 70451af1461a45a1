"""The line back from a goal and forward from a note."""

from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tests.factories import do
from tests.factories.action_list import add_item, listed_item, take_forward
from tests.factories.cafes import open_round
from tests.factories.events import EventMade, make_event
from tests.factories.goals import draft_goal, promoted_goal
from tests.factories.ideas import write
from tests.factories.people import PersonMade, join
from tests.factories.processes import make_process
from workshop.errors import NotFound
from workshop.models import Idea, IdeaState
from workshop.perform import Store
from workshop.queries import goals, lines
from workshop.queries.goals import GoalPage
from workshop.standing import Actor


@pytest.fixture
def anna(store: Store, event: EventMade) -> PersonMade:
    """A guest at table 1, in the round that runs."""
    open_round(store, event)
    return join(store, event, "Anna")


def goal_page(store: Store, by: PersonMade, goal: UUID, whole: bool = False) -> GoalPage:
    """A goal as a guest sees it."""
    with store.reading() as session:
        return goals.goal_page(session, by.actor, goal, whole)


def test_words_come_back_as_they_were_written(store: Store, event: EventMade, anna: PersonMade) -> None:
    """With table, round, votes and the passage that was marked, and nobody's name."""
    note = write(store, anna, "I can do electrics. Let me show it.")
    do(store, join(store, event, "Bert").actor, "vote.cast", idea=note)
    fields = {"ideas": [note], "title": "Show it", "excerpt": "Let me show it."}
    item = do(store, event.moderator, "action_item.take_forward", **fields).thing[1]
    do(store, event.moderator, "action_item.publish", action_items=[item])
    page = goal_page(store, anna, promoted_goal(store, event, item))
    voice = page.lineage.items[0].voices[0]
    assert (voice.text, voice.excerpt, voice.votes) == ("I can do electrics. Let me show it.", "Let me show it.", 1)
    assert (voice.table_number, voice.round_number) == (1, 1)
    assert (page.lineage.voices, page.lineage.tables) == (1, 1)
    assert "Anna" not in repr(page.lineage)


@pytest.mark.parametrize("state", [state for state in IdeaState if state is not IdeaState.VISIBLE])
def test_a_note_that_is_gone_keeps_its_place(
    store: Store, event: EventMade, anna: PersonMade, state: IdeaState
) -> None:
    """Its words are not given, to nobody; that there was one is."""
    note = write(store, anna, "More shade")
    goal = promoted_goal(store, event, listed_item(store, event, note))
    with Session(store.engine) as session:
        session.get_one(Idea, note).state = state
        session.commit()
    voice = goal_page(store, anna, goal).lineage.items[0].voices[0]
    assert (voice.id, voice.text, voice.state) == (note, "", state)


def test_many_voices_are_folded(store: Store, event: EventMade, anna: PersonMade) -> None:
    """More than twenty: the three strongest of each to:DO in their order, the others counted; all when asked."""
    notes = [write(store, anna, f"Note {number}") for number in range(21)]
    for strong in (notes[5], notes[17], notes[2]):
        do(store, join(store, event, "Bert").actor, "vote.cast", idea=strong)
    many = listed_item(store, event, *notes[:19])
    goal = promoted_goal(store, event, many, listed_item(store, event, *notes[19:]))
    folded, whole = goal_page(store, anna, goal).lineage, goal_page(store, anna, goal, whole=True).lineage
    assert [voice.id for voice in folded.items[0].voices] == [notes[2], notes[5], notes[17]]
    assert [item.more for item in folded.items] == [16, 0]
    assert (folded.folded, folded.voices, whole.folded) == (True, 21, False)
    assert sum(len(item.voices) for item in whole.items) == 21


def test_who_reads_a_goal(store: Store, event: EventMade, anna: PersonMade) -> None:
    """Everybody of the process once it is promoted, before that the staff alone; another process's nobody."""
    draft = draft_goal(store, event, add_item(store, event))
    for by in (anna.actor, event.process.innolab):
        with store.reading() as session, pytest.raises(NotFound):
            goals.goal_page(session, by, draft)
    with store.reading() as session:
        assert goals.goal_page(session, event.moderator, draft).may_sort
    followed = promoted_goal(store, event, add_item(store, event))
    assert not goal_page(store, anna, followed).may_follow
    with store.reading() as session:
        assert goals.goal_page(session, event.process.innolab, followed).may_follow
        with pytest.raises(NotFound):
            goals.goal_page(session, make_process(store, "Elsewhere").admin, followed)


def test_forward_from_a_note(store: Store, event: EventMade, anna: PersonMade) -> None:
    """To its to:DO and the goal; drafts of either only for the staff."""
    note = write(store, anna, "More shade")
    with store.reading() as session:
        assert lines.idea_page(session, anna.actor, note).outcomes == []
    draft = take_forward(store, event, note)
    with store.reading() as session:
        assert lines.idea_page(session, anna.actor, note).outcomes == []
        assert lines.idea_page(session, event.moderator, note).outcomes[0].item_id == draft
        with pytest.raises(NotFound):
            lines.item_page(session, anna.actor, draft)
    do(store, event.moderator, "action_item.publish", action_items=[draft])
    goal = promoted_goal(store, event, draft)
    with store.reading() as session:
        outcome = lines.idea_page(session, anna.actor, note).outcomes[0]
        assert (outcome.number, outcome.goal_id, outcome.goal_number) == (1, goal, 1)
        assert [voice.id for voice in lines.item_page(session, anna.actor, draft).voices] == [note]


def test_a_merged_note_goes_where_the_one_in_front_goes(store: Store, event: EventMade, anna: PersonMade) -> None:
    """Its author reads what became of it, and finds its words with the other's there."""
    bert = join(store, event, "Bert")
    front, merged = write(store, anna, "More shade"), write(store, bert, "Trees on the square")
    do(store, event.moderator, "idea.merge", ideas=[front, merged], stays=front)

    def page(by: Actor) -> lines.IdeaPage:
        with store.reading() as session:
            return lines.idea_page(session, by, merged)

    assert (page(bert.actor).outcomes, page(bert.actor).taken) == ([], False)
    item = take_forward(store, event, front)
    assert (page(bert.actor).outcomes, page(bert.actor).taken) == ([], True)
    do(store, event.moderator, "action_item.publish", action_items=[item])
    goal = promoted_goal(store, event, item)
    for by in (bert.actor, anna.actor, event.moderator):
        [outcome] = page(by).outcomes
        assert (outcome.number, outcome.goal_id, outcome.idea_id) == (1, goal, front)
        assert f"goal:{goal}" in page(by).watched


def test_a_to_do_of_both_notes_is_there_once(store: Store, event: EventMade, anna: PersonMade) -> None:
    front, merged = write(store, anna, "More shade"), write(store, anna, "Trees on the square")
    item = take_forward(store, event, merged, front)
    do(store, event.moderator, "action_item.publish", action_items=[item])
    do(store, event.moderator, "idea.merge", ideas=[front, merged], stays=front)
    with store.reading() as session:
        assert [one.idea_id for one in lines.idea_page(session, anna.actor, merged).outcomes] == [merged]


def test_who_was_at_two_events_finds_the_way_to_both(store: Store, event: EventMade, anna: PersonMade) -> None:
    later = make_event(store, event.process)
    there = join(store, later, "Anna")
    goal_of = {one.id: promoted_goal(store, one, add_item(store, one)) for one in (event, later)}
    both = Actor(participants=frozenset({anna.id, there.id}))
    with store.reading() as session:
        for goal in goal_of.values():
            assert goals.goal_page(session, both, goal).may_read_event
        assert set(goals.goals_page(session, both, "harbour").watched) == {f"list:{event.id}", f"list:{later.id}"}
        assert not goals.goal_page(session, anna.actor, goal_of[later.id]).may_read_event


def test_the_overview_holds_what_is_followed(store: Store, event: EventMade, anna: PersonMade) -> None:
    """Promoted goals by their numbers, for everybody of the process; its live channels are the viewer's own."""
    followed = promoted_goal(store, event, add_item(store, event))
    draft_goal(store, event)
    with store.reading() as session:
        page = goals.goals_page(session, anna.actor, "harbour")
    assert [goal.id for goal in page.goals] == [followed]
    assert page.watched == [f"list:{event.id}"]
