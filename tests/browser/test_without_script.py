"""Joining, reading, writing and voting in a browser that runs no script."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.visitor import Visitor
from tests.factories.servers import Server

pytestmark = pytest.mark.browser

SENTENCE = "A bench at every bus stop, with a roof."


def test_everything_a_participant_does_works_without_script(server: Server, enter: Enter) -> None:
    event = server.workshop("event", "create", "--tables", "2", "--open")
    server.workshop("join", "--event", event["code"])
    phone = enter("Nuri", script=False)
    join(phone, event["code"])
    see_the_clock(phone)
    table = phone.path()
    write(phone)
    vote(phone)
    change(phone)
    read_elsewhere(phone, event["event"])
    change_tables(phone, table)
    come_back(phone, enter, table)


def join(phone: Visitor, code: str, name: str = "Nuri") -> None:
    phone.goto("/")
    phone.fill("Code", f" {code[:4]}-{code[4:]} ".lower())
    phone.fill("Your name at the table", "")
    with phone.being_refused():
        phone.press("Take a seat")
    expect(phone.find("#name-error")).to_contain_text("Write a name. One letter is enough.")
    phone.fill("Your name at the table", name)
    phone.press("Take a seat")
    assert phone.path().startswith("/tables/")
    expect(phone.find(".receipt-line")).to_be_visible()


def see_the_clock(phone: Visitor) -> None:
    # A clock that stands still says until when, not how long.
    expect(phone.find(".seat .clock span:visible")).to_have_text(re.compile(r"^ends at \d\d:\d\d$"))


def write(phone: Visitor) -> None:
    """The same line posts, as the kind that was chosen; what is empty is refused with a sentence."""
    phone.find(".kind[data-kind=challenge]").click()
    phone.find("[data-composer] textarea").fill(SENTENCE)
    phone.press("Send")
    mine = phone.find(".note").filter(has_text=SENTENCE)
    expect(mine).to_have_attribute("data-kind", "challenge")
    expect(mine.locator(".who:visible")).to_have_text("You")
    expect(phone.find(".seat-sort")).to_contain_text("1 note")
    phone.find("[data-composer] textarea").fill("   ")
    with phone.being_refused():
        phone.press("Send")
    expect(phone.find(".error-summary")).to_contain_text("There is nothing in the note yet.")
    phone.find("main textarea").fill("A second note, written on the page that refused the first.")
    phone.press("Write a note")
    expect(phone.find(".note")).to_have_count(2)


def vote(phone: Visitor) -> None:
    for pressed, votes in (("true", "1"), ("false", "0"), ("true", "1")):
        button = phone.find(".note").filter(has_text=SENTENCE).locator("button.vote")
        with phone.page.expect_navigation():
            button.click()
        expect(button).to_have_attribute("aria-pressed", pressed)
        expect(button).to_have_text(re.compile(rf"^\s*{votes}\b"))


def change(phone: Visitor) -> None:
    """Edit one, withdraw the other: the menu folds out without script too."""
    mine = phone.find(".note").filter(has_text=SENTENCE)
    mine.locator(".note-more summary").click()
    with phone.page.expect_navigation():
        mine.get_by_role("link", name="Edit").click()
    phone.find("main textarea").fill(f"{SENTENCE} And a light.")
    phone.press("Change your note")
    expect(phone.find(".note").filter(has_text=SENTENCE)).to_contain_text("And a light.")
    other = phone.find(".note").filter(has_text="A second note")
    other.locator(".note-more summary").click()
    with phone.page.expect_navigation():
        other.get_by_role("button", name="Withdraw").click()
    expect(other).to_have_count(0)


def read_elsewhere(phone: Visitor, event: str) -> None:
    """The list, all notes, one note: every page is there without script."""
    table = phone.path()
    phone.follow("The to:DO list")
    expect(phone.find("h1")).to_be_visible()
    phone.goto(f"/events/{event}/ideas?q=BUS+stop")
    expect(phone.find(".notes-list .note")).to_have_count(1)
    phone.find(".notes-list").get_by_role("link", name=re.compile("What became of it")).click()
    expect(phone.find(".note-text")).to_contain_text(SENTENCE)
    phone.goto(table)


def change_tables(phone: Visitor, table: str) -> None:
    phone.follow("All tables")
    with phone.page.expect_navigation():
        phone.find(".room-table:not([aria-current]) button").click()
    assert phone.path().startswith("/tables/")
    assert phone.path() != table
    expect(phone.find("[data-composer]")).to_be_visible()


def come_back(phone: Visitor, enter: Enter, table: str) -> None:
    phone.goto("/me")
    receipt = phone.find(".receipt-code").inner_text()
    other = enter("Nuri's other phone", script=False)
    other.goto("/back")
    other.find("[name=receipt]").fill(receipt)
    other.press("Take my place back")
    assert other.path() == phone_table(phone)
    other.goto(table)
    expect(other.find(".note").filter(has_text=SENTENCE)).to_have_attribute("data-mine", "")


def phone_table(phone: Visitor) -> str:
    """Where this phone's seat is."""
    phone.goto("/")
    phone.find(".banner a").first.click()
    return phone.path()
