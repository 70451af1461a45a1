"""Pages that stay open: another process, a lost connection, somebody typing."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.path.hall import shows
from tests.browser.visitor import LIVE, PHONE, Visitor
from tests.factories.servers import Server

pytestmark = pytest.mark.browser

BACK_WITHIN = 20_000
"""Milliseconds in which a page that is connected again has sent what waited."""


def seated(enter: Enter, server: Server, event: dict[str, str], name: str) -> Visitor:
    """Somebody at table 1 of an event, by its card."""
    phone = enter(name)
    phone.goto(f"/#{server.card_tokens(event['code'])[0]}")
    phone.fill("Your name at the table", name)
    phone.press("Take a seat")
    expect(phone.find("[data-composer]")).to_be_visible()
    return phone


def write(phone: Visitor, text: str) -> None:
    phone.find("[data-composer] textarea").fill(text)
    phone.find("[data-composer]").get_by_role("button", name="Send").click()


def test_a_list_is_looked_through_once_there_is_something_on_it(server: Server, enter: Enter) -> None:
    event = server.workshop("event", "create", "--tables", "1", "--open")
    anna, desk = seated(enter, server, event, "Anna"), enter("moderator")
    write(anna, "A bench at every stop.")
    expect(anna.find(".note[data-sent=saved]")).to_have_count(1)
    table, note = anna.path(), anna.find(".note[data-order]").get_attribute("id")
    anna.goto(f"/events/{event['event']}/list")
    expect(anna.find(".filters")).to_be_hidden()
    desk.goto(event["moderator_link"])
    desk.press("Sign in")
    desk.goto(f"/act/action_item.take_forward?ideas={note}&next={table}")
    # On a phone too the words are read first, and what is to be done stands below them on the same screen.
    words, field = desk.find("aside .note-text").bounding_box(), desk.find("[name=title]").bounding_box()
    assert words and field and 0 < words["y"] < field["y"] < PHONE["height"]
    desk.fill("What is to be done?", "Build benches")
    desk.press("Take forward")
    desk.goto(f"/events/{event['event']}/list")
    expect(desk.find(".filters")).to_be_hidden()
    desk.find(".drafts").get_by_role("button", name=re.compile("Put on the list")).click()
    expect(anna.find(".filters")).to_be_visible(timeout=LIVE)
    anna.find("[name=q]").fill("trams")
    anna.find("[name=q]").press("Enter")
    shows(anna.find(".found"), "0 to:DOs found.")
    expect(anna.find(".filters")).to_be_visible()


def test_of_a_note_that_is_hidden_nothing_stays_on_its_page_for_others(server: Server, enter: Enter) -> None:
    event = server.workshop("event", "create", "--tables", "1", "--open")
    anna, ben, desk = seated(enter, server, event, "Anna"), seated(enter, server, event, "Ben"), enter("moderator")
    write(anna, "Mr Miller at number seven.")
    expect(anna.find(".note[data-sent=saved]")).to_have_count(1)
    note = anna.find(".note[data-order]").get_attribute("id")
    ben.goto(f"/ideas/{note}")
    ben.find("textarea").fill("Do you mean")
    assert "Miller" in ben.page.title()
    desk.goto(event["moderator_link"])
    desk.press("Sign in")
    desk.goto(f"/act/idea.hide?idea={note}&next=/")
    desk.choose("Names or describes a private person")
    with ben.being_refused():
        desk.press("Hide this note")
        shows(ben.find("h1"), "What stood here is not shown any more.")
    ben.look("note hidden meanwhile")
    expect(ben.find("main")).not_to_contain_text("Miller")
    assert "Miller" not in ben.page.title()
    expect(ben.find("textarea")).to_have_value("Do you mean")


def test_what_the_command_line_does_shows_within_five_seconds(server: Server, enter: Enter) -> None:
    event = server.workshop("event", "create", "--tables", "1", "--open")
    phone = seated(enter, server, event, "Anna")
    expect(phone.find(".seat-names li")).to_have_count(1)
    server.workshop("join", "--event", event["event"], "--count", "2")
    expect(phone.find(".seat-names li")).to_have_count(3, timeout=LIVE)
    shows(phone.find(".seat-names"), "Guest 2")


def test_a_note_written_offline_waits_and_is_sent_once(server: Server, enter: Enter) -> None:
    event = server.workshop("event", "create", "--tables", "1", "--open")
    phone, other = seated(enter, server, event, "Anna"), seated(enter, server, event, "Ben")
    phone.context.set_offline(True)
    # The phone notices; a lift door is no offline, so it says so after a moment.
    shows(phone.find("#connection"), "You are offline. Keep writing.")
    write(phone, "Written in the cellar.")
    write(other, "Written meanwhile.")
    mine = phone.find(".note").filter(has_text="Written in the cellar.")
    expect(mine).to_have_attribute("data-sent", "pending")
    shows(mine, "Will be sent")
    expect(phone.find(".empty")).to_be_hidden()
    shows(phone.find("#connection"), "1 note will be sent when you are back.")
    shows(other.find(".note"), "Written meanwhile.")
    expect(other.find(".note[data-sent=pending]")).to_have_count(0)
    expect(mine).to_have_attribute("data-sent", "pending")
    assert [one["text"] for one in server.workshop("ideas", "--event", event["event"])] == ["Written meanwhile."]
    phone.look("table-offline", dark=True)
    phone.context.set_offline(False)
    expect(mine.locator("[data-sent-line]")).to_have_text(
        re.compile("Saved. Everyone here sees it"), timeout=BACK_WITHIN
    )
    for one in (phone, other):
        expect(one.find(".note")).to_have_count(2, timeout=BACK_WITHIN)
    texts = [one["text"] for one in server.workshop("ideas", "--event", event["event"])]
    assert sorted(texts) == ["Written in the cellar.", "Written meanwhile."]


def test_whoever_types_keeps_focus_and_caret(server: Server, enter: Enter) -> None:
    event = server.workshop("event", "create", "--tables", "1", "--open")
    phone, other = seated(enter, server, event, "Anna"), seated(enter, server, event, "Ben")
    line = phone.find("[data-composer] textarea")
    line.press_sequentially("A bench at every stop")
    for _ in " at every stop":
        line.press("ArrowLeft")
    for number in range(5):
        write(other, f"Note {number}")
        shows(other.find(".note").first, f"Note {number}")
    other.find(".note").filter(has_text="Note 4").locator("button.vote").click()
    expect(phone.find(".note")).to_have_count(5, timeout=LIVE)
    shows(phone.find(".note").filter(has_text="Note 4").locator(".vote"), "1")
    server.workshop("join", "--event", event["event"])
    expect(phone.find(".seat-names li")).to_have_count(3, timeout=LIVE)
    expect(line).to_be_focused()
    phone.page.keyboard.type(" with a roof")
    expect(line).to_have_value("A bench with a roof at every stop")


def test_a_menu_that_is_open_stays_open(server: Server, enter: Enter) -> None:
    event = server.workshop("event", "create", "--tables", "1", "--open")
    phone, other = seated(enter, server, event, "Anna"), seated(enter, server, event, "Ben")
    write(phone, "A note to look after")
    mine = phone.find(".note")
    mine.locator(".note-more summary").click()
    edit = mine.get_by_role("link", name="Edit")
    edit.focus()
    other.find("button.vote").click()
    expect(mine.locator(".vote")).to_have_text(re.compile(r"^\s*1\b"), timeout=LIVE)
    expect(edit).to_be_focused()


def test_a_button_pressed_without_network_says_so_and_the_page_stays(server: Server, enter: Enter) -> None:
    event = server.workshop("event", "create", "--tables", "1", "--open")
    phone, other = seated(enter, server, event, "Anna"), seated(enter, server, event, "Ben")
    write(other, "A bench by the stop.")
    note = phone.find(".note").filter(has_text="A bench by the stop.")
    vote = note.locator("button.vote")
    expect(vote).to_have_attribute("aria-pressed", "false")
    phone.context.set_offline(True)
    vote.click()
    shows(phone.find("#toast"), "The server did not answer")
    shows(note, "A bench by the stop.")
    phone.context.set_offline(False)
    expect(phone.find("#connection")).to_be_hidden(timeout=BACK_WITHIN)
    vote.click()
    expect(vote).to_have_attribute("aria-pressed", "true")
