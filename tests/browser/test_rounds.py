"""A round's whole life: what the moderator presses or the clock does, and what a phone that is written on then says."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.browser.conftest import Enter
from tests.browser.everyone.house import store_of
from tests.browser.path.hall import shows, sign_in
from tests.browser.test_live import seated, write
from tests.browser.visitor import Visitor
from tests.factories.servers import Server
from workshop.models import Cafe, Event, Idea, Round
from workshop.perform import Store

pytestmark = pytest.mark.browser

DRAFT = "A sentence that the gong"
TWO_DAYS_FAST = """
  const Real = Date, shift = 2 * 86400000;
  globalThis.Date = class extends Real {
    constructor(...given) { given.length ? super(...given) : super(Real.now() + shift); }
    static now() { return Real.now() + shift; }
  };
"""


def is_in(visitor: Visitor, state: str, within: int = 12_000) -> None:
    """The page is in a state of the café."""
    expect(visitor.find("[data-course]").first).to_have_attribute("data-is", state, timeout=within)


def wind(store: Store, event: dict[str, Any], seconds: float, grace: int) -> None:
    """Have the first round end in some seconds, as if it had gone on for long."""
    now = datetime.now(UTC)
    with Session(store.engine) as session:
        ours = Round.id == session.scalar(select(Round.id).where(Round.id == as_id(event["rounds"][0])))
        session.execute(
            update(Round)
            .where(ours)
            .values(opened_at=now - timedelta(minutes=19), ends_at=now + timedelta(seconds=seconds))
        )
        session.execute(update(Cafe).where(Cafe.event_id == as_id(event["event"])).values(grace_seconds=grace))
        session.commit()


def as_id(text: str) -> Any:
    """An id as the database's columns take it."""
    return Event.id.type.python_type(text)


def test_the_clock_ends_a_round_and_eats_no_draft(server: Server, enter: Enter) -> None:
    event = server.workshop("event", "create", "--tables", "2", "--rounds", "2", "--open")
    phone, moderator, screen = (
        seated(enter, server, event, "Anna"),
        enter("moderator", "desktop"),
        enter("hall", "screen"),
    )
    fast = enter("fast", "phone")
    fast.context.add_init_script(TWO_DAYS_FAST)
    sign_in(moderator, event["moderator_link"])
    with store_of(server) as store:
        wind(store, event, seconds=9, grace=3)
        with store.reading() as session:
            screen_link = session.scalars(select(Event.screen_token).where(Event.id == as_id(event["event"]))).one()
            cafe = session.scalars(select(Cafe.id).where(Cafe.event_id == as_id(event["event"]))).one()
        screen.goto(f"/screen/{screen_link}")
        moderator.goto(f"/cafes/{cafe}")
        fast.context.add_cookies(phone.context.cookies())
        fast.goto(phone.path())
        phone.page.reload()
        field = phone.find("[data-composer] textarea")
        field.click()
        field.type(DRAFT)
        # Soon over: everybody is told, and a phone whose clock is two days fast sees the same time.
        for visitor in (phone, fast, moderator, screen):
            is_in(visitor, "warning")
        shows(phone.find(".seat-banner:visible"), "The round ends at")
        shows(moderator.find(".control-bar [data-during=warning]:visible"), "All tables see now")
        left = [visitor.find(".seat-time [data-left]").inner_text() for visitor in (phone, fast)]
        assert abs(int(left[0].split(":")[1]) - int(left[1].split(":")[1])) <= 2, left
        for visitor in (phone, fast, screen):
            is_in(visitor, "grace")
        shows(screen.find(".pj-next:visible"), "Finish your sentence.")
        # The server ends it by itself, and the draft is where it was, under the same hand.
        is_in(phone, "between")
        is_in(moderator, "between")
        expect(field).to_be_focused()
        expect(field).to_have_value(DRAFT)
        shows(phone.find(".writing [data-begun]"), "You had started a note")
        field.press_sequentially(" did not end.")
        phone.find("[data-composer] .composer-line button").click()
        shows(phone.find(".note[data-order]").first, f"{DRAFT} did not end.")
        expect(phone.find("[data-composer]")).to_be_hidden()
        with store.reading() as session:
            written_in = session.scalars(select(Idea.round_id).where(Idea.text.startswith(DRAFT))).one()
        assert written_in == as_id(event["rounds"][0])


def test_a_moderator_holds_the_clock(server: Server, enter: Enter) -> None:
    event = server.workshop("event", "create", "--tables", "2", "--rounds", "2", "--open")
    phone, moderator = seated(enter, server, event, "Anna"), enter("moderator", "phone")
    sign_in(moderator, event["moderator_link"])
    moderator.goto(f"/events/{event['event']}")
    moderator.follow("Cockpit")
    for number in range(8):
        write(phone, f"Note {number}, long enough to take two lines on a phone that is narrow")
        shows(phone.find(".note").first, f"Note {number}")
    moderator.button("Pause").click()
    is_in(phone, "paused")
    shows(phone.find(".writing[data-course]"), "Writing is paused.")
    # By keys: a second click at the same place is the rest of the first.
    moderator.button("Go on").press("Enter")
    is_in(phone, "round")
    moderator.button("1 min").click()
    moderator.button("End round 1").dblclick()
    is_in(phone, "grace")
    shows(phone.find(".writing[data-course]"), "A note you finish now still belongs to round 1.")
    assert is_in_sight(phone.find("[data-composer] textarea"))
    # Of the notes, the writing line covers as much as happens to lie below it.
    phone.judge("table-grace", without=".notes")
    # A double click ended the round; it started none, and is taken back.
    expect(moderator.button("Start round 2")).to_be_visible()
    moderator.button("Take back the end of round 1").press("Enter")
    is_in(phone, "round")
    moderator.button("End round 1").press("Enter")
    is_in(phone, "grace")
    moderator.follow("Break…")
    moderator.fill("Minutes of break", "20")
    moderator.press("Begin the break")
    shows(phone.find(".seat-time"), "Break until")
    moderator.look("cockpit-break")
    moderator.button("End the break").press("Enter")
    expect(moderator.button("End the break")).to_have_count(0)
    # What is said stands on every page until somebody closes it, there and when the page comes again.
    moderator.fill("What you want to say", "Coffee is in the foyer.")
    moderator.press("Send")
    shows(phone.find("[data-announcement]"), "Coffee is in the foyer.")
    shows(moderator.find("[id^=said-]"), "to everybody")
    # Also on the other pages of somebody who takes part, said once, and live.
    table = phone.path()
    for path in ("/me", f"/events/{event['event']}", f"/events/{event['event']}/list"):
        phone.goto(path)
        shows(phone.find("[data-announcement]"), "Coffee is in the foyer.")
    moderator.fill("What you want to say", "Cake has come too.")
    moderator.press("Send")
    shows(phone.find("[data-announcement]").first, "Cake has come too.")
    expect(phone.find("#status")).to_contain_text("Cake has come too.", timeout=15_000)
    phone.judge("list-announced")
    phone.button("Close the announcement").first.click()
    phone.goto(table)
    phone.button("Close the announcement").click()
    expect(phone.find("[data-announcement]:visible")).to_have_count(0)
    phone.page.reload()
    expect(phone.find("[data-announcement]:visible")).to_have_count(0)
    phone.follow("Choose another table")
    phone.press("Sit at table 2")
    shows(phone.find(".seat-no"), "2")


def is_in_sight(locator: Locator) -> bool:
    """Whether one sees it without scrolling."""
    seen: bool = locator.evaluate(
        "one => { const {left, top, width, height} = one.getBoundingClientRect();"
        " const there = document.elementFromPoint(left + width / 2, top + height / 2);"
        " return one === there || one.contains(there); }"
    )
    return seen
