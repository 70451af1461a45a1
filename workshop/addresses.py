"""Under which address people reach this server: for the links that a terminal prints, and for the QR in the hall."""

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

from workshop.config import Settings

EVERYWHERE = ("0.0.0.0", "::")


def public_address(settings: Settings) -> str:
    """The address people in the room type."""
    if settings.public_url:
        return settings.public_url
    host = network_address() if settings.host in EVERYWHERE else settings.host
    return f"http://{bracketed(host)}:{settings.port}"


def own_address(settings: Settings) -> str:
    """The address on this machine: signing in over plain http is for it alone unless a setting says otherwise."""
    if settings.host in EVERYWHERE and not (settings.public_url or settings.allow_plain_sign_in):
        return f"http://127.0.0.1:{settings.port}"
    return public_address(settings)


def bracketed(host: str) -> str:
    """A host as addresses write it."""
    return f"[{host}]" if ":" in host else host


def is_loopback(address: str) -> bool:
    """Whether an address of a site leads whoever types it to their own machine."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def network_address() -> str:
    """This machine's address in its network; its own loopback where it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: connecting a datagram socket only chooses a route (RFC 5737 address).
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def remember_address(settings: Settings) -> None:
    """Leave the address for the commands that print links beside this server."""
    (settings.data / "address").write_text(own_address(settings) + "\n")


def last_address(settings: Settings) -> str:
    """Where links lead that a command prints: the public address, else where the server last ran."""
    if settings.public_url:
        return settings.public_url
    try:
        return (settings.data / "address").read_text().strip() or own_address(settings)
    except OSError:
        return own_address(settings)
