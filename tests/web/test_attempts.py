"""Wrong codes wait once there are too many of one address; right ones, and other addresses, never do."""

import threading
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.databases import SECRET
from tests.factories.events import EventMade, make_event
from tests.factories.people import join
from tests.factories.processes import make_process
from workshop import create_app
from workshop.config import Settings
from workshop.pace import Pace
from workshop.perform import Store, fresh_key
from workshop.tokens import receipt_code
from workshop.web import attempts
from workshop.web.attempts import SHARE, Attempts, neighbourhood
from workshop.web.strangers import JOINING

HERE, THERE = "198.51.100.7", "203.0.113.9"


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What was waited for."""
    waited: list[float] = []
    monkeypatch.setattr(attempts, "sleep", waited.append)
    return waited


def strict(app: Flask) -> None:
    """One wrong code is free, and no time goes by."""
    held = app.extensions["workshop_attempts"] = Attempts()
    held._pace = Pace(1, 1.0, lambda: 0.0)
    app.config["WTF_CSRF_ENABLED"] = False


def send(app: Flask, address: str, path: str, **fields: Any) -> int:
    """A form from an address, by a browser that nobody knows."""
    return app.test_client().post(path, data=fields, environ_base={"REMOTE_ADDR": address}).status_code


@pytest.fixture
def here(app: Flask, app_store: Store) -> EventMade:
    strict(app)
    return make_event(app_store, make_process(app_store))


def test_wrong_codes_wait_and_right_ones_do_not(app: Flask, app_store: Store, here: EventMade, waits: Any) -> None:
    wrong = [
        ("/join", {"code": "ZZZZ ZZZZ", "name": "Mira"}),
        ("/join", {"token": "0" * 32, "name": "Mira"}),
        ("/join", {"code": "ZZZZ", "name": "Mira"}),
        ("/back", {"receipt": "ZZZZ ZZZZ"}),
    ]
    assert send(app, HERE, wrong[0][0], **wrong[0][1]) == 422
    assert waits == []
    for path, fields in wrong:
        assert send(app, HERE, path, **fields) == 422
        assert waits.pop() == attempts.DELAY and not waits
    for method in ("get", "post"):
        ask = getattr(app.test_client(), method)
        assert ask(f"/sign-in/{'0' * 64}", environ_base={"REMOTE_ADDR": HERE}).status_code in (403, 404)
        assert waits.pop() == attempts.DELAY and not waits
    person = join(app_store, here)
    assert send(app, HERE, "/join", code=here.code, name="Mira", language="en", writing_language="en") == 303
    assert send(app, HERE, "/back", receipt=receipt_code(SECRET, person.id)) == 303
    assert send(app, HERE, "/join", code=here.code, name="") == 422
    assert send(app, THERE, "/join", code="ZZZZ ZZZZ", name="Mira") == 422
    assert waits == []


def test_a_wrong_code_that_waits_keeps_what_was_written(client: FlaskClient, here: EventMade, waits: Any) -> None:
    for _ in range(2):
        answer = client.post("/join", data={"code": "ZZZZ ZZZZ", "name": "Mira"})
        assert 'value="Mira"' in answer.text and 'value="ZZZZ ZZZZ"' in answer.text
    assert len(waits) == 1


def test_only_so_many_come_in_at_once_from_one_place(app: Flask, app_store: Store, here: EventMade, waits: Any) -> None:
    clock = [0.0]
    strangers = app.extensions["workshop_strangers"]
    strangers.paces = {one: Pace(2, 0.5, lambda: clock[0]) for one in strangers.paces}
    other = make_event(app_store, here.process)
    phone = app.test_client()

    def join_as(name: str, event: EventMade = here, address: str = HERE, browser: Any = None) -> Any:
        fields = {"code": event.code, "name": name, "language": "en", "writing_language": "en"}
        where = {"REMOTE_ADDR": address}
        return (browser or app.test_client()).post("/join", data={"key": key, **fields}, environ_base=where)

    for name in ("Anna", "Ben"):
        key = str(fresh_key())
        # Whoever mistypes the code takes nobody's turn.
        assert send(app, HERE, "/join", code="ZZZZ ZZZZ", name=name) == 422
        assert join_as(name).status_code == 303
    key = str(fresh_key())
    refused = join_as("Mira", browser=phone)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "2")
    assert "Very many are coming in" in refused.text
    assert all(kept in refused.text for kept in (f'value="{key}"', 'value="Mira"', f'value="{here.code}"'))
    same_key, key = key, str(fresh_key())
    assert join_as("From elsewhere", address=THERE).status_code == 303
    key = str(fresh_key())
    assert join_as("To another event", other).status_code == 303
    clock[0], key = 2.0, same_key
    assert join_as("Mira", browser=phone).status_code == 303
    # Whoever has a seat is led there and takes no turn.
    assert join_as("Mira", browser=phone).status_code == 303
    fields = {"code": here.code, "label": "", "websocket": 20}
    told = [send(app, HERE, "/hall/report", key=fresh_key(), device=fresh_key(), **fields) for _ in range(3)]
    assert told == [200, 200, 429]


def test_a_conference_comes_in_from_one_address() -> None:
    now = [0.0]
    joining = Pace(*JOINING, lambda: now[0])
    assert not any(joining.wait("hall") for _ in range(1000)), "all who wait before the door"
    for _ in range(500):
        now[0] += 10 / 500
        assert not joining.wait("hall")


def crowd(app: Flask) -> Attempts:
    """Where all places of this address are taken, and time does not go by."""
    strict(app)
    held: Attempts = app.extensions["workshop_attempts"]
    assert held.failed(HERE)
    for _ in range(SHARE):
        assert held._take(HERE)
    return held


WRONG = [
    ("/join", {"code": "ZZZZ ZZZZ", "name": "Mira"}, ('value="Mira"', 'value="ZZZZ ZZZZ"', "No event has the code")),
    ("/join", {"token": "0" * 32, "name": "Mira"}, ('value="Mira"',)),
    ("/back", {"receipt": "ZZZZ ZZZZ"}, ('value="ZZZZ ZZZZ"', "No place has this receipt")),
    ("/host", {"card": "0" * 32}, ("leads nowhere any more",)),
    ("/hall", {"code": "ZZZZ ZZZZ"}, ('value="ZZZZ ZZZZ"',)),
    ("/hall/report", {"code": "ZZZZ ZZZZ"}, ()),
    (f"/device/{'0' * 32}", {}, ()),
    (f"/sign-in/{'0' * 64}", {}, ()),
]


@pytest.mark.parametrize(("path", "fields", "kept"), WRONG, ids=[one[0][:8] for one in WRONG])
def test_whose_place_is_full_of_wrong_codes_is_told_at_once_with_everything_kept(
    app: Flask, waits: Any, path: str, fields: dict[str, str], kept: tuple[str, ...]
) -> None:
    crowd(app)

    def ask(address: str, **more: str) -> Any:
        return app.test_client().post(path, data={**fields, **more}, environ_base={"REMOTE_ADDR": address})

    told = ask(HERE)
    assert (told.status_code, told.headers["Retry-After"]) == (429, "3")
    assert "Very many wrong codes" in told.text and all(one in told.text for one in kept)
    assert ask(THERE).status_code in (403, 404, 422)
    assert not waits
    assert ask(THERE).status_code in (403, 404, 422)
    assert waits == [attempts.DELAY], "whoever guesses from elsewhere still waits"


def test_a_wrong_link_and_tablet_are_told_so_too_when_they_are_read(app: Flask, waits: Any) -> None:
    crowd(app)
    for path in (f"/sign-in/{'0' * 64}", f"/device/{'0' * 32}"):
        told = app.test_client().get(path, environ_base={"REMOTE_ADDR": HERE})
        assert (told.status_code, told.headers["Retry-After"]) == (429, "3")
        assert "Very many wrong codes" in told.text


def test_a_right_code_is_taken_where_wrong_ones_are_told_to_come_again(
    app: Flask, app_store: Store, here: EventMade, waits: Any
) -> None:
    crowd(app)
    person = join(app_store, here)
    browser = app.test_client()
    where = {"REMOTE_ADDR": HERE}
    for code, status in (("ZZZZ ZZZZ", 429), (here.code, 303)):
        fields = {"code": code, "name": "Mira", "language": "en", "writing_language": "en"}
        assert browser.post("/join", data=fields, environ_base=where).status_code == status
    assert send(app, HERE, "/back", receipt=receipt_code(SECRET, person.id)) == 303
    assert not waits


def test_one_place_takes_its_share_and_all_take_no_more_than_there_are() -> None:
    held = Attempts()
    taken = {name: [held._take(name) for _ in range(SHARE + 5)].count(True) for name in "abcd"}
    assert taken == {"a": SHARE, "b": SHARE, "c": SHARE, "d": 0}
    assert 3 * SHARE == attempts.MOST_WAITING
    held._give("b")
    assert not held._take("a") and held._take("d") and not held._take("d")
    for name, most in {"a": SHARE, "b": SHARE - 1, "c": SHARE, "d": 1}.items():
        for _ in range(most):
            held._give(name)
    assert not held._waiting, "nothing is kept of who waits no more"


def test_only_so_many_wait_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "SHARE", 2)
    held = Attempts()
    held._pace = Pace(1, 1.0, lambda: 0.0)
    gate, inside = threading.Event(), threading.Semaphore(0)

    def wait(_seconds: float) -> None:
        inside.release()
        assert gate.wait(20)

    monkeypatch.setattr(attempts, "sleep", wait)
    held.failed(HERE)
    waiting = [threading.Thread(target=held.failed, args=(HERE,)) for _ in range(2)]
    for one in waiting:
        one.start()
    for _ in waiting:
        assert inside.acquire(timeout=20)
    # Both places are taken: these come back at once.
    for _ in range(5):
        assert not held.failed(HERE)
    gate.set()
    for one in waiting:
        one.join(20)
    assert held.failed(HERE)
    assert inside.acquire(blocking=False), "the places are free again"


@pytest.mark.parametrize(
    ("peer", "trusted", "believed"),
    [
        ("127.0.0.1", None, True),
        ("::1", None, True),
        ("::ffff:127.0.0.1", None, True),
        ("192.0.2.1", None, False),
        ("192.0.2.1", "10.0.0.0/8, 192.0.2.1", True),
        ("127.0.0.1", "10.0.0.0/8", False),
        ("", None, False),
    ],
)
def test_only_a_proxy_of_ours_says_where_a_request_came_from(
    sqlite_url: str, tmp_path: Path, waits: Any, peer: str, trusted: str | None, believed: bool
) -> None:
    environ = {
        "WORKSHOP_DATA": str(tmp_path),
        "DATABASE_URL": sqlite_url,
        "WORKSHOP_PUBLIC_URL": "https://cafe.example",
    }
    if trusted:
        environ["WORKSHOP_TRUSTED_PROXIES"] = trusted
    app = create_app(Settings.from_environment(environ | {"WORKSHOP_ASYNC_MODE": "threading"}))
    strict(app)
    for number in range(3):
        app.test_client().post(
            "/join",
            data={"code": "ZZZZ ZZZZ", "name": "Mira"},
            environ_base={"REMOTE_ADDR": peer},
            # Whoever writes another address each time looks like many, if that is believed.
            headers={"X-Forwarded-For": f"198.51.100.{number}", "Host": "cafe.example"},
        )
    assert len(waits) == (0 if believed else 2)
    app.extensions["workshop"].engine.dispose()


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_a_household_counts_as_one(address: str, counted_as: str) -> None:
    assert neighbourhood(address) == counted_as
