"""Events are walls (G8), pages too: every address, by everybody, with this event's ids and with another's."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.factories.databases import SQLiteServer
from tests.factories.people import enter
from tests.factories.worlds import World, Worlds, application_with_worlds
from tests.operations.feeds import FEEDS
from workshop.models import Process
from workshop.perform import OPERATIONS, Store
from workshop.standing import Actor

ROLES = ("moderator", "innolab", "admin", "moderator who takes part")
PEOPLE = ("nobody", "author", "participant", "host", "host of another table", "removed", "screen", "signed out", *ROLES)
OPEN = {
    "/",
    "/back",
    "/me",
    "/what-we-keep",
    "/processes",
    "/join",
    "/language",
    "/sign-out",
    "/shell",
    "/host",
    "/hall",
    "/hall/report",
}
"""Addresses that name no thing."""
BY_TOKEN = {"/screen/<token>", "/device/<token>", "/sign-in/<token>"}
"""Addresses that are a key by themselves."""
BUILT = {"/static/<path:filename>", "/static/dist/<name>", "/sw.js"}
OF_AN_OPERATION = {"/act/<name>", "/act/<name>.json"}
VALUES = {
    "table_id": lambda world: [world.event.tables[0], world.event.tables[1]],
    "cafe_id": lambda world: [world.event.cafe],
    "event_id": lambda world: [world.event.id],
    "idea_id": lambda world: [world.idea, world.second_idea, world.held],
    "comment_id": lambda world: [world.comment, world.hidden_comment],
    "item_id": lambda world: [world.item, world.draft, world.sorted_item],
    "goal_id": lambda world: [world.goal, world.draft_goal],
    "member_id": lambda world: [world.member],
    "photo_id": lambda world: [world.photo, world.waiting_photo],
}


class Site:
    """The application with three worlds in it."""

    def __init__(self, app: Flask, worlds: Worlds) -> None:
        self.app, self.worlds = app, worlds
        self.store: Store = app.extensions["workshop"]
        with self.store.reading() as session:
            self.slugs = {
                name: session.get_one(Process, world.process.id).slug
                for name, world in (("mine", worlds.mine), ("near", worlds.near), ("far", worlds.far))
            }

    def world(self, name: str) -> World:
        """One of the three."""
        found: World = getattr(self.worlds, name)
        return found

    def browser(self, who: str) -> FlaskClient:
        """Somebody's browser."""
        client = self.app.test_client()
        # A browser that was signed in and whose session has ended still sends its cookie.
        enter(client, self.store, Actor() if who == "nobody" else self.worlds.actors[who])
        return client

    def addresses(self, rule: Rule, name: str) -> list[str]:
        """A rule's addresses with the ids of one world."""
        with self.app.test_request_context():
            [argument] = rule.arguments
            values: Any = [self.slugs[name]] if argument == "slug" else VALUES[argument](self.world(name))
            adapter = self.app.url_map.bind("localhost")
            method = "GET" if "GET" in (rule.methods or ()) else "POST"
            return [adapter.build(rule.endpoint, {argument: value}, method=method) for value in values]


@pytest.fixture(scope="module")
def site(sqlite_server: SQLiteServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Three worlds and their pages."""
    with application_with_worlds(sqlite_server, tmp_path_factory.mktemp("walls")) as (app, worlds):
        yield Site(app, worlds)


def words(answer: TestResponse) -> str:
    """What an answer says; a picture says nothing."""
    if answer.mimetype == "image/jpeg":
        answer.close()
        return ""
    return answer.text


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.rule not in BUILT]


def walled(app: Flask, method: str) -> list[Rule]:
    """The rules that name a thing."""
    apart = OPEN | BY_TOKEN | OF_AN_OPERATION
    return [rule for rule in rules(app) if method in (rule.methods or ()) and rule.rule not in apart]


def test_every_address_is_known_to_this_test(site: Site) -> None:
    for rule in rules(site.app):
        if rule.arguments:
            known = rule.rule in BY_TOKEN | OF_AN_OPERATION or rule.arguments <= {*VALUES, "slug"}
            assert known and len(rule.arguments) == 1, f"say here which thing {rule.rule} names"
        else:
            assert rule.rule in OPEN, f"say here that {rule.rule} names nothing"


@pytest.mark.parametrize("who", PEOPLE)
def test_another_process_shows_nothing_of_itself(site: Site, who: str) -> None:
    client, wrong = site.browser(who), []
    for method in ("GET", "POST"):
        for rule in walled(site.app, method):
            for address in site.addresses(rule, "far"):
                answer = client.open(address, method=method)
                if answer.status_code not in (403, 404) or "Wombat" in words(answer):
                    wrong.append(f"{method} {address}: {answer.status_code}")
    assert not wrong


@pytest.mark.parametrize("who", PEOPLE)
def test_ones_own_pages_show_nothing_of_another_process(site: Site, who: str) -> None:
    client, wrong, shown = site.browser(who), [], 0
    pages = [address for rule in walled(site.app, "GET") for address in site.addresses(rule, "mine")]
    for address in [*pages, *(one for one in OPEN if one not in ("/join", "/language", "/sign-out", "/hall/report"))]:
        answer = client.get(address)
        shown += answer.status_code == 200 and address in pages
        if answer.status_code not in (200, 302, 303, 403, 404) or "Wombat" in words(answer):
            wrong.append(f"{address}: {answer.status_code}")
    assert not wrong
    assert (shown > 3) is (who not in ("nobody", "signed out", "removed"))


@pytest.mark.parametrize("who", ["nobody", "signed out"])
def test_strangers_are_shown_nothing(site: Site, who: str) -> None:
    client = site.browser(who)
    for rule in walled(site.app, "GET"):
        for address in site.addresses(rule, "mine"):
            answer = client.get(address)
            assert answer.status_code in (403, 404), address
            assert "Quokka" not in words(answer)


@pytest.mark.parametrize("who", ["author", "participant", "host", "host of another table", "screen"])
def test_a_seat_shows_nothing_of_another_event(site: Site, who: str) -> None:
    """Goals belong to the process; everything else of another event stays there."""
    client, wrong = site.browser(who), []
    for rule in walled(site.app, "GET"):
        if rule.arguments & {"goal_id", "slug"}:
            continue
        for address in site.addresses(rule, "near"):
            answer = client.get(address)
            if answer.status_code not in (403, 404) or "Numbat" in words(answer):
                wrong.append(f"{address}: {answer.status_code}")
        for address in site.addresses(rule, "mine"):
            answer = client.get(address)
            # A field of action is the whole process's.
            if "Numbat" in words(answer).replace("Field Numbat", ""):
                wrong.append(f"{address} speaks of the other event")
    assert not wrong


FOR_SOME = {
    "Held Quokka": {"author", "host", "moderator", "admin", "moderator who takes part"},
    "Names somebody Quokka": {"author", "host", "moderator", "admin", "moderator who takes part"},
    "Draft Quokka": {"host", "moderator", "admin", "moderator who takes part"},
    "Drafted Quokka": {"moderator", "admin", "moderator who takes part"},
}


@pytest.mark.parametrize("who", PEOPLE)
def test_what_is_for_some_is_shown_to_them_alone(site: Site, who: str) -> None:
    client, seen = site.browser(who), set()
    for rule in walled(site.app, "GET"):
        for address in site.addresses(rule, "mine"):
            text = words(client.get(address))
            seen |= {(words, address) for words in FOR_SOME if words in text}
    assert {one for one in seen if who not in FOR_SOME[one[0]]} == set()
    assert {words for words, _ in seen} == {words for words, some in FOR_SOME.items() if who in some}


def operation_fields(site: Site, operation: str, world: str) -> list[list[tuple[str, str]]]:
    """What each feed of an operation submits, as a form would."""
    filled = []
    for feed in FEEDS[operation]:
        pairs = [
            (name, str(one))
            for name, value in feed.fields(site.world(world)).items()
            for one in (value if isinstance(value, list) else [value])
        ]
        filled.append(pairs)
    return filled


FORM = "application/x-www-form-urlencoded"
SOME = ("nobody", "participant", "host", "removed", "moderator", "innolab")
NO_WALL = {"participant.join", "user.sign_in", "user.sign_out", "process.create"}


@pytest.mark.parametrize("who", SOME)
def test_an_operations_page_shows_nothing_of_another_process(site: Site, who: str) -> None:
    client, wrong = site.browser(who), []
    for operation in set(OPERATIONS) - NO_WALL:
        for pairs in operation_fields(site, operation, "far"):
            # Asked for, sent whole, and sent with every word left out, so that the page is drawn again.
            ids = [(name, value) for name, value in pairs if len(value) == 36]
            sent = (
                ("asked", client.get(f"/act/{operation}?{urlencode(pairs)}")),
                ("sent", client.post(f"/act/{operation}", data=urlencode(pairs), content_type=FORM)),
                ("left empty", client.post(f"/act/{operation}", data=urlencode(ids), content_type=FORM)),
                ("wrong", client.post(f"/act/{operation}", data=urlencode([*pairs, ("x", "y")]), content_type=FORM)),
            )
            for how, answer in sent:
                if answer.status_code not in (403, 404, 422) or "Wombat" in words(answer):
                    wrong.append(f"{operation} {how}: {answer.status_code}{' shows it' * ('Wombat' in answer.text)}")
    assert not wrong


@pytest.mark.parametrize("who", SOME)
def test_an_operations_page_can_be_asked_for(site: Site, who: str) -> None:
    client, wrong = site.browser(who), []
    for operation in OPERATIONS:
        answers = [client.get(f"/act/{operation}")]
        for pairs in operation_fields(site, operation, "mine"):
            answers.append(client.get(f"/act/{operation}?{urlencode(pairs)}"))
            mangled = [(name, "nothing of the kind") for name, _ in pairs]
            answers.append(client.get(f"/act/{operation}?{urlencode(mangled)}"))
            answers.append(client.post(f"/act/{operation}", data=urlencode(mangled), content_type=FORM))
        wrong += [f"{operation}: {one.status_code}" for one in answers if one.status_code >= 500]
    assert not wrong


def test_no_address_breaks_on_what_people_write_into_it(site: Site) -> None:
    client = site.browser("moderator who takes part")
    for rule in rules(site.app):
        for value in ("x", "%00", "%ff", "..%2f..", "0191d0d0-0000-7000-8000-000000000009", "é" * 100):
            address = rule.rule.split("<")[0] + value
            for method in ("GET", "POST"):
                assert client.open(address, method=method).status_code < 500, address
    for address in site.addresses(next(one for one in rules(site.app) if one.rule.endswith("/list")), "mine"):
        for query in ("page=0", "page=-1", "page=²", "page=99999999999", "sort=x&status=x&field=x&goal=x", "q=%00%25_"):
            assert client.get(f"{address}?{query}").status_code < 500, query


@pytest.mark.parametrize("who", ["author", "host", "moderator", "innolab", "screen"])
def test_every_live_page_can_say_how_the_connection_is(site: Site, who: str) -> None:
    client, live, mute = site.browser(who), 0, []
    addresses = [address for rule in walled(site.app, "GET") for address in site.addresses(rule, "mine")]
    for address in [*addresses, f"/screen/{site.worlds.mine.event.screen_token}"]:
        text = words(client.get(address))
        channels = re.search(r"<body[^>]* data-channels='([^']*)'", text)
        if channels and channels[1] != "{}":
            live += 1
            if text.count('id="connection"') != 1:
                mute.append(address)
    assert live and not mute
