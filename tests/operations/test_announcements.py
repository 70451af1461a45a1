"""What is said to everybody, to the hosts or to one table, and who hears it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tests.factories import do
from tests.factories.action_list import add_item
from tests.factories.cafes import name_host
from tests.factories.events import EventMade, close_event
from tests.factories.people import join
from tests.factories.processes import ProcessMade
from workshop.errors import Closed, Forbidden, Invalid
from workshop.live.telling import read_now
from workshop.models import Process
from workshop.perform import Store
from workshop.queries import action_list, cafes, cockpit, events, goals, idea_list, moderation, people, queue
from workshop.queries.viewing import Audience, Page
from workshop.standing import Actor


def say(store: Store, event: EventMade, **fields: Any) -> Any:
    return do(store, event.moderator, "announcement.make", cafe=event.cafe, **{"text": "Two minutes more", **fields})


def heard(store: Store, event: EventMade, by: Any, table: int = 1) -> list[str]:
    """What somebody reads at a table."""
    with store.reading() as session:
        page = cafes.table_page(session, by, event.tables[table - 1])
    return [one.text for one in page.announcements]


def test_who_hears_what(store: Store, event: EventMade) -> None:
    anna, hanna = join(store, event, "Anna", 1), join(store, event, "Hanna", 1)
    name_host(store, event, 1, hanna)
    assert set(say(store, event, text="All").at) == {f"cafe:{event.cafe}"}
    cafe = f"cafe:{event.cafe}"
    tables = {f"table:{one}" for one in event.tables}
    assert set(say(store, event, text="Hosts", to="hosts").at) == {cafe, *tables, f"person:{hanna.id}"}
    assert set(say(store, event, text="Two", to="table", number=2).at) == {cafe, f"table:{event.tables[1]}"}
    assert heard(store, event, anna.actor) == ["All"]
    assert heard(store, event, hanna.actor) == ["Hosts", "All"]
    # At another table a host hears what is said there to all, and what is for hosts.
    assert heard(store, event, hanna.actor, 2) == ["Two", "Hosts", "All"]
    assert heard(store, event, event.moderator, 2) == ["Two", "Hosts", "All"]


def test_what_is_told_is_for_the_same_people(store: Store, event: EventMade) -> None:
    words = {"all": "All", "hosts": "Hosts", "table": "One"}
    ids: list[UUID] = [say(store, event, to=to, text=text, number=1).thing[1] for to, text in words.items()]
    touched = [("announcement", one) for one in ids]
    with store.reading() as session:
        for channel, audience, seen in (
            (f"cafe:{event.cafe}", Audience.EVERYBODY, {"All"}),
            (f"cafe:{event.cafe}", Audience.STAFF, {"All", "Hosts", "One"}),
            (f"table:{event.tables[0]}", Audience.EVERYBODY, {"All", "One"}),
            (f"table:{event.tables[0]}", Audience.STAFF, {"All", "Hosts", "One"}),
        ):
            told = read_now(session, channel, "list", audience, touched)
            # What is not for them is not even taken away: another channel of theirs may have brought it.
            assert [row.text for _, _, row in told] == [one for one in words.values() if one in seen]


def test_who_looks_at_another_table_hears_what_is_said_to_theirs(store: Store, event: EventMade) -> None:
    anna, hanna, far = join(store, event, "Anna", 1), join(store, event, "Hanna", 1), join(store, event, "Far", 2)
    name_host(store, event, 1, hanna)
    do(store, hanna.actor, "seat.take", table=event.tables[1])
    for visible in ("all", "own"):
        do(store, event.moderator, "event.set_sight", event=event.id, tables_visible=visible)
        said = say(store, event, text="One", to="table", number=1)
        # Whoever sits there, and who hosts it, wherever that one sits.
        assert {one for one in said.at if one.startswith("person:")} == {f"person:{anna.id}", f"person:{hanna.id}"}
        for by, hears in ((anna, True), (hanna, True), (far, False)):
            assert ("One" in heard(store, event, by.actor, 2)) is hears
        with store.reading() as session:
            read = [(f"person:{one.id}", "table", Audience.OWN, [said.thing]) for one in (anna, hanna)]
            assert [row.text for one in read for _, _, row in read_now(session, *one)] == ["One", "One"]
            assert [row.table for *_, row in read_now(session, *read[0])] == [1]
        ended = do(store, event.moderator, "announcement.end", announcement=said.thing[1])
        assert f"person:{anna.id}" in ended.at and "One" not in heard(store, event, anna.actor, 2)


def test_every_page_of_the_event_has_what_is_for_whoever_looks(store: Store, event: EventMade) -> None:
    anna, hanna = join(store, event, "Anna", 1), join(store, event, "Hanna", 2)
    name_host(store, event, 2, hanna)
    say(store, event, text="All")
    say(store, event, text="Hosts", to="hosts")
    say(store, event, text="One", to="table", number=1)
    add_item(store, event)
    with store.reading() as session:
        slug = session.get_one(Process, event.process.id).slug
    pages: dict[str, Callable[[Session, Actor], Page | None]] = {
        "list": lambda session, by: action_list.list_page(session, by, event.id, action_list.Wanted()),
        "notes": lambda session, by: idea_list.ideas_page(session, by, event.id, idea_list.Wanted()),
        "rules": lambda session, by: moderation.rules_page(session, by, event.id),
        "event": lambda session, by: events.event_page(session, by, event.id),
        "goals": lambda session, by: goals.goals_page(session, by, slug),
        "mine": lambda session, by: people.my_page(session, by, people.all_places(session, by.participants)),
    }
    for name, read in pages.items():
        for by, wanted in ((anna.actor, ["One", "All"]), (hanna.actor, ["Hosts", "All"])):
            with store.reading() as session:
                page = read(session, by)
            assert page and page.aloud is not None, name
            assert [one.text for one in page.aloud] == wanted, name
            assert f"cafe:{event.cafe}" in page.channels and f"table:{event.tables[by is hanna.actor]}" in page.channels
    for name in ("list", "notes", "rules", "event"):
        with store.reading() as session:
            page = pages[name](session, event.moderator)
        assert page and [one.text for one in page.aloud or []] == ["One", "Hosts", "All"], name
    with store.reading() as session:
        waiting = queue.queues(session, [event.cafe])[event.cafe]
        assert [one.text for one in waiting.said] == ["One", "Hosts", "All"]
    close_event(store, event)
    with store.reading() as session:
        assert events.event_page(session, anna.actor, event.id).aloud is None


def test_it_is_taken_down_once_and_stays_in_the_record(store: Store, event: EventMade) -> None:
    said = say(store, event).thing[1]
    assert set(do(store, event.moderator, "announcement.end", announcement=said).at) == {f"cafe:{event.cafe}"}
    assert do(store, event.moderator, "announcement.end", announcement=said).at == {}
    assert heard(store, event, event.moderator) == []
    with store.reading() as session:
        [record] = cockpit.cockpit(session, [event.cafe])[event.cafe].said
    assert (record.text, record.stands, bool(record.by)) == ("Two minutes more", False, True)


def test_two_moderators_see_who_said_what(store: Store, event: EventMade, process: ProcessMade) -> None:
    say(store, event, text="First")
    do(store, process.admin, "announcement.make", cafe=event.cafe, text="Second")
    for number in range(9):
        say(store, event, text=f"More {number}")
    with store.reading() as session:
        said = cockpit.cockpit(session, [event.cafe])[event.cafe].said
    assert [one.text for one in said] == [f"More {number}" for number in (8, 7, 6, 5, 4)]


def test_what_cannot_be_said(store: Store, event: EventMade) -> None:
    for field, fields in (
        ("text", {"text": " "}),
        ("number", {"to": "table"}),
        ("number", {"to": "table", "number": 9}),
        ("minutes", {"minutes": 0}),
    ):
        with pytest.raises(Invalid) as refused:
            say(store, event, **fields)
        assert list(refused.value.fields) == [field]
    with pytest.raises(Forbidden):
        do(store, join(store, event).actor, "announcement.make", cafe=event.cafe, text="Mine")
    close_event(store, event)
    with pytest.raises(Closed):
        say(store, event)
