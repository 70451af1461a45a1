"""A whole café by keyboard alone: its moderator, a host, and a guest with a phone, from setting it up to a goal."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Enter
from tests.browser.everyone.house import store_of
from tests.browser.everyone.keys import Keys
from tests.browser.path.hall import gone, shows
from tests.browser.test_keyboard import somebody, with_text
from tests.browser.visitor import LIVE, Visitor
from tests.factories.processes import make_process
from tests.factories.servers import Server
from workshop.engine import MODES

# What is seen and pressed is the same whichever engine answers.
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("server", MODES[:1], indirect=True, scope="package")]

BENCH, SEATS, ROOF = "A bench at every stop", "Somewhere to sit at every stop", "Roofs against the rain"
INSULT = "The people of table 2 are lazy"


@dataclass
class Room:
    """Who is there, each with a browser and its keyboard.

    `desk` runs the café, `host` hosts table 1, `guest` sits there with a phone.
    """

    desk: Visitor
    host: Visitor
    guest: Visitor
    desk_keys: Keys
    host_keys: Keys
    guest_keys: Keys
    cafe: str = ""
    code: str = ""


def test_a_whole_cafe_by_keyboard(server: Server, enter: Enter) -> None:
    with store_of(server) as store:
        process = make_process(store, "By keyboard")
        desk, desk_keys = somebody(enter, store, "Mona", process.moderator)
        host, host_keys = somebody(enter, store, "Hanna")
        guest, guest_keys = somebody(enter, store, "Nuri", device="phone")
        # Where a page follows by itself some time within twenty seconds, whoever presses the link is there first.
        guest.context.add_init_script("Math.random = () => 0.99")
        room = Room(desk, host, guest, desk_keys, host_keys, guest_keys)
        for chapter in (
            sets_up,
            come,
            plans_and_starts,
            writes,
            hosts,
            takes_forward,
            runs_the_clock,
            goes_on,
            ends,
            sorts,
        ):
            chapter(room)


def button(where: Locator, name: str) -> Locator:
    """A button in a part of a page."""
    return where.get_by_role("button", name=name)


def sets_up(room: Room) -> None:
    """One page, field by field."""
    desk, keys = room.desk, room.desk_keys
    desk.goto("/processes")
    keys.skip()
    keys.go(desk.link("By keyboard"))
    keys.skip()
    keys.go(desk.link("New Learning Café"))
    keys.skip()
    keys.fill("Title", "Stops")
    keys.fill("Questions", "What is missing at the stops?\nWhat does the night need?")
    keys.fill("Rounds", "2")
    keys.pick(desk.find("[name=movement][value=planned]"))
    keys.pick(desk.find("[name=pace][value=hand]"))
    keys.go(desk.button("Create the café"))
    keys.skip()
    keys.go(desk.link("Cockpit"))
    room.cafe = desk.path()
    room.code = desk.find(".control-title b.num").inner_text()


def come(room: Room) -> None:
    """By the code, to a table of their choice; one of them is named its host."""
    for visitor, keys, name in ((room.host, room.host_keys, "Hanna"), (room.guest, room.guest_keys, "Nuri")):
        visitor.goto("/")
        keys.skip()
        keys.fill("Code", room.code)
        keys.fill("Your name at the table", name)
        keys.pick(visitor.find("[name=language][value=en]"))
        keys.reach(visitor.find("select[name=writing_language]"))
        keys.go(visitor.button("Take a seat"))
        expect(visitor.find(".seat-no")).to_be_visible()
    keys.skip()
    keys.go(room.guest.link("All tables"))
    keys.skip()
    keys.go(room.guest.button("Sit at table 1"))
    expect(room.guest.find(".seat-no")).to_contain_text("1")
    desk, keys = room.desk, room.desk_keys
    keys.skip()
    keys.go(desk.page.get_by_role("link", name=re.compile("^Name a host.*table 1$")))
    keys.skip()
    keys.pick(desk.page.get_by_label("Hanna"))
    keys.go(desk.find("main form button"))
    shows(room.host.find(".host-q"), "You are the host.")


def plans_and_starts(room: Room) -> None:
    """Whoever waits is left where they are when writing opens."""
    desk, keys = room.desk, room.desk_keys
    keys.skip()
    keys.go(desk.link("Who sits where"))
    keys.skip()
    keys.go(desk.link("Make a plan"))
    keys.skip()
    keys.go(desk.button("Plan who sits where"))
    shows(desk.find("main"), "The rounds were planned.")
    keys.go(desk.link("Live"))
    keys.skip()
    waits = room.guest.find("main").get_by_role("link", name="All tables")
    room.guest_keys.skip()
    room.guest_keys.reach(waits)
    keys.act(button(desk.page.locator("main"), "Start round 1"))
    expect(room.guest.find("[data-composer]")).to_be_visible(timeout=LIVE)
    room.guest_keys.stays(waits)
    shows(desk.find(".control-bar"), "Round 1 of 2")
    keys.not_lost()


def writes(room: Room) -> None:
    """Notes, a vote, a comment, a change, and one taken back."""
    guest, keys, host = room.guest, room.guest_keys, room.host
    line = guest.find("[data-composer] textarea")
    for text in (BENCH, INSULT, "Never mind"):
        keys.reach(line, "Tab" if text == BENCH else "Shift+Tab")
        keys.write(text)
        keys.act(guest.button("Send"))
        shows(with_text(guest, text).locator("[data-sent-line]"), "Saved.")
        keys.stays(line)
    theirs = host.find("[data-composer] textarea")
    room.host_keys.skip()
    room.host_keys.reach(host.find(".kinds"))
    room.host_keys.press("ArrowRight")
    for text in (SEATS, ROOF):
        if text == SEATS:
            room.host_keys.reach(theirs)
        room.host_keys.write(text)
        room.host_keys.press("Enter")
        shows(with_text(host, text).locator("[data-sent-line]"), "Saved.")
        room.host_keys.stays(theirs)
    expect(with_text(guest, ROOF)).to_have_attribute("data-kind", "challenge", timeout=LIVE)
    keys.stays(line)
    votes(room)
    comments(room)
    changes(room)


def votes(room: Room) -> None:
    vote = with_text(room.guest, ROOF).locator("button.vote")
    room.guest_keys.reach(vote, "Shift+Tab")
    for pressed, key in (("true", "Space"), ("false", "Enter"), ("true", "Space")):
        room.guest_keys.press(key)
        expect(vote).to_have_attribute("aria-pressed", pressed, timeout=LIVE)
        room.guest_keys.stays(vote)


def comments(room: Room) -> None:
    """In a dialog that keeps the keys, and gives them back where they were."""
    guest, keys = room.guest, room.guest_keys
    theirs = with_text(guest, SEATS)
    keys.act(theirs.locator(".note-more summary"))
    link = theirs.locator(".note-more [data-comment]")
    keys.act(link)
    keys.stays(guest.find("#comment-here"))
    keys.press("Escape")
    keys.stays(link)
    keys.press("Enter")
    keys.stays(guest.find("#comment-here"))
    keys.write("In the shade")
    keys.act(button(guest.find("#comment-dialog"), "Send"))
    expect(theirs.locator(".comment-text")).to_have_text("In the shade", timeout=LIVE)
    keys.stays(link)


def changes(room: Room) -> None:
    """Whoever comes back from a page of its own goes on at the note, not at the head."""
    guest, keys = room.guest, room.guest_keys
    mine = with_text(guest, BENCH)
    keys.act(mine.locator(".note-more summary"))
    keys.go(mine.get_by_role("link", name="Edit", exact=True))
    keys.skip()
    keys.reach(guest.find("main textarea"))
    keys.write(f"{BENCH}, with a back")
    keys.go(guest.button("Change your note"))
    mine = with_text(guest, f"{BENCH}, with a back")
    keys.reach(mine, within=1)
    gone_soon = with_text(guest, "Never mind")
    keys.act(gone_soon.locator(".note-more summary"), "Shift+Tab")
    keys.act(gone_soon.get_by_role("button", name="Withdraw"))
    gone(gone_soon)
    keys.not_lost()


def hosts(room: Room) -> None:
    """Welcomes, puts a note first for newcomers, holds one back, puts two together, writes for somebody, calls."""
    host, keys, desk = room.host, room.host_keys, room.desk
    keys.act(host.find(".seat-faces"), "Shift+Tab")
    expect(host.find(".seat-names")).to_contain_text("Nuri")
    keys.press("Enter")
    bench = with_text(host, BENCH)
    keys.act(bench.locator(".note-more summary"))
    keys.act(button(bench, "First for newcomers"))
    expect(button(bench, "No longer first for newcomers")).to_be_visible(timeout=LIVE)
    keys.not_lost()
    insult = with_text(host, INSULT)
    keys.act(insult.locator(".note-more summary"))
    keys.go(insult.get_by_role("link", name="Hold back"))
    keys.skip()
    keys.pick(host.page.get_by_label("Insults or threatens somebody"))
    keys.fill("In your own words", "Not like this.")
    keys.go(host.button("Hold this note back"))
    expect(insult).to_have_attribute("data-state", "held")
    keys.reach(insult, within=1)
    merges(room)
    keys.go(host.link("Write for someone"))
    keys.skip()
    keys.pick(host.page.get_by_label("Nuri"))
    keys.fill("Their words", "Light at night")
    keys.go(host.button("Lay it on the table"))
    shows(with_text(room.guest, "Light at night"), "Written down by the host")
    desk_waits = button(desk.find(".control-buttons"), "1 min")
    room.desk_keys.reach(desk_waits)
    keys.skip()
    keys.act(host.button("Ask for help"), "Shift+Tab")
    expect(host.button("Help has come")).to_be_visible(timeout=LIVE)
    keys.not_lost()
    expect(desk.find(".room-table[data-flag=help]")).to_be_visible(timeout=LIVE)
    room.desk_keys.stays(desk_waits)


def merges(room: Room) -> None:
    host, keys = room.host, room.host_keys
    for text in (BENCH, SEATS):
        keys.reach(with_text(host, text).locator(".tick"), "Tab" if text == BENCH else "Shift+Tab")
        keys.press("Space")
    keys.go(host.button("Merge…"))
    keys.skip()
    keys.pick(host.page.get_by_label(re.compile(f"^{BENCH}")))
    keys.go(host.find("main form .btn.primary"))
    shows(with_text(room.guest, BENCH), "and one more wording")


def takes_forward(room: Room) -> None:
    """In the host's words, with the passage that says it; the points get an order, and are complete."""
    host, keys = room.host, room.host_keys
    for text, title in ((BENCH, "Benches"), (ROOF, "Roofs")):
        idea = with_text(host, text)
        keys.go(idea.get_by_role("link", name="Take forward"))
        expect(host.page.get_by_label("What is to be done?")).to_be_focused()
        keys.write(title)
        keys.reach(host.find("[data-excerpt]"))
        keys.write(text.split()[-1])
        keys.go(host.button("Take forward"))
        expect(idea.locator("mark")).to_have_text(text.split()[-1])
        keys.reach(idea, within=1)
    point = host.find(".tray-list li").filter(has_text="Roofs")
    up = point.get_by_role("button", name=re.compile("^Move up"))
    keys.act(up)
    expect(host.find(".tray-list li").first).to_contain_text("Roofs", timeout=LIVE)
    keys.stays(up)
    keys.act(host.button("These 2 points are what we take forward"))
    expect(host.find(".harvest-done")).to_contain_text("Complete since", timeout=LIVE)
    keys.not_lost()


def runs_the_clock(room: Room) -> None:
    """Help, a minute more, a pause, something for everybody: nobody who writes loses their place."""
    desk, keys, guest = room.desk, room.desk_keys, room.guest
    line = guest.find("[data-composer] textarea")
    room.guest_keys.reach(line)
    room.guest_keys.write("A sentence that is not")
    bar = desk.find(".control-buttons")
    ends = desk.find("[data-ends-at]").first.get_attribute("data-ends-at")
    keys.press("Enter")
    expect(desk.find("[data-ends-at]").first).not_to_have_attribute("data-ends-at", ends or "", timeout=LIVE)
    keys.stays(button(bar, "1 min"))
    room.guest_keys.stays(line)
    keys.act(desk.find(".todo-list").get_by_role("button", name=re.compile("Help has come")))
    expect(desk.find(".room-table[data-flag=help]")).to_have_count(0, timeout=LIVE)
    keys.not_lost()
    keys.act(button(bar, "Pause"), "Shift+Tab")
    keys.stays(button(bar, "Go on"))
    shows(guest.find(".writing[data-course]"), "Writing is paused.")
    room.guest_keys.not_lost()
    keys.press("Enter")
    keys.stays(button(bar, "Pause"))
    expect(line).to_be_visible(timeout=LIVE)
    room.guest_keys.not_lost()
    room.guest_keys.reach(line)
    expect(line).to_have_value("A sentence that is not")
    keys.fill("What you want to say", "Coffee is ready.")
    keys.go(button(desk.find("#announce"), "Send"))
    shows(guest.find("[data-announcement]"), "Coffee is ready.")
    room.guest_keys.stays(line)
    room.guest_keys.act(guest.button("Close the announcement"), "Shift+Tab")
    expect(guest.find("[data-announcement]")).to_be_hidden()
    room.guest_keys.not_lost()


def goes_on(room: Room) -> None:
    """The round ends early, what was begun is sent, everybody goes where the plan says, and one is sent elsewhere."""
    desk, keys, guest = room.desk, room.desk_keys, room.guest
    line = guest.find("[data-composer] textarea")
    room.guest_keys.reach(line)
    keys.skip()
    keys.act(desk.button("End round 1"))
    expect(desk.button("Start round 2")).to_be_visible(timeout=LIVE)
    keys.not_lost()
    shows(guest.find(".moments"), "Next: table 2")
    room.guest_keys.stays(line)
    room.guest_keys.act(guest.button("Send"))
    shows(with_text(guest, "A sentence that is not").locator("[data-sent-line]"), "Saved.")
    room.guest_keys.not_lost()
    room.guest_keys.go(guest.link("I am at table 2"))
    shows(guest.find(".when-there"), "You are there")
    expect(guest.link("I am at table 2")).to_be_hidden()
    keys.act(desk.button("Start round 2"))
    shows(desk.find(".control-bar"), "Round 2 of 2")
    keys.not_lost()
    shows(guest.find(".moments"), "You sit at table 2")
    room.guest_keys.skip()
    room.guest_keys.go(guest.link("To table 2"))
    expect(guest.find("[data-composer]")).to_be_visible()
    keys.go(desk.link("People"), "Shift+Tab")
    keys.skip()
    keys.go(desk.page.get_by_role("link", name=re.compile("^Move….*Nuri$")))
    keys.skip()
    keys.pick(desk.page.get_by_label(re.compile("^1 ")))
    keys.go(desk.button("Move Nuri"))
    shows(guest.find(".moments"), "You sit at table 1")
    room.guest_keys.skip()
    room.guest_keys.go(guest.link("To table 1"))
    shows(with_text(guest, BENCH), BENCH)


def ends(room: Room) -> None:
    """The host puts both points on the list; the café is closed, and says so under the hands of who had begun."""
    desk, keys, host, guest = room.desk, room.desk_keys, room.host, room.guest
    for title, way in (("Roofs", "Tab"), ("Benches", "Shift+Tab")):
        publish = host.page.get_by_role("button", name=re.compile(f"^Put on the list.*{title}$"))
        room.host_keys.act(publish, way)
        gone(host.find(".tray-list li").filter(has_text=title))
        room.host_keys.not_lost()
    room.guest_keys.skip()
    room.guest_keys.reach(guest.find("[data-composer] textarea"))
    keys.skip()
    keys.go(desk.link("Back to the cockpit"))
    keys.skip()
    keys.act(desk.button("End round 2"))
    keys.go(desk.find(".control-buttons").get_by_role("link", name="Close the café…"))
    keys.skip()
    keys.go(desk.button("Close the café"))
    shows(guest.find(".writing[data-course]"), "Writing is over.")
    room.guest_keys.not_lost()


def sorts(room: Room) -> None:
    """From the list to a goal that somebody answers for."""
    desk, keys = room.desk, room.desk_keys
    keys.skip()
    keys.go(desk.find(".control-buttons").get_by_role("link", name="Sort into goals"))
    keys.skip()
    for title in ("Roofs", "Benches"):
        keys.reach(desk.find(".slip").filter(has_text=title).locator(".tick"))
        keys.press("Space")
    keys.go(desk.find(".bulk").get_by_role("button", name="Move to…"))
    keys.skip()
    keys.fill("New draft goal", "Places to sit")
    keys.go(desk.button("Move"))
    box = desk.find(".draft-goal")
    expect(box.locator(".slip")).to_have_count(2)
    keys.go(box.get_by_role("link", name="Name a handler"))
    keys.fill("Name", "City gardens")
    keys.go(desk.button("Name a handler"))
    keys.go(desk.link("Promote to goal"))
    keys.go(desk.button("Promote to goal"))
    shows(box.locator(".goal-ref").first, "Goal 1")
