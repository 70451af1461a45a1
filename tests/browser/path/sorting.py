"""The moderator sorts to:DOs into a draft goal, names it and who answers for it, and promotes it."""

import re

from playwright.sync_api import expect

from tests.browser.path.forward import LENDING, ROOMS, TALKS
from tests.browser.path.hall import Hall, shows, sign_in
from tests.browser.visitor import LIVE, Visitor

GOAL = "Repairing is possible in every district"
HANDLERS = (
    ("An organisation", "Stadtbibliothek", "Leads"),
    ("A person", "Mira Holm", "Partner"),
    ("An alliance", "Runder Tisch Reparatur", "Supports"),
)


def play(hall: Hall) -> None:
    """A field and an InnoLab member are added; two to:DOs become goal 1."""
    the_administrator_prepares(hall)
    several_are_moved_at_once(hall)
    the_goal_is_named(hall)
    handlers_are_named(hall)
    it_is_promoted(hall)


def the_administrator_prepares(hall: Hall) -> None:
    desk = hall.admin
    sign_in(desk, hall.process["admin_link"])
    desk.goto(f"/processes/{hall.process['slug']}")
    add_field(desk, "Repair and reuse", "RR")
    hall.innolab_link = invite(desk, hall.process["slug"], "Ines", "innolab")
    sign_in(hall.innolab, hall.innolab_link)


def add_field(desk: Visitor, name: str, code: str) -> None:
    """A field of action, on the page of its process."""
    desk.find("#add-field summary").click()
    desk.look("process-admin")
    desk.find("#add-field [name=name]").fill(name)
    desk.find("#add-field [name=code]").fill(code)
    with desk.page.expect_navigation():
        desk.find("#add-field button").click()
    shows(desk.find(".field-tag").first, name)


def invite(desk: Visitor, slug: str, name: str, role: str) -> str:
    """Make somebody a member; gives the one-time link that is shown once."""
    desk.goto(f"/processes/{slug}/members")
    desk.find("[name=name]").fill(name)
    desk.find(f"[name=role][value={role}]").check()
    desk.press("Make a link")
    return desk.page.get_by_label("To copy").input_value()


def several_are_moved_at_once(hall: Hall) -> None:
    desk = hall.moderator
    desk.goto(f"/events/{hall.event['event']}/sorting")
    desk.look("sorting-unsorted")
    for title in (ROOMS, LENDING):
        desk.find(".slip").filter(has_text=title).locator(".tick").check()
    desk.look("sorting-selected")
    desk.press("Move to…")
    expect(desk.find("aside li")).to_have_count(2)
    desk.look("act-move")
    desk.fill("New draft goal", "Repairing")
    desk.press("Move")
    assert desk.path().endswith("/sorting")
    box = desk.find(".draft-goal")
    shows(box.locator("summary"), "Repairing")
    expect(box.locator(".slip")).to_have_count(2)
    expect(desk.find(".unsorted .slip")).to_have_count(1)
    shows(desk.find(".sorted"), "2 of 3 sorted")
    hall.goal = box.get_attribute("id") or ""
    desk.look("sorting", dark=True)


def the_goal_is_named(hall: Hall) -> None:
    desk = hall.moderator
    desk.find(".draft-goal footer").get_by_role("link", name=re.compile("Name it, choose its field")).click()
    title = desk.page.get_by_label("What is to be reached?")
    expect(title).to_have_value("Repairing")
    desk.look("act-goal-edit")
    title.fill(GOAL)
    desk.page.get_by_text("Repair and reuse").click()
    desk.press("Save")
    shows(desk.find(".draft-goal summary"), GOAL)
    shows(desk.find(".draft-goal summary .field-code"), "RR")
    # What has no handler is not promoted.
    expect(desk.link("Promote to goal")).to_have_count(0)


def handlers_are_named(hall: Hall) -> None:
    desk = hall.moderator
    for number, (kind, name, part) in enumerate(HANDLERS):
        if number:
            desk.goto(f"/act/responsibility.add?goal={hall.goal}&next=/events/{hall.event['event']}/sorting")
        else:
            desk.follow("Name a handler")
        desk.choose(kind)
        desk.fill("Name", name)
        desk.choose(part)
        if number:
            desk.look("act-responsibility")
        desk.press("Name a handler")
    shows(desk.find(".draft-goal footer"), "Stadtbibliothek")


def it_is_promoted(hall: Hall) -> None:
    desk = hall.moderator
    row = hall.anna.find("tbody tr").filter(has_text=ROOMS)
    expect(row.locator(".goal-ref")).to_have_count(0)
    desk.follow("Promote to goal")
    for _, name, _ in HANDLERS:
        shows(desk.find("main dl"), name)
    desk.look("act-promote")
    desk.press("Promote to goal")
    # Whoever has the list open sees what the to:DO is part of now.
    expect(row.locator(".goal-ref")).to_have_attribute("href", f"/goals/{hall.goal}", timeout=LIVE)
    shows(row.locator(".c-who"), "Stadtbibliothek")
    expect(hall.anna.find("tbody tr").filter(has_text=TALKS).locator(".goal-ref")).to_have_count(0)
    shows(desk.find(".draft-goal .goal-ref").first, "Goal 1")
