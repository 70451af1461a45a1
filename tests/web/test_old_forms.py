"""A form whose token is no longer good: where one was, and what one wrote, but nothing of another site's."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.factories.cafes import open_round
from tests.factories.events import EventMade, make_event
from tests.factories.people import enter, join
from tests.factories.processes import make_process
from workshop.perform import Store

HOME = "http://localhost"
WORDS = "A bench at <every> stop"


@pytest.fixture
def event(client: FlaskClient, app_store: Store) -> EventMade:
    """An event in which round one runs; the browser is a participant's."""
    made = make_event(app_store, make_process(app_store))
    open_round(app_store, made)
    enter(client, app_store, join(app_store, made).actor)
    return made


def send(client: FlaskClient, event: EventMade, headers: dict[str, str], **more: str) -> tuple[str, str]:
    """A note sent with a token that is not good: the way back, and the page."""
    fields: dict[str, Any] = {"table": event.tables[0], "text": WORDS, "csrf_token": "old", **more}
    answer = client.post("/act/idea.contribute", data=fields, headers={"Accept-Language": "en", **headers})
    assert answer.status_code == 400
    assert "This form was too old" in answer.text
    back = re.search(r'<a class="btn primary" href="([^"]*)">Back to the page before<', answer.text)
    return back[1] if back else "", answer.text


@pytest.mark.parametrize("origin", [{"Origin": HOME}, {}])
def test_it_leads_back_to_where_one_was_and_shows_what_one_wrote(
    client: FlaskClient, event: EventMade, origin: dict[str, str]
) -> None:
    table = f"/tables/{event.tables[0]}"
    back, page = send(client, event, {**origin, "Referer": f"{HOME}{table}?seen=1&more=2"})
    assert back == f"{table}?seen=1&amp;more=2"
    assert re.search(r'aria-label="Your note">\s*A bench at &lt;every&gt; stop</textarea>', page)
    assert "Copy it before you go back." in page
    # Drawn again after it was refused, it stands at an address where nothing is to be read.
    assert send(client, event, {**origin, "Referer": f"{HOME}/act/idea.contribute"}, next=table)[0] == table


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Referer": "https://evil.example/trap"},
        {"Origin": "https://evil.example", "Referer": f"{HOME}/me"},
        {"Origin": "null", "Referer": f"{HOME}/me"},
        {"Referer": "https://evil.example/trap"},
        {"Referer": "http://[bad"},
        {},
    ],
)
def test_one_of_another_site_is_led_nowhere_and_puts_no_words_into_anybodys_mouth(
    client: FlaskClient, event: EventMade, headers: dict[str, str]
) -> None:
    back, page = send(client, event, headers, next="/me")
    assert not back and "A bench" not in page


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example/", ""])
def test_no_address_of_ours_leads_to_another_site(client: FlaskClient, event: EventMade, path: str) -> None:
    back, page = send(client, event, {"Origin": HOME, "Referer": f"{HOME}{path}"}, next="https://evil.example/")
    assert not back and "evil.example" not in page
