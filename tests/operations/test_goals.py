"""Naming, promoting and following goals, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from tests.factories import do
from tests.factories.action_list import add_item, listed_item
from tests.factories.cafes import open_round
from tests.factories.events import EventMade
from tests.factories.goals import draft_goal, promoted_goal
from tests.factories.ideas import write
from tests.factories.people import join
from tests.factories.processes import add_field, make_process
from workshop.errors import Closed, Conflict, Forbidden, Invalid, NotFound
from workshop.models import Change, ChangeChannel, Goal, GoalStatus, Milestone, Party, ProgressUpdate
from workshop.perform import Store


def name_handler(store: Store, event: EventMade, goal_id: UUID, name: str = "Port", **fields: Any) -> None:
    """Somebody who answers for a goal."""
    do(store, event.moderator, "responsibility.add", goal=goal_id, name=name, **fields)


def goal(store: Store, goal_id: UUID) -> Goal:
    """A goal as it is."""
    with store.reading() as session:
        return session.get_one(Goal, goal_id)


def told(store: Store, key: UUID) -> set[str]:
    """The channels a Change was told in."""
    with store.reading() as session:
        change = session.scalars(select(Change).where(Change.key == str(key))).one()
        return set(session.scalars(select(ChangeChannel.channel).where(ChangeChannel.change_id == change.id)))


def test_a_draft_is_named_and_given_a_field(store: Store, event: EventMade) -> None:
    """What is not sent stays; a field of another process is none; a late edit is a conflict."""
    made = draft_goal(store, event)
    field = add_field(store, event.process)
    do(
        store,
        event.moderator,
        "goal.edit",
        goal=made,
        title="Cool streets",
        field=field,
        due_on="2027-03-01",
        version=1,
    )
    do(store, event.moderator, "goal.edit", goal=made, title="Cooler streets")
    named = goal(store, made)
    assert (named.title, named.field_id, str(named.due_on)) == ("Cooler streets", field, "2027-03-01")
    do(store, event.moderator, "goal.edit", goal=made, title="Cooler streets", field="", due_on="")
    assert (goal(store, made).field_id, goal(store, made).due_on) == (None, None)
    foreign = add_field(store, make_process(store, "Elsewhere"))
    with pytest.raises(Invalid):
        do(store, event.moderator, "goal.edit", goal=made, title="Cooler streets", field=foreign)
    with pytest.raises(Conflict) as refused:
        do(store, event.moderator, "goal.edit", goal=made, title="Late", version=1)
    assert refused.value.details["theirs"] == "Cooler streets"


def test_whoever_writes_over_a_goal_reads_all_that_was_changed_meanwhile(store: Store, event: EventMade) -> None:
    made, field = draft_goal(store, event, title="Cool streets"), add_field(store, event.process)
    theirs = {"field": field, "due_on": "2027-03-01", "description": "With trees"}
    do(store, event.moderator, "goal.edit", goal=made, title="Cool streets", version=1, **theirs)
    mine = {"goal": made, "title": "Cooler streets", "field": "", "due_on": "", "description": ""}
    with pytest.raises(Conflict) as refused:
        do(store, event.moderator, "goal.edit", version=1, **mine)
    told = {name: str(errors[0]) for name, errors in refused.value.fields.items()}
    assert set(told) == {"title", "field", "due_on", "description"}
    assert "WM" in told["field"] and "2027-03-01" in told["due_on"] and "With trees" in told["description"]
    # Who wants the same as the other one is told nothing.
    do(store, event.moderator, "goal.edit", goal=made, title="Cool streets", version=1, **theirs)
    assert goal(store, made).version == 2


def test_promoting_needs_to_dos_and_somebody(store: Store, event: EventMade) -> None:
    """Each is asked for in a sentence; then the goal gets the next number of its process."""
    made = draft_goal(store, event)
    with pytest.raises(Invalid):
        do(store, event.moderator, "goal.promote", goal=made)
    do(store, event.moderator, "action_item.move", action_items=[add_item(store, event)], goal=made)
    with pytest.raises(Invalid):
        do(store, event.moderator, "goal.promote", goal=made)
    name_handler(store, event, made)
    key = uuid4()
    do(store, event.moderator, "goal.promote", key=key, goal=made)
    assert (goal(store, made).number, goal(store, made).status) == (1, GoalStatus.PLANNED)
    assert told(store, key) == {f"list:{event.id}", f"goal:{made}"}
    assert do(store, event.moderator, "goal.promote", goal=made).at == {}


def test_no_number_twice_with_many_writers(store: Store, event: EventMade) -> None:
    """Drafts promoted at the same moment have all numbers, each once."""
    drafts = [draft_goal(store, event, add_item(store, event)) for _ in range(8)]
    for draft in drafts:
        name_handler(store, event, draft)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda draft: do(store, event.moderator, "goal.promote", goal=draft), drafts))
    assert sorted(goal(store, draft).number or 0 for draft in drafts) == list(range(1, 9))


def test_drafts_are_the_staffs(store: Store, event: EventMade) -> None:
    """For guests and InnoLab a draft does not exist; a promoted goal is seen but not theirs to name."""
    draft = draft_goal(store, event, add_item(store, event))
    guest = join(store, event)
    for actor in (guest.actor, event.process.innolab):
        with pytest.raises(NotFound):
            do(store, actor, "goal.edit", goal=draft, title="Mine")
    followed = promoted_goal(store, event, add_item(store, event))
    for actor in (guest.actor, event.process.innolab):
        with pytest.raises(Forbidden):
            do(store, actor, "goal.edit", goal=followed, title="Mine")
    with pytest.raises(NotFound):
        do(store, make_process(store, "Elsewhere").moderator, "goal.edit", goal=followed, title="Mine")


def test_parties_are_found_again(store: Store, event: EventMade) -> None:
    """The same name of the same kind is the same party; twice in one goal is refused."""
    first, second = draft_goal(store, event), draft_goal(store, event)
    name_handler(store, event, first, "Port")
    name_handler(store, event, second, "Port", role="partner", promise="A desk")
    with pytest.raises(Invalid) as refused:
        name_handler(store, event, first, "Port", role="supporter")
    assert "name" in refused.value.fields
    with store.reading() as session:
        assert len(session.scalars(select(Party).where(Party.name == "Port")).all()) == 1


def test_somebody_keeps_answering_for_a_goal(store: Store, event: EventMade) -> None:
    """The last handler of a followed goal stays until there is another; a draft's may go."""
    followed = promoted_goal(store, event, add_item(store, event))
    with store.reading() as session:
        part = session.get_one(Goal, followed).responsibilities[0].id
    with pytest.raises(Forbidden):
        do(store, event.moderator, "responsibility.end", responsibility=part)
    name_handler(store, event, followed, "School")
    do(store, event.moderator, "responsibility.end", responsibility=part)
    with store.reading() as session:
        assert [one.party.name for one in session.get_one(Goal, followed).handlers] == ["School"]


def test_an_update_sets_the_status(store: Store, event: EventMade) -> None:
    """InnoLab and administrators write it; moderators do not; not pursued needs a reason."""
    followed = promoted_goal(store, event, add_item(store, event))
    key = uuid4()
    given = {"goal": followed, "text": "First trees stand.", "status": "on_track", "percent": 20}
    do(store, event.process.innolab, "goal.update", key=key, **given)
    assert f"goal:{followed}" in told(store, key)
    assert (goal(store, followed).status, goal(store, followed).percent) == (GoalStatus.ON_TRACK, 20)
    with store.reading() as session:
        assert session.get_one(ProgressUpdate, key).text == "First trees stand."
    with pytest.raises(Forbidden):
        do(store, event.moderator, "goal.update", **given)
    with pytest.raises(Invalid):
        do(store, event.process.innolab, "goal.update", goal=followed, text="No.", status="dropped")
    do(store, event.process.admin, "goal.update", goal=followed, text="No.", status="dropped", reason="No ground")
    assert (goal(store, followed).status_reason, goal(store, followed).percent) == ("No ground", 20)
    key = uuid4()
    do(store, event.process.admin, "goal.update", key=key, goal=followed, text="Yes.", status="on_track")
    with store.reading() as session:
        facts = session.scalars(select(Change.facts).where(Change.key == str(key))).one()
    assert facts == {"status": ["dropped", "on_track"], "reason": ["No ground", ""]}
    draft = draft_goal(store, event)
    with pytest.raises(Closed):
        do(store, event.process.admin, "goal.update", goal=draft, text="Early", status="on_track")


def test_a_goal_is_taken_up_again_by_somebody_who_answers_for_it(store: Store, event: EventMade) -> None:
    followed = promoted_goal(store, event, add_item(store, event))
    innolab = event.process.innolab
    do(store, innolab, "goal.update", goal=followed, text="Done.", status="achieved")
    with store.reading() as session:
        [part] = [one.id for one in session.get_one(Goal, followed).responsibilities]
    do(store, event.moderator, "responsibility.end", responsibility=part)
    with pytest.raises(Invalid) as refused:
        do(store, innolab, "goal.update", goal=followed, text="Not quite.", status="on_track")
    assert set(refused.value.fields) == {"status"}
    name_handler(store, event, followed, "School")
    do(store, innolab, "goal.update", goal=followed, text="Not quite.", status="on_track")
    assert goal(store, followed).status is GoalStatus.ON_TRACK


def test_milestones_are_added_and_reached(store: Store, event: EventMade) -> None:
    """Once reached nothing changes any more."""
    followed = promoted_goal(store, event, add_item(store, event))
    step = do(store, event.process.innolab, "milestone.add", goal=followed, title="First", due_on="2027-01-31").thing[1]
    do(store, event.process.innolab, "milestone.finish", milestone=step)
    assert do(store, event.process.innolab, "milestone.finish", milestone=step).at == {}
    with store.reading() as session:
        assert session.get_one(Milestone, step).finished_on is not None


def test_a_note_tells_the_goals_it_leads_to(store: Store, event: EventMade) -> None:
    """Words, state and votes of an origin are told to the goal; a note without one tells its table alone."""
    open_round(store, event)
    anna, bert = join(store, event, "Anna"), join(store, event, "Bert")
    note, other = write(store, anna, "More shade"), write(store, anna, "Benches")
    followed = promoted_goal(store, event, listed_item(store, event, note))
    for name, actor, fields in (
        ("vote.cast", bert.actor, {}),
        ("vote.take_back", bert.actor, {}),
        ("idea.edit", anna.actor, {"text": "Much more shade", "kind": "idea"}),
        ("idea.withdraw", anna.actor, {}),
    ):
        key = uuid4()
        do(store, actor, name, key=key, idea=note, **fields)
        assert f"goal:{followed}" in told(store, key), name
    key = uuid4()
    do(store, bert.actor, "vote.cast", key=key, idea=other)
    assert told(store, key) == {f"table:{event.tables[0]}"}
