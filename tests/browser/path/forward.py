"""From notes to numbered to:DOs on the shared list, which is live for everybody."""

import re

from playwright.sync_api import expect

from tests.browser.path.hall import Hall, gone, note, shows
from tests.browser.path.table import WORDS
from tests.browser.visitor import LIVE

MARKED = "in jedem Stadtteil"
ROOMS = "Räume zum Reparieren in jedem Stadtteil"
LENDING = "A lending shelf in every library"
TALKS = "Talk to the housing companies"


def play(hall: Hall) -> None:
    """The host takes forward; the list grows and is searched, filtered and voted on."""
    the_host_takes_two_notes_forward(hall)
    the_host_takes_one_more(hall)
    the_draft_goes_on_the_list(hall)
    the_moderator_adds_one(hall)
    votes_on_the_list(hall)
    the_list_is_searched_and_filtered(hall)


def the_host_takes_two_notes_forward(hall: Hall) -> None:
    """One to:DO of two notes, with the passage that the host selects in one of them."""
    host = hall.second
    for name in ("repair", "library"):
        note(host, hall.ideas[name]).locator(".tick").check()
    host.look("table-host-selected")
    host.press("Take forward together")
    expect(host.find("[data-markable]")).to_have_count(2)
    passage = host.find("[data-markable]").filter(has_text=WORDS["repair"])
    passage.evaluate(
        """(element, words) => {
            const text = element.firstChild, start = text.data.indexOf(words);
            getSelection().setBaseAndExtent(text, start, text, start + words.length);
        }""",
        MARKED,
    )
    expect(host.page.get_by_label("The passage you mark")).to_have_value(MARKED)
    expect(passage.locator("mark")).to_have_text(MARKED)
    host.look("act-take-forward", dark=True)
    host.fill("What is to be done?", ROOMS)
    host.press("Take forward")
    assert host.path() == f"/tables/{hall.table}"
    shows(host.find(".tray-list"), ROOMS)
    # Everybody at the table sees whose words go on, and which.
    there = note(hall.anna, hall.ideas["repair"])
    expect(there.locator("mark")).to_have_text(MARKED, timeout=LIVE)
    shows(there, "Anna 2")
    shows(hall.screen.find(".pj-counts p").nth(1), "1")
    expect(hall.screen.find(".pj-notes mark")).to_have_text(MARKED)


def the_host_takes_one_more(hall: Hall) -> None:
    """Words that do not stand in the note are refused, and kept; then it goes without them."""
    host = hall.second
    with host.page.expect_navigation():
        note(host, hall.ideas["library"]).get_by_role("link", name="Take forward", exact=True).click()
    host.fill("What is to be done?", LENDING)
    host.fill("The passage you mark", "words that nobody wrote")
    with host.being_refused():
        host.press("Take forward")
    shows(host.find("#excerpt-error"), "These words do not stand in the note like that.")
    expect(host.page.get_by_label("What is to be done?", exact=True)).to_have_value(LENDING)
    host.look("act-take-forward-wrong")
    host.fill("The passage you mark", "")
    host.press("Take forward")
    shows(host.find(".tray-list"), LENDING)


def the_draft_goes_on_the_list(hall: Hall) -> None:
    """Each gets its number; whoever has the list open sees it come."""
    anna, host = hall.anna, hall.second
    anna.follow(anna.says("The to:DO list"))
    anna.look("list-empty")
    for number, title in enumerate((ROOMS, LENDING), 1):
        host.find(".tray-list li").filter(has_text=title).get_by_role(
            "button", name=re.compile("Put on the list")
        ).click()
        gone(host.find(".tray-list li").filter(has_text=title))
        row = anna.find("tbody tr").filter(has_text=title)
        expect(row.locator(".c-n")).to_have_text(str(number), timeout=LIVE)
        expect(row.locator(".status")).to_have_attribute("data-is", "open")
    shows(anna.find("[id^=count-]"), "2")
    anna.look("list", dark=True)


def the_moderator_adds_one(hall: Hall) -> None:
    desk = hall.moderator
    desk.goto(f"/events/{hall.event['event']}/list")
    desk.follow("Add a to:DO")
    desk.look("act-add")
    desk.fill("What is to be done?", TALKS)
    desk.press("Add a to:DO")
    shows(desk.find("tbody"), TALKS)
    shows(hall.anna.find("tbody"), TALKS)
    desk.look("list-moderator")


def votes_on_the_list(hall: Hall) -> None:
    button = hall.anna.find("tbody tr").filter(has_text=LENDING).locator("button.vote")
    theirs = hall.moderator.find("tbody tr").filter(has_text=LENDING).locator(".c-votes .num:visible")
    for pressed, votes in (("true", "1"), ("false", "0"), ("true", "1")):
        button.click()
        expect(button).to_have_attribute("aria-pressed", pressed, timeout=LIVE)
        for one in (button, theirs):
            expect(one).to_have_text(re.compile(rf"^\s*{votes}\b"), timeout=LIVE)


def the_list_is_searched_and_filtered(hall: Hall) -> None:
    desk = hall.moderator
    rows = desk.find("tbody tr")
    for words, found in (("LENDING shelf", [LENDING]), ("3", [TALKS]), ("räume", [ROOMS]), ("nobody", [])):
        desk.find("input[name=q]").fill(words)
        desk.press("Show")
        expect(rows).to_have_count(len(found))
        assert [title in row for title, row in zip(found, rows.all_inner_texts(), strict=True)] == [True] * len(found)
    desk.look("list-nothing-found")
    desk.follow("Show all")
    expect(rows).to_have_count(3)
    desk.page.get_by_label("Order").select_option("votes")
    desk.press("Show")
    shows(rows.first, LENDING)
    desk.page.get_by_label("Status").select_option("done")
    desk.press("Show")
    expect(rows).to_have_count(0)
    desk.goto(f"/events/{hall.event['event']}/ideas")
    expect(desk.find(".notes-list .note")).to_have_count(3)
    desk.look("ideas", dark=True)
