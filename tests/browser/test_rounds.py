"""Between the rounds: what the moderator presses, and what a phone that is written on then says."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Enter
from tests.browser.path.hall import shows, sign_in
from tests.browser.test_live import seated, write
from tests.factories.servers import Server

pytestmark = pytest.mark.browser


def test_a_phone_says_that_the_round_is_over_and_where_to_go(server: Server, enter: Enter) -> None:
    event = server.workshop("event", "create", "--tables", "2", "--rounds", "2", "--open")
    phone, moderator = seated(enter, server, event, "Anna"), enter("moderator", "desktop")
    sign_in(moderator, event["moderator_link"])
    moderator.goto(f"/events/{event['event']}")
    moderator.follow("Cockpit")
    for number in range(8):
        write(phone, f"Note {number}, long enough to take two lines on a phone that is narrow")
        shows(phone.find(".note").first, f"Note {number}")
    moderator.button("End round 1").dblclick()
    shows(phone.find(".writing"), "Round 1 is over.")
    assert is_in_sight(phone.find(".writing b")), "The writing line covers the sentence."
    assert is_in_sight(phone.find("[data-composer] textarea"))
    phone.look("table-between", dark=True)
    # A double click ended the round; it started none.
    expect(moderator.button("Start round 2")).to_be_visible()
    # From wherever a moderator looks, the cockpit is one press away.
    for page in ("Ideas", "to:DO list", "Sorting", "Event"):
        moderator.follow(page)
        moderator.follow("Live")
        expect(moderator.button("Start round 2")).to_be_visible()
    phone.follow("Choose another table")
    phone.press("Sit at table 2")
    shows(phone.find(".seat-no"), "2")


def is_in_sight(locator: Locator) -> bool:
    """Whether one sees it without scrolling."""
    seen: bool = locator.evaluate(
        "one => { const {left, top, width, height} = one.getBoundingClientRect();"
        " const there = document.elementFromPoint(left + width / 2, top + height / 2);"
        " return one === there || one.contains(there); }"
    )
    return seen
