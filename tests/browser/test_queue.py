"""Every note is looked at before it shows: by a host at the table, by two moderators at once, by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.everyone.house import store_of
from tests.browser.everyone.keys import Keys
from tests.browser.everyone.looks import LOOKS
from tests.browser.path.hall import gone, note, shows
from tests.browser.visitor import LIVE, Visitor
from tests.factories import do
from tests.factories.cafes import name_host, open_round
from tests.factories.events import EventMade, make_event
from tests.factories.ideas import write
from tests.factories.people import join
from tests.factories.processes import make_process
from tests.factories.servers import Server
from tests.live.phones import cookie_of
from workshop.engine import MODES
from workshop.perform import Store
from workshop.standing import Actor

# What is pressed and seen is the same whichever engine answers.
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("server", MODES[:1], indirect=True, scope="package")]


def become(visitor: Visitor, store: Store, actor: Actor) -> Visitor:
    value = cookie_of(store, actor, "en").removeprefix("session=")
    visitor.context.add_cookies([{"name": "session", "value": value, "url": visitor.address}])
    return visitor


def test_notes_wait_and_are_let_through_together(server: Server, enter: Enter) -> None:
    with store_of(server) as store:
        event: EventMade = make_event(store, make_process(store, "Harbour waiting"))
        people = {name: join(store, event, name) for name in ("Anna", "Ben", "Hanna")}
        name_host(store, event, 1, people["Hanna"])
        open_round(store, event)
        do(store, event.moderator, "event.set_moderation", event=event.id, notes_wait="1")
        table, queue = f"/tables/{event.tables[0]}", f"/cafes/{event.cafe}/queue"
        anna, ben, hanna = (become(enter(name), store, one.actor) for name, one in people.items())
        one = become(enter("moderator", "desktop"), store, event.moderator)
        two = become(enter("administrator", "phone"), store, event.process.admin)
        for visitor, path in ((anna, table), (ben, table), (hanna, table), (one, queue), (two, queue)):
            visitor.goto(path)
        # The author reads that it waits, nobody else sees it.
        anna.find("[data-composer] textarea").fill("A bench under the lime trees")
        anna.find("[data-composer] .composer-line button").click()
        mine = anna.find(".notes .note")
        shows(mine, "Waits for a moderator.")
        expect(anna.page.get_by_text("Everyone here sees it")).to_have_count(0)
        shows(hanna.find(".notes"), "A bench under the lime trees")
        expect(ben.find(".notes .note")).to_have_count(0)
        # The host lets it through at the table.
        hanna.find(".notes .note").get_by_role("button", name="Let it through").click()
        shows(ben.find(".notes"), "A bench under the lime trees")
        expect(mine).to_have_attribute("data-state", "visible", timeout=LIVE)
        gone(one.find(".queue-list li"))
        # Whoever decides by keyboard goes on at the next, reads it first, and presses nothing of it unread.
        ideas = [write(store, people["Anna"], f"Note number {number}") for number in range(14)]
        expect(one.find(".queue-list li")).to_have_count(14, timeout=LIVE)
        one.page.evaluate(LOOKS)
        keys = Keys(one)
        decided, after = (one.find(f'[id="decide-{ideas[number]}"]') for number in (12, 13))
        decided.get_by_role("button", name="Let it through").focus()
        keys.press("Enter")
        gone(decided)
        expect(after).to_be_focused()
        keys.reach(after.get_by_role("button", name="Let it through"), within=2)
        # Thirteen wait, one moderator takes ten of them, and the other sees who has which.
        keys.reach(one.button("I look at the first 10"))
        keys.press("Enter")
        mine_to_see = two.find("section.section").filter(has_text=re.compile(r"is looking at these\s*10"))
        expect(mine_to_see.locator("li")).to_have_count(10, timeout=LIVE)
        rest = two.find("section.section").filter(has_text="Nobody is looking at these yet")
        expect(rest.locator("li")).to_have_count(3)
        two.button("I look at the first 3").click()
        expect(two.find("section.section")).to_have_count(2, timeout=LIVE)
        # One note is hidden, and is not let through with the rest that was seen together with it.
        two.find(f'[id="decide-{ideas[0]}"]').get_by_role("link", name="Hide…").click()
        two.choose("Names or describes a private person")
        two.press("Hide this note")
        assert two.page.url.endswith(f"/queue#decide-{ideas[1]}"), "The next that waits is not gone on with."
        expect(one.find(".queue-list li")).to_have_count(12, timeout=LIVE)
        keys.reach(one.button("Let these 9 through"))
        keys.press("Enter")
        expect(one.find(".queue-list li")).to_have_count(3, timeout=LIVE)
        assert one.page.evaluate("document.activeElement !== document.body"), "The focus was lost."
        for number in (10, 11):
            two.find(f'[id="decide-{ideas[number]}"] .tick').check()
        two.press("Let them through")
        expect(two.find(".queue-list li")).to_have_count(1)
        expect(note(ben, str(ideas[11]))).to_have_count(1, timeout=LIVE)
        expect(ben.find(".notes .note")).to_have_count(13)
