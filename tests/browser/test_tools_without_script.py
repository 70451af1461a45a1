"""The host's and the moderator's tools in a browser that runs no script: every one is a form."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Enter
from tests.browser.path.hall import sign_in
from tests.browser.test_without_script import join
from tests.browser.visitor import Visitor
from tests.factories.servers import Server

pytestmark = pytest.mark.browser

BENCH, SHADE, LIGHT = "A bench at every bus stop", "Shade at every bus stop", "Light on the way home"
GOAL = "Nobody waits in the rain"


def test_hosts_and_moderators_work_without_script(server: Server, enter: Enter) -> None:
    event = server.workshop("event", "create", "--tables", "1", "--rounds", "1")
    phone, host = enter("Nuri", script=False), enter("Hanna", "desktop", script=False)
    desk = enter("moderator", "desktop", script=False)
    sign_in(desk, event["moderator_link"])
    for one, name in ((phone, "Nuri"), (host, "Hanna")):
        join(one, event["code"], name)
    a_round_begins(desk, event)
    a_host_is_named(desk, host)
    write(phone, (BENCH, SHADE, LIGHT))
    a_note_is_held_and_shown(host, desk, phone, event)
    a_note_is_hidden(host, phone)
    two_are_taken_forward(host)
    the_list_grows(host, desk, event)
    they_are_sorted(desk, event)
    a_goal_is_promoted(desk)
    the_cafe_is_closed(desk, event)


def note(somebody: Visitor, text: str) -> Locator:
    return somebody.find(".note").filter(has_text=text)


def choose(somebody: Visitor, link: Locator) -> None:
    """Follow a link or press a button that leads to another page."""
    with somebody.page.expect_navigation():
        link.click()


def a_round_begins(desk: Visitor, event: dict[str, Any]) -> None:
    desk.goto(f"/events/{event['event']}/live")
    desk.press("Start round 1")
    expect(desk.find(".control-bar")).to_contain_text("Round 1 of 1")
    desk.look("cockpit-without-script")


def a_host_is_named(desk: Visitor, host: Visitor) -> None:
    choose(desk, desk.page.get_by_role("link", name=re.compile("Name a host")))
    desk.find("main label").filter(has_text="Hanna").click()
    desk.press("Name the host")
    expect(desk.find(".room-host")).to_contain_text("Host Hanna")
    host.page.reload()
    expect(host.find(".host-q")).to_contain_text("You are the host.")


def write(phone: Visitor, texts: tuple[str, ...]) -> None:
    phone.page.reload()
    for text in texts:
        phone.find("[data-composer] textarea").fill(text)
        phone.press("Send")
    expect(phone.find(".note")).to_have_count(len(texts))


def a_note_is_held_and_shown(host: Visitor, desk: Visitor, phone: Visitor, event: dict[str, Any]) -> None:
    """Held by the host with a reason that its author reads, laid back by the moderator."""
    host.page.reload()
    note(host, BENCH).locator(".note-more summary").click()
    choose(host, note(host, BENCH).get_by_role("link", name="Hold back"))
    with host.being_refused():
        host.press("Hold this note back")
    expect(host.find(".error-summary")).to_contain_text("Choose a reason. Its author reads it.")
    host.fill("In your own words", "Whose bench?")
    host.press("Hold this note back")
    expect(note(host, BENCH)).to_have_attribute("data-state", "held")
    phone.page.reload()
    expect(note(phone, BENCH)).to_contain_text("Held back: Whose bench?")
    desk.page.reload()
    choose(desk, desk.find(".todo-list").get_by_role("button", name="Show it again"))
    expect(desk.find(".todo-list")).to_have_count(0)
    host.page.reload()
    expect(note(host, BENCH)).to_have_attribute("data-state", "visible")


def a_note_is_hidden(host: Visitor, phone: Visitor) -> None:
    note(host, LIGHT).locator(".note-more summary").click()
    choose(host, note(host, LIGHT).get_by_role("link", name="Hide", exact=True))
    host.choose("Is not about the questions of this event")
    host.press("Hide this note")
    expect(note(host, LIGHT)).to_have_attribute("data-state", "hidden")
    phone.page.reload()
    expect(note(phone, LIGHT)).to_contain_text("Hidden: Is not about the questions of this event")


def two_are_taken_forward(host: Visitor) -> None:
    """Ticked together, with a passage copied into its field; the page says what was done."""
    for text in (BENCH, SHADE):
        note(host, text).locator(".tick").check()
    host.look("table-host-selected-without-script")
    host.press("Take forward together")
    expect(host.find("aside .note")).to_have_count(2)
    host.fill("The passage you mark", "A bench and a roof")
    host.fill("What is to be done?", "Make waiting pleasant")
    with host.being_refused():
        host.press("Take forward")
    expect(host.find("#excerpt-error")).to_contain_text("These words do not stand in the note like that.")
    host.fill("The passage you mark", "at every bus stop")
    host.press("Take forward")
    expect(host.find(".done")).to_contain_text("2 notes were taken forward")
    expect(host.find(".tray-list")).to_contain_text("Make waiting pleasant")
    host.look("table-host-taken-forward", dark=True)
    host.page.reload()
    expect(host.find(".done")).to_have_count(0)
    choose(host, note(host, SHADE).get_by_role("link", name="Take forward", exact=True))
    host.fill("What is to be done?", "Plant trees")
    host.press("Take forward")
    expect(host.find(".done")).to_contain_text("The note was taken forward")


def the_list_grows(host: Visitor, desk: Visitor, event: dict[str, Any]) -> None:
    """The host puts one on it, the moderator the other, changes it and says how it stands."""
    choose(host, host.find(".tray-list li").first.get_by_role("button", name=re.compile("Put on the list")))
    expect(host.find(".tray-list li")).to_have_count(1)
    desk.goto(f"/events/{event['event']}/list")
    choose(desk, desk.find(".drafts li").get_by_role("button", name=re.compile("Put on the list")))
    expect(desk.find("tbody tr")).to_have_count(2)
    desk.follow("Add a to:DO")
    desk.fill("What is to be done?", "Ask the drivers")
    desk.press("Add a to:DO")
    expect(desk.find("tbody tr")).to_have_count(3)
    desk.look("list-without-script")
    desk.find("input[name=q]").fill("trees")
    desk.press("Show")
    expect(desk.find("tbody tr")).to_have_count(1)


def they_are_sorted(desk: Visitor, event: dict[str, Any]) -> None:
    """Several at once into a new draft goal, one by itself, and one out again."""
    desk.goto(f"/events/{event['event']}/sorting")
    for number in (1, 2):
        desk.find(".slip").filter(has_text=str(number)).locator(".tick").first.check()
    desk.press("Move to…")
    desk.fill("New draft goal", GOAL)
    desk.press("Move")
    box = desk.find(".draft-goal")
    expect(box.locator(".slip")).to_have_count(2)
    choose(desk, desk.find(".unsorted .slip").get_by_role("link", name="Move to:DO 3 to…"))
    desk.find("main label").filter(has_text=GOAL).click()
    desk.press("Move")
    expect(box.locator(".slip")).to_have_count(3)
    choose(desk, box.get_by_role("link", name="Move to:DO 3 to…"))
    desk.press("Take out of the goal")
    expect(box.locator(".slip")).to_have_count(2)
    expect(desk.find(".unsorted .slip")).to_have_count(1)
    desk.look("sorting-without-script")


def a_goal_is_promoted(desk: Visitor) -> None:
    desk.follow("Name a handler")
    desk.choose("An organisation")
    desk.fill("Name", "Harbour buses")
    desk.choose("Leads")
    desk.press("Name a handler")
    desk.follow("Promote to goal")
    expect(desk.find("main dl")).to_contain_text("Harbour buses")
    desk.press("Promote to goal")
    expect(desk.find(".draft-goal .goal-ref").first).to_contain_text("Goal 1")


def the_cafe_is_closed(desk: Visitor, event: dict[str, Any]) -> None:
    """And the cockpit names what comes next."""
    desk.goto(f"/events/{event['event']}/live")
    desk.press("End round 1")
    desk.page.get_by_role("link", name="Close the café…").first.click()
    desk.press("Close the café")
    following = desk.find(".control-round")
    expect(following).to_contain_text("This café is closed.")
    expect(following).to_contain_text("Next: ")
    desk.look("cockpit-closed", dark=True)
    desk.follow("Go through the to:DO list")
    assert desk.path() == f"/events/{event['event']}/list"
