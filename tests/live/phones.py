"""Socket.IO clients as other programs write them."""

import queue
import time
from typing import Any
from uuid import UUID

import requests
import socketio
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from workshop.models import Participant, TableDevice
from workshop.perform import Store, fresh_key
from workshop.standing import Actor
from workshop.tokens import participant_token

SOON = 5.0
"""Seconds after which something counts as not having come."""


def answering_engine(address: str) -> str:
    """Which engine a server runs on, by what it says of itself."""
    said = requests.get(address, timeout=20).headers.get("Server", "")
    return "threading" if "Werkzeug" in said else "eventlet"


def cookie_of(store: Store, actor: Actor, language: str = "en") -> str:
    """The Cookie header of somebody's browser."""
    app = Flask("cookies")
    app.secret_key = store.secret
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer
    held: dict[str, Any] = {"language": language}
    if actor.session_token:
        held["_user_id"] = actor.session_token
    with store.reading() as session:
        if actor.device:
            held["device"] = session.get_one(TableDevice, actor.device).token
        for one in actor.participants:
            person = session.get_one(Participant, one)
            held.setdefault("places", {})[str(person.event_id)] = participant_token(store.secret, one)
    return f"session={signer.dumps(held)}"


class Phone:
    """One connection; what comes is kept in the order in which it came."""

    def __init__(self, address: str, cookie: str, *, transport: str = "websocket", **auth: Any) -> None:
        self.came: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
        self.client = socketio.Client(reconnection=False)
        for event in ("change", "heads", "behind", "summary"):
            self.client.on(event, lambda message, event=event: self.came.put((event, message)))
        self.client.connect(
            address,
            headers={"Cookie": cookie, "Origin": address},
            auth=auth or None,
            transports=[transport],
            wait_timeout=20,
        )

    def __enter__(self) -> "Phone":
        return self

    def __exit__(self, *problem: object) -> None:
        self.client.disconnect()

    def call(self, event: str, message: Any) -> Any:
        """Send and wait for the acknowledgement."""
        return self.client.call(event, message, timeout=20)

    def do(self, operation: str, key: UUID | None = None, **fields: Any) -> Any:
        """An operation under a key."""
        values = {name: str(value) if isinstance(value, UUID) else value for name, value in fields.items()}
        return self.call(operation, {"key": str(key or fresh_key()), **values})

    def watch(self, **since: int) -> Any:
        """Watch channels, written with _ for their colon."""
        return self.call("watch", {name.replace("_", ":", 1): revision for name, revision in since.items()})

    def next(self, event: str, within: float = SOON) -> dict[str, Any]:
        """The next message of a kind; an AssertionError when none comes in time."""
        until = time.monotonic() + within
        while (left := until - time.monotonic()) > 0:
            try:
                name, message = self.came.get(timeout=left)
            except queue.Empty:
                break
            if name == event:
                return message
        raise AssertionError(f"no {event} came within {within} s")

    def is_cut(self, within: float = SOON) -> bool:
        """Whether the server ends the connection in time."""
        until = time.monotonic() + within
        while self.client.connected and time.monotonic() < until:
            time.sleep(0.02)
        return not self.client.connected
