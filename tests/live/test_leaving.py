"""A server that is told to stop ends what has begun, and sends its sockets to come back (on either engine)."""

import signal
import socket
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import socketio
from sqlalchemy import select

from tests.factories.cafes import open_round
from tests.factories.events import make_event
from tests.factories.people import PersonMade, join
from tests.factories.processes import make_process
from tests.live.halls import Hall, open_hall
from tests.live.phones import Phone, cookie_of
from workshop.database import writing
from workshop.engine import MODES
from workshop.models import Idea
from workshop.perform import fresh_key


class Seated:
    """A hall with somebody at a table."""

    def __init__(self, hall: Hall) -> None:
        self.server, self.store, self.address = hall.server, hall.store, hall.address
        event = make_event(self.store, make_process(self.store))
        self.anna: PersonMade = join(self.store, event, "Anna")
        open_round(self.store, event)
        self.note = {"table": event.tables[0], "round": event.rounds[0], "kind": "idea", "text": "Benches"}

    def phone(self, **options: Any) -> Phone:
        return Phone(self.address, cookie_of(self.store, self.anna.actor), **options)

    def ideas(self) -> list[str]:
        with self.store.reading() as session:
            return list(session.scalars(select(Idea.text)))


@pytest.fixture(params=MODES)
def hall(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Seated]:
    with open_hall(tmp_path, request.param) as opened:
        yield Seated(opened)


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_sockets_are_sent_away_and_nothing_is_waited_for(hall: Seated, transport: str) -> None:
    reasons: list[str] = []
    phones = [hall.phone(transport=transport) for _ in range(20)]
    for phone in phones:
        phone.client.on("disconnect", lambda reason: reasons.append(reason))
    began = time.monotonic()
    assert hall.server.stop() == 0
    assert time.monotonic() - began < 8
    assert all(phone.is_cut() for phone in phones)
    # Not a connection that broke, after which a client tries again at once.
    assert reasons == ["server disconnect"] * 20
    assert hall.server.said.endswith("Workshop has stopped. Everything is kept.\n")
    assert "Traceback" not in hall.server.said


def test_what_has_begun_is_ended_and_acknowledged(hall: Seated) -> None:
    answers: list[Any] = []
    with hall.phone() as phone, hall.phone() as idle:
        with writing(hall.store.engine).begin():
            asking = threading.Thread(target=lambda: answers.append(phone.do("idea.contribute", **hall.note)))
            asking.start()
            time.sleep(0.5)
            hall.server.process.send_signal(signal.SIGTERM)
            assert idle.is_cut(), "whom nobody answers is not kept waiting"
            time.sleep(0.5)
            assert not answers and phone.client.connected and hall.server.process.poll() is None
        asking.join(10)
        assert [answer["ok"] for answer in answers] == [True]
        assert phone.is_cut()
    assert hall.server.stop() == 0
    assert hall.ideas() == ["Benches"]


def test_a_form_that_was_sent_is_answered(hall: Seated) -> None:
    cookie = {"Cookie": cookie_of(hall.store, hall.anna.actor)}
    answers: list[int] = []
    with requests.Session() as browser:
        page = browser.get(f"{hall.address}/tables/{hall.note['table']}", headers=cookie, timeout=20)
        assert page.status_code == 200
        token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
        fields = {name: str(value) for name, value in hall.note.items()} | {"csrf_token": token}

        def send() -> None:
            address = f"{hall.address}/act/idea.contribute"
            # Only this answer: where it leads to is a request that nobody has sent yet.
            answers.append(browser.post(address, fields, timeout=20, allow_redirects=False).status_code)

        with writing(hall.store.engine).begin():
            sending = threading.Thread(target=send)
            sending.start()
            time.sleep(0.5)
            hall.server.process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            assert hall.server.process.poll() is None
        sending.join(10)
    assert hall.server.process.wait(20) == 0
    assert answers == [303]
    assert hall.ideas() == ["Benches"]


def test_whoever_went_away_before_the_answer_is_not_waited_for(hall: Seated) -> None:
    host, port = hall.address.rpartition("/")[2].split(":")
    for _ in range(20):
        browser = socket.create_connection((host, int(port)))
        browser.send(f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        # As browsers do where an answer sends them on: they read its head and no more.
        assert browser.recv(15).startswith(b"HTTP/1.1 200")
        browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        browser.close()
    time.sleep(0.5)
    began = time.monotonic()
    assert hall.server.stop() == 0
    assert time.monotonic() - began < 8


def test_it_waits_for_fifteen_seconds_at_most_or_for_a_second_signal(hall: Seated, request: Any) -> None:
    twice = "eventlet" in request.node.name
    with hall.phone() as phone, writing(hall.store.engine).begin():

        def ask() -> None:
            with pytest.raises(socketio.exceptions.SocketIOError):
                phone.client.call("idea.contribute", {"key": str(fresh_key()), **note}, timeout=3)

        note = {name: str(value) for name, value in hall.note.items()}
        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(0.5)
        began = time.monotonic()
        hall.server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        if twice:
            hall.server.process.send_signal(signal.SIGTERM)
        hall.server.process.wait(20)
        assert time.monotonic() - began < (5 if twice else 15)
        asking.join(10)
    assert hall.ideas() == []
