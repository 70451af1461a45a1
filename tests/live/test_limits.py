"""Who sends too much is told, then ended, and slows nobody else (on either engine)."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
import requests
import socketio
import websocket

from tests.factories.cafes import open_round
from tests.factories.events import EventMade, make_event
from tests.factories.people import PersonMade, join
from tests.factories.processes import make_process
from tests.live.halls import Hall, open_hall
from tests.live.phones import Phone, answering_engine, cookie_of
from workshop.calls import BURST, LARGEST
from workshop.engine import MODES
from workshop.live.connections import MOST_OF_ONE
from workshop.live.lines import PACKETS_BURST
from workshop.standing import Actor

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

    def close(self) -> None:
        """Hang up without a word."""
        self._browser.close()

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


def ended(line: websocket.WebSocket) -> None:
    """Read until the server ends the connection; TimeoutError when it does not."""
    # The library would close the socket under whoever still writes into it.
    with suppress(ConnectionError):
        while line.sock.recv(65536):
            pass


def come_back(hall: Hall, actor: Actor) -> Phone:
    """A connection, as soon as the server takes one again from somebody who was too fast."""
    until = time.monotonic() + 20
    while True:
        try:
            return hall.phone(actor)
        except socketio.exceptions.ConnectionError:
            assert time.monotonic() < until
            time.sleep(0.1)


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
    [note] = [note for note in notes if note["key"] == refused[0]["key"]]
    with come_back(hall, table.anna.actor) as anna:
        while not (again := anna.call("idea.contribute", note))["ok"]:
            assert again["code"] == "too_fast"
            time.sleep(0.1)


def call(line: websocket.WebSocket) -> None:
    line.send(f'421["vote.cast",{{"key":"{uuid4()}"}}]')


def ping(line: websocket.WebSocket) -> None:
    line.ping("x" * 100)


def part(line: websocket.WebSocket) -> None:
    """A piece of a message without an end."""
    opcode = websocket.ABNF.OPCODE_CONT if getattr(line, "begun", False) else websocket.ABNF.OPCODE_TEXT
    line.begun = True
    line.send_frame(websocket.ABNF.create_frame("x" * 20, opcode, fin=0))


def test_somebody_holds_so_many_connections_and_then_the_oldest_goes(hall: Hall, table: Table) -> None:
    def answers(line: websocket.WebSocket) -> bool:
        line.send('421["hello"]')
        while not (packet := line.recv()).startswith("431"):
            assert packet
        return '"ok":true' in packet

    with ExitStack() as stack:
        ben = stack.enter_context(hall.phone(table.ben.actor))
        lines = [stack.enter_context(closing(hall.line(table.anna.actor))) for _ in range(MOST_OF_ONE)]
        assert answers(lines[0])
        lines += [stack.enter_context(closing(hall.line(table.anna.actor))) for _ in range(2)]
        # The connection itself, of which a program that does not go when it is asked to would keep the file open.
        for line in lines[:2]:
            while "too_many" not in line.recv():
                pass
            ended(line)
        assert all(map(answers, lines[2:]))
        assert ben.call("idea.contribute", table.note())["ok"], "somebody else is not counted with her"
        lines[-1].close()
        lines += [stack.enter_context(closing(hall.line(table.anna.actor)))]
        assert all(map(answers, (*lines[2:-2], lines[-1]))), "whoever went by themselves makes room"


@pytest.mark.parametrize("flood", [call, ping, part])
def test_a_flood_is_ended_and_slows_nobody(hall: Hall, table: Table, flood: Callable[[Any], None]) -> None:
    if flood is ping and answering_engine(hall.address) == "threading":
        pytest.skip("each connection has a thread of its own that answers pings")

    def work(line: websocket.WebSocket) -> None:
        with suppress(*ENDED):
            for _ in range(100 * PACKETS_BURST):
                flood(line)

    with ExitStack() as stack:
        lines = [stack.enter_context(closing(hall.line(table.anna.actor))) for _ in range(3)]
        ben = stack.enter_context(hall.phone(table.ben.actor))
        pool = stack.enter_context(ThreadPoolExecutor(len(lines)))
        floods = [pool.submit(work, line) for line in lines]
        answers = [ben.call("idea.contribute", table.note()) for _ in range(20)]
        assert all(answer["ok"] for answer in answers)
        for line in lines:
            ended(line)
        for one in floods:
            one.result(20)
        assert ben.call("idea.contribute", table.note())["ok"]


@pytest.mark.parametrize("size", [1, 3, 10_000], ids="{} bytes at once".format)
def test_frames_are_read_however_they_are_cut(hall: Hall, table: Table, size: int) -> None:
    notes = [table.note(f"Note {number} {'ä' * 100 * number}") for number in range(3)]
    with closing(hall.line(table.anna.actor)) as line:
        frames = b"".join(
            websocket.ABNF.create_frame(
                f"42{number}{json.dumps(['idea.contribute', note])}", websocket.ABNF.OPCODE_TEXT
            ).format()
            for number, note in enumerate(notes)
        )
        for at in range(0, len(frames), size):
            line.sock.sendall(frames[at : at + size])
        answers: list[Any] = []
        while len(answers) < len(notes):
            packet = line.recv()
            if packet.startswith("43"):
                answers.append(json.loads(packet[packet.index("[") :])[0])
    assert [(answer["ok"], answer["key"]) for answer in answers] == [(True, note["key"]) for note in notes]


def test_a_message_in_many_parts_is_no_larger_than_one_in_one(hall: Hall, table: Table) -> None:
    with closing(hall.line(table.anna.actor)) as line, suppress(*ENDED):
        for _ in range(200):
            line.begun = getattr(line, "begun", False)
            opcode = websocket.ABNF.OPCODE_CONT if line.begun else websocket.ABNF.OPCODE_TEXT
            line.begun = True
            line.send_frame(websocket.ABNF.create_frame("x" * 10_000, opcode, fin=0))
        ended(line)


@pytest.mark.parametrize(
    "packet", ["42" + "x" * LARGEST, "bAAAA", "4x", '451-["idea.contribute",{"_placeholder":true,"num":0}]']
)
def test_the_same_ends_polling_and_nothing_is_left_waiting(hall: Hall, table: Table, packet: str) -> None:
    with closing(Poller(hall, table.anna.actor)) as poller:
        # Answered although nobody reads what would still have to be sent.
        assert poller.post(packet).status_code in (200, 400)
        assert poller.get().status_code == 400


def test_a_flood_of_posts_is_ended(hall: Hall, table: Table) -> None:
    packets = "\x1e".join(['42["vote.cast",{}]'] * 16)
    with closing(Poller(hall, table.anna.actor)) as poller:
        for _ in range(20 * PACKETS_BURST // 16):
            if poller.post(packets).status_code == 400:
                break
        assert poller.get().status_code == 400
