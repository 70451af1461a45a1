"""The live protocol (docs/live-protocol.md), by real sockets to a real server on either engine."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
import requests
import socketio
import websocket
from sqlalchemy import text

from tests.factories import do
from tests.factories.cafes import open_round
from tests.factories.events import EventMade, make_event
from tests.factories.ideas import write
from tests.factories.people import PersonMade, join, remove
from tests.factories.processes import make_process, membership_of
from tests.live.halls import Hall, open_hall
from tests.live.phones import cookie_of
from workshop.database import writing
from workshop.engine import MODES
from workshop.models import Idea
from workshop.perform import fresh_key
from workshop.standing import Actor


@dataclass
class Table:
    """A table in an open round with two people at it."""

    event: EventMade
    anna: PersonMade
    ben: PersonMade

    @property
    def channel(self) -> str:
        return f"table:{self.event.tables[0]}"

    @property
    def note(self) -> dict[str, Any]:
        """What a note says, all but its key."""
        return {
            "table": self.event.tables[0],
            "round": self.event.rounds[0],
            "kind": "idea",
            "text": "More <b>benches</b>",
        }


@pytest.fixture(scope="module", params=MODES)
def hall(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with open_hall(tmp_path_factory.mktemp(request.param), request.param) as opened:
        yield opened


@pytest.fixture
def table(hall: Hall) -> Table:
    event = make_event(hall.store, make_process(hall.store))
    made = Table(event, join(hall.store, event, "Anna"), join(hall.store, event, "Ben"))
    open_round(hall.store, event)
    return made


@pytest.mark.parametrize("origin", [None, "http://elsewhere.example", "null", ""])
@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_a_missing_or_foreign_origin_is_refused(hall: Hall, table: Table, origin: str | None, transport: str) -> None:
    client = socketio.Client(reconnection=False)
    headers = {"Cookie": cookie_of(hall.store, table.anna.actor)}
    if origin is not None:
        headers["Origin"] = origin
    if origin is None and transport == "websocket":
        # This client, unlike a browser, would make one up.
        address = f"{hall.address.replace('http', 'ws', 1)}/socket.io/?EIO=4&transport=websocket"
        line = websocket.create_connection(address, cookie=headers["Cookie"], suppress_origin=True, timeout=10)
        assert line.recv().startswith("0")
        line.send("40")
        assert line.recv().startswith("44"), "let in without an Origin"
        line.close()
        return
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(hall.address, headers=headers, transports=[transport], wait_timeout=10)
    client.disconnect()


def test_a_browser_that_polls_says_by_a_header_of_ours_that_a_page_of_this_site_asks(hall: Hall, table: Table) -> None:
    """Its first question is a GET, in which it says no Origin; another site's page may not send such a header."""
    cookie = {"Cookie": cookie_of(hall.store, table.anna.actor)}
    for headers, answer in (
        ({}, "44"),
        ({"X-Workshop": "1"}, "40"),
        ({"X-Workshop": "1", "Origin": hall.address}, "40"),
    ):
        address = f"{hall.address}/socket.io/?EIO=4&transport=polling"
        sid = json.loads(requests.get(address, headers={**cookie, **headers}, timeout=20).text[1:])["sid"]
        line = f"{address}&sid={sid}"
        requests.post(line, "40", headers={**cookie, "Origin": hall.address}, timeout=20)
        assert requests.get(line, headers=cookie, timeout=20).text.startswith(answer), headers
    foreign = {**cookie, "X-Workshop": "1", "Origin": "http://elsewhere.example"}
    assert requests.get(address, headers=foreign, timeout=20).status_code == 400
    asked_first = {
        "Origin": foreign["Origin"],
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "X-Workshop",
    }
    told = requests.options(address, headers=asked_first, timeout=20)
    assert not [name for name in told.headers if name.lower().startswith("access-control-")]


def test_a_page_of_somebody_else_is_not_connected(hall: Hall, table: Table) -> None:
    cookie = cookie_of(hall.store, table.anna.actor)
    address = f"{hall.address.replace('http', 'ws', 1)}/socket.io/?EIO=4&transport=websocket"
    for person, answer in ((table.anna, "40"), (table.ben, '44{"message":"somebody else"}')):
        line = websocket.create_connection(address, cookie=cookie, origin=hall.address, timeout=10)
        assert line.recv().startswith("0")
        line.send(f'40{{"participant":"{person.id}"}}')
        assert line.recv().startswith(answer)
        line.close()


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_a_note_travels(hall: Hall, table: Table, transport: str) -> None:
    key = uuid4()
    with (
        hall.phone(table.anna.actor, transport=transport, page="table", language="en") as anna,
        hall.phone(table.ben.actor, page="table", language="de") as ben,
    ):
        answers = [one.call("watch", {table.channel: 0}) for one in (anna, ben)]
        since = answers[0]["at"][table.channel]
        assert answers[0]["ok"] and answers[0]["viewer"]["role"] == "participant"
        for one in (anna, ben):
            assert one.next("change")["revision"] == since
        acknowledged = anna.do("idea.contribute", key, **table.note)
        with hall.store.reading() as session:
            assert session.get_one(Idea, key).text == "More <b>benches</b>"
        assert acknowledged == {"ok": True, "key": str(key), "at": {table.channel: since + 1}}
        for one in (anna, ben):
            change = one.next("change")
            assert set(change) == {"channel", "since", "revision", "keys", "put", "remove"}
            assert (change["channel"], change["since"], change["revision"]) == (table.channel, since, since + 1)
            assert change["keys"] == [str(key)] and change["remove"] == []
            assert {put["id"] for put in change["put"]} == {str(key), f"count-{table.event.tables[0]}"}
            [put] = [put for put in change["put"] if put["id"] == str(key)]
            assert set(put) == {"id", "place", "html"} and put["place"] == f"notes-{table.event.tables[0]}"
            assert "More &lt;b&gt;benches&lt;/b&gt;" in put["html"]
            assert str(table.anna.id) not in put["html"]
        assert anna.do("idea.contribute", key, **table.note) == acknowledged
        assert anna.do("idea.contribute", key, **{**table.note, "text": "Other"})["code"] == "conflict"
        assert ben.do("idea.contribute", key, **table.note)["code"] == "conflict"


def test_a_sender_that_watches_nothing_is_told_saved(hall: Hall, table: Table) -> None:
    with hall.phone(table.anna.actor) as anna:
        assert anna.do("idea.contribute", **table.note)["ok"]


def test_votes_come_once_and_change_nothing_twice(hall: Hall, table: Table) -> None:
    idea = write(hall.store, table.anna)
    with hall.phone(table.ben.actor) as ben:
        first = ben.do("vote.cast", idea=idea)
        assert first["ok"] and list(first["at"]) == [table.channel]
        assert ben.do("vote.cast", idea=idea)["at"] == {}
        assert ben.do("vote.take_back", idea=idea)["ok"]


def test_what_was_missed_is_sent_since_ones_own_revision(hall: Hall, table: Table) -> None:
    with hall.phone(table.ben.actor) as ben:
        before = ben.call("watch", {table.channel: 0})["at"][table.channel]
    first, second = write(hall.store, table.anna, "One"), write(hall.store, table.anna, "Two")
    do(hall.store, table.event.moderator, "idea.hide", idea=first, reason="Names somebody")
    with hall.phone(table.ben.actor) as ben:
        now = ben.call("watch", {table.channel: before})["at"][table.channel]
        change = ben.next("change")
        assert (change["since"], change["revision"], change["keys"]) == (before, now, [])
        assert now == before + 3
        put = {one["id"] for one in change["put"]}
        assert str(second) in put and str(first) not in put and change["remove"] == [str(first)]
        assert ben.call("watch", {table.channel: now})["at"] == {table.channel: now}


@pytest.mark.parametrize("behind", [500, 501])
def test_who_is_too_far_behind_loads_afresh(hall: Hall, table: Table, behind: int) -> None:
    write(hall.store, table.anna)
    with writing(hall.store.engine).begin() as connection:
        newest = connection.execute(
            text("UPDATE channel SET revision = revision + 600 WHERE name = :name RETURNING revision"),
            {"name": table.channel},
        ).scalar_one()
    with hall.phone(table.ben.actor) as ben:
        ben.call("watch", {table.channel: newest - behind})
        event, message = ben.came.get(timeout=5)
        assert event == ("change" if behind == 500 else "behind")
        if event == "behind":
            assert message == {table.channel: newest}


def test_who_is_ahead_of_a_restored_database_loads_afresh(hall: Hall, table: Table) -> None:
    with hall.phone(table.ben.actor) as ben:
        ben.call("watch", {table.channel: 10_000})
        assert table.channel in ben.next("behind")
    with hall.phone(table.ben.actor, epoch=str(uuid4())) as ben:
        ben.next("behind")


def test_when_the_event_is_over_its_pages_load_afresh(hall: Hall, table: Table) -> None:
    cafe = f"cafe:{table.event.cafe}"
    with (
        hall.phone(table.ben.actor) as ben,
        hall.phone(table.event.moderator, page="cockpit") as cockpit,
        hall.phone(table.event.moderator) as moderator,
    ):
        for one in (ben, cockpit):
            assert one.call("watch", {cafe: 0})["ok"]
        assert moderator.do("event.close", event=table.event.id)["ok"]
        assert cafe in ben.next("behind") and cafe in cockpit.next("behind")
        assert ben.do("idea.contribute", **table.note)["code"] == "closed"


def test_another_process_shows_within_five_seconds(hall: Hall, table: Table) -> None:
    with hall.phone(table.ben.actor) as ben:
        ben.call("watch", {table.channel: 0})
        ben.next("change")
        idea = write(hall.store, table.anna, "From the command line")
        assert str(idea) in {put["id"] for put in ben.next("change", within=5)["put"]}


def test_a_removed_person_is_cut_off(hall: Hall, table: Table) -> None:
    with hall.phone(table.ben.actor) as ben, hall.phone(table.event.moderator) as moderator:
        ben.call("watch", {f"person:{table.ben.id}": 0})
        assert moderator.do("participant.remove", participant=table.ben.id)["ok"]
        assert ben.is_cut(within=2)
    with hall.phone(table.ben.actor) as ben:
        assert ben.do("idea.contribute", **table.note)["code"] == "forbidden"
        assert not ben.call("watch", {table.channel: 0})["ok"]


def test_a_person_removed_by_another_process_is_cut_off(hall: Hall, table: Table) -> None:
    with hall.phone(table.ben.actor) as ben:
        ben.call("watch", {f"person:{table.ben.id}": 0})
        remove(hall.store, table.ben)
        assert ben.is_cut(within=5)


def test_an_account_that_signs_out_is_cut_off(hall: Hall, table: Table) -> None:
    moderator = table.event.moderator
    with hall.phone(moderator) as here, hall.phone(moderator) as there:
        here.call("watch", {table.channel: 0})
        there.do("user.sign_out")
        assert here.is_cut(within=5)


def test_a_member_who_is_removed_is_cut_off(hall: Hall, table: Table) -> None:
    process = table.event.process
    member = membership_of(hall.store, process.id, process.moderator)
    with hall.phone(process.moderator) as moderator, hall.phone(process.admin) as admin:
        moderator.call("watch", {table.channel: 0})
        assert admin.do("member.remove", member=member)["ok"]
        assert moderator.is_cut(within=5)


def test_nobody_watches_what_is_not_theirs(hall: Hall, table: Table) -> None:
    other = make_event(hall.store, make_process(hall.store, "Elsewhere"))
    with hall.phone(table.ben.actor, page="cockpit") as ben:
        for channel in (
            f"table:{other.tables[0]}", f"cafe:{other.cafe}", f"list:{other.id}", f"person:{table.anna.id}",
            f"goal:{uuid4()}", "table:x", "table:", "x", f"TABLE:{table.event.tables[0]}", f"event:{table.event.id}",
        ):  # fmt: skip
            assert ben.call("watch", {channel: 0})["code"] == "not_found", channel
        assert ben.call("watch", {f"cafe:{table.event.cafe}": 0})["code"] == "forbidden"
    with hall.phone(Actor()) as nobody:
        assert nobody.call("watch", {table.channel: 0})["code"] == "not_found"


BAD = [None, [], {}, "text", 3, True, [{"key": "x"}], {"key": None}, {"key": {"a": 1}}, {"key": ["x"]}, {"key": 1}]


@pytest.mark.parametrize("message", BAD, ids=repr)
def test_what_cannot_be_read_is_refused_in_words(hall: Hall, table: Table, message: Any) -> None:
    with hall.phone(table.ben.actor) as ben:
        for event in ("idea.contribute", "vote.cast", "watch"):
            answer = ben.call(event, message)
            # To `watch` a key is a channel of that name.
            assert answer["ok"] is False and answer["code"] in ("invalid", "not_found" * (event == "watch"))
            assert isinstance(answer["message"], str) and "<" not in answer["message"]


@pytest.mark.parametrize(
    "fields",
    [
        {"text": {"a": 1}}, {"text": ["a", ["b"]]}, {"text": "a\0b"}, {"text": "x" * 501},
        {"text": None}, {"table": 7}, {"table": "x"}, {"kind": "party"}, {"admin": True}, {"kind": {}},
    ],
    ids=repr,
)  # fmt: skip
def test_fields_of_the_wrong_kind_are_refused_in_words(hall: Hall, table: Table, fields: dict[str, Any]) -> None:
    with hall.phone(table.ben.actor) as ben:
        answer = ben.do("idea.contribute", **{**table.note, **fields})
        assert answer["ok"] is False and answer["code"] == "invalid"
        assert "<" not in answer["message"] and isinstance(answer["fields"], dict)


@pytest.mark.parametrize("event", ["idea", "idea.fly", "participant.join", "connect", "__class__", "perform", ""])
def test_operations_that_are_none_are_not_found(hall: Hall, table: Table, event: str) -> None:
    with hall.phone(table.ben.actor) as ben:
        if event == "connect":
            return
        assert ben.call(event, {"key": str(fresh_key())})["code"] == "not_found"
        # And the socket lives on.
        assert ben.do("idea.contribute", **table.note)["ok"]


def test_a_key_is_needed(hall: Hall, table: Table) -> None:
    fields = {name: str(value) for name, value in table.note.items()}
    with hall.phone(table.ben.actor) as ben:
        assert ben.call("idea.contribute", fields)["code"] == "invalid"
        assert ben.call("idea.contribute", {**fields, "key": "short"})["code"] == "invalid"


def test_refusals_speak_the_language_of_the_socket(hall: Hall, table: Table) -> None:
    said = set()
    for language in ("en", "de", "sv"):
        with hall.phone(table.ben.actor, language=language) as ben:
            said.add(ben.do("idea.contribute", **{**table.note, "text": " "})["message"])
    assert len(said) == 3
