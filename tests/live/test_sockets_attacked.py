"""What a program may send that means no good: it learns nothing, keeps nothing, and ends nobody else's socket."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests
import websocket

from tests.factories import do
from tests.factories.cafes import name_host, open_round
from tests.factories.events import EventMade, make_event
from tests.factories.ideas import write
from tests.factories.people import PersonMade, join
from tests.factories.processes import make_process
from tests.live.halls import Hall, open_hall
from tests.live.phones import Phone
from workshop.engine import MODES


@dataclass
class Table:
    """A table in an open round."""

    event: EventMade
    anna: PersonMade
    hanna: PersonMade

    @property
    def channel(self) -> str:
        return f"table:{self.event.tables[0]}"


@pytest.fixture(scope="module", params=MODES)
def hall(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with open_hall(tmp_path_factory.mktemp(request.param), request.param) as opened:
        yield opened


@pytest.fixture
def table(hall: Hall) -> Table:
    event = make_event(hall.store, make_process(hall.store))
    made = Table(event, join(hall.store, event, "Anna"), join(hall.store, event, "Hanna"))
    open_round(hall.store, event)
    return made


@pytest.mark.parametrize("event", ["connect", "disconnect"])
@pytest.mark.parametrize("arguments", ["", ',{"HTTP_COOKIE":"session=x"}', ",1,2,3"], ids=["none", "one", "three"])
def test_what_the_library_calls_itself_no_client_can_call(hall: Hall, table: Table, event: str, arguments: str) -> None:
    line = hall.line(table.anna.actor)
    line.send(f'420["{event}"{arguments}]')
    assert '"not_found"' in line.recv()
    with hall.phone(table.event.moderator) as moderator:
        assert moderator.do("participant.remove", participant=table.anna.id)["ok"]
    # Whoever could make the server forget the socket would hear on.
    until = time.monotonic() + 5
    while (packet := line.recv()) != "41":
        assert time.monotonic() < until, packet
    line.shutdown()


@pytest.mark.parametrize(
    "packet",
    ["42" + "[" * 12_000 + "]" * 12_000, '420["idea.contribute",{"text":' + "9" * 5_000 + "}]", "42{{",
     '45999999999-["idea.contribute",{"_placeholder":true,"num":0}]', "429", b"\x04abc", "44", "49", "4"],
    ids=lambda packet: str(packet[:12]),
)  # fmt: skip
def test_what_is_no_json_event_ends_the_socket(hall: Hall, table: Table, packet: str | bytes) -> None:
    line = hall.line(table.anna.actor)
    if isinstance(packet, bytes):
        line.send_binary(packet)
    else:
        line.send(packet)
    with pytest.raises((websocket.WebSocketConnectionClosedException, ConnectionError)):
        while True:
            line.recv()
            line.send(f'421["watch",{{"{table.channel}":0}}]')
    line.shutdown()


@pytest.mark.parametrize("written", [str.upper, lambda one: f"{{{one}}}", lambda one: one.replace("-", "")])
def test_a_channel_has_one_name(hall: Hall, table: Table, written) -> None:  # type: ignore[no-untyped-def]
    with hall.phone(table.anna.actor) as anna:
        name = f"table:{written(str(table.event.tables[0]))}"
        assert anna.call("watch", {name: 0})["code"] == "not_found"


def test_who_is_host_no_more_hears_no_more_what_hosts_hear(hall: Hall, table: Table) -> None:
    name_host(hall.store, table.event, 1, table.hanna)
    note = write(hall.store, table.anna, "Only for the host")
    with hall.phone(table.hanna.actor) as hanna, hall.phone(table.event.moderator) as moderator:
        hanna.call("watch", {table.channel: 0})
        assert moderator.do("table.name_host", table=table.event.tables[0])["ok"]
        assert hanna.is_cut()
    with hall.phone(table.hanna.actor) as hanna, hall.phone(table.event.moderator) as moderator:
        at = hanna.call("watch", {table.channel: 0})["at"][table.channel]
        assert moderator.do("idea.hold", idea=note, reason="Names somebody")["ok"]
        change = hanna.next("change")
        while change["revision"] <= at:
            change = hanna.next("change")
        assert str(note) in change["remove"] and "Only for the host" not in str(change)


def test_who_moves_to_host_another_table_hears_no_more_at_the_first(hall: Hall, table: Table) -> None:
    name_host(hall.store, table.event, 1, table.hanna)
    with hall.phone(table.hanna.actor) as hanna, hall.phone(table.event.moderator) as moderator:
        hanna.call("watch", {table.channel: 0})
        fields = {"table": table.event.tables[1], "participant": table.hanna.id}
        assert moderator.do("table.name_host", **fields)["ok"]
        assert hanna.is_cut()


def test_who_becomes_host_is_not_cut_off(hall: Hall, table: Table) -> None:
    with hall.phone(table.hanna.actor) as hanna, hall.phone(table.event.moderator) as moderator:
        hanna.call("watch", {table.channel: 0})
        fields = {"table": table.event.tables[0], "participant": table.hanna.id}
        assert moderator.do("table.name_host", **fields)["ok"]
        assert not hanna.is_cut(within=1)


def test_a_big_screen_goes_dark_when_its_link_is_renewed(hall: Hall, table: Table) -> None:
    cookie = requests.get(f"{hall.address}/screen/{table.event.screen_token}", timeout=20).cookies["session"]
    with Phone(hall.address, f"session={cookie}", page="screen") as screen:
        assert screen.call("watch", {f"cafe:{table.event.cafe}": 0})["ok"]
        with hall.phone(table.event.moderator) as moderator:
            assert moderator.do("event.renew_screen_link", event=table.event.id)["ok"]
        assert screen.is_cut()


def test_a_person_of_an_account_is_cut_off_on_every_device(hall: Hall, table: Table) -> None:
    moderator = table.event.moderator
    fields = {"token": table.event.join_token, "name": "Mona", "language": "en", "writing_language": "en"}
    person = do(hall.store, moderator, "participant.join", **fields).thing[1]
    with hall.phone(moderator) as phone:
        answer = phone.call("watch", {table.channel: 0, f"person:{person}": 0})
        assert answer["ok"], answer
        assert answer["viewer"]["participant"] == str(person)
        with hall.phone(table.event.process.admin) as admin:
            assert admin.do("participant.remove", participant=person)["ok"]
        assert phone.is_cut()


def test_no_offer_to_compress_is_taken(hall: Hall, table: Table) -> None:
    """Every browser makes it; a connection that compresses takes more than twice the memory."""
    line = hall.line(table.anna.actor, header=["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"])
    assert line.getheaders()["upgrade"] == "websocket"
    assert "sec-websocket-extensions" not in line.getheaders()
    line.close()
