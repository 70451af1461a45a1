"""The product's pages as people come through them: joining, a table, signing in."""

import asyncio
import json
import re
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit


@dataclass
class Answer:
    """What a server said."""

    status: int
    headers: dict[str, str]
    text: str
    cookie: str
    """The Cookie header from now on."""


async def fetch(address: str, path: str, cookie: str = "", fields: dict[str, Any] | None = None) -> Answer:
    """GET, or POST of a form's fields, on a connection of its own; raises OSError."""
    where = urlsplit(address)
    body = urlencode(fields).encode() if fields is not None else b""
    head = f"{'GET' if fields is None else 'POST'} {path} HTTP/1.1\r\nHost: {where.netloc}\r\nConnection: close\r\n"
    if cookie:
        head += f"Cookie: {cookie}\r\n"
    if fields is not None:
        head += (
            f"Origin: {address}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        )
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    try:
        writer.write(f"{head}\r\n".encode() + body)
        said = await reader.read()
    finally:
        writer.close()
    top, _, rest = said.partition(b"\r\n\r\n")
    if not top:
        raise ConnectionResetError("no answer")
    first, *lines = top.decode("latin-1").split("\r\n")
    headers = {}
    held = SimpleCookie(cookie)
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
        if name.lower() == "set-cookie":
            held.load(value.strip())
    kept = "; ".join(f"{name}={one.value}" for name, one in held.items())
    return Answer(int(first.split()[1]), headers, rest.decode(errors="replace"), kept)


def hidden(page: str, name: str) -> str:
    """What a hidden field holds; raises ValueError."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    if not found:
        raise ValueError(f"the page has no field {name}")
    return unescape(found[1])


def of_body(page: str, name: str) -> str:
    """A data attribute of the body; raises ValueError."""
    found = re.search(rf"<body[^>]*\sdata-{name}=(\"([^\"]*)\"|'([^']*)')", page)
    if not found:
        raise ValueError(f"the page has no data-{name}")
    return unescape(found[2] if found[2] is not None else found[3])


@dataclass
class TablePage:
    """What a table's page tells its script."""

    table: str
    cookie: str
    epoch: str
    channels: dict[str, int] = field(default_factory=dict)


async def table_page(address: str, table: str, cookie: str) -> TablePage:
    """Load a table's page; raises ValueError when it is not given."""
    answer = await fetch(address, f"/tables/{table}", cookie)
    if answer.status != 200:
        raise ValueError(f"/tables/{table} answered {answer.status}")
    return TablePage(table, cookie, of_body(answer.text, "epoch"), json.loads(of_body(answer.text, "channels")))


async def join(address: str, code: str, name: str) -> TablePage:
    """Join by the code as a browser without script does, up to one's table; raises ValueError or OSError."""
    form = await fetch(address, "/")
    fields = {one: hidden(form.text, one) for one in ("csrf_token", "key")}
    fields |= {"code": code, "name": name, "language": "en", "writing_language": "de"}
    joined = await fetch(address, "/join", form.cookie, fields)
    if joined.status != 303:
        raise ValueError(f"/join answered {joined.status}")
    table = joined.headers["location"].removeprefix("/tables/").partition("?")[0]
    return await table_page(address, table, joined.cookie)


async def sign_in(address: str, link: str) -> str:
    """Use a one-time link; gives the cookie."""
    path = urlsplit(link).path
    page = await fetch(address, path)
    fields = {one: hidden(page.text, one) for one in ("csrf_token", "key")}
    answer = await fetch(address, path, page.cookie, fields)
    if answer.status != 303:
        raise ValueError(f"the sign-in link answered {answer.status}")
    return answer.cookie
