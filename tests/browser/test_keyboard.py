"""What keys meet on single pages; the whole way by keyboard alone is in test_keyboard_cafe.py."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Enter
from tests.browser.everyone.house import store_of
from tests.browser.everyone.keys import Keys
from tests.browser.visitor import DESKTOP, PHONE, Visitor
from tests.factories import do
from tests.factories.action_list import add_item
from tests.factories.cafes import open_round
from tests.factories.events import EventMade, make_event
from tests.factories.ideas import write
from tests.factories.people import PersonMade, join
from tests.factories.processes import make_process
from tests.factories.servers import Server
from tests.live.phones import cookie_of
from workshop.engine import MODES
from workshop.perform import Store
from workshop.standing import Actor

# What is seen and pressed is the same whichever engine answers.
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("server", MODES[:1], indirect=True, scope="package")]


def somebody(
    enter: Enter, store: Store, name: str, actor: Actor | None = None, device: str = "desktop"
) -> tuple[Visitor, Keys]:
    """A browser, at a desk unless said otherwise, and its keyboard."""
    visitor = enter(name, device)
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


def test_a_menu_closes_behind_whoever_leaves_it(server: Server, enter: Enter) -> None:
    with store_of(server) as store:
        event, ben = cafe(store)
        add_item(store, event)
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


def test_what_waits_comes_first_on_a_phone(server: Server, enter: Enter) -> None:
    with store_of(server) as store:
        event, ben = cafe(store)
        idea = write(store, ben, "An insult")
        do(store, join(store, event, "Cara").actor, "idea.report", idea=idea, reason="It insults")
        desk, _ = somebody(enter, store, "Mona", event.moderator)
        desk.goto(f"/cafes/{event.cafe}")
        tops = "['.todo-list', '.room'].map(one => document.querySelector(one).getBoundingClientRect().top)"
        beside = desk.page.evaluate(tops)
        assert abs(beside[0] - beside[1]) < 60
        desk.page.set_viewport_size(PHONE)
        waits, tables = desk.page.evaluate(tops)
        assert waits < tables
