"""Taking forward, the list, and sorting, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from tests.factories import do
from tests.factories.action_list import add_item
from tests.factories.cafes import name_host, open_round
from tests.factories.events import EventMade, make_event
from tests.factories.goals import draft_goal
from tests.factories.ideas import write
from tests.factories.people import PersonMade, join
from tests.factories.processes import ProcessMade
from workshop.errors import Closed, Conflict, Forbidden, Invalid, NotFound
from workshop.models import ActionItem, Change, ChangeChannel, Event, Idea, ItemStatus, Origin
from workshop.perform import Store
from workshop.standing import Actor


@pytest.fixture
def anna(store: Store, event: EventMade) -> PersonMade:
    """A guest at table 1, in the round that runs."""
    open_round(store, event)
    return join(store, event, "Anna")


@pytest.fixture
def hanna(store: Store, event: EventMade, anna: PersonMade) -> PersonMade:
    """The host of table 1."""
    person = join(store, event, "Hanna")
    name_host(store, event, 1, person)
    return person


def take_forward(store: Store, by: Actor, *ideas: UUID, **fields: Any) -> UUID:
    """A draft to:DO by somebody."""
    found = do(store, by, "action_item.take_forward", ideas=list(ideas), **{"title": "Do it", **fields}).thing[1]
    assert found
    return found


def publish(store: Store, by: Actor, *items: UUID) -> None:
    """Put drafts on the list."""
    do(store, by, "action_item.publish", action_items=list(items))


def item(store: Store, item_id: UUID) -> ActionItem:
    """A to:DO as it is."""
    with store.reading() as session:
        return session.get_one(ActionItem, item_id)


def origins(store: Store, item_id: UUID) -> list[Origin]:
    """Its links, in their order."""
    with store.reading() as session:
        found = session.scalars(select(Origin).where(Origin.action_item_id == item_id).order_by(Origin.position))
        return list(found)


def told(store: Store, key: UUID) -> tuple[set[str], set[tuple[str, str]]]:
    """The channels a Change was told in, and the things it touched."""
    with store.reading() as session:
        change = session.scalars(select(Change).where(Change.key == str(key))).one()
        channels = session.scalars(select(ChangeChannel.channel).where(ChangeChannel.change_id == change.id))
        return set(channels), {(thing, thing_id) for thing, thing_id in change.touched}


def test_a_host_takes_several_notes_forward(
    store: Store, event: EventMade, anna: PersonMade, hanna: PersonMade
) -> None:
    """The draft is at the table, keeps the notes' order, and bears the host's name; the notes are told."""
    first, second = write(store, anna, "More shade"), write(store, anna, "Trees by the stop")
    key = uuid4()
    do(store, hanna.actor, "action_item.take_forward", key=key, ideas=[second, first], title="Plant trees")
    made = item(store, key)
    assert (made.status, made.number, made.table_id, made.taken_by) == (
        ItemStatus.DRAFT, None, event.tables[0], "Hanna",
    )  # fmt: skip
    assert [origin.idea_id for origin in origins(store, key)] == [second, first]
    channels, touched = told(store, key)
    assert channels == {f"table:{event.tables[0]}", f"list:{event.id}"}
    assert {("idea", str(first)), ("idea", str(second)), ("action_item", str(key))} <= touched


def test_the_passage_is_kept_where_it_stands(store: Store, anna: PersonMade, hanna: PersonMade) -> None:
    """It is tried on each note; spaces and line ends may differ, what is stored stands in the note literally."""
    first, second = write(store, anna, "Nothing of it"), write(store, anna, "I can do\nelectrics.  Let me show it")
    made = take_forward(store, hanna.actor, first, second, excerpt="electrics. Let me")
    assert [origin.excerpt for origin in origins(store, made)] == [None, "electrics.  Let me"]


def test_words_that_stand_nowhere_cannot_be_marked(store: Store, anna: PersonMade, hanna: PersonMade) -> None:
    """A passage in other words is refused at its field."""
    note = write(store, anna, "More shade")
    with pytest.raises(Invalid) as refused:
        take_forward(store, hanna.actor, note, excerpt="more trees")
    assert "excerpt" in refused.value.fields


def test_who_may_take_forward(store: Store, event: EventMade, anna: PersonMade, hanna: PersonMade) -> None:
    """The table's host and moderators; guests not, and a host not what lies on another table."""
    note = write(store, anna, "More shade")
    with pytest.raises(Forbidden):
        take_forward(store, anna.actor, note)
    with pytest.raises(Forbidden):
        take_forward(store, event.process.innolab, note)
    bert = join(store, event, "Bert", table=2)
    elsewhere = write(store, bert, "Benches", table=2)
    with pytest.raises(Forbidden):
        take_forward(store, hanna.actor, elsewhere)
    with pytest.raises(Forbidden):
        take_forward(store, hanna.actor, note, elsewhere)
    assert origins(store, take_forward(store, event.moderator, note, elsewhere))


def test_only_notes_of_one_event_that_lie_on_the_table(
    store: Store, process: ProcessMade, event: EventMade, anna: PersonMade, hanna: PersonMade
) -> None:
    """A hidden note is closed to it, an unknown one or one of another event does not exist."""
    note, hidden = write(store, anna, "More shade"), write(store, anna, "Rude")
    do(store, event.moderator, "idea.hide", idea=hidden, reason="Rude")
    with pytest.raises(Closed):
        take_forward(store, hanna.actor, hidden)
    with pytest.raises(NotFound):
        take_forward(store, hanna.actor, note, uuid4())
    other = make_event(store, process)
    open_round(store, other)
    foreign = write(store, join(store, other, "Carl"), "Elsewhere")
    with pytest.raises(NotFound):
        take_forward(store, event.moderator, note, foreign)


def test_drafts_are_for_the_staff(store: Store, event: EventMade, anna: PersonMade, hanna: PersonMade) -> None:
    """For a guest a draft does not exist; its host changes it until it is on the list."""
    draft = take_forward(store, hanna.actor, write(store, anna, "More shade"))
    with pytest.raises(NotFound):
        do(store, anna.actor, "action_item.edit", action_item=draft, title="Mine")
    do(store, hanna.actor, "action_item.edit", action_item=draft, title="Shade at the stop", version=1)
    do(store, hanna.actor, "action_item.edit", action_item=draft, title="Shade at the stop", description="Trees")
    with pytest.raises(Conflict) as refused:
        do(store, hanna.actor, "action_item.edit", action_item=draft, title="Late", description="", version=1)
    assert set(refused.value.fields) == {"title", "description"}
    publish(store, hanna.actor, draft)
    with pytest.raises(Forbidden):
        do(store, hanna.actor, "action_item.edit", action_item=draft, title="Too late")
    do(store, event.moderator, "action_item.edit", action_item=draft, title="Shade", version=3)
    assert (item(store, draft).title, item(store, draft).version) == ("Shade", 4)


def test_numbers_follow_each_other_and_stay(
    store: Store, event: EventMade, anna: PersonMade, hanna: PersonMade
) -> None:
    """Several at once get the next numbers in their order; a second time changes nothing."""
    drafts = [take_forward(store, hanna.actor, write(store, anna, f"Note {number}")) for number in range(3)]
    publish(store, hanna.actor, drafts[2], drafts[0])
    assert do(store, hanna.actor, "action_item.publish", action_items=[drafts[0]]).at == {}
    publish(store, hanna.actor, drafts[1])
    assert [item(store, one).number for one in drafts] == [2, 3, 1]
    assert {item(store, one).status for one in drafts} == {ItemStatus.OPEN}


def test_no_number_twice_with_many_writers(store: Store, event: EventMade) -> None:
    """Two moderators and a host at the same moment: every number once, none missing."""
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda number: add_item(store, event, f"Item {number}"), range(24)))
    assert sorted(item(store, one).number or 0 for one in made) == list(range(1, 25))
    with store.reading() as session:
        assert session.get_one(Event, event.id).last_item_number == 24


def test_a_draft_is_discarded_and_its_notes_are_free(
    store: Store, event: EventMade, anna: PersonMade, hanna: PersonMade
) -> None:
    """Nothing of it stays but its Change; what is on the list cannot be thrown away."""
    note = write(store, anna, "More shade")
    draft = take_forward(store, hanna.actor, note)
    key = uuid4()
    do(store, hanna.actor, "action_item.discard", key=key, action_item=draft)
    assert origins(store, draft) == []
    assert ("idea", str(note)) in told(store, key)[1]
    kept = take_forward(store, hanna.actor, note)
    publish(store, hanna.actor, kept)
    with pytest.raises(Closed):
        do(store, event.moderator, "action_item.discard", action_item=kept)


def test_what_is_not_pursued_has_a_reason(store: Store, event: EventMade) -> None:
    """Parked and dropped need one; it leaves with the status. InnoLab may, guests may not."""
    made = add_item(store, event)
    for status in ("parked", "dropped"):
        with pytest.raises(Invalid) as refused:
            do(store, event.moderator, "action_item.set_status", action_item=made, status=status)
        assert "reason" in refused.value.fields
    do(store, event.process.innolab, "action_item.set_status", action_item=made, status="parked", reason="No money yet")
    assert item(store, made).status_reason == "No money yet"
    do(store, event.moderator, "action_item.set_status", action_item=made, status="in_progress")
    assert (item(store, made).status, item(store, made).status_reason) == (ItemStatus.IN_PROGRESS, "")
    with pytest.raises(Forbidden):
        do(store, join(store, event).actor, "action_item.set_status", action_item=made, status="done")


def test_moving_several_at_once(store: Store, process: ProcessMade, event: EventMade) -> None:
    """Into a draft, into a new one, out again; into another event's goal never."""
    first, second = add_item(store, event), add_item(store, event)
    goal = draft_goal(store, event, first)
    do(store, event.moderator, "action_item.move", action_items=[first, second], goal=goal)
    assert {item(store, first).goal_id, item(store, second).goal_id} == {goal}
    key = uuid4()
    done = do(store, event.moderator, "action_item.move", key=key, action_items=[first], new_title="Another")
    assert done.thing[0] == "goal" and item(store, first).goal_id == done.thing[1]
    channels, touched = told(store, key)
    assert channels == {f"list:{event.id}", f"goal:{goal}", f"goal:{done.thing[1]}"}
    assert {("goal", str(goal)), ("goal", str(done.thing[1])), ("event", str(event.id))} <= touched
    do(store, event.moderator, "action_item.move", action_items=[first])
    assert item(store, first).goal_id is None
    assert do(store, event.moderator, "action_item.move", action_items=[first]).at == {}
    with pytest.raises(Invalid):
        do(store, event.moderator, "action_item.move", action_items=[first], goal=goal, new_title="Both")
    other = draft_goal(store, make_event(store, process))
    with pytest.raises(NotFound):
        do(store, event.moderator, "action_item.move", action_items=[first], goal=other)
    with pytest.raises(Forbidden):
        do(store, join(store, event).actor, "action_item.move", action_items=[first], goal=goal)


def test_drafts_are_not_sorted(store: Store, event: EventMade, anna: PersonMade, hanna: PersonMade) -> None:
    """What has no number yet cannot be part of a goal."""
    draft = take_forward(store, hanna.actor, write(store, anna, "More shade"))
    with pytest.raises(Closed):
        do(store, event.moderator, "action_item.move", action_items=[draft], new_title="Early")


def test_the_words_follow_into_the_search(store: Store, event: EventMade) -> None:
    """The folded column is made with the row and follows its words."""
    made = add_item(store, event, "STRASSENBÄUME")
    do(store, event.moderator, "action_item.edit", action_item=made, title="Straße grün", description="Ÿ")
    with store.reading() as session:
        assert session.scalar(select(ActionItem.folded).where(ActionItem.id == made)) == "strasse grün\nÿ"


def test_what_is_not_sent_with_a_change_stays(store: Store, anna: PersonMade) -> None:
    moderator = anna.event.moderator
    note = do(
        store, anna.actor, "idea.contribute", kind="challenge", text="Too dark",
        table=anna.event.tables[0], round=anna.event.rounds[0],
    ).thing[1]  # fmt: skip
    assert note
    do(store, anna.actor, "idea.edit", idea=note, text="Much too dark")
    with store.reading() as session:
        assert session.get_one(Idea, note).kind == "challenge"
    draft = take_forward(store, moderator, note, description="At the harbour")
    do(store, moderator, "action_item.edit", action_item=draft, title="Put up lamps")
    assert item(store, draft).description == "At the harbour"
    do(store, moderator, "action_item.edit", action_item=draft, title="Put up lamps", description="")
    assert item(store, draft).description == ""
