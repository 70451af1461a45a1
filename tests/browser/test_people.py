"""A forum's phases on every screen, who is connected, and two phones that turn out to be one person's."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.path.hall import shows, sign_in
from tests.browser.test_live import seated, write
from tests.factories.servers import Server

pytestmark = pytest.mark.browser


def test_phases_presence_and_one_person_with_two_phones(server: Server, enter: Enter) -> None:
    event = server.workshop("event", "create", "--tables", "2", "--rounds", "2", "--open")
    anna, ana = seated(enter, server, event, "Anna"), seated(enter, server, event, "Ana")
    table = anna.path()
    ana.goto(table)
    if ana.find("form.composer[action='/act/seat.take']").count():
        ana.press("Sit at this table")
    moderator = enter("moderator", "desktop")
    sign_in(moderator, event["moderator_link"])
    write(anna, "A bench at every stop")
    shows(ana.find(".note").first, "A bench at every stop")
    expect(ana.find(".note button.vote")).to_be_visible()

    # Whoever runs the table sees who is connected, and who no longer is.
    moderator.goto(table)
    here = moderator.find(".host-bar [data-here]")
    expect(here).to_have_text("2 of 2 connected", use_inner_text=False)
    ana.page.close()
    expect(here).to_have_text("1 of 2 connected", use_inner_text=False)
    expect(moderator.find(".face[data-is=away]")).to_have_text("An")
    moderator.find(".seat-people summary").click()
    expect(moderator.find(".seat-names [data-away]:visible")).to_have_count(1)
    moderator.look("table-presence")
    ana.page = ana.open()
    ana.goto(table)
    expect(here).to_have_text("2 of 2 connected", use_inner_text=False)

    # Phases: named in the settings, switched in the cockpit, known on every phone at once.
    moderator.goto(f"/events/{event['event']}/settings")
    for kind, name in (("co_learning", "Co-Learning"), ("co_sharing", "Co-Sharing"), ("co_creation", "Co-Creation")):
        moderator.find(f"[name={kind}_name]").fill(name)
    moderator.find("[name=co_sharing_begins]").fill("2026-05-12T14:00")
    moderator.look("settings-phases")
    with moderator.page.expect_navigation():
        moderator.find("#event-set_phases button").click()
    moderator.follow("Live")
    anna.find("[data-composer] textarea").fill("Begun before the switch")
    moderator.find(".phases button").first.click()
    expect(moderator.find(".phases [aria-current]")).to_contain_text("Co-Learning")
    moderator.look("cockpit-phases")
    shows(ana.find(".phase-line"), "Co-Learning: read and ask.")
    shows(ana.find(".phase-line"), "Voting opens with Co-Sharing")
    expect(ana.find(".note button.vote")).to_be_hidden()
    expect(ana.find(".kind:visible")).to_have_count(1)
    expect(ana.find("[name=kind]:checked")).to_have_value("question")
    ana.look("table-co-learning")
    # What was begun is finished as it was begun, and waits.
    expect(anna.find("[data-composer] textarea")).to_have_value("Begun before the switch")
    shows(anna.find("[data-finishing]"), "waits for a moderator")
    anna.look("table-finishing")
    anna.find("[data-composer]").get_by_role("button", name="Send").click()
    shows(anna.find(".note").filter(has_text="Begun before the switch"), "Waits for a moderator")
    expect(anna.find(".kind:visible")).to_have_count(1)
    moderator.find(".phases button").nth(1).click()
    expect(ana.find(".note button.vote").first).to_be_visible()
    ana.find(".note button.vote").first.click()
    moderator.button("Open everything").click()
    expect(ana.find(".kind:visible")).to_have_count(4)

    # Both phones are one person's: the other one's page comes back as the one who stays.
    moderator.follow("People")
    moderator.find("[name=q]").fill("ann")
    with moderator.page.expect_navigation():
        moderator.button("Show").click()
    expect(moderator.find("tbody tr")).to_have_count(1)
    moderator.look("people-found")
    moderator.link("Same person as… Anna").click()
    moderator.find("label.choice").filter(has_text="Ana ").click()
    moderator.look("people-unite")
    moderator.button("Join with Anna").click()
    expect(moderator.find("tbody tr")).to_have_count(1)
    shows(ana.find(".note[data-mine]").last, "A bench at every stop")
    expect(ana.find("[data-composer]")).to_have_attribute("data-name", "Anna")
    write(ana, "From the second phone")
    shows(anna.find(".note").first, "From the second phone")
