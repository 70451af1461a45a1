"""Will this room carry it: devices measure, and the moderator reads what to expect."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.test_connection import SOCKETS
from tests.browser.test_live import BACK_WITHIN
from tests.browser.test_paper import open_cafe
from tests.browser.visitor import LIVE
from tests.factories.servers import Server

pytestmark = pytest.mark.browser


def test_devices_measure_and_the_moderator_sees_what_to_expect(server: Server, enter: Enter) -> None:
    event, desk = open_cafe(server, enter)
    desk.goto(f"/events/{event.id}")
    desk.follow("Will this room carry it?")
    expect(desk.find("#hall-devices")).to_contain_text("No device tried yet")

    quick, blocked, plain = enter("quick"), enter("blocked"), enter("plain", plain=True)
    blocked.context.route_web_socket(SOCKETS, lambda socket: socket.close())
    for one, says in ((quick, "will carry the café."), (blocked, "by the slower way"), (plain, "This is plain http")):
        one.goto(f"/hall#{event.join_token}")
        one.fill("Which device is it? So that you find it in the list: Ruth’s phone, last row", one.name)
        one.button("Measure").click()
        # A way that is closed without a word is given up after seconds.
        expect(one.find("#verdict")).to_contain_text(says, timeout=BACK_WITHIN)
        expect(one.find("#verdict")).to_contain_text("An answer takes")
    quick.look("hall")
    expect(desk.find("#hall-devices")).to_contain_text("3 devices tried", timeout=2 * LIVE)
    expect(desk.find("#hall-devices")).to_contain_text("On one device the network blocks WebSockets.")
    desk.look("hall-devices")

    # A portal that answers in the server's place is no answer.
    quick.context.route("**/hall/report", lambda route: route.fulfill(body="<p>Welcome to our Wi-Fi</p>"))
    quick.button("Measure").click()
    expect(quick.find("[data-hall-status]")).to_contain_text("its answer did not reach the server")
