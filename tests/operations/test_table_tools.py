"""What a host does for the conversation: pausing, calling for help, writing for somebody who cannot."""

import pytest

from tests.factories import do
from tests.factories.cafes import close_cafe, name_host, open_round
from tests.factories.events import EventMade
from tests.factories.ideas import write
from tests.factories.people import PersonMade, join
from workshop.errors import Closed, Invalid
from workshop.models import Change, Idea, IdeaState
from workshop.perform import Store
from workshop.queries.cockpit import cockpit
from workshop.queries.table_tools import table_states
from workshop.queries.viewing import Audience


def at_table(store: Store, event: EventMade) -> tuple[PersonMade, PersonMade]:
    """The host of table 1, and Anna, who writes in Swedish."""
    host, anna = join(store, event, "Hanna"), join(store, event, "Anna", language="sv")
    name_host(store, event, 1, host)
    open_round(store, event)
    return host, anna


def test_a_note_that_was_on_its_way_arrives_while_writing_is_paused(store: Store, event: EventMade) -> None:
    host, anna = at_table(store, event)
    do(store, host.actor, "table.pause_writing", table=event.tables[0])
    assert not do(store, host.actor, "table.pause_writing", table=event.tables[0]).at
    with store.reading() as session:
        assert table_states(session, [event.tables[0]], Audience.EVERYBODY)[event.tables[0]].paused_at
        assert not table_states(session, [event.tables[1]], Audience.EVERYBODY)[event.tables[1]].paused_at
    idea = write(store, anna, "Begun in the lift, before the pause")
    with store.reading() as session:
        assert session.get_one(Idea, idea).state is IdeaState.VISIBLE
    do(store, host.actor, "table.resume_writing", table=event.tables[0])
    with store.reading() as session:
        assert not table_states(session, [event.tables[0]], Audience.EVERYBODY)[event.tables[0]].paused_at


def test_a_call_for_help_shows_in_the_cockpit_since_when(store: Store, event: EventMade) -> None:
    host, _anna = at_table(store, event)

    def called() -> list[bool]:
        with store.reading() as session:
            return [table.help_called_at is not None for table in cockpit(session, [event.cafe])[event.cafe].tables]

    do(store, host.actor, "table.call_help", table=event.tables[0])
    assert called() == [True, False]
    do(store, event.moderator, "table.settle_help", table=event.tables[0])
    assert called() == [False, False]
    do(store, host.actor, "table.call_help", table=event.tables[0])
    close_cafe(store, event)
    assert called() == [False, False]


def test_nobody_pauses_or_calls_once_the_cafe_is_closed(store: Store, event: EventMade) -> None:
    host, _anna = at_table(store, event)
    close_cafe(store, event)
    for tool in ("table.pause_writing", "table.call_help"):
        with pytest.raises(Closed):
            do(store, host.actor, tool, table=event.tables[0])


def test_what_the_host_writes_down_is_its_authors_own(store: Store, event: EventMade) -> None:
    host, anna = at_table(store, event)
    where = {"table": event.tables[0], "kind": "idea"}
    done = do(store, host.actor, "idea.write_for", **where, participant=anna.id, text="Sätt upp bänkar")
    with store.reading() as session:
        idea = session.get_one(Idea, done.thing[1])
        change = session.query(Change).filter_by(thing_id=idea.id).one()
    assert (idea.participant_id, idea.language, idea.written_for) == (anna.id, "sv", True)
    assert idea.round_id == event.rounds[0]
    assert (change.participant_id, change.facts["author"][1]) == (host.id, str(anna.id))
    assert f"person:{anna.id}" in done.at
    do(store, anna.actor, "idea.edit", idea=idea.id, text="Sätt upp fler bänkar")
    do(store, anna.actor, "idea.withdraw", idea=idea.id)


def test_only_in_the_name_of_who_sat_there(store: Store, event: EventMade) -> None:
    host, _anna = at_table(store, event)
    elsewhere = join(store, event, "Otto", 2)
    where = {"table": event.tables[0], "round": event.rounds[0], "kind": "idea", "text": "Benches"}
    with pytest.raises(Invalid):
        do(store, host.actor, "idea.write_for", **where, participant=elsewhere.id)
    with pytest.raises(Invalid):
        do(store, host.actor, "idea.write_for", **where)
