"""What is said to everybody, to the hosts or to one table, and who hears it."""

from typing import Any
from uuid import UUID

import pytest

from tests.factories import do
from tests.factories.cafes import name_host
from tests.factories.events import EventMade, close_event
from tests.factories.people import join
from tests.factories.processes import ProcessMade
from workshop.errors import Closed, Forbidden, Invalid
from workshop.perform import Store
from workshop.queries import announcements, cafes, cockpit
from workshop.queries.viewing import Audience


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
    assert set(say(store, event, text="Hosts", to="hosts").at) == {f"table:{one}" for one in event.tables}
    assert set(say(store, event, text="Two", to="table", number=2).at) == {f"table:{event.tables[1]}"}
    assert heard(store, event, anna.actor) == ["All"]
    assert heard(store, event, hanna.actor) == ["Hosts", "All"]
    # At another table a host is a guest.
    assert heard(store, event, hanna.actor, 2) == ["Two", "All"]
    assert heard(store, event, event.moderator, 2) == ["Two", "Hosts", "All"]


def test_what_is_told_is_for_the_same_people(store: Store, event: EventMade) -> None:
    ids: list[UUID] = [say(store, event, to=to).thing[1] for to in ("all", "hosts")]
    with store.reading() as session:
        for audience, seen in ((Audience.EVERYBODY, ids[:1]), (Audience.STAFF, ids)):
            assert set(announcements.announcements(session, ids, audience)) == set(seen)


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
