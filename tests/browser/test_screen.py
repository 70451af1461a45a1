"""The big screen: whatever the code and however much people write, it stands whole on the wall."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.everyone.house import store_of
from tests.browser.path.hall import gone, shows, sign_in
from tests.browser.test_live import seated, write
from tests.browser.visitor import LIVE, Visitor
from tests.factories import do
from tests.factories.action_list import listed_item, take_forward
from tests.factories.cafes import open_round
from tests.factories.events import EventMade, make_event
from tests.factories.ideas import write as write_note
from tests.factories.people import PersonMade, join
from tests.factories.processes import make_process
from tests.factories.servers import Server
from tests.live.phones import cookie_of
from workshop.engine import MODES
from workshop.perform import Store

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
    event = server.workshop("event", "create", "--tables", "1", "--open", "--screen-notes", "at_once")
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
    event = server.workshop("event", "create", "--tables", "1", "--open", "--screen-notes", "at_once")
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


SMALLEST = """() => {
    const texts = [...document.querySelectorAll('.pj-join *, .pj-main *')].filter(one =>
        [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()) && one.checkVisibility());
    const seen = texts.filter(one => one.offsetWidth > 2 && one.offsetHeight > 2);
    return Math.min(...seen.map(one => parseFloat(getComputedStyle(one).fontSize))) * 1920 / innerWidth;
}"""
CLIPPED = """() => [...document.querySelectorAll('.pj-notes, .pj-one, .pj-forward, .pj-order')]
    .filter(one => one.checkVisibility() && one.scrollHeight > one.clientHeight + innerWidth / 300)
    .map(one => `${one.className} ${one.scrollHeight} > ${one.clientHeight}`)"""
LONG = "Places under a roof in every street where people mend what is broken together with all their neighbours " * 2
VIEWS = {
    "Newest notes": "Places under a roof",
    "Welcome": "write your name, take a seat",
    "Votes": "of one person has supported notes",
    "What we take forward": "Benches at every stop",
    "The to:DO list": "Roofs for all",
    "Show the question": "What is missing at corner 2?",
}


def a_hall(store: Store, **fields: str) -> tuple[EventMade, PersonMade]:
    """An event in its first round with something to show in each view."""
    event = make_event(store, make_process(store, "Harbour on the wall"), **fields)
    anna = join(store, event)
    open_round(store, event)
    idea = write_note(store, anna, "A bench under the lime trees")
    for number in range(4):
        listed_item(store, event, idea, title=f"{number} {LONG}"[:200] if number < 3 else "Roofs for all")
    for number in range(4):
        title = f"{number} {LONG}"[:200] if number < 3 else "Benches at every stop"
        take_forward(store, event, idea, title=title)
    for number in range(5):
        do(store, anna.actor, "vote.cast", idea=write_note(store, anna, f"{number} {LONG * 2}"))
    return event, anna


def moderator_of(enter: Enter, store: Store, event: EventMade) -> Visitor:
    desk = enter("moderator", "desktop")
    value = cookie_of(store, event.moderator, "en").removeprefix("session=")
    desk.context.add_cookies([{"name": "session", "value": value, "url": desk.address}])
    return desk


@pytest.mark.parametrize("server", MODES[:1], indirect=True, scope="package")
def test_the_screens_follow_the_cockpit(server: Server, enter: Enter) -> None:
    """What is chosen shows at once on every screen, whole and large enough, over a stream too, in any language."""
    with store_of(server) as store:
        event, _anna = a_hall(store)
        wall, stream, desk = enter("wall", "screen"), enter("stream", "screen"), moderator_of(enter, store, event)
        wall.goto(f"/screen/{event.screen_token}?in=sv")
        stream.goto(f"/screen/{event.screen_token}#overlay")
        desk.goto(f"/cafes/{event.cafe}")
        expect(wall.find("html")).to_have_attribute("lang", "sv")
        desk.page.get_by_label("Question of table").select_option("2")
        for button, words in VIEWS.items():
            desk.button(button).click()
            shows(stream.find(".pj-main"), words)
            expect(desk.button(button)).to_have_attribute("aria-pressed", "true", timeout=LIVE)
            expect(desk.find("#screen-choice [aria-pressed=true]")).to_have_count(1)
            assert not stream.page.evaluate(LAID_OVER), button
            assert stream.page.evaluate(CLIPPED) == [], button
            for width in (1280, 1920, 3840):
                wall.page.set_viewport_size({"width": width, "height": width * 9 // 16})
                assert spilling(wall) == [] == wall.page.evaluate(CLIPPED), (button, width)
                assert wall.page.evaluate(SMALLEST) >= 39.9, (button, width)
                expect(wall.find(".qr")).to_be_in_viewport(ratio=1)
        shows(wall.find(".pj-main"), "What is missing at corner 2?")
        # The list grows while it is shown.
        desk.button("The to:DO list").click()
        shows(wall.find(".pj-main"), "Roofs for all")
        do(store, event.moderator, "action_item.add", event=event.id, title="A fountain")
        shows(wall.find(".say").first, "A fountain")
        # Dark for all, then lit by what is shown next; by the key this one alone, until it is pressed again.
        desk.button("Make it dark").click()
        for one in (wall, stream):
            expect(one.find(".pj-code")).to_be_hidden(timeout=LIVE)
        desk.button("Light the big screen").click()
        for one in (wall, stream):
            expect(one.find(".pj-code")).to_be_visible(timeout=LIVE)
        wall.page.keyboard.press("b")
        expect(wall.find(".pj-code")).to_be_hidden()
        wall.page.reload()
        expect(wall.find(".pj-code")).to_be_hidden()
        expect(stream.find(".pj-code")).to_be_visible()
        wall.page.keyboard.press("B")
        expect(wall.find(".pj-code")).to_be_visible()
        # After the café the order shows, and not before.
        desk.button("Votes").click()
        shows(wall.find(".pj-main"), "5 ")
        expect(wall.find(".pj-order")).to_have_count(0)
        # Pages of a café that is over load afresh.
        with wall.page.expect_navigation(timeout=20_000), stream.page.expect_navigation(timeout=20_000):
            do(store, event.moderator, "cafe.close", cafe=event.cafe)
        for one in (wall, stream):
            expect(one.find(".pj-order li")).to_have_count(5, timeout=20_000)
            assert one.page.evaluate(CLIPPED) == []
        assert spilling(wall) == []


@pytest.mark.parametrize("server", MODES[:1], indirect=True, scope="package")
def test_a_screen_goes_on_by_itself_after_a_restart(enter: Enter, tmp_path: Path) -> None:
    """Nobody walks to the projector: a note that is due and a choice made meanwhile show when the server is back."""
    with Server(tmp_path, "--no-demo") as first:
        address = first.address()
        with store_of(first) as store:
            event, anna = a_hall(store, screen_notes="after_delay")
            wall = enter("wall", "screen", at=address)
            wall.goto(f"/screen/{event.screen_token}")
            shows(wall.find(".pj-main"), "The first notes will stand here.")
            due = write_note(store, anna, "A well behind the church")
            first.stop()
            do(store, event.moderator, "screen.show", cafe=event.cafe, what="welcome")
            with Server(tmp_path, "--no-demo", PORT=address.rpartition(":")[2]) as again:
                again.address()
                expect(wall.find(".pj-main")).to_contain_text("write your name, take a seat", timeout=20_000)
                do(store, event.moderator, "screen.show", cafe=event.cafe, what="newest")
                shows(wall.find(".pj-summary"), "note")
                # Nothing is written any more: it comes because its time has come.
                expect(wall.find(".say").first).to_contain_text("A well behind the church", timeout=30_000)
                do(store, event.moderator, "idea.hide", idea=due, reason="After all")
                gone(wall.find(".say").filter(has_text="A well"))
                again.stop()
    # The browser complains of what was not there for a while.
    wall.problems[:] = [one for one in wall.problems if "socket.io" not in one]
