"""Who sits where: the plan, a room that is not as planned, and what a guest's phone says of the next table."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.path.hall import shows, sign_in
from tests.browser.test_live import write
from tests.browser.visitor import Visitor
from tests.factories.servers import Server

pytestmark = pytest.mark.browser

FOLLOWS_WITHIN = 30_000
"""Milliseconds in which a page follows to the table where one was sent."""
EXPECTED, CAME = 16, 9


def cells(visitor: Visitor, number: int) -> list[int]:
    """How many sit at each table in a round, by the page of the plan."""
    rows = visitor.find(".plan tbody tr").nth(number - 1).locator("td")
    return [rows.nth(place).locator("li").count() for place in range(rows.count())]


def printed_with_names(moderator: Visitor) -> None:
    """On paper names stand in place of letters, below the number of each table; the button prints."""
    page = moderator.page
    page.evaluate("window.print = () => { document.body.dataset.printed = 'yes'; }")
    moderator.button("Print with names").click()
    expect(page.locator("body")).to_have_attribute("data-printed", "yes")
    page.emulate_media(media="print", color_scheme="light")
    seat = moderator.find(".plan .seats li").filter(has_text="Guest 7").first
    expect(seat).to_be_visible()
    letters, name = seat.locator("[aria-hidden]"), seat.locator(".visually-hidden")
    expect(letters).not_to_be_visible()
    size = name.evaluate("one => [one.getBoundingClientRect().width, parseFloat(getComputedStyle(one).fontSize)]")
    assert size[0] > 30 and size[1] >= 12
    above = moderator.find(".plan tbody td").nth(1).evaluate("one => getComputedStyle(one, '::before').content")
    assert above == '"Table 2"'
    expect(moderator.find(".plan-facts")).not_to_be_visible()
    moderator.keep_picture("plan-on-paper")
    page.emulate_media(media="screen", color_scheme="no-preference")


def test_fewer_come_than_were_expected(server: Server, enter: Enter, tmp_path: Path) -> None:
    """Four tables become two with people told; one undoes it; a guest is led to the next table, with a draft."""
    event = server.workshop("event", "create", "--tables", "4", "--rounds", "3")
    people = tmp_path / "people.csv"
    people.write_text("name\nAnna\n" + "".join(f"Guest {number}\n" for number in range(1, EXPECTED)))
    server.workshop("cafe", "expect", str(people), "--event", event["event"])
    moderator, phone = enter("moderator", "desktop"), enter("Anna")
    sign_in(moderator, event["moderator_link"])
    moderator.goto(f"/events/{event['event']}")
    moderator.follow("Cockpit")
    moderator.follow("Who sits where")
    shows(moderator.find(".lead"), "16 more expected")
    moderator.follow("Make a plan")
    moderator.press("Plan who sits where")
    assert [cells(moderator, number) for number in (1, 2, 3)] == [[4] * 4] * 3
    shows(moderator.find(".plan-facts"), "of 120 pairs meet twice, as few as possible.")
    moderator.look("plan", dark=True)
    printed_with_names(moderator)

    # Nine come, each to their own place.
    server.workshop("join", "--event", event["event"], "--count", str(CAME - 1))
    phone.goto("/")
    phone.fill("Code", event["code"])
    phone.fill("Your name at the table", "anna")
    phone.press("Take a seat")
    shows(moderator.find(".lead"), "9 people, 7 more expected")
    moderator.fill("Find a person", "ann")
    moderator.press("Find")
    here = int(moderator.find(".plan-find b.num").inner_text().split(",")[0])
    shows(phone.find(".seat-no"), str(here))
    expect(moderator.find(".seats [data-is=found]")).to_have_count(3)

    # The room is different: what will happen comes first, and it can be taken back.
    moderator.follow("The room is different")
    moderator.fill("Tables", "2")
    moderator.press("Show what will happen")
    shows(moderator.find(".will-do").first, "The seats of 7 people fall away who have not come.")
    shows(moderator.find(".will-do").first, "Tables 3 and 4 close.")
    moderator.look("room", dark=True)
    moderator.press("Close 2 tables")
    expect(moderator.page).to_have_url(re.compile("/plan"))
    assert sorted(cells(moderator, 1)[:2]) == [4, 5]
    moderator.press("Undo")
    shows(moderator.find(".lead"), "4 tables")
    moderator.follow("The room is different")
    moderator.fill("Tables", "3")
    moderator.press("Show what will happen")
    moderator.press("Close one table")
    shows(moderator.find(".lead"), "3 tables")

    # Through a round: the draft stays where it was begun, and the phone says where to go.
    moderator.follow("Live")
    moderator.button("Start round 1").click()
    line = phone.find("[data-composer] textarea")
    phone.page.wait_for_load_state()
    expect(line).to_be_visible(timeout=FOLLOWS_WITHIN)
    before = phone.find(".seat-no").inner_text()
    line.fill("Begun in round 1")
    moderator.button("End round 1").click()
    card = phone.find("[data-when=next] .tent-no")
    expect(card).to_be_visible()
    shows(card, "Next: table")
    going_to = card.inner_text().split()[-1]
    assert going_to not in before
    expect(line).to_have_value("Begun in round 1")
    phone.look("table-next", dark=True)
    # In a break the same card says until when it is, and nothing else does.
    moderator.follow("Break…")
    moderator.press("Begin the break")
    expect(phone.find(".back")).to_be_visible()
    shows(phone.find(".back"), "Break until")
    expect(card).to_be_visible()
    expect(phone.find(".moment[data-during=break]")).not_to_be_visible()
    expect(line).to_have_value("Begun in round 1")
    phone.look("table-next-in-a-break", dark=True)
    moderator.button("Start round 2").click()
    said = phone.find("[data-when=now] .tent-no")
    expect(said).to_be_visible()
    shows(said, going_to)
    # Who is writing is not taken away.
    expect(line).to_have_value("Begun in round 1")
    write(phone, "Begun in round 1, and finished")
    expect(phone.find(".note[data-sent=saved]")).to_have_count(1)
    phone.find("[data-when=now] .btn").click()
    shows(phone.find(".seat-no"), going_to)
    write(phone, "Said at the next table")
    shows(phone.find(".note").first, "Said at the next table")
    expect(phone.find(".note[data-sent=pending]")).to_have_count(0)
    rounds = event["rounds"]
    notes = {one["text"]: one["round"] for one in server.workshop("ideas", "--event", event["event"])}
    assert notes == {"Begun in round 1, and finished": rounds[0], "Said at the next table": rounds[1]}

    # Whoever does nothing is followed by the page.
    moderator.button("End round 2").click()
    expect(card).to_be_visible()
    last = card.inner_text().split()[-1]
    moderator.button("Start round 3").click()
    expect(phone.find("[data-composer]")).to_be_visible()
    expect(phone.find(".seat-no")).to_contain_text(last, timeout=FOLLOWS_WITHIN)
