"""A Socket.IO connection by hand (protocol 5, Engine.IO 4), without a thread, so that a hundred are cheap."""

import itertools
import json
from collections.abc import Callable
from typing import Any

import websocket

Heard = Callable[[str, Any], None]


class Gone(Exception):
    """The connection has ended, or was not taken."""


class Line:
    """One connection; `heard(event, message)` is called for what comes while somebody listens or waits."""

    def __init__(self, address: str, cookie: str, heard: Heard, timeout: float = 20, **auth: Any) -> None:
        self._heard = heard
        self._numbers = itertools.count(1)
        url = f"{address.replace('http', 'ws', 1)}/socket.io/?EIO=4&transport=websocket"
        try:
            self._socket = websocket.create_connection(url, cookie=cookie, origin=address, timeout=timeout)
        except (OSError, websocket.WebSocketException) as error:
            raise Gone from error
        try:
            self._read()
            self._send(f"40{json.dumps(auth)}")
            if not self._read().startswith("40"):
                raise Gone
        except (Gone, TimeoutError):
            self.close()
            raise

    def call(self, event: str, message: Any) -> Any:
        """Send and wait for the acknowledgement."""
        number = next(self._numbers)
        self._send(f"42{number}{json.dumps([event, message])}")
        begins = f"43{number}["
        while True:
            packet = self._read()
            if packet.startswith(begins):
                return json.loads(packet[len(begins) - 1 :])[0]
            self._take(packet)

    def listen(self, seconds: float) -> None:
        """Hear what comes next; at most this long."""
        self._socket.settimeout(seconds)
        try:
            self._take(self._read())
        except TimeoutError:
            pass
        finally:
            self._socket.settimeout(20)

    def close(self) -> None:
        """Hang up without a word."""
        self._socket.close(timeout=0)

    def _take(self, packet: str) -> None:
        if packet.startswith("42"):
            event, message = json.loads(packet[2:])
            self._heard(event, message)

    def _send(self, packet: str) -> None:
        try:
            self._socket.send(packet)
        except (OSError, websocket.WebSocketException) as error:
            raise Gone from error

    def _read(self) -> str:
        while True:
            try:
                packet = self._socket.recv()
            except websocket.WebSocketTimeoutException as error:
                raise TimeoutError from error
            except (OSError, websocket.WebSocketException) as error:
                raise Gone from error
            if not packet or packet.startswith(("1", "41")):
                raise Gone
            if packet == "2":
                self._send("3")
            else:
                return str(packet)
