"""The async engine: the only file that knows eventlet, or threading, by a setting."""

import errno
import logging
import os
import socket
import sys
import time
import warnings
from _thread import allocate_lock
from collections.abc import Callable
from contextlib import suppress
from typing import Any

log = logging.getLogger(__name__)

brief_lock = allocate_lock
"""A lock for a few steps in which nothing waits and nobody is told: the system's own, also under eventlet.

Greenlets change places where something waits, so that there it is always free; eventlet's own takes as long as what
it is held for. Where a greenlet did wait with it, the next one would stop the process.
"""

MODES = ("eventlet", "threading")
BACKLOG = 4096
"""Connections the kernel keeps waiting; with eventlet's 50 a hall that joins at once is dropped by seconds."""
MAX_CONNECTIONS = 20_000
SPARE_FILES = 500
"""Beside the connections: the database, pictures, the log."""
IDLE_SECONDS = 150
"""How long a connection may say nothing before a request: longer than proxies keep theirs, so that these end them."""
THROUGH = 2048
"""Bytes that are kept to read a request through, and as many to answer it; eventlet's own are twelve times as many."""
AT_ONCE = 8192
"""Bytes of a websocket that are read at once."""


def chosen_mode() -> str:
    """`WORKSHOP_ASYNC_MODE`, eventlet unless set; raises ValueError for a word it does not know."""
    mode = os.environ.get("WORKSHOP_ASYNC_MODE", "eventlet")
    if mode not in MODES:
        raise ValueError(f"WORKSHOP_ASYNC_MODE is {mode!r}. It may be: {', '.join(MODES)}.")
    return mode


def start(mode: str) -> None:
    """Make this process run on `mode`; call it before anything else is imported."""
    # psycopg waits cooperatively only through select; the same works under threading.
    os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"
    if mode == "eventlet":
        # eventlet announces its retirement at import; the engine is a setting, so that is known and handled.
        warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
        import eventlet

        eventlet.monkey_patch()


def running_mode() -> str:
    """The engine this process really runs on."""
    # Not imported here: whoever did not start eventlet does not run on it.
    patcher = sys.modules.get("eventlet.patcher")
    return "eventlet" if patcher and patcher.is_monkey_patched("socket") else "threading"


def listener(host: str, port: int) -> socket.socket:
    """A listening socket without Nagle's delay; raises OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    # REUSEADDR lets a restarted server have its port back at once; REUSEPORT would let a second one share it.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening


def serve(application: Any, listening: socket.socket) -> None:
    """Answer requests on `listening` until the process is told to stop."""
    application = without_deflate(application)
    if running_mode() == "eventlet":
        import eventlet.wsgi

        allow_open_files(MAX_CONNECTIONS + SPARE_FILES)

        class SmallHandler(eventlet.wsgi.HttpProtocol):
            # As long as it lives each socket keeps what its handshake was read and answered through.
            rbufsize = wbufsize = THROUGH

        eventlet.wsgi.server(
            GoesOn(listening),
            application,
            max_size=MAX_CONNECTIONS,
            keepalive=IDLE_SECONDS,
            protocol=SmallHandler,
            log_output=False,
            socket_timeout=None,
            debug=False,
        )
        return
    from werkzeug.serving import WSGIRequestHandler, make_server

    class QuietHandler(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_request(self, code: Any = "-", size: Any = "-") -> None:
            """Addresses are not kept."""

        def log_error(self, format: str, *arguments: Any) -> None:
            """Nor those of who sends what is no request."""

    host, port = listening.getsockname()[:2]
    server = make_server(host, port, application, threaded=True, request_handler=QuietHandler, fd=listening.fileno())
    server.serve_forever()


class GoesOn:
    """A listening socket that outlives what it cannot take: eventlet's server stops for good at the first failure."""

    def __init__(self, listening: socket.socket) -> None:
        self._listening = listening

    def __getattr__(self, name: str) -> Any:
        return getattr(self._listening, name)

    def accept(self) -> Any:
        """The next connection, as soon as there is one that can be taken."""
        while True:
            try:
                return self._listening.accept()
            except OSError as error:
                if error.errno in (errno.EBADF, errno.EINVAL, errno.ENOTSOCK):
                    # Closed: this is the end.
                    raise
                # Out of descriptors, most often: whoever goes gives one back.
                log.warning("a connection could not be taken (%s)", error.strerror)
                time.sleep(0.05)


def allow_open_files(most: int) -> None:
    """Have this process open as many files as it is meant to hold connections, as far as the system lets it."""
    try:
        import resource
    except ImportError:
        # Windows counts otherwise.
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def without_deflate(application: Any) -> Any:
    """The application, which sees no offer to compress a WebSocket (RFC 7692).

    Every browser makes it, eventlet takes it, and it costs each connection 100 kB.
    """

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return application(environ, start_response)

    return answer


def raw_socket(environ: dict[str, Any]) -> socket.socket:
    """The connection a request came by, as either engine's server keeps it."""
    found: socket.socket = environ.get("werkzeug.socket") or environ["eventlet.input"].get_socket()
    return found


def shut(raw: socket.socket) -> None:
    """Shut a socket down for whoever reads from it or writes into it."""
    with suppress(OSError):
        raw.shutdown(socket.SHUT_RDWR)


class ReadAhead:
    """A green socket that is read once for a whole frame, and not for each part of its head.

    What it does not know the socket itself does.
    """

    def __init__(self, green: Any) -> None:
        self._green, self.kept = green, b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._green, name)

    def fill(self) -> None:
        """Wait until something comes, unless it has come already; everybody else has their turn in between."""
        if self.kept:
            # Would else be read to its end before anybody else's.
            time.sleep(0)
            return
        self._green._read_trampoline()
        self.kept = self._green.recv(AT_ONCE)

    def recv(self, size: int) -> bytes:
        """At most that many bytes; none at the end."""
        if not self.kept:
            self.fill()
        given, self.kept = self.kept[:size], self.kept[size:]
        return given

    def text(self) -> str | None:
        """What a client says in one masked frame (RFC 6455, 5.2) that has come whole; None for anything else."""
        kept = self.kept
        if len(kept) < 6 or kept[0] != 0x81 or kept[1] < 0x80:
            return None
        size, at = kept[1] & 0x7F, 2
        if size == 126:
            size, at = int.from_bytes(kept[2:4]), 4
        elif size == 127:
            return None
        end = at + 4 + size
        if len(kept) < end:
            return None
        try:
            said = turned(kept[at + 4 : end], kept[at : at + 4]).decode()
        except UnicodeDecodeError:
            return None
        self.kept = kept[end:]
        return said


def mind_frames(websocket: Any, largest: int, check: Callable[[], None]) -> None:
    """Have `check` called before each frame is read, and end with a message of more bytes than `largest`.

    Of what eventlet reads without letting anybody else run, pings and the parts of a message are never seen
    above; and it unmasks byte by byte, which takes 5 ms for the largest packet. Threads need none of this. A message
    that comes whole in one frame, as nearly all do, is read here; any other eventlet reads, and refuses what is none.
    """
    if running_mode() != "eventlet":
        return
    wait, receive = websocket.wait, websocket._recv_frame
    ahead = websocket.socket = ReadAhead(websocket.socket)

    def wait_briefly() -> Any:
        ahead.fill()
        said = ahead.text()
        if said is None:
            return wait()
        check()
        return said

    def receive_minded(message: Any = None) -> Any:
        ahead.fill()
        check()
        message = receive(message=message)
        if sum(map(len, message.data)) > largest:
            raise ConnectionError("a message is too large")
        return message

    websocket.wait = wait_briefly
    websocket._recv_frame = receive_minded
    websocket._apply_mask = unmasked


def close_quietly(websocket: Any) -> None:
    """Have a websocket be closed without a word where it has gone already.

    A thread that writes finds that out at any moment, and engine.io's then says so in the log as if something failed.
    """
    if running_mode() == "eventlet":
        return
    close = websocket.close

    def close_what_is_there() -> None:
        try:
            close()
        except Exception as error:
            log.debug("a connection had gone before it was closed (%s)", type(error).__name__)

    websocket.close = close_what_is_there


def unmasked(data: bytes, mask: tuple[int, ...], length: int | None = None, offset: int = 0) -> bytes:
    """What a websocket's client has masked (RFC 6455, 5.3), from byte `offset` of the frame on."""
    return turned(data, bytes(mask[(offset + number) % 4] for number in range(4)))


def turned(data: bytes, mask: bytes) -> bytes:
    """The data with each byte turned by one of the mask's four, in turn."""
    whole = (mask * (len(data) // 4 + 1))[: len(data)]
    return (int.from_bytes(data) ^ int.from_bytes(whole)).to_bytes(len(data))


def background(work: Callable[[], None]) -> None:
    """Run `work` beside the requests, in a greenlet or a daemon thread."""
    if running_mode() == "eventlet":
        import eventlet

        eventlet.spawn_n(work)
        return
    import threading

    threading.Thread(target=work, daemon=True).start()


def later(seconds: float, work: Callable[[], None]) -> None:
    """Run `work` beside the requests after a while; until then it is a timer and has no stack."""
    if running_mode() == "eventlet":
        import eventlet.hubs

        eventlet.hubs.get_hub().schedule_call_global(seconds, eventlet.spawn_n, work)
        return
    import threading

    timer = threading.Timer(seconds, work)
    timer.daemon = True
    timer.start()
