"""A server of its own, and its database as another process writes into it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import websocket

from tests.factories.databases import store_at
from tests.factories.servers import Server
from tests.live.phones import Phone, answering_engine, cookie_of
from workshop.perform import Store
from workshop.standing import Actor


@dataclass
class Hall:
    """Where people connect to, and where operations beside the server write."""

    server: Server
    address: str
    store: Store

    def phone(self, actor: Actor, **options: Any) -> Phone:
        """Somebody's phone."""
        return Phone(self.address, cookie_of(self.store, actor), **options)

    def line(self, actor: Actor, language: str = "en", **options: Any) -> websocket.WebSocket:
        """A WebSocket on which anything can be sent; it is connected already."""
        address = f"{self.address.replace('http', 'ws', 1)}/socket.io/?EIO=4&transport=websocket"
        cookie = cookie_of(self.store, actor)
        line = websocket.create_connection(
            address, **{"cookie": cookie, "origin": self.address, "timeout": 20, **options}
        )
        line.recv()
        line.send(f'40{{"language":"{language}"}}')
        assert line.recv().startswith("40")
        return line


@contextmanager
def open_hall(folder: Path, mode: str, url: str = "") -> Iterator[Hall]:
    """A hall on an engine, which is the one that answers; at `url` or on a SQLite database of its own."""
    environment = {"DATABASE_URL": url} if url else {}
    with (
        Server(folder, "--no-demo", mode=mode, **environment) as server,
        store_at(url or f"sqlite:///{folder}/workshop.sqlite3") as store,
    ):
        address = server.address()
        assert answering_engine(address) == mode
        store.secret = (folder / "secret.key").read_text().strip()
        hall = Hall(server, address, store)
        try:
            yield hall
        finally:
            # Another one, where it was started again.
            hall.server.stop(signal.SIGKILL)
