"""Not everyone has a phone: what is printed, and what comes back from paper."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.everyone.house import House, store_of
from tests.browser.visitor import Visitor
from tests.factories.cafes import open_round
from tests.factories.events import EventMade, make_event
from tests.factories.processes import make_process
from tests.factories.servers import Server

pytestmark = pytest.mark.browser


def open_cafe(server: Server, enter: Enter, **fields: object) -> tuple[EventMade, Visitor]:
    """A café of its own in round one, and its moderator at a desk."""
    with store_of(server) as store:
        process = make_process(store)
        event = make_event(store, process, **fields)
        open_round(store, event)
        desk = enter("moderator", "desktop")
        House(store, process, "").let_in(desk, "moderator")
    return event, desk


def test_cards_are_printed_and_make_their_bearer_the_host(server: Server, enter: Enter) -> None:
    event, desk = open_cafe(server, enter, tables=5)
    desk.goto(f"/cafes/{event.cafe}")
    desk.follow("Cards to print")
    desk.look("cards")
    expect(desk.find(".sheet-a4:visible")).to_have_count(3)
    paper = desk.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 5 + 38 + 2
    # A4 in points, whatever the browser's own paper is.
    boxes = {tuple(map(float, one.split())) for one in re.findall(rb"/MediaBox \[([^\]]*)\]", paper)}
    assert all(abs(width - 595.3) < 1 and abs(height - 841.9) < 1 for _, _, width, height in boxes)
    desk.page.emulate_media(media="print")
    card = desk.find(".a6").first.bounding_box()
    assert card and abs(card["width"] - 105 / 25.4 * 96) < 1 and abs(card["height"] - 148.5 / 25.4 * 96) < 1
    desk.page.emulate_media(media="screen")

    ruth = enter("Ruth")
    ruth.goto(f"/host#{event.host_cards[4]}")
    expect(ruth.find("h1")).to_have_text("You are to host table 5")
    ruth.look("host-card")
    ruth.fill("Your name at the table", "Ruth")
    ruth.press("Host this table")
    expect(ruth.find(".host-bar")).to_contain_text("You are the host.")

    desk.page.get_by_role("link", name="Table 5", exact=True).click()
    desk.press("Make a new host card")
    late = enter("late")
    with late.being_refused():
        late.goto(f"/host#{event.host_cards[4]}")
        expect(late.find(".error-summary")).to_contain_text("leads nowhere any more")
