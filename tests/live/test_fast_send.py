"""Packets that go into their sockets at once come whole, once and in order, whatever the client does."""

import asyncio
import json
import re
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from importlib import metadata
from pathlib import Path
from queue import Empty
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
import websocket
from engineio.packet import MESSAGE, Packet
from sqlalchemy import select

from benchmarks.halls import ignore
from benchmarks.line import Line
from tests.factories.cafes import open_round
from tests.factories.databases import store_at
from tests.factories.events import EventMade, make_event
from tests.factories.people import PersonMade, join
from tests.factories.processes import make_process
from tests.factories.servers import Server
from tests.live.halls import Hall
from tests.live.phones import answering_engine, cookie_of
from workshop.live import fast_send
from workshop.live.fast_send import READ_AGAINST, straight
from workshop.models import Idea

WRITERS, EACH = 30, 100
LITTLE = 4096
"""Bytes a client's own system takes in while it does not read."""
REST = 0.004
"""Seconds after each change, of who reads slowly."""
STRAIGHT, IN_PARTS = "A packet goes straight.", "A packet goes in parts."


class PatientServer(Server):
    """The product, which waits for who does not read."""

    program = (sys.executable, "-m", "tests.live.patient", "serve")


@contextmanager
def patient_hall(folder: Path, mode: str, setting: str, **environment: str) -> Iterator[Hall]:
    """One whose server says which way packets go."""
    with (
        PatientServer(folder, "--no-demo", mode=mode, WORKSHOP_FAST_SEND=setting, **environment) as server,
        store_at(f"sqlite:///{folder}/workshop.sqlite3") as store,
    ):
        address = server.address()
        assert answering_engine(address) == mode
        store.secret = (folder / "secret.key").read_text().strip()
        yield Hall(server, address, store)
        assert "Traceback" not in server.said


def note_at(event: EventMade, text: str) -> dict[str, str]:
    where = {"table": str(event.tables[0]), "round": str(event.rounds[0])}
    return {"key": str(uuid4()), **where, "kind": "idea", "text": text}


def test_it_was_read_against_what_is_installed() -> None:
    """Newer versions may send in another way: read `fast_send.py` beside them, then write them there."""
    assert {name: metadata.version(name) for name in READ_AGAINST} == READ_AGAINST


@pytest.mark.parametrize(
    ("mode", "setting", "goes_straight"), [("eventlet", "1", True), ("eventlet", "0", False), ("threading", "1", False)]
)
def test_the_setting_says_which_way_packets_go(tmp_path: Path, mode: str, setting: str, goes_straight: bool) -> None:
    with patient_hall(tmp_path, mode, setting) as hall:
        event = make_event(hall.store, make_process(hall.store))
        anna = join(hall.store, event)
        open_round(hall.store, event)
        with hall.phone(anna.actor) as phone:
            channel = f"table:{event.tables[0]}"
            phone.call("watch", {channel: 0})
            assert phone.call("idea.contribute", note_at(event, "One"))["ok"]
            assert phone.next("change")["channel"] == channel
        with hall.phone(anna.actor, transport="polling") as phone:
            assert phone.call("idea.contribute", note_at(event, "Two"))["ok"]
    assert (STRAIGHT in hall.server.said) is goes_straight


class Queue:
    """As far as engine.io's queue is looked into."""

    def __init__(self) -> None:
        self.queue: list[Any] = []
        self.getters: set[Any] = set()
        self.done = 0

    def put(self, item: Any) -> None:
        self.queue.append(item)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        return self.queue.pop(0)

    def task_done(self) -> None:
        self.done += 1


class Raw:
    """A socket in which there is room, or none, or which has gone."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.error: OSError | None = None

    def send(self, frame: bytes) -> int:
        if self.error:
            raise self.error
        self.sent.append(frame)
        return len(frame)


def a_line() -> tuple[Any, Any, Any, Raw]:
    """A queue, the engine.io socket and WebSocket it leads to, and what that writes into."""
    raw = Raw()
    line = SimpleNamespace(upgraded=True)
    lock = SimpleNamespace(counter=1, _waiters=[])
    websocket = SimpleNamespace(websocket_closed=False, _sendlock=lock, socket=SimpleNamespace(fd=raw))
    queue = straight(Queue)()
    queue.lead_to(line, websocket)
    return queue, line, websocket, raw


def test_a_packet_goes_straight_where_nothing_is_before_it() -> None:
    queue, _line, _websocket, raw = a_line()
    heads = b"\x81\x06", b"\x81\x7e" + struct.pack("!H", 201), b"\x81\x7f" + struct.pack("!Q", 70_001)
    for head, text in zip(heads, ("short", "ä" * 100, "x" * 70_000), strict=True):
        queue.put(Packet(MESSAGE, text))
        frame = raw.sent.pop()
        assert frame == head + b"4" + text.encode()
    assert queue.queue == []


@pytest.mark.parametrize(
    "hinder",
    [
        pytest.param(lambda queue, line, ws, raw: queue.queue.append("before"), id="something waits"),
        pytest.param(lambda queue, line, ws, raw: setattr(ws._sendlock, "counter", 0), id="one writes"),
        pytest.param(lambda queue, line, ws, raw: ws._sendlock._waiters.append(1), id="one is next"),
        pytest.param(lambda queue, line, ws, raw: setattr(line, "upgraded", False), id="it polls still"),
        pytest.param(lambda queue, line, ws, raw: setattr(ws, "websocket_closed", True), id="it is over"),
        pytest.param(lambda queue, line, ws, raw: setattr(raw, "error", BlockingIOError()), id="there is no room"),
        pytest.param(lambda queue, line, ws, raw: setattr(raw, "error", BrokenPipeError()), id="nobody is there"),
        pytest.param(lambda queue, line, ws, raw: setattr(queue, "websocket", None), id="it leads nowhere yet"),
    ],
)  # fmt: skip
def test_a_packet_waits_its_turn(hinder: Callable[..., None]) -> None:
    queue, line, websocket, raw = a_line()
    hinder(queue, line, websocket, raw)
    packet = Packet(MESSAGE, "note")
    queue.put(packet)
    assert queue.queue[-1] is packet and not raw.sent


def test_the_end_of_the_queue_and_bytes_are_no_text() -> None:
    queue, _line, _websocket, raw = a_line()
    queue.put(Packet(MESSAGE, b"bytes"))
    queue.put(None)
    assert len(queue.queue) == 2 and not raw.sent


class Task:
    """A writer that runs."""

    def __init__(self) -> None:
        self.joined = False

    def join(self) -> None:
        self.joined = True


def test_a_writer_begins_with_the_first_packet_that_waits_and_not_before() -> None:
    queue, _line, _websocket, raw = a_line()
    hello, note = Packet(MESSAGE, "hello"), Packet(MESSAGE, "note")
    queue.queue.append(hello)
    begun: list[Task] = []

    def start() -> Task:
        begun.append(Task())
        return begun[-1]

    writer = queue.written_by(start)
    assert raw.sent == [fast_send.frame_of(hello)] and queue.queue == [] and queue.done == 1
    queue.put(note)
    writer.join()
    assert len(raw.sent) == 2 and not begun
    raw.error = BlockingIOError()
    queue.put(note)
    # The end of the queue, which the writer has to see.
    queue.put(None)
    writer.join()
    assert queue.queue == [note, None] and len(begun) == 1 and begun[0].joined


@pytest.mark.parametrize("hinder", ["no room", "polled"])
def test_a_writer_begins_at_once_where_something_waits_already(hinder: str) -> None:
    queue, _line, _websocket, raw = a_line()
    if hinder == "no room":
        queue.queue.append(Packet(MESSAGE, "hello"))
        raw.error = BlockingIOError()
    else:
        queue.getters.add("a poll")
    begun: list[str] = []
    queue.written_by(lambda: begun.append("once"))
    queue.put(None)
    assert begun == ["once"]


class Waited(Queue):
    """A queue in which nothing ever comes; how long each wait was to be is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[tuple[bool, float | None]] = []

    def get(self, block: bool, timeout: float | None) -> Any:
        self.waits.append((block, timeout))
        raise Empty


def test_a_line_on_which_everything_goes_straight_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(fast_send, "monotonic", lambda: now)
    queue = straight(Waited)()
    for wait, waited in ((45.0, [(True, 45.0)]), (None, [(True, None)])):
        with pytest.raises(Empty):
            queue.get(timeout=wait)
        assert queue.waits == waited
        queue.waits.clear()
    queue.sent_at = 90.0
    with pytest.raises(Empty):
        queue.get(block=False)
    assert queue.waits == [(False, None)]
    queue.waits.clear()

    def later(block: bool, timeout: float | None) -> Any:
        nonlocal now
        queue.waits.append((block, timeout))
        now += timeout or 0
        raise Empty

    monkeypatch.setattr(Waited, "get", lambda self, block, timeout: later(block, timeout))
    now, queue.sent_at = 100.0, 125.0
    with pytest.raises(Empty):
        queue.get(timeout=45.0)
    # Something went 25 s after the wait began, so that it is over 45 s after that.
    assert queue.waits == [(True, 45.0), (True, 25.0)]


@pytest.mark.parametrize("setting", ["0", "1"])
def test_who_says_nothing_stays_connected(tmp_path: Path, setting: str) -> None:
    """Longer than a ping and its answer take, which are short here."""
    with patient_hall(tmp_path, "eventlet", setting, PING_SECONDS="1") as hall:
        event = make_event(hall.store, make_process(hall.store))
        with hall.phone(join(hall.store, event).actor) as phone:
            assert not phone.is_cut(4.0)


def test_who_does_not_answer_a_ping_is_let_go(tmp_path: Path) -> None:
    """No greenlet of the connection's own looks whether it is still there."""
    with patient_hall(tmp_path, "eventlet", "1", PING_SECONDS="1") as hall:
        event = make_event(hall.store, make_process(hall.store))
        line = hall.line(join(hall.store, event).actor)
        line.settimeout(20)
        packets = []
        with suppress(websocket.WebSocketConnectionClosedException, ConnectionError):
            while packet := line.recv():
                packets.append(packet)
        # Also where the other side has said that it is over.
        line.shutdown()
    assert "2" in packets


async def write_all(hall: Hall, event: EventMade, people: list[PersonMade]) -> None:
    """Everybody writes note after note."""

    async def one(number: int, person: PersonMade) -> None:
        line = await Line.open(hall.address, cookie_of(hall.store, person.actor), ignore)
        for turn in range(EACH):
            answer = await line.ask("idea.contribute", note_at(event, f"Note {turn} of person {number}"))
            assert answer["ok"], answer
        line.close()

    await asyncio.gather(*(one(number, person) for number, person in enumerate(people)))


def order_of(put: dict[str, str]) -> int:
    found = re.search(r'data-order="(\d+)"', put["html"])
    assert found
    return int(found[1])


class Reader:
    """Somebody who watches a table with a system that takes in little, and the changes that come."""

    def __init__(self, hall: Hall, person: PersonMade) -> None:
        small = [(socket.SOL_SOCKET, socket.SO_RCVBUF, LITTLE)]
        self.line = hall.line(person.actor, sockopt=small)
        channel = f"table:{person.event.tables[0]}"
        self.line.send(f"421{json.dumps(['watch', {channel: 10**9}])}")
        while not (answer := self.line.recv()).startswith("431"):
            pass
        self.at = json.loads(answer[3:])[0]["at"][channel]
        self.notes: list[str] = []

    def read_until(self, revision: int, pause: float = 0) -> None:
        """Read, and rest after each change, until one leads to this revision; none is missing or comes twice."""
        while self.at < revision:
            packet = self.line.recv()
            if packet == "2":
                self.line.send("3")
            elif packet.startswith('42["change"'):
                change = json.loads(packet[2:])[1]
                assert change["since"] == self.at
                self.at = change["revision"]
                # Where the poll was quicker than the listener, one change tells of several notes and names no keys.
                notes = [one for one in change["put"] if one["place"].startswith("notes-")]
                self.notes += [one["id"] for one in sorted(notes, key=order_of)]
                time.sleep(pause)


def test_who_reads_nothing_or_slowly_during_three_thousand_notes_finds_all_in_order(tmp_path: Path) -> None:
    with patient_hall(tmp_path, "eventlet", "1") as hall, ThreadPoolExecutor(1) as beside:
        event = make_event(hall.store, make_process(hall.store))
        ben, cem, *people = [join(hall.store, event) for _ in range(2 + WRITERS)]
        open_round(hall.store, event)
        readers = [Reader(hall, ben), Reader(hall, cem)]
        last = readers[0].at + WRITERS * EACH
        with closing(readers[0].line), closing(readers[1].line):
            # While one of them reads, room comes free under what waits already.
            slowly = beside.submit(readers[0].read_until, last, REST)
            asyncio.run(write_all(hall, event, people))
            readers[1].read_until(last)
            slowly.result()
        with hall.store.reading() as session:
            stored = [str(one) for one in session.scalars(select(Idea.id).order_by(Idea.position))]
    assert IN_PARTS in hall.server.said
    assert len(stored) == WRITERS * EACH
    assert all(reader.notes == stored for reader in readers)
