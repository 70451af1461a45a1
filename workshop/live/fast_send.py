"""The direct path under eventlet: a packet goes into its socket at once, not by way of a queue and another greenlet.

It knows how engine.io and eventlet send (`READ_AGAINST`; a test holds the versions fast). A queue that gets a packet
writes it itself where nothing is on its way before it: the queue is empty, and nobody holds the lock that whoever
writes a frame holds. Greenlets do not interrupt each other, so between that look and the writing nothing comes
between. Everything else, and every other connection than a WebSocket that carries text, goes the ordinary way.

What a whole room is told is put into its members' queues as one packet, without asking for each one anew whether the
line is dead, which engine.io's watch over all lines does too.

Where everything goes straight, a connection needs no greenlet that waits for its queue, and none that waits to ping.
"""

from collections.abc import Callable
from queue import Empty
from time import monotonic, time
from typing import Any

from engineio.packet import MESSAGE, PING, Packet
from engineio.socket import Socket
from socketio.packet import EVENT

from workshop import engine

READ_AGAINST = {"python-engineio": "4.15.1", "python-socketio": "5.18.1", "eventlet": "0.41.3"}
"""Where `Manager.emit`, `Socket.send`, `Socket._websocket_handler` and `_send_ping`, `WebSocket._sendlock` and, for
`engine.ReadAhead`, `RFC6455WebSocket._recv_frame` and `GreenSocket.recv` were read; newer ones are to be read again."""


def frame_of(packet: Any) -> bytes:
    """An engine.io packet as a frame of text (RFC 6455, 5.2), made once however many it is sent to."""
    frame: bytes | None = getattr(packet, "frame", None)
    if frame is None:
        text = packet.encode().encode()
        size = len(text)
        if size < 126:
            head = bytes((0x81, size))
        elif size < 65536:
            head = b"\x81\x7e" + size.to_bytes(2, "big")
        else:
            head = b"\x81\x7f" + size.to_bytes(8, "big")
        frame = packet.frame = head + text
    return frame


def straight(queue: Any) -> Any:
    """engine.io's queue of packets to send, which sends what nothing has to wait for."""

    class StraightQueue(queue):
        line: Any = None
        websocket: Any = None
        write: Any = None
        writer: "Writer | None" = None
        sent_at = float("-inf")
        """When something went straight for the last time."""

        def lead_to(self, line: Any, websocket: Any) -> None:
            """Say where its packets go."""
            self.line, self.websocket, self.write = line, websocket, websocket.socket.fd.send

        def put(self, item: Any, *arguments: Any, **options: Any) -> None:
            # None is the end of the queue.
            if item is None or self.websocket is None or self.queue or not self._sent(item):
                super().put(item, *arguments, **options)
                if self.writer:
                    self.writer.begin()

        def written_by(self, start: Callable[[], Any]) -> "Writer":
            """Have engine.io's writer started when it has something to write; what waits already goes straight."""
            writer = Writer(start)
            while self.queue and not self.getters and self._sent(self.queue[0]):
                super().get(block=False)
                self.task_done()
            if self.queue or self.getters:
                writer.begin()
            self.writer = writer
            return writer

        def get(self, block: bool = True, timeout: float | None = None) -> Any:
            """The next packet. What goes straight, pings too, is not in here: nothing comes, and the line is not dead.

            engine.io's writer would close it where it waits in vain for longer than a ping and its answer take.
            """
            left = timeout
            while True:
                try:
                    return super().get(block, left)
                except Empty:
                    if not block or timeout is None:
                        raise
                    left = self.sent_at + timeout - monotonic()
                    if left <= 0:
                        raise

        def _sent(self, packet: Any) -> bool:
            line, websocket = self.line, self.websocket
            lock = websocket._sendlock
            # Until a connection that began by polling has changed over, polling has what is in the queue.
            if lock.counter < 1 or lock._waiters or not line.upgraded or websocket.websocket_closed or packet.binary:
                return False
            frame = frame_of(packet)
            try:
                sent = self.write(frame)
            except OSError:
                # Nothing fits in, or the line has ended: whoever reads the queue waits, or finds out.
                return False
            if sent < len(frame):
                lock.acquire()
                engine.background(lambda: finish(websocket, frame[sent:]))
            self.sent_at = monotonic()
            return True

    return StraightQueue


def to_room(server: Any, event: str, message: Any, room: str) -> None:
    """Send an event to everybody in a room, as Socket.IO's own `emit` does."""
    packet = Packet(MESSAGE, server.packet_class(EVENT, data=[event, message]).encode())
    lines = server.eio.sockets
    for _sid, eio_sid in server.manager.get_participants("/", room):
        line = lines.get(eio_sid)
        if line is not None and not line.closed:
            line.queue.put(packet)


class Writer:
    """The greenlet that writes what does not go straight, which for most connections never has to begin."""

    def __init__(self, start: Callable[[], Any]) -> None:
        self._start: Callable[[], Any] | None = start
        self._task: Any = None

    def begin(self) -> None:
        """Start it; more than once does nothing."""
        start, self._start = self._start, None
        if start:
            self._task = start()

    def join(self) -> None:
        """Wait for its end, once it was told of it by the queue."""
        if self._task:
            self._task.join()


def sparing(server: Any) -> Callable[..., Any]:
    """engine.io's `start_background_task`, which gives no greenlet to what only waits."""
    start = server.start_background_task

    def begin(target: Any, *arguments: Any, **options: Any) -> Any:
        if getattr(target, "__func__", None) is Socket._send_ping:
            line = target.__self__
            return engine.later(server.ping_interval, lambda: ping(line))
        if target.__qualname__ == WRITER:
            line = target.__closure__[target.__code__.co_freevars.index("self")].cell_contents
            return line.queue.written_by(lambda: start(target))
        return start(target, *arguments, **options)

    return begin


WRITER = f"{Socket._websocket_handler.__qualname__}.<locals>.writer"
A_PING = Packet(PING)


def ping(line: Any) -> None:
    """Ask whether somebody is still there, as `Socket._send_ping` does after its pause."""
    if not line.closing and not line.closed:
        line.last_ping = time()
        line.send(A_PING)


def finish(websocket: Any, rest: bytes) -> None:
    """Write the rest of a frame, with the lock that nobody else writes without."""
    try:
        websocket.socket.sendall(rest)
    except OSError:
        # In the middle of a frame nothing else can follow.
        engine.shut(websocket.socket)
    finally:
        websocket._sendlock.release()
