"""Bad input where people come in: the code, the name, the receipt."""

import re

import pytest
from flask.testing import FlaskClient

from tests.bad_input.doors import Form, everything
from tests.factories.cafes import open_round
from tests.factories.events import EventMade, make_event
from tests.factories.processes import make_process
from workshop.perform import Store


@pytest.fixture
def event(app_store: Store) -> EventMade:
    """An event in which round one runs."""
    made = make_event(app_store, make_process(app_store))
    open_round(app_store, made, 1)
    return made


def send(client: FlaskClient, address: str, language: str, fields: dict[str, str]) -> tuple[int, Form]:
    """What comes back for a form, and what stands in it."""
    token = re.search(r'name="csrf_token" value="([^"]*)"', client.get(f"/back?language={language}").text)
    assert token
    answer = client.post(address, data={"csrf_token": token[1], **fields})
    page = Form()
    page.feed(answer.text)
    return answer.status_code, page


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    ("wrong", "english", "german", "shown"),
    [
        ({"name": ""}, "Write a name. One letter is enough.", "Schreib einen Namen.", None),
        ({"name": "\u202e\u200b"}, "Write a name.", "Schreib einen Namen.", None),
        ({"name": "x" * 5000}, "40 characters fit. You wrote 5000.", "Du hast 5000 geschrieben", "x" * 5000),
        (
            {"name": "Mi\0ra"},
            "Some of these characters cannot be stored.",
            "lassen sich nicht speichern.",
            "Mi\ufffdra",
        ),
        ({"code": ""}, "Write the code from the screen", "Code", "Mira"),
        ({"code": "K7MP"}, "The code has eight characters. You wrote 4.", "acht Zeichen", "Mira"),
        ({"code": "ZZZZ\u202eZZZZ"}, "No event has the code ZZZZ ZZZZ.", "ZZZZ ZZZZ", "Mira"),
        ({"code": "x" * 5000}, "40 characters fit. You wrote 5000.", "Du hast 5000 geschrieben", "Mira"),
        ({"token": "x" * 64}, "This picture leads nowhere any more.", "Bild", "Mira"),
        ({"writing_language": "xx"}, "Choose one of these.", "Wähle", "Mira"),
        ({"id": "1", "role": "admin"}, "with fields that do not belong to it", "Felder", "Mira"),
    ],
    ids=str,
)
def test_who_is_not_let_in_is_told_why_and_keeps_the_name(
    app_store: Store, client: FlaskClient, event: EventMade, language: str, wrong: dict[str, str],
    english: str, german: str, shown: str | None,
) -> None:  # fmt: skip
    fields = {"code": event.code, "name": "Mira", "language": language, "writing_language": "de", **wrong}
    before = everything(app_store)
    status, page = send(client, "/join", language, fields)
    assert status == 422
    assert (english if language == "en" else german) in page.said
    assert everything(app_store) == before
    if shown is not None:
        assert page.kept["name"] == shown


@pytest.mark.parametrize("receipt", ["", "K7MP", "x" * 5000, "K7MP\u202e3QRT", "%00", "ＡＢＣＤＥＦＧＨ", "\ud83d"])
def test_a_receipt_that_is_none_is_told_so(app_store: Store, client: FlaskClient, receipt: str) -> None:
    before = everything(app_store)
    status, page = send(client, "/back", "en", {"receipt": receipt.encode(errors="replace").decode()})
    assert status == 422
    assert "No place has this receipt." in page.said
    assert everything(app_store) == before
