"""`workshop serve`: the start, from the settings to the first answer, and the end."""

import errno
import gc
import signal
import socket
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import segno
from sqlalchemy import exc, make_url, select

from workshop import assembly, clock, engine, schema
from workshop.addresses import own_address, public_address, remember_address
from workshop.binding import bind
from workshop.cli import checkup
from workshop.config import Settings, SettingsError
from workshop.demo import loader, today
from workshop.demo.content import PROCESSES, content_of, demo_id
from workshop.errors import NotFound
from workshop.jobs import Clockwork, Sweeper
from workshop.models import Event, Membership, Role
from workshop.perform import OPERATIONS, Done, Store, fresh_key, perform
from workshop.standing import SYSTEM
from workshop.tokens import link_token, spaced_code

__all__ = ["loader", "serve", "today"]

Say = Callable[[str], None]
DRAIN_SECONDS = 12.0
"""How long an end waits for what has begun; with the rest of the end it is less than 15 s."""
LAST_WORDS = 0.2


def serve(settings: Settings, demonstration: bool, say: Say) -> None:
    """Serve until told to stop; raises SettingsError with a sentence for what prevents it."""
    check_folder(settings)
    listening = listen(settings)
    settings = replace(settings, port=listening.getsockname()[1])
    try:
        prepare_database(settings)
        app = assembly.assemble(settings)
        store: Store = app.extensions["workshop"]
        if demonstration:
            load_demonstration(store)
        remember_address(settings)
        if slow := disk_warning(settings):
            say(slow)
        for line in welcome(store, settings, demonstration):
            say(line)
        collect_seldom()
        Clockwork(store).start()
        Sweeper(store).start()
        run(app, listening)
        # The last connection that closes brings SQLite's log into its one file.
        store.engine.dispose()
    finally:
        listening.close()
    say("Workshop has stopped. Everything is kept.")


def collect_seldom() -> None:
    """Look for garbage that refers to itself after this much has been made, and not while one note is told.

    Python's own 700, 10 and 10 are for small programs: a note makes more than that, and nearly all goes by itself.
    """
    gc.set_threshold(50_000, 20, 20)


def check_folder(settings: Settings) -> None:
    """Whether files can be made in the data folder."""
    try:
        with tempfile.TemporaryFile(dir=settings.data):
            pass
    except OSError as error:
        raise SettingsError(
            f"The folder {settings.data} cannot be written ({error.strerror}). Choose another with WORKSHOP_DATA."
        ) from error


def listen(settings: Settings) -> socket.socket:
    """The listening socket, before anything else is done: a second server must not touch the first one's data."""
    try:
        return engine.listener(settings.host, settings.port)
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(
                f"Port {settings.port} is in use on {settings.host}, perhaps by another Workshop. "
                f"Stop that one, or choose another port with PORT={settings.port + 1}."
            ) from error
        raise SettingsError(f"{where} cannot be served ({error.strerror}). Choose HOST and PORT.") from error


def prepare_database(settings: Settings) -> None:
    """Bring it up to date."""
    try:
        schema.bring_up_to_date(settings.database_url)
    except exc.OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise SettingsError(f"The database cannot be opened ({reason}). Look at DATABASE_URL.") from error


def disk_warning(settings: Settings) -> str | None:
    """What is to be said of a slow disk under a SQLite database."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return checkup.slow_disk(checkup.commit_milliseconds(Path(url.database).parent))


def load_demonstration(store: Store) -> None:
    """Write what is missing of the demonstration, and have a café that one can join today."""
    for process in PROCESSES:
        do(store, "demo.load", process=process)
    with store.reading() as session:
        last = today.newest_cafe(session)
        over = last and last.closed_at is None and today.is_over(session, last, clock.now())
    if last and over:
        do(store, "event.close", event=last.id)
    do(store, "demo.open_cafe")


def do(store: Store, operation: str, /, **fields: Any) -> Done:
    """Perform an operation as the one who runs the server."""
    what = OPERATIONS[operation]
    return perform(store, SYSTEM, what, bind(what.form, fields), fresh_key())


def sign_in_link(store: Store, settings: Settings, role: Role) -> tuple[str, str] | None:
    """Name and one-time address of the first of the demonstration's members who has a role; None without one."""
    content = content_of(PROCESSES[0])
    wanted = [one for one in content.process["members"] if one["role"] == role]
    with store.reading() as session:
        ids = [demo_id(f"{one['id']}/{role}") for one in wanted]
        current = set(
            session.scalars(select(Membership.id).where(Membership.id.in_(ids), Membership.ended_at.is_(None)))
        )
    for key, member in zip(ids, wanted, strict=True):
        if key in current:
            what = OPERATIONS["member.renew_link"]
            link = fresh_key()
            try:
                perform(store, SYSTEM, what, bind(what.form, {"member": key}), link)
            except NotFound:
                continue
            return member["name"], f"{own_address(settings)}/sign-in/{link_token(settings.secret, link)}"
    return None


def welcome(store: Store, settings: Settings, demonstration: bool) -> list[str]:
    """What the terminal shows: where it runs, how to join, and how to sign in to the demonstration."""
    address = public_address(settings)
    lines = ["", f"Workshop runs at {address}", ""]
    if not demonstration:
        lines += ['Begin a process of your own: workshop process create --name "…" --admin "…"', ""]
        return lines
    with store.reading() as session:
        cafe = today.newest_cafe(session)
    if cafe and cafe.code:
        lines += joining(cafe, address)
    if settings.public_url:
        return lines
    for role, what in ((Role.MODERATOR, "moderator"), (Role.INNOLAB, "InnoLab member")):
        link = sign_in_link(store, settings, role)
        if link:
            lines.append(f"Sign in once as {link[0]}, {what} of the demonstration:\n  {link[1]}")
    if cafe and cafe.screen_token:
        lines.append(f"The big screen of “Try it”:\n  {address}/screen/{cafe.screen_token}")
    return [*lines, ""]


def joining(cafe: Event, address: str) -> list[str]:
    """The code of a café, and the same as a picture for phones."""
    code = segno.make(f"{address}/#{cafe.join_token}", error="l", micro=False)
    return [f"Join “Try it” with the code {spaced_code(cafe.code or '')}, or scan this:", picture(code)]


def picture(code: segno.QRCode) -> str:
    """A QR code in half blocks, two rows of modules a line, dark on light whatever the terminal's colours."""
    rows = [list(row) for row in code.matrix_iter(border=2)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    drawn = []
    for upper, lower in zip(rows[::2], rows[1::2], strict=True):
        cells = "".join(" ▄▀█"[2 * (not top) + (not bottom)] for top, bottom in zip(upper, lower, strict=True))
        drawn.append(f"  \033[97;40m{cells}\033[0m")
    return "\n".join(drawn)


class Underway:
    """Counts the requests that are being answered; sockets are the live door's matter."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._lock = threading.Lock()
        self.count = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"].startswith("/socket.io/"):
            return self._application(environ, start_response)
        self._add(1)
        try:
            answer = self._application(environ, start_response)
        except BaseException:
            self._add(-1)
            raise
        return Answer(answer, lambda: self._add(-1))

    def _add(self, number: int) -> None:
        with self._lock:
            self.count += number


class Answer:
    """What is being sent; `ended` is called once, also where a server drops it because nobody reads it any more."""

    def __init__(self, parts: Iterable[bytes], ended: Callable[[], None]) -> None:
        self._parts, self._next = parts, iter(parts)
        self._ended = weakref.finalize(self, ended)
        self._ended.atexit = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._next)

    def close(self) -> None:
        """It was sent."""
        try:
            if hasattr(self._parts, "close"):
                self._parts.close()
        finally:
            self._ended()


def run(app: Any, listening: socket.socket) -> None:
    """Answer until SIGTERM or Ctrl+C, then end what has begun; a second signal ends it at once."""
    stopped: list[BaseException | int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, frame: stopped.append(received))

    def answer() -> None:
        try:
            engine.serve(app, listening)
        except BaseException as error:
            stopped.append(error)
            raise

    app.wsgi_app = underway = Underway(app.wsgi_app)
    engine.background(answer)
    while not stopped:
        # A flag and a nap: nothing else is safe in a handler that may interrupt any greenlet.
        time.sleep(0.1)
    if isinstance(stopped[0], BaseException):
        raise stopped[0]
    until = time.monotonic() + DRAIN_SECONDS

    def enough() -> bool:
        return len(stopped) > 1 or time.monotonic() > until

    app.extensions["workshop_live"].leave(enough)
    while underway.count and not enough():
        time.sleep(0.02)
    # The last answers are written by others.
    time.sleep(LAST_WORDS)
