"""An event may show each participant some of its tables alone: every address, every channel, every operation's page."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from tests.factories import do
from tests.factories.databases import SECRET, SQLiteServer
from tests.factories.ideas import comment_on, write
from tests.factories.people import PersonMade, enter, join
from tests.factories.processes import make_process
from tests.factories.worlds import World, make_world
from tests.operations.feeds import FEEDS
from tests.web.test_walls import BUILT, BY_TOKEN, OF_AN_OPERATION, OPEN, VALUES, words
from workshop import create_app
from workshop.config import Settings
from workshop.errors import Forbidden, NotFound
from workshop.live.summaries import SUMMARIES, may_read
from workshop.lookalikes import Lookalikes
from workshop.models import Event, Process, Seat
from workshop.pace import Pace
from workshop.perform import OPERATIONS, Store
from workshop.queries.viewing import watch
from workshop.standing import Actor, Standing, standing_in_event

FORM = "application/x-www-form-urlencoded"
AT_THE_TABLE = re.compile(
    r"\b(First|Voted|Held|Hidden|Asked|Reported|Waiting|Merged|Typed|Remark|Hidden remark|Drawn|Scribbled) Quokka"
)
"""What was written at table 1 and nobody has put on the list."""
ALIKE = "The library could open on Sundays for everybody in the quarter"


@dataclass
class Site:
    """A world, and people who sit at its other tables or at none."""

    app: Flask
    world: World
    people: dict[str, PersonMade]

    @property
    def store(self) -> Store:
        """Where it is kept."""
        found: Store = self.app.extensions["workshop"]
        return found

    def actor(self, who: str) -> Actor:
        """Somebody."""
        return Actor(screen_of=self.world.event.id) if who == "screen" else self.people[who].actor

    def browser(self, who: str) -> FlaskClient:
        """Somebody's browser."""
        client = self.app.test_client()
        enter(client, self.store, self.actor(who))
        return client

    def show(self, visible: str) -> None:
        """Have the event show so many tables."""
        moderator = self.world.event.moderator
        do(self.store, moderator, "event.set_sight", event=self.world.event.id, tables_visible=visible)

    def addresses(self) -> list[str]:
        """Every page there is, of this world."""
        with self.store.reading() as session:
            slug = session.get_one(Process, self.world.process.id).slug
        found = [one for one in sorted(OPEN) if one not in ("/join", "/language", "/sign-out", "/hall/report")]
        adapter = self.app.url_map.bind("localhost")
        for rule in self.app.url_map.iter_rules():
            apart = rule.rule in BY_TOKEN | BUILT | OF_AN_OPERATION | OPEN
            if apart or "GET" not in (rule.methods or ()):
                continue
            [argument] = rule.arguments
            values = [slug] if argument == "slug" else VALUES[argument](self.world)
            if argument == "idea_id":
                values = [*values, self.world.voted_idea, self.world.merged, self.world.typed]
            found += [adapter.build(rule.endpoint, {argument: one}) for one in values]
        ideas = f"/events/{self.world.event.id}/ideas"
        return [
            *found, f"{ideas}?q=quokka", f"{ideas}?table={self.world.event.tables[0]}", f"{ideas}?state=held",
            f"{ideas}?sort=votes", f"/events/{self.world.event.id}/list?q=quokka",
        ]  # fmt: skip


@pytest.fixture(scope="module")
def site(sqlite_server: SQLiteServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("sight")
    url = sqlite_server.copy_to(folder / "workshop.sqlite3")
    app = create_app(Settings(data=folder, database_url=url, secret=SECRET, async_mode="threading"))
    app.config["WTF_CSRF_ENABLED"] = False
    app.extensions["workshop_pace"] = Pace(1_000_000, 1.0)
    store: Store = app.extensions["workshop"]
    world = make_world(store, make_process(store, "Harbour"), "Quokka")
    event = world.event
    people = {
        "elsewhere": join(store, event, "Edda", 2),
        "was here": join(store, event, "Wanda", 1),
        "here": world.participant,
        "author": world.author,
        "host": world.host,
        "host of another table": world.other_host,
        # A seat that a moderator's plan took away: somebody who sits nowhere.
        "unseated": join(store, event, "Uwe", 2),
    }
    write(store, people["was here"], f"{ALIKE} First Quokka")
    do(store, people["was here"].actor, "seat.take", table=event.tables[1])
    with store.writing() as session:
        session.execute(delete(Seat).where(Seat.participant_id == people["unseated"].id))
        session.commit()
    yield Site(app, world, people)
    store.engine.dispose()


def seen_on_pages(site: Site, who: str, *, operations: bool = False) -> set[tuple[str, str]]:
    """The secret words on any page; with `operations` on any page or answer of one too."""
    client, seen = site.browser(who), set()
    for address in site.addresses():
        answer = client.get(address)
        assert answer.status_code < 500, address
        if answer.mimetype == "image/jpeg":
            seen.add((address, "a picture"))
        seen |= {(address, found) for found in AT_THE_TABLE.findall(words(answer))}
    for operation, feeds in FEEDS.items() if operations else ():
        for feed in feeds:
            pairs = [
                (name, str(one))
                for name, value in feed.fields(site.world).items()
                for one in (value if isinstance(value, list) else [value])
            ]
            # What one sends comes back to be changed; that is one's own.
            ids = [(name, value) for name, value in pairs if len(value) == 36]
            for answer in (
                client.get(f"/act/{operation}?{urlencode(ids)}"),
                client.post(f"/act/{operation}", data=urlencode([*ids, ("x", "y")]), content_type=FORM),
                client.post(f"/act/{operation}.json", json={**dict(ids), "x": "y"}),
            ):
                seen |= {(operation, found) for found in AT_THE_TABLE.findall(words(answer))}
    return seen


CASES = [
    *(("own", who) for who in ("elsewhere", "unseated", "host of another table", "screen", "was here")),
    ("been", "elsewhere"),
]


@pytest.mark.parametrize(("visible", "who"), CASES)
def test_nothing_of_a_table_out_of_sight_is_on_any_page(site: Site, visible: str, who: str) -> None:
    site.show(visible)
    seen = seen_on_pages(site, who, operations=who == "elsewhere")
    if who == "was here":
        # Their own note goes with them.
        mine = {one for one in seen if one[1] == "First"}
        assert mine
        seen -= mine
    assert seen == set()


@pytest.mark.parametrize(
    ("visible", "who"), [("own", "here"), ("own", "host"), ("been", "was here"), ("all", "elsewhere")]
)
def test_what_is_in_sight_is_there(site: Site, visible: str, who: str) -> None:
    site.show(visible)
    found = {one for _, one in seen_on_pages(site, who)}
    assert {"First", "Voted", "a picture"} <= found


def test_the_walk_would_see_what_a_page_forgets_to_leave_out(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.show("own")
    monkeypatch.setattr(Standing, "sight", lambda standing: None)
    places = {
        place.split("?")[0].strip("/").split("/")[0] for place, _ in seen_on_pages(site, "elsewhere", operations=True)
    }
    assert {"tables", "events", "ideas", "comment.write", "idea.report"} <= places


@pytest.mark.parametrize(
    "who", ["elsewhere", "unseated", "was here", "author", "here", "host", "host of another table"]
)
def test_every_page_listens_to_what_it_may_and_to_no_other_table(site: Site, who: str) -> None:
    site.show("own")
    client, tables = site.browser(who), {f"table:{one}" for one in site.world.event.tables}
    seen = {"author": {0}, "here": {0}, "host": {0}, "unseated": set()}.get(who, {1})
    for address in site.addresses():
        found = re.search(r"<body[^>]* data-channels='([^']*)'", words(client.get(address)))
        with site.store.reading() as session:
            for channel in json.loads(found[1]) if found else ():
                watch(session, site.actor(who), channel)
                if channel in tables:
                    assert channel in {f"table:{site.world.event.tables[one]}" for one in seen}, address
    with site.store.reading() as session:
        for number, table in enumerate(site.world.event.tables):
            try:
                watch(session, site.actor(who), f"table:{table}")
                assert number in seen
            except NotFound:
                assert number not in seen


def test_look_alikes_are_found_at_the_tables_in_sight_alone(site: Site) -> None:
    lookalikes = Lookalikes(site.store)
    here, there = site.world.event.tables[:2]
    edda = site.people["elsewhere"]
    note = write(site.store, edda, f"{ALIKE}, says Edda", table=2)
    site.show("all")
    assert {one.table_id for one in lookalikes.to_words(edda.actor, there, ALIKE)} == {here, there}
    assert lookalikes.counts(edda.actor, there, [note]) == {note: 1}
    site.show("own")
    assert {one.table_id for one in lookalikes.to_words(edda.actor, there, ALIKE)} == {there}
    assert lookalikes.to_note(edda.actor, there, note) == []
    assert lookalikes.counts(edda.actor, there, [note]) == {}
    with pytest.raises(NotFound):
        lookalikes.to_words(edda.actor, here, ALIKE)
    with pytest.raises(NotFound):
        lookalikes.counts(edda.actor, here, [note])


def test_of_a_note_merged_into_one_in_sight_its_words_alone_are_read(site: Site) -> None:
    site.show("all")
    here, there = site.people["here"], site.people["elsewhere"]
    theirs = write(site.store, here, "More benches by the canal", table=1)
    comment_on(site.store, here, theirs, "Ask the harbour master")
    stays = write(site.store, there, "Benches by the water", table=2)
    do(site.store, site.world.event.moderator, "idea.merge", ideas=[theirs, stays], stays=stays)
    site.show("own")
    page = words(site.browser("elsewhere").get(f"/ideas/{theirs}"))
    assert "More benches by the canal" in page
    assert "Ask the harbour master" not in page and here.name not in page
    for who in ("here", "host"):
        page = words(site.browser(who).get(f"/ideas/{theirs}"))
        assert "Ask the harbour master" in page and here.name in page


def test_what_sums_up_all_tables_is_for_who_sees_them_all(site: Site) -> None:
    site.show("own")
    with site.store.reading() as session:
        event = session.get_one(Event, site.world.event.id)
        read = {who: may_read(SUMMARIES["screen"], standing_in_event(session, site.actor(who), event))
                for who in ("elsewhere", "host", "screen")}  # fmt: skip
    assert read == {"elsewhere": False, "host": False, "screen": True}


@pytest.mark.parametrize("operation", ["vote.cast", "comment.write", "idea.report"])
def test_what_is_out_of_sight_does_not_exist(site: Site, operation: str) -> None:
    site.show("own")
    more = {"comment.write": {"text": "Oh"}, "idea.report": {"reason": "Unkind"}}.get(operation, {})
    edda = site.people["elsewhere"].actor
    with pytest.raises(NotFound):
        do(site.store, edda, operation, idea=site.world.voted_idea, **more)
    site.show("all")
    if operation == "vote.cast":
        # One sees it, and may not: votes are given where one sits.
        with pytest.raises(Forbidden):
            do(site.store, edda, operation, idea=site.world.voted_idea, **more)
    else:
        assert do(site.store, edda, operation, idea=site.world.voted_idea, **more).at


@pytest.mark.parametrize("operation", ["idea.merge", "action_item.take_forward"])
def test_who_hosts_a_table_asks_in_vain_about_notes_out_of_sight_beside_their_own(site: Site, operation: str) -> None:
    site.show("all")
    host = site.people["host of another table"]
    mine = write(site.store, site.people["elsewhere"], "Mine to lead", table=2)
    asked = f"/act/{operation}?{urlencode({'ideas': [mine, site.world.voted_idea]}, doseq=True)}"
    assert "Voted Quokka" in words(site.browser("host of another table").get(asked))
    site.show("own")
    answer = site.browser("host of another table").get(asked)
    assert answer.status_code == 404 and not AT_THE_TABLE.search(words(answer))
    with pytest.raises(NotFound):
        do(site.store, host.actor, "idea.merge", ideas=[mine, site.world.voted_idea], stays=mine)


def test_every_operation_is_walked() -> None:
    assert set(OPERATIONS) == set(FEEDS)
