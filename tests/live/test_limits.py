"""Who sends too much or reads nothing is told, then ended, and slows nobody else (on either engine)."""

import itertools
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
import requests
import socketio
import websocket

from tests.factories.cafes import open_round
from tests.factories.events import EventMade, make_event
from tests.factories.ideas import write
from tests.factories.people import PersonMade, join
from tests.factories.processes import make_process
from tests.live.halls import Hall, open_hall
from tests.live.phones import Phone, answering_engine, cookie_of
from workshop.calls import BURST, LARGEST
from workshop.engine import MODES
from workshop.live.lines import PACKETS_BURST
from workshop.policy import Actor

ENDED = (websocket.WebSocketConnectionClosedException, ConnectionError)


class Poller:
    """A connection by long polling on which anything can be sent; it is connected already."""

    def __init__(self, hall: Hall, actor: Actor) -> None:
        self._browser = requests.Session()
        self._browser.headers.update({"Cookie": cookie_of(hall.store, actor), "Origin": hall.address})
        self._address = f"{hall.address}/socket.io/?EIO=4&transport=polling"
        opened = json.loads(self.get().text[1:])
        self._address += f"&sid={opened['sid']}"
        self.post("40")
        assert self.get().text.startswith("40")

    def get(self) -> requests.Response:
        return self._browser.get(self._address, timeout=20)

    def post(self, packet: str | bytes) -> requests.Response:
        return self._browser.post(self._address, data=packet, timeout=20)


@dataclass
class Table:
    """A table in an open round."""

    event: EventMade
    anna: PersonMade
    ben: PersonMade

    @property
    def channel(self) -> str:
        return f"table:{self.event.tables[0]}"

    def note(self, text: str = "Benches") -> dict[str, str]:
        where = {"table": str(self.event.tables[0]), "round": str(self.event.rounds[0])}
        return {"key": str(uuid4()), **where, "kind": "idea", "text": text}


@pytest.fixture(scope="module", params=MODES)
def hall(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with open_hall(tmp_path_factory.mktemp(request.param), request.param) as opened:
        yield opened
        assert "Traceback" not in opened.server.said


@pytest.fixture
def table(hall: Hall) -> Table:
    event = make_event(hall.store, make_process(hall.store))
    made = Table(event, join(hall.store, event, "Anna"), join(hall.store, event, "Ben"))
    open_round(hall.store, event)
    return made


def ended(line: websocket.WebSocket) -> int:
    """How many packets came until the server ended the connection, which it does."""
    for number in itertools.count():
        try:
            line.recv()
        except ENDED:
            return number
    raise AssertionError


def test_a_phone_that_comes_back_with_many_notes_is_not_held_up(hall: Hall, table: Table) -> None:
    with hall.phone(table.anna.actor) as anna:
        answers = [anna.call("idea.contribute", table.note(f"Note {number}")) for number in range(80)]
    assert all(answer["ok"] for answer in answers)


def test_who_is_too_fast_is_told_in_words_when_to_come_again(hall: Hall, table: Table) -> None:
    notes = [table.note(f"Note {number}") for number in range(2 * BURST)]
    with closing(hall.line(table.anna.actor, "de")) as line:
        for number, note in enumerate(notes):
            line.send(f"42{number}{json.dumps(['idea.contribute', note])}")
        answers = []
        while len(answers) < len(notes):
            packet = line.recv()
            if packet.startswith("43"):
                answers.append(json.loads(packet[packet.index("[") :])[0])
        assert [answer["key"] for answer in answers] == [note["key"] for note in notes]
        refused = [answer for answer in answers if not answer["ok"]]
        assert refused and all(answer["ok"] for answer in answers[: BURST - 1])
        for answer in refused:
            assert (answer["code"], answer["again_in"], answer["fields"]) == ("too_fast", 1, {})
            assert answer["message"].startswith("Das kam schneller")
        with hall.phone(table.ben.actor) as ben:
            assert ben.call("idea.contribute", table.note())["ok"], "somebody else is not counted with her"
    with hall.phone(table.anna.actor) as anna:
        for answer in refused:
            [note] = [note for note in notes if note["key"] == answer["key"]]
            while not (again := anna.call("idea.contribute", note))["ok"]:
                assert again["code"] == "too_fast"
                time.sleep(0.1)
            break


def call(line: websocket.WebSocket) -> None:
    line.send(f'421["vote.cast",{{"key":"{uuid4()}"}}]')


def ping(line: websocket.WebSocket) -> None:
    line.ping("x" * 100)


def part(line: websocket.WebSocket) -> None:
    """A piece of a message without an end."""
    opcode = websocket.ABNF.OPCODE_CONT if getattr(line, "begun", False) else websocket.ABNF.OPCODE_TEXT
    line.begun = True
    line.send_frame(websocket.ABNF.create_frame("x" * 20, opcode, fin=0))


@pytest.mark.parametrize("flood", [call, ping, part])
def test_a_flood_is_ended_and_slows_nobody(hall: Hall, table: Table, flood: Callable[[Any], None]) -> None:
    if flood is ping and answering_engine(hall.address) == "threading":
        pytest.skip("each connection has a thread of its own that answers pings")
    lines = [hall.line(table.anna.actor) for _ in range(3)]

    def work(line: websocket.WebSocket) -> None:
        with suppress(*ENDED):
            for _ in range(100 * PACKETS_BURST):
                flood(line)
        over.append(line)

    over: list[websocket.WebSocket] = []
    threads = [threading.Thread(target=work, args=(line,), daemon=True) for line in lines]
    with hall.phone(table.ben.actor) as ben:
        for thread in threads:
            thread.start()
        answers = [ben.call("idea.contribute", table.note()) for _ in range(20)]
        assert all(answer["ok"] for answer in answers)
        for line in lines:
            ended(line)
        for thread in threads:
            thread.join(20)
    assert len(over) == len(lines)
    with hall.phone(table.ben.actor) as ben:
        assert ben.call("idea.contribute", table.note())["ok"]


def test_a_message_in_many_parts_is_no_larger_than_one_in_one(hall: Hall, table: Table) -> None:
    with closing(hall.line(table.anna.actor)) as line, suppress(*ENDED):
        for _ in range(200):
            line.begun = getattr(line, "begun", False)
            opcode = websocket.ABNF.OPCODE_CONT if line.begun else websocket.ABNF.OPCODE_TEXT
            line.begun = True
            line.send_frame(websocket.ABNF.create_frame("x" * 10_000, opcode, fin=0))
        ended(line)


@pytest.mark.parametrize(
    "packet", ["42" + "x" * LARGEST, b"\x04" * 10, b"\x00" * (LARGEST + 1)], ids=["long", "bytes", "both"]
)
def test_what_is_too_large_or_no_text_ends_a_websocket(hall: Hall, table: Table, packet: str | bytes) -> None:
    with closing(hall.line(table.anna.actor)) as line:
        with suppress(*ENDED):
            line.send(packet, websocket.ABNF.OPCODE_BINARY if isinstance(packet, bytes) else websocket.ABNF.OPCODE_TEXT)
        ended(line)


@pytest.mark.parametrize(
    "packet", ["42" + "x" * LARGEST, "bAAAA", "4x", '451-["idea.contribute",{"_placeholder":true,"num":0}]']
)
def test_the_same_ends_polling_and_nothing_is_left_waiting(hall: Hall, table: Table, packet: str) -> None:
    poller = Poller(hall, table.anna.actor)
    # Answered although nobody reads what would still have to be sent.
    assert poller.post(packet).status_code in (200, 400)
    assert poller.get().status_code == 400


def test_a_flood_of_posts_is_ended(hall: Hall, table: Table) -> None:
    poller = Poller(hall, table.anna.actor)
    packets = "\x1e".join(['42["vote.cast",{}]'] * 16)
    for _ in range(20 * PACKETS_BURST // 16):
        if poller.post(packets).status_code == 400:
            break
    assert poller.get().status_code == 400


def come_back(hall: Hall, actor: Actor) -> Phone:
    """A connection, as soon as the server takes one again from somebody who was too fast."""
    until = time.monotonic() + 20
    while True:
        try:
            return hall.phone(actor)
        except socketio.exceptions.ConnectionError:
            assert time.monotonic() < until
            time.sleep(0.1)


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_who_reads_nothing_is_dropped_and_catches_up(hall: Hall, table: Table, transport: str) -> None:
    # Each is answered with its key. A connection takes megabytes of answers before any has to wait.
    key = "x" * (31_000 if transport == "websocket" else 10)
    calls = [f'42{number}["vote.cast",{{"key":"{key}"}}]' for number in range(PACKETS_BURST - 20)]
    if transport == "websocket":
        line = hall.line(table.anna.actor, sockopt=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)])
        with suppress(*ENDED):
            for packet in calls:
                line.send(packet)
        assert ended(line) < len(calls)
    else:
        poller = Poller(hall, table.anna.actor)
        for number in range(0, len(calls), 16):
            if poller.post("\x1e".join(calls[number : number + 16])).status_code == 400:
                break
        assert poller.get().status_code == 400
    note = write(hall.store, table.ben, "The newest")
    with come_back(hall, table.anna.actor) as anna:
        while not (answer := anna.call("watch", {table.channel: 0}))["ok"]:
            assert answer["code"] == "too_fast"
            time.sleep(0.1)
        assert str(note) in {put["id"] for put in anna.next("change")["put"]}
