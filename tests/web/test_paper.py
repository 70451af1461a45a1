"""Typing in by forms alone."""

import re

import pytest
from flask.testing import FlaskClient

from tests.factories import do
from tests.factories.cafes import name_host, open_round
from tests.factories.events import EventMade, close_event, make_event
from tests.factories.people import PersonMade, enter, join, remove
from tests.factories.processes import make_process
from workshop.perform import Store


@pytest.fixture
def host(app_store: Store) -> PersonMade:
    """A host in the first of two rounds."""
    event = make_event(app_store, make_process(app_store))
    made = join(app_store, event, "Hanna", 1)
    name_host(app_store, event, 1, made)
    open_round(app_store, event)
    return made


def hidden(page: str, name: str) -> str:
    """What a hidden field of a page holds."""
    found = re.findall(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[-1]


def type_in(client: FlaskClient, event: EventMade, **fields: str):  # type: ignore[no-untyped-def]
    """Send the form as a browser without script does."""
    address = f"/tables/{event.tables[0]}/typing-in"
    page = client.get(address).text
    kept = {name: hidden(page, name) for name in ("csrf_token", "key", "table")}
    usual = {"kind": "idea", "participant": "", "card": "", "dots": "", "language": "en"}
    return client.post(address, data=kept | usual | {"round": str(event.rounds[0])} | fields)


def test_one_after_the_other_keeping_round_and_language(
    app_store: Store, client: FlaskClient, host: PersonMade
) -> None:
    event = host.event
    enter(client, app_store, host.actor)
    open_round(app_store, event, 2)
    for number in (1, 3):
        answer = type_in(client, event, text=f"Words of {number}", card=f"1-{number}", language="sv", dots="2")
        assert answer.status_code == 303
    page = client.get(answer.location).text
    assert f'<option value="{event.rounds[0]}" selected>' in page and '<option value="sv" selected>' in page
    assert page.index("Words of 3") < page.index("Words of 1")
    assert "Not typed yet:" in page and "1-02" in page
    table = client.get(f"/tables/{event.tables[0]}").text
    assert "From paper, card 1-03, 2 counted on paper" in table


def test_a_double_keeps_the_words_and_says_why(app_store: Store, client: FlaskClient, host: PersonMade) -> None:
    enter(client, app_store, host.actor)
    type_in(client, host.event, text="The first", card="1-7")
    answer = type_in(client, host.event, text="The second", card="7")
    assert answer.status_code == 409
    assert "Card 1-07 is typed in already: “The first”" in answer.text
    assert re.search(r"<textarea[^>]*>\s*The second</textarea>", answer.text)
    odd = type_in(client, host.event, text="The second", card="seven")
    assert odd.status_code == 422 and "written like 4-18" in odd.text


def test_a_moderator_types_in_at_every_table_and_a_guest_at_none(
    app_store: Store, client: FlaskClient, host: PersonMade
) -> None:
    event = host.event
    enter(client, app_store, event.moderator)
    page = client.get(f"/tables/{event.tables[0]}/typing-in").text
    assert all(f'href="/tables/{table}/typing-in"' in page for table in event.tables)
    assert type_in(client, event, text="By the moderator", participant=str(host.id)).status_code == 303
    guest = client.application.test_client()
    enter(guest, app_store, join(app_store, event, "Ben", 1).actor)
    assert guest.get(f"/tables/{event.tables[0]}/typing-in").status_code == 403
    do(app_store, event.moderator, "event.close", event=event.id)
    assert "Nothing is typed in any more" in client.get(f"/tables/{event.tables[0]}/typing-in").text


@pytest.mark.parametrize("meanwhile", ["closed", "another host", "removed", "too old"])
def test_what_cannot_be_typed_in_any_more_is_there_to_copy(
    app_store: Store, client: FlaskClient, host: PersonMade, meanwhile: str
) -> None:
    event = host.event
    enter(client, app_store, host.actor)
    address = f"/tables/{event.tables[0]}/typing-in"
    page = client.get(address).text
    fields = {name: hidden(page, name) for name in ("csrf_token", "key", "table")}
    fields |= {"round": str(event.rounds[0]), "kind": "idea", "language": "en", "text": "A card of many words"}
    if meanwhile == "closed":
        close_event(app_store, event)
    elif meanwhile == "another host":
        name_host(app_store, event, 1, join(app_store, event, "Otto", 1))
    elif meanwhile == "removed":
        remove(app_store, host)
    else:
        fields["csrf_token"] = "stale"
    answer = client.post(address, data=fields, headers={"Referer": f"http://localhost{address}"})
    assert answer.status_code in (400, 403, 409, 410)
    assert re.search(r"<textarea[^>]* readonly[^>]*>\s*A card of many words</textarea>", answer.text)
