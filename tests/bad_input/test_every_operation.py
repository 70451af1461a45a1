"""Every operation with every kind of wrong value in every field: refused or done, never broken.

What is right about each operation comes from the matrix' own feeds, so that a new one is tried here too.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.bad_input.doors import plain
from tests.factories.databases import SQLiteServer
from tests.factories.people import enter
from tests.factories.worlds import Worlds, application_with_worlds
from tests.operations.feeds import FEEDS
from workshop.live.connections import Connection
from workshop.models import Change
from workshop.perform import OPERATIONS, Store, fresh_key

WORDS = ["🌳" * 6000, "a\0b", "0191d0d0-0000-7000-8000-000000000009"]
VALUES: list[Any] = [*WORDS, "\ud800", "²", None, True, -1, 10**40, float("nan"), [], [[1]], {"a": {"b": []}}]
CODES = {"not_found", "forbidden", "closed", "conflict", "invalid"}
OWN_PAGES = {"participant.join": "/join"}
"""Operations that a form of another route asks for."""
WHO = ("moderator who takes part", "author", "nobody")


class Site:
    """The application with three worlds in it."""

    def __init__(self, app: Flask, worlds: Worlds) -> None:
        self.app, self.worlds = app, worlds
        self.store: Store = app.extensions["workshop"]

    def browser(self, who: str) -> FlaskClient:
        """Somebody's browser."""
        client = self.app.test_client()
        enter(client, self.store, self.worlds.actors[who])
        return client

    def ask_by_socket(self, who: str, operation: str, message: Any) -> dict[str, Any]:
        """What the live door answers to a packet that somebody's socket brought."""
        door = self.app.extensions["workshop_live"]
        sid = f"socket of {who}"
        door.connections.add(Connection(sid, self.worlds.actors[who], "table", "en"))
        answer: dict[str, Any] = door.operate(operation, sid, message)
        return answer

    def changes(self) -> int:
        """How many Changes there are."""
        with self.store.reading() as session:
            return session.scalar(select(func.count(Change.id))) or 0


@pytest.fixture(scope="module")
def site(sqlite_server: SQLiteServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Three worlds, made once; what is done in them all the same does not matter to what follows."""
    with application_with_worlds(sqlite_server, tmp_path_factory.mktemp("every")) as (app, worlds):
        yield Site(app, worlds)


def spoiled(operation: str, worlds: Worlds, values: list[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What an operation takes with one thing wrong in it, and what that is."""
    feed = FEEDS[operation][0]
    good, foreign = feed.fields(worlds.mine), feed.fields(worlds.far)
    yield "a field too many", {**good, "surplus": "1"}
    yield "everything of another process", foreign
    for name in {one.name for one in OPERATIONS[operation].form()} | set(good):
        yield f"no {name}", {one: value for one, value in good.items() if one != name}
        for value in values:
            yield f"{name}={str(value)[:20]!r}", {**good, name: value}


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_no_packet_breaks_it(site: Site, operation: str, caplog: pytest.LogCaptureFixture) -> None:
    wrong = []
    tried = [(what, {"key": str(fresh_key()), **plain(fields)}) for what, fields in
             spoiled(operation, site.worlds, VALUES)]  # fmt: skip
    tried += [(f"instead: {value}", value) for value in VALUES if not isinstance(value, dict)]
    for number, (what, message) in enumerate(tried):
        who, before = WHO[number % len(WHO)], site.changes()
        answer = site.ask_by_socket(who, operation, message)
        if answer["ok"]:
            continue
        if answer["code"] not in CODES or not answer["message"] or site.changes() != before:
            wrong.append(f"{who}, {what}: {answer}")
    assert not wrong
    assert not caplog.records


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_no_form_breaks_it(site: Site, operation: str, caplog: pytest.LogCaptureFixture) -> None:
    wrong = []
    browsers = {who: site.browser(who) for who in WHO}
    for number, (what, fields) in enumerate(spoiled(operation, site.worlds, WORDS)):
        who, before = WHO[number % len(WHO)], site.changes()
        pairs = [
            (name, str(one))
            for name, value in fields.items()
            for one in (value if isinstance(value, list) else [value])
        ]
        answer = browsers[who].post(
            OWN_PAGES.get(operation, f"/act/{operation}"),
            data=urlencode(pairs),
            content_type="application/x-www-form-urlencoded",
        )
        if answer.status_code == 303:
            continue
        if answer.status_code not in (403, 404, 409, 422) or "<h1" not in answer.text or site.changes() != before:
            wrong.append(f"{who}, {what}: {answer.status_code}")
    assert not wrong
    assert not caplog.records
