"""The big screen: whatever the code and however much people write, it stands whole on the wall."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.path.hall import shows, sign_in
from tests.browser.test_live import seated, write
from tests.browser.visitor import Visitor
from tests.factories.servers import Server

pytestmark = pytest.mark.browser

SPILLS = """() => [...document.querySelectorAll('.pj-join > *, .pj-main :is(.pj-time, .say, .pj-counts)')]
    .filter(one => {
        const {top, right, bottom} = one.getBoundingClientRect();
        const side = one.closest('.pj-join, .pj-main').getBoundingClientRect();
        return top < 0 || bottom > innerHeight || right > side.right || one.scrollWidth > one.clientWidth + 1;
    })
    .map(one => one.className + ': ' + one.textContent.trim().slice(0, 40))"""


def spilling(wall: Visitor) -> list[str]:
    """What does not stand on the screen with all its width and height."""
    found: list[str] = wall.page.evaluate(SPILLS)
    return found


LAID_OVER = """() => {
    const box = one => document.querySelector(one).getBoundingClientRect();
    const [time, counts, code] = ['.pj-time', '.pj-counts', '.pj-code'].map(box);
    return time.top < counts.top || time.bottom > innerHeight || code.bottom > innerHeight;
}"""


def test_the_overlay_of_a_stream_has_its_lines_to_itself(server: Server, enter: Enter) -> None:
    event = server.workshop("event", "create", "--tables", "1", "--open")
    wall, moderator = enter("big screen", "screen"), enter("moderator", "desktop")
    sign_in(moderator, event["moderator_link"])
    moderator.goto(f"/events/{event['event']}")
    link = moderator.link("Open the big screen").get_attribute("href") or ""
    wall.goto(f"{link}#overlay")
    expect(wall.find(".pj-stream")).to_have_text("Learning Café")
    expect(wall.find(".pj-room")).to_be_hidden()
    wall.page.evaluate("document.querySelectorAll('.pj-code span').forEach(one => one.textContent = 'WMWM')")
    assert not wall.page.evaluate(LAID_OVER)
    assert spilling(wall) == []


def test_the_widest_code_and_the_longest_notes_fit(server: Server, enter: Enter) -> None:
    event = server.workshop("event", "create", "--tables", "1", "--open")
    wall = enter("big screen", "screen")
    moderator = enter("moderator", "desktop")
    sign_in(moderator, event["moderator_link"])
    moderator.goto(f"/events/{event['event']}")
    wall.goto(moderator.link("Open the big screen").get_attribute("href") or "")
    expect(wall.find(".say-text")).to_be_visible()
    # The hint is a sentence, not a column of words.
    lines = wall.find(".say-text").evaluate("one => one.getClientRects().length && one.offsetHeight / 60")
    assert lines < 2, "The hint of an empty screen is broken into a column."
    phone = seated(enter, server, event, "Anna")
    for count in range(1, 4):
        write(phone, f"{count} " + "everybody in the street should know " * 13)
        shows(wall.find(".say").first, f"{count} every")
        assert spilling(wall) == []
    wall.page.evaluate("document.querySelectorAll('.pj-code span').forEach(one => one.textContent = 'WMWM')")
    assert spilling(wall) == []
    heights = wall.page.evaluate("[...document.querySelectorAll('.pj-code span')].map(one => one.offsetHeight)")
    size = wall.page.evaluate("parseFloat(getComputedStyle(document.querySelector('.pj-code')).fontSize)")
    assert max(heights) < size * 1.5, "A half of the code is broken in two."
    wall.page.evaluate("document.querySelector('.pj-url').firstChild.data = 'mitmachen.lernende-stadt.example.org'")
    assert spilling(wall) == []
