"""Whoever writes, listens or decides is left in peace while a hundred others write."""

import itertools
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.conftest import Enter
from tests.browser.everyone.house import store_of, write_many
from tests.browser.path.hall import shows
from tests.browser.test_keyboard import somebody
from tests.browser.visitor import LIVE, Visitor
from tests.factories import do
from tests.factories.cafes import open_round
from tests.factories.events import EventMade, make_event
from tests.factories.ideas import write
from tests.factories.people import PersonMade, join, join_many
from tests.factories.processes import make_process
from tests.factories.servers import Server
from tests.live.phones import Phone, cookie_of
from workshop.perform import Store, fresh_key

pytestmark = pytest.mark.browser

OTHERS = 10
CHANGES = 500
MINUTE = 60_000
"""Milliseconds of the page's clock."""
STAY = 2
"""Pixels that what one reads may move."""
LISTEN = """() => {
    const live = "[role=status], [role=alert], [role=log], [aria-live]:not([aria-live=off])";
    window.said = [];
    new MutationObserver((records) => {
        const elements = records.map(({target}) => target.closest ? target : target.parentElement);
        const regions = new Set(elements.map((one) => one?.closest(live)));
        for (const one of regions) if (one?.textContent.trim()) window.said.push(one.textContent.trim());
    }).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""


def room(store: Store) -> tuple[EventMade, PersonMade, list[PersonMade]]:
    """An open table with Anna and ten others."""
    event = make_event(store, make_process(store, "Crowds"), tables=1)
    anna = join(store, event, "Anna")
    open_round(store, event)
    return event, anna, join_many(store, event, [f"Guest {number}" for number in range(OTHERS)])


@contextmanager
def phones_of(server: Server, store: Store, people: list[PersonMade]) -> Iterator[Iterator[Phone]]:
    """Their connections, in turn for ever: nobody sends more than a person could."""
    with ExitStack() as open_ones:
        phones = [open_ones.enter_context(Phone(server.address(), cookie_of(store, one.actor))) for one in people]
        yield itertools.cycle(phones)


def changes(phones: Iterator[Phone], event: EventMade, count: int, voted: UUID) -> None:
    """So many, of every kind: notes come, are voted for, remarked on, changed, withdrawn; votes for one come and go."""
    where = {"table": event.tables[0], "round": event.rounds[0], "kind": "question"}
    for number in range(count // 5):
        phone, other = next(phones), next(phones)
        idea = fresh_key()
        turn = number // OTHERS % 2
        answers = [
            phone.do("idea.contribute", idea, **where, text=f"Remark {number}"),
            other.do("vote.cast", idea=idea),
            other.do("vote.take_back" if turn else "vote.cast", idea=voted),
            phone.do("idea.edit", idea=idea, text=f"Remark {number}, again")
            if number % 3
            else other.do("comment.write", idea=voted if number % 2 else idea, text=f"To {number}"),
            phone.do("idea.withdraw", idea=idea) if number % 2 else other.do("vote.take_back", idea=idea),
        ]
        assert all(answer["ok"] for answer in answers), answers


def pauses(store: Store, event: EventMade, phone: Visitor) -> None:
    """A pause, for as long as it takes everybody to see it."""
    do(store, event.moderator, "round.pause", round=event.rounds[0])
    expect(phone.find("[data-composer]")).to_be_hidden(timeout=LIVE)
    do(store, event.moderator, "round.resume", round=event.rounds[0])
    expect(phone.find("[data-composer]")).to_be_visible(timeout=LIVE)


def goes_on(store: Store, event: EventMade, number: int) -> None:
    """What the moderators and newcomers do meanwhile: more time, something said to all, somebody who comes."""
    do(store, event.moderator, "round.extend", round=event.rounds[0])
    do(store, event.moderator, "announcement.make", cafe=event.cafe, text=f"Said to all, {number}", minutes=10)
    newcomer = join(store, event, f"Newcomer {number}")
    do(store, newcomer.actor, "idea.report", idea=write(store, newcomer, "Hello"), reason="None")


def caret(visitor: Visitor) -> Any:
    """What has the focus, what is selected in it, and where the page is scrolled to."""
    return visitor.page.evaluate(
        "() => { const one = document.activeElement;"
        " return [one.name || one.className, one.selectionStart, one.selectionEnd, one.value, one.scrollTop]; }"
    )


def top_of(visitor: Visitor, idea: UUID) -> float:
    """Where a note stands in the window."""
    found: float = visitor.find(f'[id="{idea}"]').evaluate("one => one.getBoundingClientRect().top")
    return found


def test_focus_caret_selection_and_scroll_survive_500_changes_of_others(server: Server, enter: Enter) -> None:
    with store_of(server) as store:
        event, anna, others = room(store)
        read = write(store, others[0], "The one that Anna reads")
        write_many(store, others[0], 30)
        phone, _ = somebody(enter, store, "Anna", anna.actor)
        phone.goto(f"/tables/{event.tables[0]}")
        expect(phone.find(".note")).to_have_count(31)
        line = phone.find("[data-composer] textarea")
        line.fill("A bench at every stop\nwith a roof\nand a light\nand a bin\nand a map\nand a clock\nand water")
        line.evaluate("one => { one.focus(); one.setSelectionRange(2, 7); one.scrollTop = 20; }")
        phone.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        before, top = caret(phone), top_of(phone, read)
        with phones_of(server, store, others) as phones:
            changes(phones, event, CHANGES // 2, read)
            goes_on(store, event, 1)
            shows(phone.find("[data-announcement]").first, "Said to all, 1")
            settled(phone, CHANGES // 2, more=1)
            assert caret(phone) == before
            assert abs(top_of(phone, read) - top) <= STAY
            # A pause takes the line away, and gives it back as it was; whoever reads at the end stays there.
            pauses(store, event, phone)
            expect(line).to_be_focused(timeout=LIVE)
            assert caret(phone) == before
            assert abs(top_of(phone, read) - top) <= STAY
            # What has the focus may be what changes.
            vote = phone.find(f'[id="{read}"] button.vote')
            vote.focus()
            top = top_of(phone, read)
            changes(phones, event, CHANGES // 2, read)
            goes_on(store, event, 2)
            shows(phone.find("[data-announcement]").first, "Said to all, 2")
            pauses(store, event, phone)
            settled(phone, CHANGES, more=2)
            expect(vote).to_be_focused()
            assert abs(top_of(phone, read) - top) <= STAY
            phone.page.keyboard.press("Space")
            expect(vote).to_have_attribute("aria-pressed", "true", timeout=LIVE)
            expect(line).to_have_value(before[3])


def settled(phone: Visitor, changes: int, more: int) -> None:
    """Until the page shows what is left of so many changes: every other note was withdrawn."""
    expect(phone.find(".note")).to_have_count(31 + changes // 10 + more, timeout=LIVE)


def test_a_page_stays_where_it_is_while_somebody_writes(server: Server, enter: Enter) -> None:
    with store_of(server) as store:
        event, anna, others = room(store)
        write_many(store, others[0], 12)
        phone, _ = somebody(enter, store, "Anna", anna.actor, "phone")
        phone.goto(f"/tables/{event.tables[0]}")
        expect(phone.find(".note")).to_have_count(12)
        for begins in (0, 300):
            phone.page.evaluate("top => scrollTo(0, top)", begins)
            # Playwright's own click would scroll before it.
            phone.find("[data-composer] textarea").evaluate("one => one.focus()")
            for letter in "A roof":
                phone.page.keyboard.type(letter)
                assert phone.page.evaluate("new Promise(done => requestAnimationFrame(() => done(scrollY)))") == begins
        # What became of it is seen, however far below one reads.
        phone.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        phone.find("[data-composer] .composer-line button").evaluate("one => one.click()")
        mine = phone.find(".note[data-order]").filter(has_text="A roofA roof")
        expect(mine).to_be_visible(timeout=LIVE)
        expect(mine).to_be_in_viewport(ratio=1)


def test_a_decision_is_not_taken_out_of_the_hand(server: Server, enter: Enter) -> None:
    """Others report notes while the moderator is about to hide one."""
    with store_of(server) as store:
        event, _anna, others = room(store)
        ideas = [write(store, others[0], f"Insult {number}") for number in range(3)]
        do(store, others[1].actor, "idea.report", idea=ideas[1], reason="An insult")
        desk, _ = somebody(enter, store, "Mona", event.moderator)
        desk.goto(f"/cafes/{event.cafe}")
        hide = desk.find(f'.todo-list a[href*="idea.hide?idea={ideas[1]}"]')
        hide.focus()
        with phones_of(server, store, others[2:]) as phones:
            for idea in (ideas[0], ideas[2]):
                assert next(phones).do("idea.report", idea=idea, reason="An insult")["ok"]
                expect(desk.find(f'.todo-list a[href*="idea.hide?idea={idea}"]')).to_be_visible(timeout=LIVE)
                expect(hide).to_be_focused()


def test_200_notes_in_a_minute_make_at_most_six_announcements(server: Server, enter: Enter) -> None:
    """A minute of the page's own clock, in which the server's signs of life come as they would."""
    with store_of(server) as store:
        event, anna, others = room(store)
        phone, _ = somebody(enter, store, "Anna", anna.actor)
        sockets: list[WebSocketRoute] = []

        def between(socket: WebSocketRoute) -> None:
            behind = socket.connect_to_server()
            behind.on_message(socket.send)
            # The answers to our pings are nothing the server waits for.
            socket.on_message(lambda message: None if message == "3" else behind.send(message))
            sockets.append(socket)

        phone.context.route_web_socket(re.compile("/socket.io/"), between)
        phone.page.clock.install()
        phone.goto(f"/tables/{event.tables[0]}")
        expect(phone.find("[data-composer]")).to_be_visible()
        # From here on its time goes as it is told to.
        phone.page.clock.pause_at(phone.page.evaluate("Date.now()") / 1000 + 1)
        phone.page.evaluate(LISTEN)
        assert not phone.page.evaluate(
            "document.querySelector('.notes').closest('[aria-live], [role=log], [role=status]')"
        )
        where = {"table": event.tables[0], "round": event.rounds[0], "kind": "idea"}
        with phones_of(server, store, others) as phones:
            for number in range(200):
                assert next(phones).do("idea.contribute", **where, text=f"Note {number}")["ok"]
                if number % 20 == 10:
                    # Nobody is told of each of these.
                    made = phone.find(".note").first.get_attribute("id")
                    assert next(phones).do("comment.write", idea=made, text="A remark")["ok"]
                    do(store, event.moderator, "round.extend", round=event.rounds[0])
                    join(store, event, f"Newcomer {number}")
                if number % 20 == 19:
                    expect(phone.find(".note")).to_have_count(number + 1, timeout=LIVE)
                    for socket in sockets:
                        socket.send("2")
                    phone.page.clock.run_for(MINUTE // 10)
        said = phone.page.evaluate("said")
        assert 1 <= len(said) <= 6, said
        phone.page.clock.run_for(MINUTE // 4)
        said = phone.page.evaluate("said")
        assert sum(int(re.findall(r"(\d+) new note", one)[0]) for one in said) == 200, said
