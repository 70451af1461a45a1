"""A table's page: the newest notes, and where the others are; whether one may sit down there."""

import re

import pytest
from flask.testing import FlaskClient

from tests.factories import do
from tests.factories.cafes import open_round
from tests.factories.events import make_event
from tests.factories.goals import draft_goal
from tests.factories.many import fill
from tests.factories.people import PersonMade, join
from tests.factories.processes import make_process
from tests.live.phones import cookie_of
from tests.operations.test_moving import plan
from workshop.perform import Store
from workshop.queries.ideas import NEWEST


def test_a_long_table_shows_the_newest_notes_and_where_all_are(app_store: Store, client: FlaskClient) -> None:
    """On the page itself, and with all of them as long as they fit."""
    event = make_event(app_store, make_process(app_store))
    open_round(app_store, event)
    guest = join(app_store, event)
    goal = draft_goal(app_store, event)
    table = event.tables[0]
    fill(app_store, event, guest, goal, 1, NEWEST)
    cookie = cookie_of(app_store, guest.actor)

    def page() -> str:
        client.set_cookie("session", cookie.partition("=")[2])
        answer = client.get(f"/tables/{table}")
        assert answer.status_code == 200
        return answer.text

    all_of_them = f'href="/events/{event.id}/ideas?table={table}"'
    fits = page()
    assert fits.count('<li class="note" id=') == NEWEST
    assert "data-order-from=" not in fits and all_of_them not in fits
    fill(app_store, event, guest, goal, NEWEST + 1, 5)
    long = page()
    assert (long.count('<li class="note" id='), all_of_them in long) == (NEWEST, True)
    assert 'data-order-from="6"' in long
    assert f"Note {NEWEST + 5}<" in long and "Note 6<" in long and "Note 5<" not in long


def page_of(client: FlaskClient, store: Store, who: PersonMade, address: str) -> str:
    client.set_cookie("session", cookie_of(store, who.actor).partition("=")[2])
    answer = client.get(address, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("sight", ["all", "own"])
def test_a_full_table_says_so_in_place_of_a_seat(app_store: Store, client: FlaskClient, sight: str) -> None:
    event = make_event(app_store, make_process(app_store), tables=3, seats_per_table=2)
    open_round(app_store, event)
    anna, ben, cem = (join(app_store, event, name, table) for name, table in (("Anna", 1), ("Ben", 1), ("Cem", 2)))
    do(app_store, event.moderator, "event.set_sight", event=event.id, tables_visible=sight)

    def says(table: int, who: PersonMade = cem) -> bool:
        page = page_of(client, app_store, who, f"/tables/{event.tables[table - 1]}")
        assert 'action="/act/seat.take"' in page
        full = f'id="room-{event.tables[table - 1]}" data-full' in page
        assert (f"Table {table} is full for now." in page) == full
        assert not full or f'<a href="/cafes/{event.cafe}">All tables</a></p>' in page
        return full

    assert says(1) and not says(3)
    do(app_store, anna.actor, "seat.take", table=event.tables[2])
    assert not says(1)
    do(app_store, event.moderator, "table.mark_full", table=event.tables[0])
    assert says(1, anna) and says(1)
    # Where all are full, nobody is left standing: one may sit at each, and no page says otherwise.
    for table in event.tables[1:]:
        do(app_store, event.moderator, "table.mark_full", table=table)
    assert not says(1) and not says(3)
    choice = page_of(client, app_store, cem, f"/cafes/{event.cafe}")
    assert "Full for now" not in choice and "Sit at table 1" in choice
    do(app_store, event.moderator, "table.mark_free", table=event.tables[2])
    assert says(1) and not says(3)
    assert page_of(client, app_store, cem, f"/cafes/{event.cafe}").count("Full for now") == 1
    # Who sits there is told nothing of a seat.
    assert "room-" not in page_of(client, app_store, ben, f"/tables/{event.tables[0]}")


def test_who_is_at_the_next_table_already_is_not_sent_there(app_store: Store, client: FlaskClient) -> None:
    event = make_event(app_store, make_process(app_store), tables=2)
    anna = join(app_store, event)
    open_round(app_store, event)
    plan(app_store, event, 2, [anna])
    for table, there in enumerate(event.tables):
        page = page_of(client, app_store, anna, f"/tables/{there}")
        assert f'data-at="{there}"' in page
        link = re.search(rf'<a [^>]*href="/tables/{event.tables[1]}"[^>]*>I am at table 2</a>', page)
        assert link and ('aria-current="page"' in link[0]) == (table == 1)
        assert "You are there: it goes on at this table." in page


@pytest.mark.parametrize(("movement", "planned"), [("free", False), ("planned", True), ("group", True)])
def test_the_choice_of_tables_says_whether_it_is_planned_where_one_sits(
    app_store: Store, client: FlaskClient, movement: str, planned: bool
) -> None:
    event = make_event(app_store, make_process(app_store), movement=movement)
    page = page_of(client, app_store, join(app_store, event), f"/cafes/{event.cafe}")
    assert ("Your phone says where you go in each round." in page) == planned
    assert ("Take a seat where you like." in page) != planned
    assert "Sit at table 2" in page
