"""What devices tell of the hall, and what that means."""

import re
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.factories import do
from tests.factories.events import EventMade, make_event
from tests.factories.people import enter, join
from tests.factories.processes import make_process
from workshop.clock import now
from workshop.models import Change, HallDevice
from workshop.operations import hall
from workshop.perform import Store
from workshop.standing import NOBODY

QUICK = {"websocket": 20, "websocket_worst": 90, "polling": 40, "polling_worst": 120, "secure": 1, "worker": 1}
BLOCKED_SOCKET = {"polling": 60, "polling_worst": 200, "secure": 1, "worker": 1}
SLOW = QUICK | {"websocket_worst": 5000}


@pytest.fixture
def here(app_store: Store) -> EventMade:
    """An event of tomorrow."""
    return make_event(app_store, make_process(app_store))


def hidden(page: str, name: str) -> str:
    """What a hidden field of a page holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found.group(1)


def report(client: FlaskClient, event: EventMade, **found: object) -> str:
    """Open the page by the code and send what was measured."""
    token = hidden(client.get("/hall").text, "csrf_token")
    page = client.post("/hall", data={"csrf_token": token, "code": event.code})
    assert page.status_code == 200
    fields = {"csrf_token": token, "token": hidden(page.text, "token"), "device": str(uuid4()), "label": "Ruth’s phone"}
    answer = client.post("/hall/report", data=fields | found)
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (QUICK, "This device will carry the café."),
        (BLOCKED_SOCKET, "by the slower way"),
        (SLOW, "answers come slowly"),
        ({}, "Nothing live gets through from here."),
        (QUICK | {"secure": ""}, "This is plain http"),
        (QUICK | {"worker": ""}, "keeps no pages"),
        (QUICK | {"clock_off": 172800}, "wrong by 2880.0 min"),
    ],
)
def test_a_device_is_told_in_a_sentence_what_to_expect(
    client: FlaskClient, here: EventMade, found: dict[str, object], says: str
) -> None:
    assert says in report(client, here, **found)


def test_the_moderator_sees_every_device_and_one_sentence_for_the_room(
    app_store: Store, client: FlaskClient, here: EventMade
) -> None:
    desk = client.application.test_client()
    enter(desk, app_store, here.moderator)
    address = f"/events/{here.id}/hall"
    assert "No device tried yet" in desk.get(address).text
    for _ in range(2):
        report(client, here, **QUICK)
    page = desk.get(address).text
    assert "This room will carry the café." in page and "2 devices tried" in page and "Ruth’s phone" in page
    report(client, here, **BLOCKED_SOCKET)
    assert "On one device the network blocks WebSockets." in desk.get(address).text
    report(client, here)
    assert "This room will not carry the café as it is." in desk.get(address).text
    with app_store.reading() as session:
        change = session.scalars(select(Change).order_by(Change.id.desc()).limit(1)).one()
    # Whoever has the list open is told.
    assert change.thing_type == "hall" and (change.participant_id, change.user_id) == (None, None)
    guest = client.application.test_client()
    enter(guest, app_store, join(app_store, here).actor)
    assert guest.get(address).status_code == 403


def test_a_wrong_code_opens_nothing(client: FlaskClient, here: EventMade) -> None:
    token = hidden(client.get("/hall").text, "csrf_token")
    answer = client.post("/hall", data={"csrf_token": token, "code": "ZZZZ ZZZZ"})
    assert answer.status_code == 422 and "No event has the code" in answer.text
    told = client.post("/hall/report", data={"csrf_token": token, "token": "x" * 32, "device": str(uuid4())})
    assert told.status_code == 422
    # Nor by the ways that count no wrong codes.
    answer = client.post("/act/hall.report.json", json={"key": str(uuid4())}, headers={"X-Workshop": "1"})
    assert answer.status_code in (400, 404)


def test_a_device_that_is_none_is_refused_in_a_sentence(client: FlaskClient, here: EventMade) -> None:
    token = hidden(client.get("/hall").text, "csrf_token")
    page = client.post("/hall", data={"csrf_token": token, "code": here.code})
    fields = {"csrf_token": token, "token": hidden(page.text, "token"), "device": "0"}
    answer = client.post("/hall/report", data=fields)
    assert answer.status_code == 422


def test_figures_are_kept_for_days_and_so_many_devices(store: Store, event: EventMade) -> None:
    first = uuid4()
    do(store, NOBODY, "hall.report", code=event.code, device=first, **QUICK)
    do(store, NOBODY, "hall.report", code=event.code, device=first, **SLOW)
    with Session(store.engine) as session:
        assert session.scalars(select(HallDevice.websocket_worst)).all() == [5000]
        session.execute(update(HallDevice).values(at=now() - hall.KEPT_FOR * 2))
        session.commit()
    do(store, NOBODY, "hall.report", code=event.code, device=uuid4(), **QUICK)
    with store.reading() as session:
        assert session.scalar(select(func.count(HallDevice.id))) == 1
        assert session.get(HallDevice, first) is None


def test_invented_devices_keep_no_real_one_out(store: Store, event: EventMade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hall, "MOST_DEVICES", 5)
    other = make_event(store, event.process)
    elsewhere, real = uuid4(), uuid4()
    do(store, NOBODY, "hall.report", code=other.code, device=elsewhere, **QUICK)
    invented = [uuid4() for _ in range(7)]
    for one in invented:
        do(store, NOBODY, "hall.report", code=event.code, device=one, **SLOW)
    do(store, NOBODY, "hall.report", code=event.code, device=real, **QUICK)
    with store.reading() as session:
        kept = set(session.scalars(select(HallDevice.id)))
    assert kept == {elsewhere, real, *invented[3:]}
    # One that measures again takes nobody's place.
    do(store, NOBODY, "hall.report", code=event.code, device=real, **BLOCKED_SOCKET)
    with store.reading() as session:
        assert set(session.scalars(select(HallDevice.id))) == kept
