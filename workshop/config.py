"""Typed settings from the environment; what is unsafe is refused with a sentence."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from workshop.engine import MODES

Networks = tuple[IPv4Network | IPv6Network, ...]
LOOPBACK: Networks = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))
PACKAGE = Path(__file__).resolve().parent


class SettingsError(Exception):
    """A setting cannot be used; the text says which, why and what to do."""


def resource_dir(name: str) -> Path:
    """Where `templates`, `static` or `migrations` lie: inside the package in a wheel, beside it in a checkout."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


@dataclass(frozen=True)
class Settings:
    """All settings of one process.

    Attributes:
        data: folder of the database, uploads and the secret key.
        database_url: SQLAlchemy address of the database.
        secret: the key that signs cookies and derives tokens.
        host, port: where the server listens.
        public_url: the address people type, without a slash at the end; None when nobody said.
        async_mode: "eventlet" or "threading".
        trusted_proxies: the networks whose word about where a request came from is believed.
        allow_plain_sign_in: whether staff may sign in over plain http from another machine.
        group_commit: whether those who wait to write to SQLite share a commit.
        fast_send: whether packets go into their sockets at once, under eventlet.
    """

    data: Path
    database_url: str
    secret: str
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str | None = None
    async_mode: str = "eventlet"
    trusted_proxies: Networks = LOOPBACK
    allow_plain_sign_in: bool = False
    group_commit: bool = True
    fast_send: bool = True

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read them; raises SettingsError."""
        environ = os.environ if environ is None else environ
        mode = environ.get("WORKSHOP_ASYNC_MODE") or "eventlet"
        if mode not in MODES:
            raise SettingsError(f"WORKSHOP_ASYNC_MODE is “{mode}”. It may be: {', '.join(MODES)}.")
        data = Path(environ.get("WORKSHOP_DATA") or default_data_folder()).expanduser().resolve()
        return cls(
            data=data,
            database_url=database_address(environ.get("DATABASE_URL"), data),
            secret=secret_key(data),
            host=environ.get("HOST") or "127.0.0.1",
            port=port_number(environ.get("PORT") or "8000"),
            public_url=public_address(environ.get("WORKSHOP_PUBLIC_URL")),
            async_mode=mode,
            trusted_proxies=networks(environ.get("WORKSHOP_TRUSTED_PROXIES")),
            allow_plain_sign_in=environ.get("WORKSHOP_PLAIN_SIGN_IN") == "1",
            group_commit=environ.get("WORKSHOP_GROUP_COMMIT") != "0",
            fast_send=environ.get("WORKSHOP_FAST_SEND") != "0",
        )

    @property
    def secure(self) -> bool:
        """Whether people reach it by https."""
        return bool(self.public_url and self.public_url.startswith("https://"))


def default_data_folder() -> Path:
    """`var` in the checkout, or in the working folder where the package is installed."""
    checkout = PACKAGE.parent
    return (checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()) / "var"


def port_number(text: str) -> int:
    """A TCP port; 0 takes a free one."""
    if not (text.isascii() and text.isdigit()) or int(text) > 65535:
        raise SettingsError(f"PORT is “{text}”. It is a number from 0 to 65535.")
    return int(text)


def public_address(text: str | None) -> str | None:
    """An http or https address without path; raises SettingsError."""
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise SettingsError(
            f"WORKSHOP_PUBLIC_URL is “{text}”. It is the address people type, like https://mitmachen.example.org"
        )
    return f"{parts.scheme}://{parts.netloc}"


def networks(text: str | None) -> Networks:
    """Addresses and networks, separated by commas; this machine's own where there are none; raises SettingsError."""
    try:
        return tuple(ip_network(one.strip()) for one in (text or "").split(",") if one.strip()) or LOOPBACK
    except ValueError:
        raise SettingsError(
            f"WORKSHOP_TRUSTED_PROXIES is “{text}”. It is addresses or networks, like 10.0.0.7, 172.16.0.0/12"
        ) from None


def database_address(text: str | None, data: Path) -> str:
    """The SQLAlchemy address: SQLite in the data folder unless PostgreSQL is named."""
    if not text:
        return f"sqlite:///{data / 'workshop.sqlite3'}"
    for prefix in ("postgresql://", "postgres://"):
        if text.startswith(prefix):
            return "postgresql+psycopg://" + text.removeprefix(prefix)
    if text.startswith(("postgresql+psycopg://", "sqlite:///")):
        return text
    raise SettingsError(f"DATABASE_URL begins with “{text.split(':')[0]}”. It may be postgresql://… or sqlite:///…")


def secret_key(data: Path) -> str:
    """The secret in the data folder, made at the first start for its owner's eyes only."""
    path = data / "secret.key"
    try:
        data.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
        return path.read_text().strip()
    except OSError as error:
        raise SettingsError(
            f"The folder {data} cannot be written ({error.strerror}). Choose another with WORKSHOP_DATA."
        ) from error
