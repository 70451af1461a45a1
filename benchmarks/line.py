"""A Socket.IO connection (protocol 5, Engine.IO 4) by hand: the load shares the machine with what it measures."""

import asyncio
import json
import zlib
from collections.abc import Callable
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

Told = Callable[[bytes, float], None]
"""Called with what came and when (`perf_counter`)."""

OFFER = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
"""What browsers offer."""
UPGRADE = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nCookie: {cookie}\r\n"
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{offer}\r\n"
)
TEXT, BINARY, CLOSE, PING = 0x81, 0x82, 0x88, 0x89
COMPRESSED = 0x40
NO_MASK = b"\0\0\0\0"
"""A mask that changes nothing; servers unmask all the same."""


class Refused(Exception):
    """A socket was not taken, or has ended."""


class Line(asyncio.Protocol):
    """One connection; `told` hears every event, each call its acknowledgement."""

    def __init__(self, told: Told) -> None:
        self.told = told
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed = False
        self._hello = b""
        self._rest = b""
        self._upgraded = False
        self._inflate = zlib.decompressobj(-15)
        self._calls: dict[int, Told] = {}
        self._number = 0

    @classmethod
    async def open(
        cls, address: str, cookie: str, told: Told, auth: dict[str, str] | None = None, *, compression: bool = False
    ) -> "Line":
        """A connection that the server has taken; `auth` goes into its handshake. Raises Refused or OSError."""
        where = urlsplit(address)
        line = cls(told)
        offer = OFFER if compression else ""
        asked = UPGRADE.format(host=where.netloc, origin=address, cookie=cookie, offer=offer)
        line._hello = f"40{json.dumps(auth) if auth else ''}".encode()
        transport, _ = await asyncio.get_running_loop().create_connection(
            lambda: line, str(where.hostname), where.port or 80
        )
        transport.write(asked.encode())
        try:
            await line.ready
        except Refused:
            line.close()
            raise
        return line

    def call(self, event: str, fields: Any, answered: Told) -> None:
        """Send; `answered` gets the acknowledgement's JSON, a list of one."""
        self._number += 1
        self._calls[self._number] = answered
        self._send(b"42%d%b" % (self._number, json.dumps([event, fields], separators=(",", ":")).encode()))

    async def ask(self, event: str, fields: Any) -> Any:
        """Send and wait for the acknowledgement; raises Refused when the connection ends before."""
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        def answered(said: bytes, now: float) -> None:
            if not answer.done():
                answer.set_result(said)

        self.call(event, fields, answered)
        self._pending = answer
        said = await answer
        return json.loads(said)[0]

    _pending: "asyncio.Future[bytes] | None" = None

    def close(self) -> None:
        """Hang up without a word."""
        self.closed = True
        if self._transport:
            self._transport.abort()

    _transport: asyncio.Transport | None = None

    def connection_made(self, transport: Any) -> None:
        """Asyncio's."""
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        """Asyncio's."""
        self.closed = True
        for waiting in (self.ready, self._pending):
            if waiting and not waiting.done():
                waiting.set_exception(Refused(str(error or "the connection has ended")))

    def data_received(self, data: bytes) -> None:
        """Asyncio's."""
        now = perf_counter()
        if self._rest:
            data = self._rest + data
            self._rest = b""
        if not self._upgraded:
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self._rest = head
                return
            if b" 101 " not in head.partition(b"\r\n")[0]:
                self.ready.set_exception(Refused(head.partition(b"\r\n")[0].decode()))
                return
            self._upgraded = True
        at, end = 0, len(data)
        while end - at >= 2:
            size, body = data[at + 1], at + 2
            if size == 126:
                size, body = int.from_bytes(data[body : body + 2], "big"), body + 2
            elif size == 127:
                size, body = int.from_bytes(data[body : body + 8], "big"), body + 8
            if body + size > end:
                break
            self._frame(data[at], data[body : body + size], now)
            at = body + size
        self._rest = data[at:]

    def _frame(self, kind: int, packet: bytes, now: float) -> None:
        if kind & COMPRESSED:
            packet = self._inflate.decompress(packet + b"\0\0\xff\xff")
        if kind & ~COMPRESSED not in (TEXT, BINARY):
            if kind == CLOSE:
                self.close()
            return
        begins = packet[:2]
        if begins == b"42":
            self.told(packet[2:], now)
        elif begins == b"43":
            start = packet.index(b"[")
            self._calls.pop(int(packet[2:start]))(packet[start:], now)
        elif packet == b"2":
            self._send(b"3")
        elif begins == b"40" and not self.ready.done():
            self.ready.set_result(None)
        elif packet[:1] == b"0":
            self._send(self._hello)
        elif begins == b"44" and not self.ready.done():
            self.ready.set_exception(Refused(packet.decode()))

    def _send(self, packet: bytes) -> None:
        if self.closed or not self._transport:
            return
        size = len(packet)
        if size < 126:
            head = bytes((TEXT, 0x80 | size))
        elif size < 65536:
            head = bytes((TEXT, 0xFE)) + size.to_bytes(2, "big")
        else:
            head = bytes((TEXT, 0xFF)) + size.to_bytes(8, "big")
        self._transport.write(head + NO_MASK + packet)
