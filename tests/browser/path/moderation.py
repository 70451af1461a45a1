"""What somebody finds wrong is looked at, and leaves every screen at once; its author reads why."""

from playwright.sync_api import expect

from tests.browser.path.hall import Hall, gone, note, shows
from tests.browser.path.table import WORDS
from tests.browser.visitor import Visitor

HELD = "Please talk about the work, not about people."
HIDDEN = "It insults people."


def play(hall: Hall) -> None:
    """A note is reported, held by the moderator, shown to its author, hidden, and looked at again."""
    a_participant_reports(hall)
    the_moderator_holds(hall)
    the_moderator_hides(hall)
    its_author_asks_for_another_look(hall)
    the_moderator_names_a_host(hall)


def a_participant_reports(hall: Hall) -> None:
    phone = hall.second
    theirs = note(phone, hall.ideas["insult"])
    theirs.locator(".note-more summary").click()
    with phone.page.expect_navigation():
        theirs.get_by_role("link", name="Report").click()
    phone.look("act-report")
    phone.fill("What is wrong with it?", "An insult")
    phone.press("Report this note")
    assert phone.path() == f"/tables/{hall.table}"
    decide = hall.moderator.find(".todo-list li")
    shows(decide, "Reported at table 1")
    shows(decide, WORDS["insult"])
    hall.moderator.look("cockpit", dark=True)


def the_moderator_holds(hall: Hall) -> None:
    desk = hall.moderator
    desk.follow("Hold…")
    desk.look("act-hold")
    with desk.being_refused():
        desk.press("Hold this note back")
    shows(desk.find(".error-summary"), "Choose a reason. Its author reads it.")
    desk.look("act-hold-wrong")
    give_reason(desk, HELD, "Hold this note back")
    leaves_every_screen(hall, HELD)
    shows(desk.find(".todo-list li"), "Held at table 1")


def the_moderator_hides(hall: Hall) -> None:
    desk = hall.moderator
    desk.follow("Hide…")
    desk.choose("Insults or threatens somebody")
    give_reason(desk, HIDDEN, "Hide this note")
    leaves_every_screen(hall, f"Beleidigt oder bedroht jemanden. {HIDDEN}")
    expect(desk.find(".todo-list li")).to_have_count(0)
    hall.anna.look("table-hidden-note")


def its_author_asks_for_another_look(hall: Hall) -> None:
    """Once, with a sentence; the moderator answers with another one, and the rules count it for everybody."""
    anna, desk = hall.anna, hall.moderator
    anna.follow(anna.says("Ask for another look"))
    anna.look("act-ask-again")
    anna.fill(anna.says("Why should somebody look at it again?"), "Das war ein Zitat.")
    anna.press(anna.says("Ask for another look"))
    expect(anna.link(anna.says("Ask for another look"))).to_have_count(0)
    asked = desk.find(".todo-list li")
    shows(asked, "Das war ein Zitat.")
    desk.follow("Leave it hidden…")
    desk.look("act-keep-hidden")
    desk.fill("Why it stays hidden", "Also a quotation hurts.")
    desk.press("Leave it hidden")
    gone(desk.find(".todo-list li"))
    shows(note(anna, hall.ideas["insult"]), "Also a quotation hurts.")
    rules = hall.second.open()
    rules.goto(f"/events/{hall.event['event']}/rules")
    expect(rules.get_by_role("row", name="Insults or threatens somebody").locator("td").first).to_have_text(
        "Hidden for it: 1"
    )
    rules.close()


def give_reason(desk: Visitor, reason: str, button: str) -> None:
    """Fill the page that asks for a reason."""
    desk.fill("In your own words", reason)
    desk.press(button)
    assert desk.path().startswith("/cafes/")


def leaves_every_screen(hall: Hall, reason: str) -> None:
    """Nobody sees the note but its author, who reads why."""
    gone(note(hall.second, hall.ideas["insult"]))
    expect(hall.screen.find(".pj-notes")).not_to_contain_text(WORDS["insult"])
    shows(note(hall.anna, hall.ideas["insult"]), reason)


def the_moderator_names_a_host(hall: Hall) -> None:
    desk = hall.moderator
    with desk.page.expect_navigation():
        desk.find(".room-act a").first.click()
    desk.look("act-name-host")
    desk.choose("Anna 2")
    desk.press("Name the host")
    shows(desk.find(".room-table").first, "Host Anna 2")
    # Her page becomes the host's by itself, and the other sees who it is.
    shows(hall.second.find(".host-q"), "You are the host.")
    expect(hall.anna.find(".seat-faces [data-is=host]")).to_have_count(1)
    hall.second.look("table-host", dark=True)
