"""What it takes to let somebody in: few statements, however much there is, and each channel authorised by itself."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from tests.factories.cafes import open_round
from tests.factories.events import EventMade, make_event
from tests.factories.ideas import write
from tests.factories.people import PersonMade, join
from tests.factories.processes import make_process
from tests.factories.statements import counted
from workshop.live.connections import MOST_OF_NOBODY, MOST_OF_ONE, Connection, counted_with
from workshop.perform import Store
from workshop.standing import Actor
from workshop.tokens import participant_token

AHEAD = 10**9
"""A revision that no channel comes to, so that nothing is caught up with."""


def handshake(app: Flask, store: Store, participant: UUID, event: UUID) -> dict[str, Any]:
    """What a socket's request says of somebody who has joined."""
    token = participant_token(store.secret, participant)
    signing = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    cookie = signing.dumps({"places": {str(event): token}})
    return {
        "HTTP_HOST": "cafe.example",
        "HTTP_ORIGIN": "http://cafe.example",
        "HTTP_COOKIE": f"session={cookie}",
        "wsgi.url_scheme": "http",
    }


def come(app: Flask, environ: dict[str, Any]) -> tuple[bool, Connection | None]:
    """A socket that connects; whether it was taken, and as whom."""
    door = app.extensions["workshop_live"]
    server, engine_sid = door._server, uuid4().hex
    server.environ[engine_sid] = environ
    server.eio.sockets[engine_sid] = Line()
    sid = server.manager.pre_connect(engine_sid, "/")
    return door.connect(sid, environ, {"language": "en"}), door.connections.get(sid)


class Line:
    """As much of engine.io's socket as is asked for."""

    closed = False

    def __init__(self) -> None:
        self.session: dict[str, Any] = {}

    def send(self, packet: Any) -> None:
        """Nobody reads it."""


def test_sockets_are_counted_by_whom_the_cookie_names_and_those_of_nobody_together(
    app: Flask, app_store: Store, event: EventMade
) -> None:
    anna = join(app_store, event)
    hers = handshake(app, app_store, anna.id, event.id)
    _taken, known = come(app, hers)
    nobody = [come(app, {name: value for name, value in hers.items() if name != "HTTP_COOKIE"})[1] for _ in range(2)]
    assert known and counted_with(known) == (known.caller, MOST_OF_ONE)
    assert [counted_with(one) for one in nobody if one] == [("", MOST_OF_NOBODY)] * 2


def channels_of(event: EventMade, person: PersonMade) -> dict[str, int]:
    names = (f"cafe:{event.cafe}", f"person:{person.id}", f"table:{event.tables[0]}")
    return dict.fromkeys(names, AHEAD)


@pytest.fixture
def event(app: Flask, app_store: Store, monkeypatch: pytest.MonkeyPatch) -> EventMade:
    """One with a round that is open; nobody reads for who listens meanwhile."""
    monkeypatch.setattr(app.extensions["workshop_live"].publisher, "start", lambda: None)
    made = make_event(app_store, make_process(app_store))
    open_round(app_store, made)
    return made


def test_letting_somebody_in_takes_as_few_statements_with_much_as_with_little(
    app: Flask, app_store: Store, event: EventMade
) -> None:
    anna = join(app_store, event)
    environ = handshake(app, app_store, anna.id, event.id)
    door = app.extensions["workshop_live"]

    def let_in() -> int:
        with counted(app_store) as sent:
            taken, connection = come(app, environ)
            assert taken and connection and connection.actor.participants == {anna.id}
            answer = door.watch(connection.sid, channels_of(event, anna))
        assert answer["ok"] and answer["viewer"]["participant"] == str(anna.id)
        return len(sent)

    few = let_in()
    for number in range(12):
        ben = join(app_store, event)
        write(app_store, ben if number % 2 else anna, f"Note {number}")
    assert let_in() == few <= 8


def test_what_a_standing_spares_is_no_right_in_another_event(app: Flask, app_store: Store, event: EventMade) -> None:
    """In one call, after a channel that is theirs."""
    other = make_event(app_store, make_process(app_store))
    anna, ben = join(app_store, event), join(app_store, other)
    _, connection = come(app, handshake(app, app_store, anna.id, event.id))
    assert connection
    door = app.extensions["workshop_live"]
    mine = channels_of(event, anna)
    for foreign in channels_of(other, ben):
        answer = door.watch(connection.sid, {**mine, foreign: AHEAD})
        assert answer["code"] == "not_found" and not connection.rooms, foreign
    assert door.watch(connection.sid, mine)["ok"]


@pytest.mark.parametrize("cookie", ["session=", "session=made.up.words", "session={}x", "other={}"])
def test_a_cookie_that_was_not_signed_here_is_nobodys(
    app: Flask, app_store: Store, event: EventMade, cookie: str
) -> None:
    environ = handshake(app, app_store, join(app_store, event).id, event.id)
    environ["HTTP_COOKIE"] = cookie.format(environ["HTTP_COOKIE"].removeprefix("session="))
    taken, connection = come(app, environ)
    assert taken and connection and connection.actor == Actor()
