"""The screen never lies (G9): lost, catching up and back are told in words, and no answer is made up."""

import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Route, WebSocketRoute, expect

from tests.browser.conftest import Enter
from tests.browser.path.hall import shows
from tests.browser.test_live import BACK_WITHIN, seated, write
from tests.browser.test_outbox import ACKNOWLEDGEMENT, pending, take_seat, texts_of, watch_saved
from tests.browser.visitor import Visitor
from tests.factories.servers import Server

pytestmark = pytest.mark.browser

SOCKETS = re.compile("/socket.io/")
HELD_FOR = 10_000
"""Milliseconds for which nobody hears what the server has answered."""


@dataclass
class Network:
    """What lies between a device and the server.

    Attributes:
        cut: whether nothing gets through; holding: whether no answer to a call does.
        held: the answers that came meanwhile, in their order.
    """

    cut: bool = False
    holding: bool = False
    held: list[tuple[WebSocketRoute, str | bytes]] = field(default_factory=list)
    sockets: list[WebSocketRoute] = field(default_factory=list)

    def between(self, visitor: Visitor) -> "Network":
        """Lie between this visitor and the server; before it opens a page."""
        visitor.context.route_web_socket(SOCKETS, self._socket)
        visitor.context.route(SOCKETS, lambda route: route.abort() if self.cut else route.continue_())
        visitor.context.route("**/act/*.json", self._call)
        return self

    def _socket(self, socket: WebSocketRoute) -> None:
        if self.cut:
            socket.close()
            return
        self.sockets.append(socket)
        behind = socket.connect_to_server()
        behind.on_message(lambda message: self._carry(socket, message))

    def _carry(self, socket: WebSocketRoute, message: str | bytes) -> None:
        if self.holding and ACKNOWLEDGEMENT.match(str(message)):
            self.held.append((socket, message))
        else:
            socket.send(message)

    def _call(self, route: Route) -> None:
        # What is asked arrives; what is answered does not.
        if not self.cut and self.holding:
            route.fetch()
        route.abort() if self.cut or self.holding else route.continue_()

    def lose(self) -> None:
        """End every connection and take no new one."""
        self.cut = True
        for socket in self.sockets:
            socket.close()
        self.sockets.clear()

    def release(self) -> None:
        """Let the answers come that were held, and all later ones."""
        self.holding = False
        for socket, message in self.held:
            if socket in self.sockets:
                socket.send(message)
        self.held.clear()


def forgive(visitor: Visitor) -> None:
    """A browser complains of each connection that this test cuts."""
    visitor.problems[:] = [one for one in visitor.problems if "socket.io" not in one and ".json" not in one]


def test_lost_catching_up_and_back_are_told_in_words(server: Server, enter: Enter) -> None:
    event = server.workshop("event", "create", "--tables", "1", "--open")
    phone, desk = enter("Anna"), enter("moderator", "desktop", language="de")
    wall = enter("big screen", "screen")
    networks = [Network().between(one) for one in (phone, desk, wall)]
    take_seat(phone, server, event)
    desk.goto(event["moderator_link"])
    desk.press(desk.says("Sign in"))
    desk.goto(f"/events/{event['event']}/live")
    wall.goto(desk.find("a[href^='/screen/']").first.get_attribute("href") or "")
    desk.goto(f"/events/{event['event']}/list")
    for one in (phone, desk, wall):
        # It was never lost, and so nothing is said.
        expect(one.find("#connection")).to_be_hidden()
    for network in networks:
        network.lose()
    shows(phone.find("#connection"), "You are offline. Keep writing.")
    for one in (desk, wall):
        shows(one.find("#connection"), one.says("You are offline."))
        shows(one.find("#connection"), one.says("What you see may be out of date."))
    wall.look("screen-offline")
    desk.look("list-offline", dark=True)
    for text in ("One", "Two"):
        write(phone, text)
    shows(phone.find("#connection"), "2 notes will be sent when you are back.")
    stays_in_sight(phone)
    for network in networks:
        network.holding, network.cut = True, False
    expect(phone.find("#connection")).to_contain_text(
        "You are back. Catching up: 0 of 2 notes sent.", timeout=BACK_WITHIN
    )
    for one in (desk, wall):
        expect(one.find("#connection")).to_contain_text(one.says("You are back."), timeout=BACK_WITHIN)
        shows(one.find("#connection"), one.says("Catching up with what you missed."))
    expect(pending(phone.page)).to_have_count(2)
    phone.look("table-catching-up")
    desk.look("list-catching-up")
    for network in networks:
        network.release()
    for one in (phone, desk, wall):
        expect(one.find("#connection")).to_contain_text(one.says("Everything is up to date."), timeout=BACK_WITHIN)
        expect(one.find("#connection")).to_be_hidden(timeout=BACK_WITHIN)
        forgive(one)
    assert texts_of(server, event) == ["One", "Two"]


def stays_in_sight(phone: Visitor) -> None:
    """However far down one reads, in low windows too, and beside the line one writes on."""
    banner, line = phone.find("#connection"), phone.find("[data-composer] textarea")
    before = phone.page.viewport_size
    assert before
    for width, height in ((390, 500), (320, 568), (320, 256)):
        phone.page.set_viewport_size({"width": width, "height": height})
        below = phone.page.evaluate("scrollTo(0, document.documentElement.scrollHeight), scrollY")
        assert below > 0, f"nothing to read below at {width} x {height}"
        expect(banner, f"{width} x {height}").to_be_in_viewport(ratio=1)
        line.press_sequentially("Tea")
        expect(banner, f"{width} x {height}").to_be_in_viewport(ratio=1)
        seen = line.evaluate(
            "line => { const {left, top, width, height} = line.getBoundingClientRect();"
            " return [1, height / 2, height - 1].every(down =>"
            "   document.elementFromPoint(left + width / 2, top + down) === line) }"
        )
        assert seen, f"the writing line is covered at {width} x {height}"
        line.fill("")
        phone.keep_picture(f"table-offline-{width}-{height}")
    phone.page.set_viewport_size(before)


def test_no_note_is_said_to_be_saved_before_its_call_was_answered(server: Server, enter: Enter) -> None:
    """Where no socket gets through, calls go out again until one is answered, and every note is stored once."""
    event = server.workshop("event", "create", "--tables", "1", "--open")
    phone, network = enter("Anna"), Network()
    said = watch_saved(phone)
    network.between(phone)
    phone.context.route_web_socket(SOCKETS, lambda socket: socket.close())
    phone.context.route(SOCKETS, lambda route: route.abort())
    take_seat(phone, server, event)
    network.holding = True
    texts = [f"Note {number}" for number in range(5)]
    for text in texts:
        write(phone, text)
    expect(pending(phone.page)).to_have_count(5)
    phone.page.wait_for_timeout(HELD_FOR)
    assert "Note 0" in texts_of(server, event)
    expect(pending(phone.page)).to_have_count(5)
    shows(phone.find(".note").filter(has_text="Note 0"), "Will be sent")
    assert not said
    network.release()
    # As a browser says it that has a network again; otherwise the page tries by itself within half a minute.
    phone.page.evaluate("dispatchEvent(new Event('online'))")
    expect(pending(phone.page)).to_have_count(0, timeout=2 * BACK_WITHIN)
    assert texts_of(server, event) == texts
    assert len(said) == 5
    forgive(phone)


def test_a_network_that_lets_no_websocket_through_is_live_by_polling(server: Server, enter: Enter) -> None:
    """A proxy takes each WebSocket and closes it; a browser says no Origin when it asks its own site by GET."""
    event = server.workshop("event", "create", "--tables", "1", "--rounds", "2", "--open")
    phone, other, desk = enter("Anna"), seated(enter, server, event, "Ben"), enter("moderator", "desktop")
    for one in (phone, desk):
        one.context.route_web_socket(SOCKETS, lambda socket: socket.close())
    take_seat(phone, server, event)
    slower = "The network here blocks the quick way. Everything works"
    expect(phone.find("#connection")).to_contain_text(slower, timeout=BACK_WITHIN)
    write(other, "Heard at the whole table")
    expect(phone.find(".note")).to_contain_text("Heard at the whole table", timeout=BACK_WITHIN)
    write(phone, "By another way")
    expect(phone.find(".note[data-order]").filter(has_text="By another way")).to_be_visible()
    shows(other.find(".note").first, "By another way")
    phone.find(".note").filter(has_text="Heard at").locator(".vote").click()
    expect(other.find(".note").filter(has_text="Heard at").locator(".vote")).to_contain_text("1", timeout=BACK_WITHIN)
    phone.look("table-slower")
    # A round ends and the next begins, pressed and seen by polling alone.
    desk.goto(event["moderator_link"])
    desk.press(desk.says("Sign in"))
    desk.goto(f"/events/{event['event']}/live")
    # Where the first attempts took long it says before that the connection is back.
    expect(desk.find("#connection")).to_contain_text("The network here blocks the quick way.", timeout=BACK_WITHIN)
    desk.find("[formaction='/act/round.close']").first.click()
    expect(phone.find(".writing[data-writing]")).to_have_attribute(
        "data-is", re.compile("grace|between"), timeout=BACK_WITHIN
    )
    desk.find("[formaction='/act/round.open']").first.click()
    expect(phone.find(".writing[data-writing]")).to_have_attribute("data-is", "round", timeout=BACK_WITHIN)
    write(phone, "In the second round")
    expect(phone.find(".note[data-order]").filter(has_text="In the second round")).to_be_visible()
    expect(phone.find("#connection")).to_contain_text("The network here blocks the quick way.")
