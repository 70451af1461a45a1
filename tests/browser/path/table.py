"""At the table: writing, voting, changing and withdrawing notes, seen by everybody at once."""

import re

from playwright.sync_api import expect

from tests.browser.path.hall import Hall, gone, note, shows, sign_in
from tests.browser.visitor import LIVE, Visitor

WORDS = {
    "repair": "Ein Repair-Café in jedem Stadtteil, auch abends geöffnet.",
    "insult": "Die da oben sind alle Idioten und das bleibt auch so.",
    "library": "Our library lends drills and saws. Everybody on my street uses it.",
    "question": "Who pays for the rooms when the funding ends?",
}


def play(hall: Hall) -> None:
    """A round begins and notes of each kind appear everywhere."""
    the_moderator_comes(hall)
    the_big_screen_shows_how_to_join(hall)
    a_round_begins(hall)
    notes_of_each_kind(hall)
    a_vote_is_given_and_taken_back(hall)
    a_note_is_changed(hall)
    a_note_is_withdrawn(hall)


def the_moderator_comes(hall: Hall) -> None:
    desk = hall.moderator
    desk.goto(hall.event["moderator_link"])
    desk.look("sign-in")
    sign_in(desk, hall.event["moderator_link"])
    desk.look("my-processes")
    desk.follow("Kreislaufstadt")
    desk.look("process", dark=True)
    desk.follow("Learning Café")
    desk.look("event", dark=True)
    desk.follow("Cockpit")
    shows(desk.find(".room-table").first, "2 people")
    desk.look("cockpit-before", dark=True)


def the_big_screen_shows_how_to_join(hall: Hall) -> None:
    link = hall.moderator.link("Open the big screen").get_attribute("href")
    assert link
    wall = hall.screen
    wall.goto(link)
    code = hall.event["code"]
    expect(wall.find(".pj-code span")).to_have_text([code[:4], code[4:]])
    expect(wall.find("svg.qr")).to_be_visible()
    shows(wall.find(".pj-room"), "2")
    shows(wall.find(".pj-notes"), "The first notes will stand here.")
    wall.look("screen-before")


def a_round_begins(hall: Hall) -> None:
    hall.moderator.button("Start round 1").click()
    shows(hall.moderator.find(".control-bar"), "Round 1 of 3")
    for phone in (hall.anna, hall.second):
        expect(phone.find("[data-composer]")).to_be_visible(timeout=LIVE)
        expect(phone.find(".seat .clock")).to_have_text(re.compile(r"1[89]:\d\d"))
    expect(hall.screen.find(".pj-clock")).to_have_text(re.compile(r"1[89]:\d\d"))


def notes_of_each_kind(hall: Hall) -> None:
    write(hall, hall.anna, "repair", "idea")
    write(hall, hall.anna, "insult", "challenge")
    write(hall, hall.second, "library", "good_example")
    write(hall, hall.second, "question", "question")
    # The screen shows the newest.
    shows(hall.screen.find(".pj-notes"), WORDS["question"])
    shows(hall.screen.find(".pj-counts"), "4 notes")
    expect(note(hall.anna, hall.ideas["repair"]).locator(".note-text")).to_have_attribute("lang", "de")
    hall.anna.look("table", dark=True)
    hall.second.look("table-english")
    hall.screen.look("screen")


def write(hall: Hall, phone: Visitor, name: str, kind: str) -> None:
    """Write a note; it is saved, and lies on the other phone too."""
    phone.find(f".kind[data-kind={kind}]").click()
    phone.find("[data-composer] textarea").fill(WORDS[name])
    phone.find("[data-composer] button").last.click()
    mine = phone.find(".note").filter(has_text=WORDS[name])
    shows(mine.locator("[data-sent-line]"), phone.says("Saved. Everyone here sees it"))
    expect(phone.find("[data-composer] textarea")).to_have_value("")
    hall.ideas[name] = mine.get_attribute("id") or ""
    for one in (hall.anna, hall.second):
        there = note(one, hall.ideas[name])
        shows(there, WORDS[name])
        expect(there).to_have_attribute("data-kind", kind)
        expect(there.locator(".who:visible")).to_have_text(
            one.says("You") if one is phone else "Anna" if phone is hall.anna else "Anna 2"
        )


def a_vote_is_given_and_taken_back(hall: Hall) -> None:
    button = note(hall.second, hall.ideas["repair"]).locator("button.vote")
    theirs = note(hall.anna, hall.ideas["repair"]).locator(".vote:visible, .vote-count:visible")
    for pressed, votes in (("true", "1"), ("false", "0"), ("true", "1")):
        button.click()
        expect(button).to_have_attribute("aria-pressed", pressed, timeout=LIVE)
        for one in (button, theirs):
            expect(one).to_have_text(re.compile(rf"^\s*{votes}\b"), timeout=LIVE)


def a_note_is_changed(hall: Hall) -> None:
    phone = hall.anna
    menu = note(phone, hall.ideas["repair"]).locator(".note-more")
    menu.locator("summary").click()
    phone.look("table-note-menu")
    with phone.page.expect_navigation():
        menu.get_by_role("link", name=phone.says("Edit"), exact=True).click()
    field = phone.find("main textarea")
    expect(field).to_have_value(WORDS["repair"])
    phone.look("act-edit")
    WORDS["repair"] = WORDS["repair"].replace("auch abends", "auch abends und samstags")
    field.fill(WORDS["repair"])
    with phone.page.expect_navigation():
        phone.find("main form button").click()
    assert phone.path() == f"/tables/{hall.table}"
    for one in (hall.anna, hall.second):
        shows(note(one, hall.ideas["repair"]), WORDS["repair"])


def a_note_is_withdrawn(hall: Hall) -> None:
    phone = hall.second
    mine = note(phone, hall.ideas["question"])
    mine.locator(".note-more summary").click()
    mine.get_by_role("button", name="Withdraw").click()
    gone(note(hall.anna, hall.ideas["question"]))
    gone(mine)
    shows(hall.screen.find(".pj-counts"), "3 notes")
    expect(hall.screen.find(".pj-notes")).not_to_contain_text(WORDS["question"], timeout=LIVE)
