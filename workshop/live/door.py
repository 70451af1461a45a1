"""Sockets: who connects, operations by their names, and `watch`."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import Flask
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_socketio import SocketIO
from socketio.exceptions import ConnectionRefusedError as Refused

from workshop import calls, clock, engine
from workshop.binding import bind
from workshop.calls import acknowledged, failed, is_among, key_of, origin_allowed, our_page_asks, refused, take_turn
from workshop.config import Settings
from workshop.errors import Invalid, NotFound, Problem, TooFast
from workshop.forms import to_id
from workshop.identity import actor_of_socket, caller_of, held_in, language_of
from workshop.live import envelope
from workshop.live.connections import Connection, Connections
from workshop.live.lines import Lines
from workshop.live.publisher import Publisher
from workshop.live.watching import Watching
from workshop.models import LANGUAGES
from workshop.models.base import IDEA_LENGTH
from workshop.perform import OPERATIONS, Store, perform
from workshop.render.words import speaking
from workshop.standing import Actor

log = logging.getLogger(__name__)

MOST_CHANNELS = 20
TO_GO = 1.0
"""Seconds in which a page that is asked to go does so by itself."""
LONGEST_PAGE = 20
"""Characters of a kind of page; each one that somebody names has rooms of its own."""


def open_door(app: Flask, socketio: SocketIO, settings: Settings) -> None:
    """Take sockets on the default path and namespace."""
    app.wsgi_app = WithoutCompression(app.wsgi_app)  # type: ignore[method-assign]
    socketio.init_app(
        app,
        async_mode=engine.running_mode(),
        # With True one client's notes arrive in any order.
        async_handlers=False,
        cors_allowed_origins=lambda origin, environ: origin_allowed(origin, environ, settings),
        max_http_buffer_size=calls.LARGEST,
        manage_session=False,
        serializer=envelope.TextPacket,
        json=envelope,
    )
    door = LiveDoor(app, socketio, app.extensions["workshop"], settings)
    app.extensions["workshop_live"] = door
    server = socketio.server
    server.on("connect", door.connect)
    server.on("disconnect", door.disconnect)
    server.on("watch", door.watch)
    server.on("alike", door.alike)
    server.on("hello", door.hello)
    server.on("*", door.operate)


MOST_COMPARED = 20
"""Notes that one question may be about."""
SOMEBODY_ELSE = "somebody else"
"""Said to a page that was drawn for another participant than this browser is now."""
UNREADABLE = _l("This was sent in a form that cannot be read.")
UNKNOWN = Connection("", Actor(), None, LANGUAGES[0])
"""Stands for a socket that has gone meanwhile."""


def id_of(text: Any) -> UUID:
    """An id as a client sends it; Invalid where it is none."""
    try:
        return to_id(text if isinstance(text, str) else "")
    except ValueError:
        raise Invalid(UNREADABLE) from None


def person_of(by: Actor, said: Any) -> UUID | None:
    """Whom a page was drawn for; of a program that does not say it, the one who it is, if it is one."""
    if said is not None:
        return UUID(said)
    return next(iter(by.participants)) if len(by.participants) == 1 else None


class WithoutCompression:
    """Strips the offer of permessage-deflate, which costs 109 kB for each socket that takes it."""

    def __init__(self, application: Any) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return self._application(environ, start_response)


class LiveDoor:
    """The handlers; each answers, also when it refuses."""

    def __init__(self, app: Flask, socketio: SocketIO, store: Store, settings: Settings) -> None:
        self._app, self._store, self._settings = app, store, settings
        self._pace = app.extensions["workshop_pace"]
        self._lookalikes = app.extensions["workshop_lookalikes"]
        self._server = socketio.server
        self._lines = Lines(self._server, straight=settings.fast_send)
        self.connections = Connections()
        self._leaving = False
        self.publisher = Publisher(app, store, self.connections, self._lines.tell, self.cut)
        self._watching = Watching(app, store, self._server, self.connections, self.publisher)
        store.listeners.append(self.publisher.hear)

    def cut(self, sid: str) -> None:
        """End a socket at once."""
        self._server.disconnect(sid)

    def _make_room(self, sid: str, eio_sid: str) -> None:
        """Ask a socket to go, and end its connection: whoever stays all the same would keep it open."""
        self._server.emit("too_many", {}, to=sid)
        time.sleep(TO_GO)
        self.cut(sid)
        self._lines.end(eio_sid)

    def leave(self, enough: Callable[[], bool]) -> None:
        """Take nobody more and send everybody away, each once it is answered; pages come back when it suits them."""
        self._leaving = True
        while (left := self.connections.where(lambda actor: True)) and not enough():
            for sid in left:
                connection = self.connections.get(sid)
                if connection and not connection.busy:
                    self.cut(sid)
            time.sleep(0.02)

    @contextmanager
    def _in_words(self, connection: Connection) -> Iterator[None]:
        """What a refusal needs, and nothing else: the application, and the language of the one who asks."""
        with self._app.app_context(), force_locale(connection.language):
            yield

    def connect(self, sid: str, environ: Any = None, auth: Any = None, *more: Any) -> Any:
        """Know who it is by the handshake's cookie; a missing or foreign Origin is refused."""
        # An event that a client calls `connect` arrives here too, with an environ that it made up.
        if environ is None or environ is not self._server.get_environ(sid):
            return self.operate("connect", sid)
        try:
            return self._connect(sid, environ, auth if isinstance(auth, dict) else {})
        except TooFast:
            return False
        except Refused:
            raise
        except Exception:
            # A TypeError that leaves a connect handler makes python-socketio call it again without auth.
            log.exception("a socket could not be taken")
            return False

    def _connect(self, sid: str, environ: dict[str, Any], auth: dict[str, Any]) -> bool:
        if self._leaving or not our_page_asks(environ, self._settings):
            return False
        # Without the request's surroundings, which take longer to make than all that is read.
        asked = self._app.request_class(environ, populate_request=False)
        held = held_in(self._app, asked)
        # A socket of nobody in particular is counted by itself.
        counted_as = caller_of(held) or sid
        take_turn(self._pace, counted_as)
        with self._store.reading_briefly() as session:
            by = actor_of_socket(session, self._store.secret, held)
        if auth.get("participant") is not None and not is_among(by.participants, auth["participant"]):
            raise Refused(SOMEBODY_ELSE)
        self._lines.name(self._server.manager.eio_sid_from_sid(sid, "/"), counted_as)
        wanted = auth.get("language")
        page = auth.get("page")
        connection = Connection(
            sid,
            by,
            page if isinstance(page, str) and len(page) <= LONGEST_PAGE else None,
            wanted if wanted in LANGUAGES else language_of(asked, held),
            counted_as,
            person_of(by, auth.get("participant")),
        )
        one_too_many = self.connections.add(connection)
        if one_too_many:
            # Beside this one, which need not wait for it.
            eio_sid = self._server.manager.eio_sid_from_sid(one_too_many, "/")
            engine.background(lambda: self._make_room(one_too_many, eio_sid))
        self.publisher.presence.mark()
        self.publisher.start()
        epoch = auth.get("epoch")
        if epoch is not None and not self.publisher.is_now(epoch):
            self._server.emit("behind", {}, to=sid)
        return True

    def disconnect(self, sid: str, *reason: Any) -> Any:
        """Forget it, once it is gone; an event that a client calls `disconnect` is none of ours."""
        if self._server.manager.is_connected(sid, "/"):
            return self.operate("disconnect", sid)
        self.connections.remove(sid)
        self.publisher.presence.mark()
        return None

    def operate(self, name: str, sid: str, *arguments: Any) -> dict[str, Any]:
        """Perform the operation that the event names."""
        connection = self.connections.get(sid) or UNKNOWN
        connection.busy = True
        key = ""
        try:
            fields = dict(arguments[0]) if len(arguments) == 1 and isinstance(arguments[0], dict) else None
            key = fields.pop("key", "") if fields else ""
            take_turn(self._pace, connection.caller)
            what = OPERATIONS.get(name)
            if connection is UNKNOWN or what is None or what.form_only:
                raise NotFound
            if fields is None:
                raise Invalid(UNREADABLE)
            done = perform(self._store, connection.actor, what, bind(what.form, fields), key_of(key))
            return acknowledged(done, key)
        except Problem as problem:
            with self._in_words(connection):
                return refused(problem, key)
        except Exception:
            log.exception("%s failed", name)
            with self._in_words(connection):
                return failed(key)
        finally:
            connection.busy = False

    def hello(self, sid: str, *arguments: Any) -> dict[str, Any]:
        """How long an answer takes, and what time it is here."""
        connection = self.connections.get(sid) or UNKNOWN
        try:
            take_turn(self._pace, connection.caller)
        except TooFast as problem:
            with self._in_words(connection):
                return refused(problem, "")
        return {"ok": True, "now": clock.now().isoformat()}

    def watch(self, sid: str, *arguments: Any) -> dict[str, Any]:
        """Enter rooms, send what is missing since the revisions given, answer with those now."""
        connection = self.connections.get(sid) or UNKNOWN
        connection.busy = True
        try:
            wanted = arguments[0] if arguments else None
            if connection is UNKNOWN or not isinstance(wanted, dict) or not 0 < len(wanted) <= MOST_CHANNELS:
                raise Invalid(UNREADABLE)
            take_turn(self._pace, connection.caller)
            for channel, since in wanted.items():
                if not isinstance(since, int) or isinstance(since, bool) or not isinstance(channel, str):
                    raise Invalid(UNREADABLE)
            at, viewer = self._watching.watch(connection, wanted)
            return {"ok": True, "at": at, "viewer": viewer.as_json(), "now": clock.now().isoformat()}
        except Problem as problem:
            with self._in_words(connection):
                return refused(problem, "")
        except Exception:
            log.exception("watch failed")
            with self._in_words(connection):
                return {"ok": False, "code": "failed", "message": _("The server could not do this."), "fields": {}}
        finally:
            connection.busy = False

    def alike(self, sid: str, *arguments: Any) -> dict[str, Any]:
        """Answer with notes that look like `text`, or how many at other tables look like each of `ideas`: a read."""
        connection = self.connections.get(sid) or UNKNOWN
        connection.busy = True
        try:
            asked = arguments[0] if arguments else None
            if connection is UNKNOWN or not isinstance(asked, dict):
                raise Invalid(UNREADABLE)
            take_turn(self._pace, connection.caller)
            table = id_of(asked.get("table"))
            if isinstance(asked.get("ideas"), list):
                ideas = [id_of(one) for one in asked["ideas"][:MOST_COMPARED]]
                counts = self._lookalikes.counts(connection.actor, table, ideas)
                return {"ok": True, "counts": {str(idea): count for idea, count in counts.items()}}
            text = asked.get("text")
            if not isinstance(text, str) or len(text) > IDEA_LENGTH:
                raise Invalid(UNREADABLE)
            found = self._lookalikes.to_words(connection.actor, table, text)
            with self._app.app_context(), speaking(connection.language):
                drawn: Any = self._app.jinja_env.get_template("ideas/_alike.html").module
                return {"ok": True, "html": str(drawn.while_writing(found)) if found else ""}
        except Problem as problem:
            with self._in_words(connection):
                return refused(problem, "")
        except Exception:
            log.exception("alike failed")
            with self._in_words(connection):
                return failed("")
        finally:
            connection.busy = False
