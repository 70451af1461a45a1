"""The path by keyboard alone: a participant, a host and a moderator, from joining to a goal."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Enter
from tests.browser.everyone.house import store_of
from tests.browser.everyone.keys import Keys
from tests.browser.path.hall import gone, shows
from tests.browser.visitor import DESKTOP, LIVE, PHONE, Visitor
from tests.factories import do
from tests.factories.action_list import add_item
from tests.factories.cafes import name_host, open_round
from tests.factories.events import EventMade, make_event
from tests.factories.ideas import write
from tests.factories.people import PersonMade, join
from tests.factories.processes import make_process
from tests.factories.servers import Server
from tests.live.phones import cookie_of
from workshop.engine import MODES
from workshop.perform import Store
from workshop.policy import Actor

# What is seen and pressed is the same whichever engine answers.
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("server", MODES[:1], indirect=True, scope="package")]


def somebody(enter: Enter, store: Store, name: str, actor: Actor | None = None) -> tuple[Visitor, Keys]:
    """A browser at a desk, and its keyboard."""
    visitor = enter(name, "desktop")
    if actor:
        value = cookie_of(store, actor).removeprefix("session=")
        visitor.context.add_cookies([{"name": "session", "value": value, "url": visitor.address}])
    return visitor, Keys(visitor)


def cafe(store: Store) -> tuple[EventMade, PersonMade]:
    """A café in its first round with a note by Ben at table 1."""
    event = make_event(store, make_process(store, "Keyboards"), tables=1)
    ben = join(store, event, "Ben")
    open_round(store, event)
    write(store, ben, "A bench at every stop")
    return event, ben


def with_text(visitor: Visitor, text: str) -> Locator:
    """A note by its words."""
    return visitor.find(".note").filter(has_text=text)


def test_a_participant_joins_writes_votes_edits_and_withdraws(server: Server, enter: Enter) -> None:
    with store_of(server) as store:
        event, _ = cafe(store)
        guest, keys = somebody(enter, store, "Nuri")
        guest.goto("/")
        keys.skip()
        keys.fill("Code", event.code)
        keys.fill("Your name at the table", "Nuri")
        keys.reach(guest.find(".segments"))
        keys.press("ArrowLeft")
        keys.press("ArrowRight")
        expect(guest.find("[name=language][value=en]")).to_be_checked()
        keys.reach(guest.find("select[name=writing_language]"))
        keys.go(guest.button("Take a seat"))
        guest.goto(f"/tables/{event.tables[0]}")
        writes(guest, keys)
        votes(guest, keys)
        edits(guest, keys)
        withdraws(guest, keys)


def writes(guest: Visitor, keys: Keys) -> None:
    keys.skip()
    keys.reach(guest.find(".kinds"))
    keys.press("ArrowRight")
    expect(guest.find("[name=kind][value=challenge]")).to_be_checked()
    keys.reach(guest.find("[data-composer] textarea"))
    keys.write("The stairs are steep")
    keys.press("Enter")
    mine = with_text(guest, "The stairs are steep")
    shows(mine.locator("[data-sent-line]"), "Saved.")
    expect(guest.find("[data-composer] textarea")).to_be_focused()
    # The button does the same.
    keys.write("And there is no lift")
    keys.reach(guest.button("Send"))
    keys.press("Enter")
    shows(with_text(guest, "And there is no lift").locator("[data-sent-line]"), "Saved.")


def votes(guest: Visitor, keys: Keys) -> None:
    vote = with_text(guest, "A bench at every stop").locator("button.vote")
    keys.reach(vote, "Shift+Tab")
    for pressed, key in (("true", "Space"), ("false", "Enter"), ("true", "Space")):
        keys.press(key)
        expect(vote).to_have_attribute("aria-pressed", pressed, timeout=LIVE)
        expect(vote).to_be_focused()


def edits(guest: Visitor, keys: Keys) -> None:
    mine = with_text(guest, "The stairs are steep")
    keys.reach(mine.locator(".note-more summary"), "Shift+Tab")
    keys.press("Enter")
    keys.go(mine.get_by_role("link", name="Edit", exact=True))
    keys.skip()
    keys.reach(guest.find("main textarea"))
    keys.write("The stairs are steep and wet")
    keys.go(guest.button("Change your note"))
    expect(with_text(guest, "The stairs are steep and wet")).to_be_visible()


def withdraws(guest: Visitor, keys: Keys) -> None:
    mine = with_text(guest, "And there is no lift")
    keys.reach(mine.locator(".note-more summary"))
    keys.press("Space")
    keys.reach(mine.get_by_role("button", name="Withdraw"))
    keys.press("Space")
    gone(mine)
    # Whoever had the focus in it goes on from the notes, not from the head of the page.
    keys.press("Tab")
    assert guest.page.evaluate("document.activeElement.closest('main .note') !== null")


def test_a_menu_closes_behind_whoever_leaves_it(server: Server, enter: Enter) -> None:
    with store_of(server) as store:
        event, ben = cafe(store)
        guest, keys = somebody(enter, store, "Ben", ben.actor)
        guest.page.set_viewport_size(PHONE)
        guest.goto(f"/events/{event.id}/list")
        menu = guest.find("#nav")
        keys.reach(guest.button("Menu"))
        keys.press("Enter")
        keys.reach(menu.get_by_role("link", name="Ideas"))
        keys.reach(guest.find("input[name=q]"))
        expect(menu).to_be_hidden()
        keys.reach(guest.button("Menu"), "Shift+Tab")
        keys.press("Space")
        expect(menu).to_be_visible()
        guest.page.set_viewport_size(DESKTOP)
        expect(guest.find("#nav:popover-open")).to_have_count(0)


def test_a_host_holds_back_and_takes_forward(server: Server, enter: Enter) -> None:
    with store_of(server) as store:
        event, ben = cafe(store)
        write(store, ben, "A roof over the bench")
        write(store, ben, "An insult")
        hanna = join(store, event, "Hanna")
        name_host(store, event, 1, hanna)
        host, keys = somebody(enter, store, "Hanna", hanna.actor)
        host.goto(f"/tables/{event.tables[0]}")
        keys.skip()
        insult = with_text(host, "An insult")
        keys.reach(insult.locator(".note-more summary"))
        keys.press("Enter")
        keys.go(insult.get_by_role("link", name="Hold back"))
        keys.reach(host.page.get_by_label("Names or describes a private person"))
        keys.press("ArrowDown")
        expect(host.page.get_by_label("Insults or threatens somebody")).to_be_checked()
        keys.fill("In your own words", "The one in the middle.")
        keys.go(host.button("Hold this note back"))
        expect(insult).to_have_attribute("data-state", "held")
        for words in ("A roof over the bench", "A bench at every stop"):
            keys.reach(with_text(host, words).locator(".tick"))
            keys.press("Space")
        keys.go(host.button("Take forward together"))
        expect(host.find("[data-markable]")).to_have_count(2)
        keys.fill("What is to be done?", "Benches with roofs")
        keys.go(host.button("Take forward"))
        point = host.find(".tray-list li").filter(has_text="Benches with roofs")
        keys.reach(point.get_by_role("button", name=re.compile("Put on the list")))
        keys.press("Enter")
        gone(point)


def test_a_moderator_runs_rounds_sorts_and_promotes(server: Server, enter: Enter) -> None:
    with store_of(server) as store:
        event, ben = cafe(store)
        idea = write(store, ben, "An insult")
        do(store, join(store, event, "Cara").actor, "idea.report", idea=idea, reason="It insults")
        for title in ("Benches", "Roofs"):
            add_item(store, event, title)
        desk, keys = somebody(enter, store, "Mona", event.moderator)
        what_waits_comes_first_on_a_phone(desk, event)
        runs_rounds(desk, keys)
        sorts(desk, keys, event)
        promotes(desk, keys)


def what_waits_comes_first_on_a_phone(desk: Visitor, event: EventMade) -> None:
    desk.goto(f"/cafes/{event.cafe}")
    size = desk.page.viewport_size
    tops = "['.todo-list', '.room'].map(one => document.querySelector(one).getBoundingClientRect().top)"
    beside = desk.page.evaluate(tops)
    desk.page.set_viewport_size(PHONE)
    waits, tables = desk.page.evaluate(tops)
    assert waits < tables
    assert size
    desk.page.set_viewport_size(size)
    assert abs(beside[0] - beside[1]) < 60


def runs_rounds(desk: Visitor, keys: Keys) -> None:
    keys.skip()
    keys.reach(desk.button("End round 1"))
    keys.press("Enter")
    start = desk.button("Start round 2")
    expect(start).to_be_visible(timeout=LIVE)
    # What had the focus is gone with the round; the next thing to do is not far.
    keys.reach(start)
    keys.press("Space")
    shows(desk.find(".control-bar"), "Round 2 of 2")


def sorts(desk: Visitor, keys: Keys, event: EventMade) -> None:
    keys.go(desk.link("to:DO list"))
    keys.skip()
    keys.go(desk.link("Sort into goals"))
    for title in ("Benches", "Roofs"):
        keys.reach(desk.find(".slip").filter(has_text=title).locator(".tick"))
        keys.press("Space")
    keys.go(desk.find(".bulk").get_by_role("button", name="Move to…"))
    keys.fill("New draft goal", "Places to sit")
    keys.go(desk.button("Move"))
    assert desk.path() == f"/events/{event.id}/sorting"
    expect(desk.find(".draft-goal .slip")).to_have_count(2)


def promotes(desk: Visitor, keys: Keys) -> None:
    keys.skip()
    box = desk.find(".draft-goal")
    keys.go(box.get_by_role("link", name="Name a handler"))
    keys.fill("Name", "City gardens")
    keys.go(desk.button("Name a handler"))
    keys.go(desk.link("Promote to goal"))
    keys.go(desk.button("Promote to goal"))
    shows(desk.find(".draft-goal .goal-ref").first, "Goal 1")
