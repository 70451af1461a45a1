"""The connections below the protocol: how fast packets come, how many wait to be sent, and the raw end of both."""

import logging
import threading
from typing import Any

from workshop import calls, engine
from workshop.engine import shut
from workshop.live import fast_send
from workshop.pace import Pace

log = logging.getLogger(__name__)

MOST_WAITING = 200
"""Packets that may wait for one client: it reads nothing, and catches up better when it comes back."""
PACKETS_BURST = 400
PACKETS_PER_SECOND = 40.0
"""Packets of one person; well above what is answered with "too fast", so that only who does not listen gets here."""
TAKEN = tuple("0123")
"""Kinds of Socket.IO packets: connect, disconnect, event, acknowledgement; those with attachments are not taken."""


class Lines:
    """What every packet passes on its way in and out.

    A packet of the protocol asks a client to go; one that floods or does not read hears no packet, so that
    here the socket itself is shut down.
    """

    def __init__(self, server: Any, *, straight: bool) -> None:
        self._server = server
        self._eio, self._dispatch = server.eio, server.eio.handlers["message"]
        self._packets = Pace(PACKETS_BURST, PACKETS_PER_SECOND)
        # Of one connection, among them pings and the parts that a message comes in.
        self._frames = Pace(5 * PACKETS_BURST, 5 * PACKETS_PER_SECOND)
        own = self._eio._async
        self._websocket_of_engine = own["websocket"]
        # What eventlet is told by engine.io, and else by `mind_frames`.
        threads = {"max_message_size": calls.LARGEST, "event_class": LooksAgain}
        self._options: dict[str, Any] = threads if engine.running_mode() == "threading" else {}
        queue = queue_that_ends(own["queue"], self._overflow)
        # Only greenlets let one see that nobody else writes.
        self._straight = straight and engine.running_mode() == "eventlet"
        self._eio._async = {
            **own,
            "websocket": self._websocket,
            "queue": fast_send.straight(queue) if self._straight else queue,
        }
        if self._straight:
            self._eio.start_background_task = fast_send.sparing(self._eio)
        # engine.io's own, for a POST that it cannot take, waits until somebody has read what is still to be sent.
        self._eio.disconnect = self.end
        self._eio.on("message", self.take)

    def _websocket(self, handler: Any, server: Any) -> Any:
        # `handler` is a method of engine.io's own socket, which does not know its connection.
        line = handler.__self__

        def handle(websocket: Any) -> Any:
            engine.mind_frames(websocket, calls.LARGEST, lambda: self._frame(line.sid))
            engine.close_quietly(websocket)
            if self._straight:
                line.queue.lead_to(line, websocket)
            return handler(websocket)

        def application(environ: dict[str, Any], start_response: Any) -> Any:
            raw = line.session["raw"] = engine.raw_socket(environ)
            try:
                return self._websocket_of_engine(handle, server, **self._options)(environ, start_response)
            finally:
                # What still comes would be taken for another request.
                shut(raw)

        return application

    def _frame(self, eio_sid: str) -> None:
        if self._frames.wait(eio_sid):
            self.end(eio_sid)
            raise ConnectionError("too many frames")

    def name(self, eio_sid: str, caller: str) -> None:
        """Say whose packets come here; they are counted together with those of the same person elsewhere."""
        self._eio.get_session(eio_sid)["caller"] = caller

    def take(self, eio_sid: str, packet: Any) -> None:
        """Hand a packet of plain JSON on; any other, and one too many, ends its connection.

        Attachments that are announced and never complete would be kept in memory, as many as are sent.
        """
        connection = self._eio.sockets.get(eio_sid)
        if connection is None or connection.closed:
            return
        try:
            if self._packets.wait(connection.session.get("caller") or eio_sid):
                raise ValueError("flood")
            if not isinstance(packet, str) or packet[:1] not in TAKEN:
                raise ValueError("no event")
            self._dispatch(eio_sid, packet)
        except Exception as error:
            # Handlers let nothing out: what comes here is a packet that could not be read.
            log.info("a connection is ended for what it sent (%s)", type(error).__name__)
            self.end(eio_sid)

    def tell(self, event: str, message: Any, room: str) -> None:
        """Send to everybody in a room; one's own sid is a room too."""
        if self._straight:
            fast_send.to_room(self._server, event, message, room)
        else:
            self._server.emit(event, message, room=room)

    def end(self, eio_sid: str) -> None:
        """Shut a connection down at once, whatever it still had to send or to read."""
        connection = self._eio.sockets.get(eio_sid)
        if connection is None:
            return
        if raw := connection.session.get("raw"):
            shut(raw)
        connection.close(wait=False, abort=True, reason=self._eio.reason.SERVER_DISCONNECT)
        # engine.io trips over a POST to one that is closed and still there.
        self._eio.sockets.pop(eio_sid, None)

    def _overflow(self, queue: Any) -> None:
        for eio_sid, connection in list(self._eio.sockets.items()):
            if connection.queue is queue:
                log.info("a connection that does not read is ended")
                self.end(eio_sid)


class LooksAgain(threading.Event):
    """An event whose waiting ends now and then: simple_websocket says that a line has ended before it notes it."""

    def wait(self, timeout: float | None = None) -> bool:
        """True after a while, set or not."""
        super().wait(2.0)
        return True


def queue_that_ends(queue: Any, overflow: Any) -> Any:
    """engine.io's queue of packets to send; beyond the bound it takes no more, and calls `overflow` once."""

    class SendQueue(queue):
        over = False

        def put(self, item: Any, *arguments: Any, **options: Any) -> None:
            # None is the end of the queue, which its reader has to see.
            if item is None or not (self.over or self.qsize() >= MOST_WAITING):
                super().put(item, *arguments, **options)
            elif not self.over:
                self.over = True
                # Not here, in the middle of telling a whole room.
                engine.background(lambda: overflow(self))

    return SendQueue
