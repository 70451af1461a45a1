"""Screens converge (G5): the page somebody has open plus what is told is the page loaded afresh.

For every operation and every kind of live page: a page that shows what an operation changes, and is not told of it,
differs and fails. An operation that tells nobody is tried too.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection

from tests.factories import do
from tests.factories.databases import SECRET, SQLiteServer
from tests.factories.people import enter
from tests.factories.photos import InProcess
from tests.factories.worlds import World, Worlds, make_worlds
from tests.live.browser import Browser, Case
from tests.operations.feeds import FEEDS
from workshop import clock, create_app
from workshop.config import Settings
from workshop.errors import Problem
from workshop.live import summaries, telling
from workshop.live.connections import Room
from workshop.perform import OPERATIONS, Done, Store
from workshop.queries.viewing import Audience, heads, summary_revision, watch

Addresses = dict[str, tuple[str, Any]]
PAGES: Addresses = {
    "table, participant": ("participant", lambda w: f"/tables/{w.event.tables[0]}"),
    "table, author": ("author", lambda w: f"/tables/{w.event.tables[0]}"),
    "table, host": ("host", lambda w: f"/tables/{w.event.tables[0]}"),
    "table, moderator": ("moderator", lambda w: f"/tables/{w.event.tables[0]}"),
    "tablet": ("tablet", lambda w: f"/tables/{w.event.tables[0]}/device"),
    "tablet, one of them": ("tablet", lambda w: f"/tables/{w.event.tables[0]}/device/person?who={w.on_tablet}"),
    "photos, participant": ("participant", lambda w: f"/tables/{w.event.tables[0]}/photos"),
    "photos, host": ("host", lambda w: f"/tables/{w.event.tables[0]}/photos"),
    "photos, tablet": ("tablet", lambda w: f"/tables/{w.event.tables[0]}/photos"),
    "typing in, host": ("host", lambda w: f"/tables/{w.event.tables[0]}/typing-in"),
    "another table, participant": ("participant", lambda w: f"/tables/{w.event.tables[1]}"),
    "list, participant": ("participant", lambda w: f"/events/{w.event.id}/list"),
    "list, moderator": ("moderator", lambda w: f"/events/{w.event.id}/list"),
    "list, searched, moderator": ("moderator", lambda w: f"/events/{w.event.id}/list?q=listed"),
    "notes, moderator": ("moderator", lambda w: f"/events/{w.event.id}/ideas"),
    "note, participant": ("participant", lambda w: f"/ideas/{w.second_idea}"),
    "item, participant": ("participant", lambda w: f"/items/{w.item}"),
    "sorting, moderator": ("moderator", lambda w: f"/events/{w.event.id}/sorting"),
    "my notes, author": ("author", lambda w: "/me"),
    "goal, participant": ("participant", lambda w: f"/goals/{w.goal}"),
    "goal, moderator": ("moderator", lambda w: f"/goals/{w.goal}"),
    "goal, innolab": ("innolab", lambda w: f"/goals/{w.goal}"),
    "draft goal, moderator": ("moderator", lambda w: f"/goals/{w.draft_goal}"),
    "screen": ("screen", lambda w: f"/screen/{w.event.screen_token}"),
    "queue, moderator": ("moderator", lambda w: f"/cafes/{w.event.cafe}/queue"),
    "plan, moderator": ("moderator", lambda w: f"/cafes/{w.event.cafe}/plan"),
    "cockpit, moderator": ("moderator", lambda w: f"/cafes/{w.event.cafe}"),
}
"""Every live page with somebody who has it open."""
DOERS = ("host", "author", "participant", "other moderator", "innolab", "nobody", "system")
"""Who does it: the first who may."""
NEWS = {"vote.cast": "voted", "vote.take_back": "takenBack", "idea.contribute": "own", "comment.write": "own"}
STORY = (
    "participant.join", "idea.contribute", "vote.cast", "idea.edit", "comment.write",
    "comment.hide", "comment.withdraw", "idea.hold", "idea.show", "idea.withdraw",
    "action_item.edit", "action_item.publish", "action_item.move", "action_item.set_status", "goal.edit",
    "responsibility.add", "milestone.add", "milestone.finish", "goal.promote", "goal.update",
    "round.pause", "round.extend", "round.resume", "round.close", "cafe.take_break",
)  # fmt: skip
NONCES = re.compile(r'name="(csrf_token|key)" value="[^"]*"|<meta name="server-time"[^>]*>')
REVISIONS = re.compile(r"data-channels='[^']*'|data-revision=\"\d+\"")
ELSEWHERE = {"demo.load", "demo.open_cafe", "process.create"}
"""What happens where none of these pages is."""


class Hall:
    """An event with all its pages open, on a store on which nothing stays."""

    def __init__(
        self, app: Flask, worlds: Worlds, connection: Connection, browser: Browser, addresses: Addresses
    ) -> None:
        self.addresses = addresses
        self.app, self.worlds, self.connection = app, worlds, connection
        uploads = InProcess(app.extensions["workshop"].uploads.folder)
        self.store = app.extensions["workshop"] = Store(connection, SECRET, uploads=uploads)  # type: ignore[arg-type]
        self.actors = {**worlds.actors, "other moderator": worlds.mine.process.admin}
        self.browsers = {who: self._browser(who) for who, _ in addresses.values()}
        self.pages = {name: self.load(name) for name in addresses}
        with self.store.reading() as session:
            names = {name for page in self.pages.values() for name in channels(page)}
            self.quiet = heads(session, names)
        self.browser = browser
        browser.show(self.pages)

    @property
    def world(self) -> World:
        """The event."""
        return self.worlds.mine

    def _browser(self, who: str) -> FlaskClient:
        client = self.app.test_client()
        enter(client, self.store, self.worlds.actors[who])
        return client

    def load(self, name: str) -> str:
        """A page as it is now; one that is gone is empty."""
        who, address = self.addresses[name]
        answer = self.browsers[who].get(address(self.world))
        assert answer.status_code in (200, 403, 404), (name, answer.status_code)
        return answer.text if answer.status_code == 200 else ""

    @contextmanager
    def for_a_moment(self) -> Iterator[None]:
        """What is written is taken back afterwards."""
        nested = self.connection.begin_nested()
        try:
            yield
        finally:
            nested.rollback()

    def perform(self, operation: str, fields: dict[str, Any]) -> tuple[str, Done] | None:
        """Have it done by somebody who may; None when nobody of them may."""
        for who in DOERS:
            try:
                return who, do(self.store, self.actors[who], operation, **fields)
            except Problem:
                continue
        return None

    def cases(self, what: str, news: list[tuple[str, dict[str, Any]]]) -> list[Case]:
        """Every page with what it is told, except those on which nothing is to be seen and nothing is told."""
        found = []
        for name, (who, _) in self.addresses.items():
            with at_one_moment():
                fresh, told = self.load(name), self.told(name)
            if fresh and (told or bare(fresh) != bare(self.pages[name])):
                found.append(Case(f"{name}, {what}", name, fresh, told, [one for doer, one in news if doer == who]))
        return found

    def told(self, name: str) -> list[tuple[str, dict[str, Any]]]:
        """What the sockets of a page are told of everything since it was loaded."""
        who, _ = self.addresses[name]
        kind, language = attribute(self.pages[name], "page"), attribute(self.pages[name], "language")
        messages: list[tuple[str, dict[str, Any]]] = []
        with self.store.reading() as session:
            for channel, since in channels(self.pages[name]).items():
                cafe_id = UUID(channel.partition(":")[2])
                revision = heads(session, [channel])[channel]
                if kind in summaries.SUMMARIES:
                    since = self.quiet[channel]
                if revision == since:
                    continue
                try:
                    audience, _ = watch(session, self.worlds.actors[who], channel)
                except Problem:
                    if not channel.startswith("person:"):
                        continue
                    # Whose place ends is told so before the line is cut.
                    audience = Audience.OWN
                touched = telling.touched_between(session, channel, since, revision)
                if isinstance(touched, telling.TooFarBehind):
                    messages.append(("behind", {channel: revision}))
                    continue
                if kind in summaries.SUMMARIES:
                    continue
                read = telling.read_now(session, channel, kind, audience, touched)
                with self.app.test_request_context():
                    room = Room(channel, kind, language, audience)
                    messages.append(("change", telling.change(room, since, revision, [], read)))
            if kind in summaries.SUMMARIES:
                messages.append(("summary", self.summary(kind, cafe_id, language)))
        return messages

    def summary(self, kind: str, cafe_id: UUID, language: str) -> dict[str, Any]:
        """A café's summary as it is now."""
        with self.store.reading() as session:
            row = summaries.SUMMARIES[kind].read(session, [cafe_id])[cafe_id]
            revision = summary_revision(session, [])
        with self.app.test_request_context():
            html = summaries.draw(kind, row, language)
        return {"page": kind, "id": str(cafe_id), "revision": revision, "html": html}


@contextmanager
def at_one_moment() -> Iterator[None]:
    """A note comes onto the big screen a while after it was written: not between a page and what it is told."""
    moment = clock.now()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("workshop.queries.screen.now", lambda: moment)
        yield


def news_of(operation: str, answer: Done) -> dict[str, Any]:
    """What the one who did it learns by the acknowledgement."""
    return {NEWS[operation]: str(answer.thing[1]), "note": answer.thing[0] == "idea"}


def bare(page: str) -> str:
    """A page without what differs between any two loads of it."""
    return NONCES.sub("", page)


def attribute(page: str, name: str) -> str:
    """One of a page's data attributes that needs no unescaping."""
    return page.partition(f'data-{name}="')[2].partition('"')[0]


def channels(page: str) -> dict[str, int]:
    """The channels a page watches, with the revisions it was read at."""
    found: dict[str, int] = json.loads(page.partition("data-channels='")[2].partition("'")[0] or "{}")
    return found


OUT_OF_SIGHT: Addresses = {
    "my notes, elsewhere": ("author", lambda w: "/me"),
    "my note, elsewhere": ("author", lambda w: f"/ideas/{w.idea}"),
    "my voted note, elsewhere": ("author", lambda w: f"/ideas/{w.voted_idea}"),
    "my note with others in it, elsewhere": ("author", lambda w: f"/ideas/{w.second_idea}"),
    "their table, elsewhere": ("author", lambda w: f"/tables/{w.event.tables[0]}"),
    "my table, elsewhere": ("author", lambda w: f"/tables/{w.event.tables[1]}"),
}
"""Pages of somebody who has left the table of their notes and sees the one where they sit alone."""
ABOUT_NOTES = ("idea.", "vote.", "comment.", "queue.", "action_item.", "goal.")


@pytest.fixture(scope="module")
def hall(sqlite_server: SQLiteServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """Everything open, everything quiet."""
    with open_hall(sqlite_server, tmp_path_factory.mktemp("hall"), PAGES) as opened:
        yield opened


@contextmanager
def open_hall(
    sqlite_server: SQLiteServer,
    folder: Path,
    addresses: Addresses,
    before: Callable[[Store, World], object] | None = None,
) -> Iterator[Hall]:
    """Pages of a world in which `before` has been done."""
    url = sqlite_server.copy_to(folder / "workshop.sqlite3")
    app = create_app(Settings(data=folder, database_url=url, secret=SECRET, async_mode="threading"))
    store: Store = app.extensions["workshop"]
    engine = store.engine
    worlds = make_worlds(store)
    if before:
        before(store, worlds.mine)
    with engine.connect() as connection, Browser() as browser:
        connection.begin()
        yield Hall(app, worlds, connection, browser, addresses)
    engine.dispose()


def test_the_pages_are_open(hall: Hall) -> None:
    for name, html in hall.pages.items():
        assert html, name
        assert channels(html), f"{name} watches nothing"


def test_every_operation_is_tried() -> None:
    assert set(OPERATIONS) == set(FEEDS)


@pytest.mark.parametrize("operation", sorted(set(OPERATIONS) - ELSEWHERE))
def test_a_page_and_what_is_told_are_the_page_loaded_afresh(operation: str, hall: Hall) -> None:
    cases = []
    for number, feed in enumerate(FEEDS[operation]):
        with hall.for_a_moment():
            feed.prepare(hall.store, hall.world)
            done = hall.perform(operation, feed.fields(hall.world))
            if done is None:
                continue
            doer, answer = done
            news = [(doer, news_of(operation, answer))] if operation in NEWS else []
            cases += hall.cases(f"feed {number}, by {doer}", news)
    assert cases, f"nobody could do {operation}, or no page is open on it"
    assert_converging(hall, cases)


def stays_as_it_is(case: Case, page: str) -> bool:
    """Whether nothing is to be seen of it on a page that is told of no more than a revision."""
    if case.news or any(event != "change" or told["put"] or told["remove"] for event, told in case.messages):
        return False
    return REVISIONS.sub("", bare(case.fresh)) == REVISIONS.sub("", bare(page))


def assert_converging(hall: Hall, cases: list[Case]) -> None:
    played = [case for case in cases if not stays_as_it_is(case, hall.pages[case.page])]
    wrong = [
        f"{case.name}:\n{difference}"
        for case, outcome in zip(played, hall.browser.play(played), strict=True)
        if (difference := outcome.difference())
    ]
    assert not wrong, "\n\n".join(wrong)


def test_one_catch_up_over_many_changes_is_the_page_loaded_afresh(hall: Hall) -> None:
    news: list[tuple[str, dict[str, Any]]] = []
    with hall.for_a_moment():
        for operation in STORY:
            for feed in FEEDS[operation]:
                done = hall.perform(operation, feed.fields(hall.world))
                if done and operation in NEWS:
                    news.append((done[0], news_of(operation, done[1])))
        cases = hall.cases("after the story", news)
    assert_converging(hall, cases)


def ask_by_rounds(store: Store, world: World) -> None:
    """Each round asks all tables the same, and has another question than the one before."""
    asked = {"asks": "rounds", "questions": "\n".join(f"Round {number}?" for number in range(len(world.event.rounds)))}
    do(store, world.event.moderator, "cafe.edit", cafe=world.event.cafe, title="Forum", **asked)


def test_what_a_round_asks_is_followed_everywhere(sqlite_server: SQLiteServer, tmp_path: Path) -> None:
    with open_hall(sqlite_server, tmp_path, PAGES, ask_by_rounds) as hall:
        cases: list[Case] = []
        for operation in ("round.open", "round.take_back", "round.close", "table.reopen", "table.merge"):
            for number, feed in enumerate(FEEDS[operation]):
                with hall.for_a_moment():
                    feed.prepare(hall.store, hall.world)
                    if hall.perform(operation, feed.fields(hall.world)):
                        cases += hall.cases(f"{operation}, feed {number}", [])
        assert {case.name.partition(",")[0] for case in cases} >= {"table", "tablet", "cockpit", "screen"}
        assert_converging(hall, cases)


def leave_out_of_sight(store: Store, world: World) -> None:
    """The author sits elsewhere, and everybody sees the own table alone."""
    do(store, world.author.actor, "seat.take", table=world.event.tables[1])
    do(store, world.event.moderator, "event.set_sight", event=world.event.id, tables_visible="own")


def test_ones_own_notes_are_followed_where_their_table_is_out_of_sight(
    sqlite_server: SQLiteServer, tmp_path: Path
) -> None:
    with open_hall(sqlite_server, tmp_path, OUT_OF_SIGHT, leave_out_of_sight) as hall:
        cases: list[Case] = []
        for operation in (one for one in sorted(OPERATIONS) if one.startswith(ABOUT_NOTES)):
            for number, feed in enumerate(FEEDS[operation]):
                with hall.for_a_moment():
                    feed.prepare(hall.store, hall.world)
                    done = hall.perform(operation, feed.fields(hall.world))
                    if done:
                        news = [(done[0], news_of(operation, done[1]))] if operation in NEWS else []
                        cases += hall.cases(f"{operation}, feed {number}, by {done[0]}", news)
        assert {case.name.partition(",")[0] for case in cases} >= {"my notes", "my note", "my voted note"}
        assert_converging(hall, cases)
