"""The goal with the line back to the words, followed by the InnoLab; and the end of a stay."""

import re

from playwright.sync_api import expect

from tests.browser.path.forward import LENDING, MARKED, ROOMS
from tests.browser.path.hall import Hall, note, shows
from tests.browser.path.sorting import GOAL, HANDLERS
from tests.browser.path.table import WORDS
from tests.browser.visitor import LIVE

NEWS = "Two libraries open their back rooms on Saturdays."


def play(hall: Hall) -> None:
    """The line is read in both directions; an update arrives where somebody looks; somebody is removed."""
    the_line_leads_back(hall)
    a_note_leads_forward(hall)
    the_innolab_writes_an_update(hall)
    own_notes_stay_with_the_receipt(hall)
    somebody_is_removed(hall)


def the_line_leads_back(hall: Hall) -> None:
    """Everybody reads it: the words as they were written, with table, round, votes and what was marked."""
    anna = hall.anna
    with anna.page.expect_navigation():
        anna.find("tbody tr").filter(has_text=ROOMS).locator(".goal-ref").click()
    shows(anna.find("h1"), GOAL)
    shows(anna.find(".goal-top .field-tag"), "Repair and reuse")
    for _, name, _ in HANDLERS:
        shows(anna.find(".goal-top .facts"), name)
    expect(anna.find(".became-text")).to_have_text([ROOMS, LENDING])
    said = anna.find(".said")
    expect(said.locator("q")).to_have_text([WORDS["library"], WORDS["repair"], WORDS["library"]])
    expect(said.locator("q").nth(1)).to_have_attribute("lang", "de")
    expect(anna.find(".lineage mark")).to_have_text([MARKED])
    cite = said.filter(has_text=WORDS["repair"]).locator("cite")
    table, votes = anna.says("Table %(table)s, round %(round)s") % {"table": 1, "round": 1}, re.compile(r", 1 \w+")
    shows(cite, table)
    expect(cite).to_have_text(votes)
    anna.look("goal", dark=True)


def a_note_leads_forward(hall: Hall) -> None:
    host = hall.second
    there = note(host, hall.ideas["repair"])
    with host.page.expect_navigation():
        there.locator(".note-foot a[href^='/ideas/']").click()
    shows(host.find(".note-text"), WORDS["repair"])
    expect(host.find(".chain > li")).to_have_count(3)
    shows(host.find(".chain"), ROOMS)
    shows(host.find(".chain .goal-ref"), "Goal 1")
    host.look("idea", dark=True)
    with host.page.expect_navigation():
        host.find(".chain").get_by_role("link", name=ROOMS).click()
    shows(host.find(".brief"), WORDS["repair"])
    host.look("item", dark=True)
    host.page.go_back()
    with host.page.expect_navigation():
        host.find(".chain").get_by_role("link", name=GOAL).click()
    # It leads to the very words.
    expect(host.find(".said:target q")).to_have_text(WORDS["repair"])


def the_innolab_writes_an_update(hall: Hall) -> None:
    desk = hall.innolab
    desk.goto(f"/processes/{hall.process['slug']}/goals")
    desk.look("goals", dark=True)
    desk.follow(GOAL)
    desk.follow("Write an update")
    desk.look("act-update")
    desk.fill("What has happened?", NEWS)
    desk.choose("At risk")
    desk.fill("How much of it is done, in percent", "40")
    desk.press("Write an update")
    # Two people look at the goal; nobody loads it again.
    for phone in (hall.anna, hall.second, desk):
        shows(phone.find(".updates"), NEWS)
        expect(phone.find(".goal-lead .status")).to_have_attribute("data-is", "at_risk", timeout=LIVE)
        shows(phone.find(".goal-chart"), "40")
    desk.follow("Add a milestone")
    desk.look("act-milestone")
    desk.fill("What is to be reached?", "The first Saturday")
    desk.press("Add a milestone")
    shows(hall.anna.find(".miles"), "The first Saturday")
    desk.page.get_by_role("button", name=re.compile("It is reached")).click()
    expect(hall.anna.find(".miles .status")).to_have_attribute("data-is", "done", timeout=LIVE)
    hall.anna.look("goal-followed")


def own_notes_stay_with_the_receipt(hall: Hall) -> None:
    anna = hall.anna
    anna.goto("/me")
    shows(anna.find(".receipt-code"), hall.receipt)
    expect(anna.find(".mine li")).to_have_count(2)
    expect(anna.find(".mine mark")).to_have_text(MARKED)
    anna.look("me", dark=True)
    anna.goto(f"/tables/{hall.table}")


def somebody_is_removed(hall: Hall) -> None:
    """The socket is cut at once, and the page says why."""
    desk, anna = hall.moderator, hall.anna
    desk.goto(f"/events/{hall.event['event']}")
    desk.follow("Cockpit")
    desk.follow("People")
    desk.look("people")
    row = desk.find("tbody tr").filter(has=desk.page.get_by_role("rowheader", name="Anna", exact=True))
    row.get_by_text("More…").click()
    with desk.page.expect_navigation():
        row.get_by_role("link", name=re.compile("Remove")).click()
    desk.look("act-remove")
    with anna.being_refused():
        desk.press("Remove Anna")
        expect(anna.find("main")).to_contain_text(anna.says("You have been removed from this event."), timeout=LIVE)
        anna.look("removed")
        anna.page.reload()
    expect(hall.second.find("body")).to_be_visible()
    hall.second.goto(f"/tables/{hall.table}")
    expect(hall.second.find(".seat-names li")).to_have_count(1)
