"""The doors, each as somebody outside uses it: a form, a call in JSON, a socket."""

import html
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import requests
from socketio.exceptions import ConnectionError as ConnectionRefused

from tests.live.phones import Phone, cookie_of
from workshop.models.base import Base
from workshop.perform import Store
from workshop.standing import Actor


@dataclass
class Hall:
    """A server, its store, and its data folder."""

    address: str
    store: Store
    folder: Path


def everything(store: Store) -> dict[str, list[str]]:
    """Every row of every table as it is stored: Changes, revisions and all."""
    with store.engine.connect() as connection:
        return {
            name: sorted(map(str, connection.exec_driver_sql(f'SELECT * FROM "{name}"')))
            for name in Base.metadata.tables
        }


@dataclass
class Answer:
    """What a door said.

    Attributes:
        code: the problem's, or "ok"; of a form the status, which is all it says to programs.
        said: the sentences a person reads.
        kept: what stands in the fields of the form, by their names.
        again_in: seconds after which to come again, where that was too fast.
    """

    code: str | int
    said: str
    kept: dict[str, str] = field(default_factory=dict)
    again_in: float = 0


def by_form(hall: Hall, actor: Actor, language: str, operation: str, key: Any, fields: dict[str, Any]) -> Answer:
    """POST as a browser without script does."""
    with requests.Session() as browser:
        name, _, value = cookie_of(hall.store, actor, language).partition("=")
        browser.cookies.set(name, value, domain="127.0.0.1", path="/")
        token = re.search(r'name="csrf_token" value="([^"]*)"', browser.get(f"{hall.address}/back", timeout=20).text)
        assert token
        pairs = [("csrf_token", token[1]), ("key", str(key)), ("next", "/what-we-keep")]
        for one, values in fields.items():
            pairs += [(one, str(value)) for value in (values if isinstance(values, list) else [values])]
        body = urlencode([(one, value.replace("\n", "\r\n")) for one, value in pairs])
        answer = browser.post(
            f"{hall.address}/act/{operation}",
            data=body,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            allow_redirects=False,
            timeout=20,
        )
    page = Form()
    page.feed(answer.text)
    code = "ok" if answer.status_code == 303 else answer.status_code
    return Answer(code, page.said, page.kept, float(answer.headers.get("Retry-After", 0)))


def by_json(hall: Hall, actor: Actor, language: str, operation: str, key: Any, fields: dict[str, Any]) -> Answer:
    """POST as a page's script does that has no socket."""
    answer = requests.post(
        f"{hall.address}/act/{operation}.json",
        json=plain({"key": key, **fields}),
        headers={"Origin": hall.address, "X-Workshop": "1", "Cookie": cookie_of(hall.store, actor, language)},
        timeout=20,
    )
    return judged(answer.json())


def by_socket(hall: Hall, actor: Actor, language: str, operation: str, key: Any, fields: dict[str, Any]) -> Answer:
    """Emit as a page does."""
    try:
        with Phone(hall.address, cookie_of(hall.store, actor, language), language=language) as phone:
            return judged(phone.call(operation, plain({"key": key, **fields})))
    except ConnectionRefused:
        # Who comes too fast is not let in at all.
        return Answer("too_fast", "", again_in=1)


def judged(answer: dict[str, Any]) -> Answer:
    """An acknowledgement."""
    if answer["ok"]:
        return Answer("ok", "")
    # Not only for programs: whatever is at fault in a field is a sentence too.
    sentences = [answer["message"], *(one for errors in answer["fields"].values() for one in errors)]
    assert all(one.endswith((".", "”", "“")) for one in sentences), sentences
    return Answer(answer["code"], " ".join(sentences), again_in=answer.get("again_in", 0))


def plain(value: Any) -> Any:
    """The same as JSON holds it."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return str(value) if isinstance(value, UUID) else value


Door = Callable[[Hall, Actor, str, str, Any, dict[str, Any]], Answer]


def patiently(door: Door) -> Door:
    """Come again when the door says, as pages do: here one person tries in a minute what others try in a year."""

    def again(*call: Any) -> Answer:
        while (answer := door(*call)).again_in:
            time.sleep(answer.again_in)
        return answer

    return again


DOORS = {"form": patiently(by_form), "json": patiently(by_json), "socket": patiently(by_socket)}


class Form(HTMLParser):
    """What a page says, and what its form holds."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.kept: dict[str, str] = {}
        self._writes: str | None = None

    @property
    def said(self) -> str:
        """All its words with single spaces."""
        return " ".join(html.unescape(" ".join(self.words)).split())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note a field."""
        given = dict(attributes)
        name = given.get("name")
        if not name:
            return
        if tag == "textarea":
            self.kept[name], self._writes = "", name
        elif given.get("type") != "radio" or "checked" in given:
            self.kept[name] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        """The end of what somebody wrote."""
        if tag == "textarea" and self._writes is not None:
            # Browsers leave out the line end that follows the tag.
            self.kept[self._writes] = self.kept[self._writes].replace("\r\n", "\n").removeprefix("\n")
            self._writes = None

    def handle_data(self, data: str) -> None:
        """Words, or what somebody wrote."""
        if self._writes is not None:
            self.kept[self._writes] += data
        else:
            self.words.append(data)
