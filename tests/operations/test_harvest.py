"""What a table takes forward in its order, when it is complete, and what newcomers read of it."""

from uuid import UUID

import pytest

from tests.factories import do
from tests.factories.action_list import publish, take_forward
from tests.factories.cafes import name_host, open_round
from tests.factories.events import EventMade
from tests.factories.ideas import write
from tests.factories.people import PersonMade, join
from workshop.errors import Closed
from workshop.perform import Store
from workshop.queries.brief import Brief, brief
from workshop.queries.cockpit import cockpit
from workshop.queries.items import drafts_at_table
from workshop.queries.viewing import Audience


@pytest.fixture
def host(store: Store, event: EventMade) -> PersonMade:
    """The host of table 1, in round 1."""
    made = join(store, event, "Hanna")
    name_host(store, event, 1, made)
    open_round(store, event)
    return made


def tray(store: Store, event: EventMade) -> list[str]:
    with store.reading() as session:
        return [one.title for one in drafts_at_table(session, event.tables[0], Audience.STAFF)]


def test_points_stand_in_the_order_the_host_gives_them(store: Store, event: EventMade, host: PersonMade) -> None:
    idea = write(store, host)
    points = [take_forward(store, event, idea, title=title) for title in ("One", "Two", "Three")]
    do(store, host.actor, "action_item.move_up", action_item=points[2])
    assert tray(store, event) == ["One", "Three", "Two"]
    do(store, host.actor, "action_item.move_up", action_item=points[2])
    assert not do(store, host.actor, "action_item.move_up", action_item=points[2]).at
    assert tray(store, event) == ["Three", "One", "Two"]


def test_a_table_is_complete_with_one_to_five_points(store: Store, event: EventMade, host: PersonMade) -> None:
    def complete() -> bool:
        with store.reading() as session:
            return cockpit(session, [event.cafe])[event.cafe].tables[0].harvested

    finish = {"table": event.tables[0]}
    with pytest.raises(Closed):
        do(store, host.actor, "table.finish_harvest", **finish)
    idea = write(store, host)
    points = [take_forward(store, event, idea, title=f"Point {number}") for number in range(6)]
    with pytest.raises(Closed):
        do(store, host.actor, "table.finish_harvest", **finish)
    do(store, host.actor, "action_item.discard", action_item=points[0])
    publish(store, event, points[1])
    do(store, host.actor, "table.finish_harvest", **finish)
    assert complete()
    do(store, host.actor, "table.reopen_harvest", **finish)
    assert not complete()


def read(store: Store, event: EventMade, person: PersonMade, table: int = 1) -> Brief | None:
    with store.reading() as session:
        return brief(session, event.tables[table - 1], person.id)


def vote(store: Store, idea: UUID, *people: PersonMade) -> None:
    for one in people:
        do(store, one.actor, "vote.cast", idea=idea)


def test_newcomers_read_what_was_said_before_the_best_supported_first(
    store: Store, event: EventMade, host: PersonMade
) -> None:
    ben, carl = join(store, event, "Ben"), join(store, event, "Carl")
    ideas = [write(store, ben, f"Idea {number}") for number in range(7)]
    vote(store, ideas[3], host, carl)
    vote(store, ideas[5], host)
    do(store, host.actor, "idea.hide", idea=ideas[0], reason="It names somebody")
    do(store, host.actor, "idea.pin", idea=ideas[6])
    anna = join(store, event, "Anna", 2)
    assert read(store, event, ben) is None
    open_round(store, event, 2)
    do(store, anna.actor, "seat.take", table=event.tables[0])
    # What comes after her changes nothing of what she reads.
    write(store, host, "Said in round 2", turn=2)
    vote(store, ideas[1], host, carl)
    found = read(store, event, anna)
    assert found and [one.text for one in found.lines] == ["Idea 6", "Idea 3", "Idea 5", "Idea 1", "Idea 2"]
    assert (found.rounds, found.notes, found.written) == (1, 6, False)
    assert read(store, event, ben) is None, "who was there needs no brief"


def test_who_comes_late_to_the_event_reads_it_too(store: Store, event: EventMade, host: PersonMade) -> None:
    write(store, host, "Said in round 1")
    open_round(store, event, 2)
    late = join(store, event, "Lea")
    found = read(store, event, late)
    assert found and [one.text for one in found.lines] == ["Said in round 1"]
    write(store, late, "I add", turn=2)
    found = read(store, event, late)
    assert found and found.written and len(found.lines) == 1
