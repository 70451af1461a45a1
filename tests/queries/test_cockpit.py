"""The cockpit, the choice of tables, who is there: what they show, in how many statements."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.factories import do
from tests.factories.cafes import close_cafe, name_host, open_round
from tests.factories.events import EventMade, make_event
from tests.factories.ideas import comment_on
from tests.factories.people import join_many
from tests.factories.processes import ProcessMade, make_process
from tests.factories.statements import counted
from workshop.errors import Forbidden, NotFound
from workshop.models import Idea, IdeaKind, new_id
from workshop.perform import Store
from workshop.queries import events, placing, processes, room
from workshop.queries.cockpit import Cockpit, cockpit
from workshop.queries.queue import queues
from workshop.queries.room import ChoicePage, CockpitPage
from workshop.standing import Actor


def of(store: Store, event: EventMade) -> Cockpit:
    """The cockpit of an event's café."""
    with store.reading() as session:
        return cockpit(session, [event.cafe])[event.cafe]


def note(store: Store, actor: Actor, event: EventMade, table: int, turn: int = 1) -> UUID:
    """One note at a table."""
    done = do(store, actor, "idea.contribute", table=event.tables[table - 1], round=event.rounds[turn - 1],
              kind="idea", text="Words")  # fmt: skip
    assert done.thing[1]
    return done.thing[1]


def test_it_counts_the_room(store: Store, event: EventMade) -> None:
    anna, ben, cem = join_many(store, event, ["Anna", "Ben", "Cem"], tables=[1, 1, 2])
    name_host(store, event, 1, anna)
    open_round(store, event)
    first, second = note(store, anna.actor, event, 1), note(store, anna.actor, event, 1)
    third = note(store, cem.actor, event, 2)
    do(store, ben.actor, "idea.report", idea=first, reason="Rude")
    do(store, cem.actor, "idea.report", idea=first)
    do(store, event.moderator, "idea.hold", idea=third, reason="A full name")
    one, two = of(store, event).tables
    assert (one.number, one.host, one.people, one.wrote, one.notes, one.held, one.reported) == (
        1,
        "Anna",
        2,
        1,
        2,
        0,
        1,
    )
    assert (two.number, two.host, two.people, two.wrote, two.notes, two.held, two.reported) == (2, None, 1, 1, 0, 1, 0)
    waiting = {note.id: (note.table, note.waits, note.reports) for note in of(store, event).decide}
    assert waiting == {first: (1, "reported", 2), third: (2, "held", 0)}
    assert [note.report or note.state_reason for note in of(store, event).decide] == ["Rude", "A full name"]
    assert second not in waiting
    do(store, event.moderator, "idea.show", idea=first)
    assert {one.id for one in of(store, event).decide} == {third}


def test_what_waits_comes_oldest_first(store: Store, event: EventMade) -> None:
    """By when it began to wait, not by when it was written."""
    anna, ben = join_many(store, event, ["Anna", "Ben"], tables=[1, 1])
    open_round(store, event)
    asked, reported, held = (note(store, anna.actor, event, 1) for _ in range(3))
    do(store, event.moderator, "idea.hide", idea=asked, reason="Loud")
    do(store, event.moderator, "idea.hold", idea=held, reason="A name")
    do(store, ben.actor, "idea.report", idea=reported)
    do(store, anna.actor, "idea.ask_again", idea=asked, words="Only a little")
    close_cafe(store, event)
    late = note(store, anna.actor, event, 1)
    found = of(store, event)
    assert [(one.id, one.waits) for one in found.decide] == [
        (held, "held"), (reported, "reported"), (asked, "asked"), (late, "new"),
    ]  # fmt: skip
    assert (found.total("waiting"), found.more_to_decide, found.decide[2].asked) == (4, 0, "Only a little")
    do(store, event.moderator, "idea.keep_hidden", idea=asked, answer="Too loud")
    assert of(store, event).total("waiting") == 3


def test_who_wrote_counts_anew_in_each_round(store: Store, event: EventMade) -> None:
    anna = join_many(store, event, ["Anna"], tables=[1])[0]
    open_round(store, event, 1)
    note(store, anna.actor, event, 1)
    assert of(store, event).tables[0].wrote == 1
    open_round(store, event, 2)
    assert of(store, event).tables[0].wrote == 0


def test_rounds_lead_on(store: Store, event: EventMade) -> None:
    def numbers(row: Cockpit) -> list[int | None]:
        turns = row.turns
        return [turn.number if turn else None for turn in (turns.running, turns.last, turns.following)]

    assert numbers(of(store, event)) == [None, None, 1]
    open_round(store, event, 1)
    assert numbers(of(store, event)) == [1, 1, 2]
    open_round(store, event, 2)
    assert numbers(of(store, event)) == [2, 2, None]
    close_cafe(store, event)
    assert numbers(of(store, event)) == [None, 2, None]


def test_statements_do_not_grow_with_the_room(store: Store, process: ProcessMade) -> None:
    counts = []
    for tables, people in ((2, 2), (40, 500)):
        event = make_event(store, process, tables=tables)
        guests = join_many(store, event, [f"G{number}" for number in range(people)])
        open_round(store, event)
        for number, guest in enumerate(guests[:20]):
            idea = note(store, guest.actor, event, number % tables + 1)
            do(store, guests[0].actor, "idea.report", idea=idea)
            do(store, guests[0].actor, "comment.report", comment=comment_on(store, guest, idea))
        guest = guests[0].actor
        sizes = []
        for read in (
            lambda session, event=event: cockpit(session, [event.cafe]),
            lambda session, event=event: queues(session, [event.cafe]),
            lambda session, event=event: room.cafe_page(session, process.moderator, event.cafe),
            lambda session, event=event, guest=guest: room.cafe_page(session, guest, event.cafe),
            lambda session, event=event: room.people_page(session, process.moderator, event.cafe),
            lambda session, event=event: placing.hosts_to_choose(session, process.moderator, event.tables[0]),
            lambda session, event=event: events.event_page(session, process.moderator, event.id),
            lambda session: processes.my_processes(session, process.moderator),
        ):
            with store.reading() as session, counted(store) as sent:
                read(session)
            sizes.append(len(sent))
        counts.append(sizes)
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 22


def test_moderators_get_the_cockpit_and_guests_a_choice(store: Store, event: EventMade) -> None:
    anna, _ben, _cem = join_many(store, event, ["Anna", "Ben", "Cem"], tables=[1, 1, 2])
    with store.reading() as session:
        seen = room.cafe_page(session, event.moderator, event.cafe)
        assert isinstance(seen, CockpitPage)
        choice = room.cafe_page(session, anna.actor, event.cafe)
        assert isinstance(choice, ChoicePage) and choice.may_sit
        assert [(table.number, table.people) for table in choice.cafe.tables] == [(2, 1), (1, 2)]
        followed = room.cafe_page(session, event.process.innolab, event.cafe)
        assert isinstance(followed, ChoicePage) and not followed.may_sit
        with pytest.raises(Forbidden):
            room.people_page(session, anna.actor, event.cafe)
        with pytest.raises(Forbidden):
            room.person_to_remove(session, anna.actor, anna.id)
        with pytest.raises(Forbidden):
            placing.hosts_to_choose(session, anna.actor, event.tables[0])


def test_an_events_way_back_leads_to_the_cafe_that_runs(store: Store, event: EventMade) -> None:
    anna = join_many(store, event, ["Anna"])[0]
    with store.reading() as session:
        assert room.cafe_now(session, event.moderator, event.id) == event.cafe
        assert room.cafe_now(session, anna.actor, event.id) == event.cafe


def test_another_process_sees_nothing(store: Store, event: EventMade) -> None:
    other = make_process(store, "Elsewhere").admin
    anna = join_many(store, event, ["Anna"])[0]
    with store.reading() as session:
        for look in (
            lambda: room.cafe_page(session, other, event.cafe),
            lambda: room.people_page(session, other, event.cafe),
            lambda: room.person_to_remove(session, other, anna.id),
            lambda: placing.hosts_to_choose(session, other, event.tables[0]),
            lambda: room.cafe_now(session, other, event.id),
            lambda: events.event_page(session, other, event.id),
            lambda: processes.process_page(session, other, "harbour"),
            lambda: processes.members_page(session, other, "harbour"),
        ):
            with pytest.raises(NotFound):
                look()


def steps_taken(store: Store, read: Callable[[Session], object]) -> int:
    """How many steps SQLite's machine takes for what is read: its work, whatever else the computer does."""
    taken = [0]

    def count() -> None:
        taken[0] += 1

    with store.reading() as session:
        connection: Any = session.connection().connection.driver_connection
        connection.set_progress_handler(count, 1)
        read(session)
        connection.set_progress_handler(None, 1)
    return taken[0]


def test_what_was_written_costs_the_cockpit_next_to_nothing(sqlite_store: Store) -> None:
    """A note more is one entry of an index that is counted; nothing of the notes themselves is read."""
    store = sqlite_store
    event = make_event(store, make_process(store), tables=4)
    people = join_many(store, event, [f"Guest {number}" for number in range(8)])
    open_round(store, event)
    reads: tuple[Callable[[Session], object], ...] = (
        lambda session: cockpit(session, [event.cafe]),
        lambda session: queues(session, [event.cafe]),
    )

    def write_many(count: int) -> list[int]:
        common = {"event_id": event.id, "round_id": event.rounds[0], "kind": IdeaKind.IDEA, "language": "en"}
        with Session(store.engine) as session:
            rows = [
                {
                    **common, "id": new_id(), "table_id": event.tables[number % 4], "text": "Words",
                    "participant_id": people[number % 8].id, "position": number,
                }
                for number in range(count)
            ]  # fmt: skip
            session.execute(insert(Idea), rows)
            session.commit()
        return [steps_taken(store, read) for read in reads]

    few, many = write_many(100), write_many(2000)
    for_cockpit, for_queue = ((after - before) / 2000 for before, after in zip(few, many, strict=True))
    assert for_cockpit < 8 and for_queue < 0.1, (for_cockpit, for_queue)
