"""A city begins its own: a process, a field, a moderator, a café, and the first guest."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.path.hall import shows, sign_in
from tests.browser.path.sorting import add_field, invite
from tests.browser.visitor import Visitor
from tests.factories.servers import Server

pytestmark = pytest.mark.browser

QUESTIONS = ("Was fehlt in deiner Straße?", "Wer sollte mitmachen?", "Womit fangen wir an?")


def test_a_city_begins_its_own(server: Server, enter: Enter) -> None:
    made = server.workshop("process", "create", "--name", "Nacka 2045", "--admin", "Ada Lund", "--city", "Nacka")
    admin = enter("administrator", "desktop")
    sign_in(admin, made["admin_link"])
    expect(admin.find("main")).to_contain_text("You are signed in as Ada Lund.")
    admin.follow("Nacka 2045")
    add_field(admin, "Housing", "HO")
    admin.follow("Members and invitations")
    admin.look("members")
    link = invite(admin, made["slug"], "Mo Berg", "moderator")
    admin.look("member-link")

    moderator = enter("moderator", "desktop")
    the_link_works_once(moderator, admin, link)
    a_cafe_is_set_up(moderator)
    the_first_guest(moderator, enter)


def the_link_works_once(moderator: Visitor, admin: Visitor, link: str) -> None:
    sign_in(moderator, link)
    admin.goto(link)
    shows(admin.find("h1"), "This link has done its work")
    admin.look("sign-in-used")
    moderator.follow("Nacka 2045")
    # What an administrator may, a moderator is not offered.
    expect(moderator.find("#add-field")).to_have_count(0)
    with moderator.being_refused():
        moderator.goto(f"{moderator.path()}/members")
        shows(moderator.find("main"), "not")
        moderator.look("forbidden")
    moderator.page.go_back()


def a_cafe_is_set_up(desk: Visitor) -> None:
    desk.follow("New Learning Café")
    desk.look("event-new")
    desk.find("[name=title]").fill("Café Klimaberufe")
    desk.find(
        "label",
    ).filter(has_text="Deutsch").click()
    desk.find("[name=questions]").fill("\n".join(QUESTIONS))
    desk.find("[name=rounds]").fill("0")
    desk.find("[name=minutes]").fill("12")
    with desk.being_refused():
        desk.press("Create the café")
    expect(desk.find("#rounds-error")).to_be_visible()
    expect(desk.find("[name=questions]")).to_have_value("\n".join(QUESTIONS))
    desk.look("event-new-wrong")
    desk.find("[name=rounds]").fill("2")
    desk.press("Create the café")
    shows(desk.find("h1"), "Café Klimaberufe")
    for question in QUESTIONS:
        shows(desk.find("main"), question)


def the_first_guest(desk: Visitor, enter: Enter) -> None:
    code = desk.find(".receipt-code").inner_text()
    desk.follow("Cockpit")
    desk.button("Start round 1").click()
    shows(desk.find(".control-bar"), "Round 1 of 2")
    guest = enter("guest", language="sv")
    guest.goto("/")
    expect(guest.find("html")).to_have_attribute("lang", "sv")
    guest.find("[name=code]").fill(code)
    guest.find("[name=name]").fill("Åsa")
    guest.press(guest.says("Take a seat"))
    expect(guest.find(".question")).to_have_text(QUESTIONS[0])
    expect(guest.find(".question [lang]")).to_have_attribute("lang", "de")
    expect(guest.find("[data-composer]")).to_be_visible()
    shows(desk.find(".room-table").first, "one person")
