"""The settings of an event: what is there, what is saved, and what comes back with what was wrong in it."""

import re

import pytest
from flask.testing import FlaskClient

from tests.factories.cafes import close_cafe
from tests.factories.events import EventMade, make_event
from tests.factories.people import enter, join
from tests.factories.processes import make_process
from workshop.perform import Store


@pytest.fixture
def event(client: FlaskClient, app_store: Store) -> EventMade:
    """An event; the browser is its moderator's."""
    made = make_event(app_store, make_process(app_store))
    enter(client, app_store, made.moderator)
    return made


def send(client: FlaskClient, event: EventMade, operation: str, **fields: str) -> tuple[int, str]:
    """Post a section as its form does; the status, and the page that then is there."""
    address = f"/events/{event.id}/settings"
    token = re.search(r'name="csrf_token" value="([^"]*)"', client.get(address).text)
    assert token
    answer = client.post(
        f"/act/{operation}", data={"csrf_token": token[1], "next": address, "cafe": str(event.cafe), **fields}
    )
    return answer.status_code, client.get(answer.location).text if answer.location else answer.text


def test_each_section_shows_what_is_and_has_ids_of_its_own(client: FlaskClient, event: EventMade) -> None:
    page = client.get(f"/events/{event.id}/settings").text
    assert "What is missing at corner 1?\nWhat is missing at corner 2?</textarea>" in page
    assert re.search(r'name="minutes"[^>]*value="20, 20"', page)
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r' for="([^"]*)"', page)) <= set(ids)


def test_what_is_saved_says_so_where_it_was_changed(client: FlaskClient, event: EventMade) -> None:
    status, page = send(client, event, "cafe.set_movement", movement="planned", seats_per_table="8")
    assert status == 303
    assert "Saved: Changing tables" in page and re.search(r'name="seats_per_table"[^>]*value="8"', page)


def test_a_section_that_is_refused_keeps_what_was_written(client: FlaskClient, event: EventMade) -> None:
    fields = {"pace": "hand", "change_minutes": "4", "warning_minutes": "2", "grace_seconds": "30", "gong": ""}
    status, page = send(client, event, "cafe.set_time", minutes="20, soon", **fields)
    assert status == 422
    assert "Write numbers, with commas between them." in page and 'value="20, soon"' in page
    assert 'value="hand" checked' in page and 'name="gong" value="1" checked' not in page
    assert "All settings" in page


def test_after_a_conflict_the_same_words_can_be_sent_again(client: FlaskClient, event: EventMade) -> None:
    mine = {"title": "Mine", "asks": "tables", "questions": "One?\nTwo?"}
    assert send(client, event, "cafe.edit", version="1", **{**mine, "title": "Theirs"})[0] == 303
    status, page = send(client, event, "cafe.edit", version="1", **mine)
    assert status == 409 and 'value="Mine"' in page and "Somebody changed these words meanwhile" in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version and version[1] == "2"
    assert send(client, event, "cafe.edit", version=version[1], **mine)[0] == 303


def test_it_is_for_those_who_run_the_event(client: FlaskClient, app_store: Store, event: EventMade) -> None:
    guest = client.application.test_client()
    enter(guest, app_store, join(app_store, event).actor)
    answer = guest.get(f"/events/{event.id}/settings")
    assert answer.status_code == 403
    assert "This page is not open to you." in answer.text


def test_a_closed_cafe_has_nothing_left_to_set(client: FlaskClient, app_store: Store, event: EventMade) -> None:
    close_cafe(app_store, event)
    assert 'name="minutes"' not in client.get(f"/events/{event.id}/settings").text
