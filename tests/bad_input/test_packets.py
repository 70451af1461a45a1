"""What is no text at all, by each door: nothing is stored, and nobody else notices."""

import re

import pytest
import requests
import websocket

from tests.bad_input.doors import Form, Hall, everything
from tests.bad_input.places import Place
from tests.live.phones import Phone, cookie_of

BYTES = bytes(range(256)) * 8


def browser_of(hall: Hall, place: Place, language: str) -> requests.Session:
    """Anna's browser."""
    browser = requests.Session()
    name, _, value = cookie_of(hall.store, place.anna.actor, language).partition("=")
    browser.cookies.set(name, value, domain="127.0.0.1", path="/")
    return browser


def said(answer: requests.Response) -> str:
    """The words of a page."""
    page = Form()
    page.feed(answer.text)
    return page.said


@pytest.mark.parametrize(
    ("language", "empty", "foreign"),
    [
        ("en", "There is nothing in the note yet.", "This form was too old or came from elsewhere."),
        ("de", "Im Beitrag steht noch nichts.", "Dieses Formular"),
    ],
)
def test_a_file_or_bytes_for_a_form(
    hall: Hall, places: dict[str, Place], language: str, empty: str, foreign: str
) -> None:
    place, before = places["open"], everything(hall.store)
    with browser_of(hall, place, language) as browser:
        page = browser.get(f"{hall.address}/tables/{place.event.tables[0]}", timeout=20).text
        token = re.search(r'name="csrf_token" value="([^"]*)"', page)
        assert token
        fields = {name: str(value) for name, value in place.fields("idea.contribute").items() if name != "text"}
        address = f"{hall.address}/act/idea.contribute"
        files = {"text": ("note.bin", BYTES, "application/octet-stream")}
        answer = browser.post(address, data={**fields, "csrf_token": token[1]}, files=files, timeout=20)
        assert (answer.status_code, empty in said(answer)) == (422, True), said(answer)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = browser.post(address, data=BYTES, headers=headers, timeout=20)
        assert (answer.status_code, foreign in said(answer)) == (400, True), said(answer)
    assert everything(hall.store) == before


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "This could not be taken as it is."), ("de", "So konnte das nicht angenommen werden.")],
)
@pytest.mark.parametrize(
    "body",
    [BYTES, b"", b"\xff\xfe{", b'{"key": ', b"[" * 5000, b'{"key":' + b"9" * 5000 + b"}", b"[]", b'"x"'],
    ids=lambda one: str(one[:8]),
)
def test_bytes_for_a_call(hall: Hall, places: dict[str, Place], language: str, sentence: str, body: bytes) -> None:
    place, before = places["open"], everything(hall.store)
    headers = {"Origin": hall.address, "X-Workshop": "1", "Content-Type": "application/json"}
    with browser_of(hall, place, language) as browser:
        answer = browser.post(f"{hall.address}/act/idea.contribute.json", data=body, headers=headers, timeout=20)
    assert (answer.status_code, sentence in said(answer)) == (400, True), said(answer)
    assert everything(hall.store) == before


def test_bytes_for_a_socket_end_it_and_no_other(hall: Hall, places: dict[str, Place]) -> None:
    place, before = places["open"], everything(hall.store)
    address = f"{hall.address.replace('http', 'ws', 1)}/socket.io/?EIO=4&transport=websocket"
    cookie = cookie_of(hall.store, place.anna.actor)
    with Phone(hall.address, cookie) as other:
        for packet in (BYTES, b"", b'42["idea.contribute",{}]'):
            line = websocket.create_connection(address, cookie=cookie, origin=hall.address, timeout=5)
            line.recv()
            line.send("40")
            line.recv()
            line.send_binary(packet)
            with pytest.raises((websocket.WebSocketConnectionClosedException, ConnectionError)):
                while True:
                    line.send('421["watch",{}]')
                    line.recv()
            line.shutdown()
        # The code says that it was heard and judged.
        assert other.call("idea.contribute", {"key": "none"})["code"] == "invalid"
    assert everything(hall.store) == before
