"""Written is written (G4, G9): without network, over a closed tab, in several tabs, before a verdict."""

import re
from typing import Any

import pytest
from playwright.sync_api import Error, Page, Route, WebSocket, WebSocketRoute, expect

from tests.browser.conftest import Enter
from tests.browser.path.hall import shows, sign_in
from tests.browser.test_live import BACK_WITHIN, seated, write
from tests.browser.visitor import LIVE, Visitor
from tests.factories.servers import Server

pytestmark = pytest.mark.browser

SHELL_KEPT = "async () => Boolean(await caches.match('/shell') && navigator.serviceWorker.controller)"
NOTHING_KEPT = """async () => {
    if (await caches.has('workshop-shell')) return false;
    const [{name}] = await indexedDB.databases();
    const database = await new Promise((done) => { const opening = indexedDB.open(name); opening.onsuccess = () => done(opening.result); });
    const keys = await new Promise((done) => { const asked = database.transaction('kept').objectStore('kept').getAllKeys(); asked.onsuccess = () => done(asked.result); });
    database.close();
    return !keys.some((key) => key.startsWith('seat '));
}"""  # noqa: E501
TELL_WHAT_IS_SAID_TO_BE_SAVED = """addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
    for (const one of document.querySelectorAll("[data-thing][data-sent=saved]")) noteSaidToBeSaved(one.id);
}).observe(document.body, { subtree: true, childList: true, attributes: true }))"""
SENT = re.compile(r'^42\d+\["idea\.contribute",\{"key":"([0-9a-f-]{36})"')
POSTED = re.compile(r'^\{"key":"([0-9a-f-]{36})","table"')
ACKNOWLEDGEMENT = re.compile(r"^43\d+")


def watch_saved(phone: Visitor) -> set[str]:
    """The ids of the notes that any page of this phone will have said "saved" of; before it opens a page."""
    said: set[str] = set()
    phone.context.expose_function("noteSaidToBeSaved", lambda key: said.add(key))
    phone.context.add_init_script(TELL_WHAT_IS_SAID_TO_BE_SAVED)
    return said


def take_seat(phone: Visitor, server: Server, event: dict[str, Any]) -> None:
    """Sit down at table 1 and wait until the page has all it needs."""
    phone.goto(f"/#{server.card_tokens(event['code'])[0]}")
    phone.fill("Your name at the table", phone.name)
    phone.press("Take a seat")
    expect(phone.find("[data-composer]")).to_be_visible()


def until(page: Page, holds: str, most: int = BACK_WITHIN) -> None:
    """Wait until an asynchronous function says yes in a page, which may go to another address meanwhile."""
    for _ in range(most // 100):
        try:
            if page.evaluate(holds):
                return
        except Error:
            continue
        finally:
            page.wait_for_timeout(100)
    raise AssertionError(f"It never held: {holds}")


def texts_of(server: Server, event: dict[str, Any]) -> list[str]:
    """What is stored, in the order of the alphabet."""
    return sorted(one["text"] for one in server.workshop("ideas", "--event", event["event"]))


def pending(page: Page) -> Any:
    return page.locator(".note[data-sent=pending]")


def reopen(phone: Visitor, path: str) -> None:
    """Close the tab and open the address in another one.

    A page that is being closed is for a moment no longer kept from the network, and may send its first note.
    """
    phone.page.close()
    phone.page = phone.open()
    phone.goto(path)


def test_twenty_notes_survive_a_closed_tab_and_opening_it_again_without_network(server: Server, enter: Enter) -> None:
    event = server.workshop("event", "create", "--tables", "2", "--open")
    phone = enter("Anna")
    said = watch_saved(phone)
    take_seat(phone, server, event)
    until(phone.page, SHELL_KEPT)
    question = phone.find("h1").inner_text()
    phone.context.set_offline(True)
    texts = sorted(f"Note {number:02}" for number in range(20))
    for text in texts:
        write(phone, text)
    expect(pending(phone.page)).to_have_count(20)
    shows(phone.find("#connection"), "20 notes will be sent when you are back.")
    # There is nothing to be careful about here.
    expect(phone.find("#connection")).not_to_contain_text("Leave this page open")
    assert not said and not texts_of(server, event)
    reopen(phone, f"/tables/{event['tables'][0]}")
    expect(phone.find("body[data-shell]")).to_be_visible()
    expect(pending(phone.page)).to_have_count(20)
    assert sorted(phone.find(".note-text").all_inner_texts()) == texts
    expect(phone.find("h1")).to_have_text(question)
    shows(phone.find("#connection"), "20 notes will be sent when you are back.")
    write(phone, "Note 20, written here")
    expect(pending(phone.page)).to_have_count(21)
    phone.look("table-without-network", dark=True)
    assert not said
    phone.context.set_offline(False)
    # The table itself comes back, with every note as the server draws it.
    expect(phone.find(".note[data-order]")).to_have_count(21, timeout=BACK_WITHIN)
    expect(pending(phone.page)).to_have_count(0, timeout=BACK_WITHIN)
    assert texts_of(server, event) == [*texts, "Note 20, written here"]
    assert len(said) == 21


def test_on_plain_http_the_page_says_that_opening_it_needs_the_network(server: Server, enter: Enter) -> None:
    event = server.workshop("event", "create", "--tables", "1", "--open")
    phone = enter("Anna", plain=True)
    said = watch_saved(phone)
    take_seat(phone, server, event)
    assert not phone.page.evaluate("isSecureContext")
    phone.context.set_offline(True)
    texts = sorted(f"Note {number:02}" for number in range(20))
    for text in texts:
        write(phone, text)
    shows(phone.find("#connection"), "Leave this page open: without network it cannot be loaded again.")
    phone.look("table-offline-on-plain-http")
    assert not said and not texts_of(server, event)
    phone.page.close()
    phone.context.set_offline(False)
    phone.page = phone.open()
    phone.goto(f"/tables/{event['tables'][0]}")
    expect(phone.find(".note[data-order]")).to_have_count(20, timeout=BACK_WITHIN)
    expect(pending(phone.page)).to_have_count(0, timeout=BACK_WITHIN)
    assert texts_of(server, event) == texts
    assert len(said) == 20


def test_saved_is_not_said_while_acknowledgements_are_held_back(server: Server, enter: Enter) -> None:
    event = server.workshop("event", "create", "--tables", "1", "--open")
    phone, other = enter("Anna"), seated(enter, server, event, "Ben")
    said = watch_saved(phone)
    held: list[tuple[WebSocketRoute, str | bytes]] = []
    holding = True

    def between(socket: WebSocketRoute) -> None:
        behind = socket.connect_to_server()
        behind.on_message(
            lambda message: (
                held.append((socket, message))
                if holding and ACKNOWLEDGEMENT.match(str(message)) and '"key"' in str(message)
                else socket.send(message)
            )
        )

    phone.context.route_web_socket(re.compile("/socket.io/"), between)
    phone.context.route(
        "**/act/*.json", lambda route: route.abort("internetdisconnected") if holding else route.continue_()
    )
    take_seat(phone, server, event)
    for text in ("One", "Two", "Three"):
        write(phone, text)
    # It is stored, and everybody sees it; whoever wrote it has not been told.
    shows(other.find(".note"), "One")
    expect(phone.find(".note[data-order]")).to_have_count(1)
    phone.page.wait_for_timeout(10_000)
    expect(pending(phone.page)).to_have_count(3)
    assert held and not said
    # A page that is loaded now shows a stored note whose author still waits for the answer.
    phone.page.reload()
    expect(pending(phone.page)).to_have_count(3)
    phone.page.wait_for_timeout(1000)
    expect(pending(phone.page)).to_have_count(3)
    assert not said
    holding = False
    for socket, message in held[-1:]:
        socket.send(message)
    expect(pending(phone.page)).to_have_count(0, timeout=BACK_WITHIN)
    assert texts_of(server, event) == ["One", "Three", "Two"]
    assert len(said) == 3


@pytest.mark.parametrize("plain", [False, True], ids=["with locks", "without locks"])
def test_two_tabs_send_each_note_once(server: Server, enter: Enter, plain: bool) -> None:
    event = server.workshop("event", "create", "--tables", "1", "--open")
    phone = enter("Anna", plain=plain)
    take_seat(phone, server, event)
    assert phone.page.evaluate("'locks' in navigator") is not plain
    keys: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: keys.extend(SENT.findall(str(frame))))

    first, second = phone.page, phone.open()
    for page in (first, second):
        page.on("websocket", listen)
        page.on("request", lambda request: keys.extend(POSTED.findall(request.post_data or "")))
        page.goto(f"/tables/{event['tables'][0]}")
        expect(page.locator("[data-composer]")).to_be_visible()
    phone.context.set_offline(True)
    for number in range(3):
        for page in (first, second):
            phone.page = page
            write(phone, f"Note {number} of {'first' if page is first else 'second'}")
    # Each tab shows what waits, wherever it was written.
    for page in (first, second):
        expect(pending(page)).to_have_count(6)
    phone.context.set_offline(False)
    for page in (first, second):
        expect(pending(page)).to_have_count(0, timeout=BACK_WITHIN)
        expect(page.locator(".note[data-order]")).to_have_count(6, timeout=BACK_WITHIN)
    assert len(texts_of(server, event)) == len(set(texts_of(server, event))) == 6
    if not plain:
        assert len(keys) == len(set(keys)) <= 6
    # And what was supported in one shows in the other.
    for where, pressed in ((first, "true"), (second, "false")):
        where.locator("button.vote").first.click()
        for page in (first, second):
            expect(page.locator("button.vote").first).to_have_attribute("aria-pressed", pressed, timeout=LIVE)


def test_any_page_of_the_event_sends_what_waits_and_believes_no_portal(server: Server, enter: Enter) -> None:
    event = server.workshop("event", "create", "--tables", "1", "--open")
    phone = seated(enter, server, event, "Anna")
    until(phone.page, SHELL_KEPT)
    phone.context.set_offline(True)
    write(phone, "Written in the tunnel")
    expect(pending(phone.page)).to_have_count(1)
    phone.page.close()
    phone.context.set_offline(False)
    asked: list[str] = []

    def portal(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.fulfill(status=200, content_type="text/html", body="<h1>Accept our terms</h1>")
        else:
            route.continue_()

    # A network that lets no socket through.
    phone.context.route("**/socket.io/**", lambda route: route.abort("failed"))
    phone.context.route_web_socket(re.compile("/socket.io/"), lambda socket: socket.close())
    phone.context.route("**/act/idea.contribute.json", portal)
    phone.page = phone.open()
    phone.goto(f"/events/{event['event']}/list")
    for _ in range(BACK_WITHIN // 100):
        phone.page.wait_for_timeout(100)
        if len(asked) == 2:
            break
    phone.page.wait_for_timeout(500)
    assert len(asked) == 2
    assert texts_of(server, event) == ["Written in the tunnel"]
    phone.problems[:] = [one for one in phone.problems if "socket.io" not in one]


def test_a_refused_note_keeps_its_text_and_says_why(server: Server, enter: Enter) -> None:
    event = server.workshop("event", "create", "--tables", "1", "--open")
    phone, desk = seated(enter, server, event, "Anna"), enter("moderator", "desktop")
    phone.context.set_offline(True)
    write(phone, "Written too late")
    waiting = phone.find(".note")
    shows(waiting, "Will be sent")
    assert "i-clock" in (waiting.locator("[data-sent-line] use").get_attribute("href") or "")
    sign_in(desk, event["moderator_link"])
    desk.goto(f"/act/event.close?event={event['event']}")
    desk.press("Close the event")
    refused = phone.find(".note[data-sent=refused]")
    phone.page.evaluate("document.before = true")
    with phone.being_refused():
        phone.context.set_offline(False)
        expect(refused).to_have_count(1, timeout=BACK_WITHIN)
    for one in ("Written too late", "Not saved:", "Your text is here; copy it or write it again."):
        shows(refused, one)
    assert "i-circle-alert" in (refused.locator("[data-sent-line] use").get_attribute("href") or "")
    expect(refused.get_by_role("button", name="Copy the text")).to_be_visible()
    # The one line that speaks says it too, and again on the page that the event's end has loaded anew.
    expect(phone.find("#status")).not_to_be_empty(timeout=15_000)
    until(phone.page, "!document.before")
    shows(phone.find(".note[data-sent=refused]"), "Not saved:")
    expect(phone.find("#status")).not_to_be_empty(timeout=15_000)
    phone.look("table-refused-note")


def test_somebody_removed_reads_what_was_not_sent(server: Server, enter: Enter) -> None:
    event = server.workshop("event", "create", "--tables", "1", "--open")
    phone, desk = seated(enter, server, event, "Anna"), enter("moderator", "desktop")
    write(phone, "Saved before")
    expect(phone.find(".note[data-order]")).to_have_count(1)
    phone.context.set_offline(True)
    write(phone, "Written in the cellar")
    phone.find("[data-composer] textarea").fill("Half a sent")
    person = (phone.find("[id^=me-]").get_attribute("id") or "").removeprefix("me-")
    sign_in(desk, event["moderator_link"])
    desk.goto(f"/act/participant.remove?participant={person}")
    desk.press("Remove Anna")
    with phone.being_refused():
        phone.context.set_offline(False)
        heading = phone.page.get_by_role("heading", name="You are no longer in this event")
        expect(heading).to_be_visible(timeout=BACK_WITHIN)
        unsent = phone.find("[data-unsent] .note")
        expect(unsent).to_have_text([re.compile("Written in the cellar"), re.compile("Half a sent")])
        phone.look("removed-with-unsent-notes", dark=True)
        unsent.first.get_by_role("button", name="Copy the text").click()
        assert phone.page.evaluate("getSelection().toString()") == "Written in the cellar"
        # Here too, whenever they look.
        phone.goto("/me")
        expect(phone.find("[data-unsent] .note")).to_have_count(2)
        expect(phone.find(".mine li")).to_have_count(1)
    assert texts_of(server, event) == ["Saved before"]


def test_removal_and_signing_out_clear_what_opens_without_network(server: Server, enter: Enter) -> None:
    event = server.workshop("event", "create", "--tables", "1", "--open")
    phone, desk = seated(enter, server, event, "Anna"), enter("moderator", "desktop")
    sign_in(desk, event["moderator_link"])
    until(phone.page, SHELL_KEPT)
    person = phone.find("[id^=me-]").get_attribute("id") or ""
    desk.goto(f"/act/participant.remove?participant={person.removeprefix('me-')}")
    with phone.being_refused():
        desk.press("Remove Anna")
        until(phone.page, NOTHING_KEPT)
    # And of whoever had it before it became the table's tablet.
    ben = seated(enter, server, event, "Ben")
    until(ben.page, SHELL_KEPT)
    desk.goto(f"{ben.path()}/tablets")
    desk.press("Make a link for a tablet")
    ben.goto(desk.link("This device is the tablet").get_attribute("href") or "")
    ben.press("Yes, it stays here")
    until(ben.page, NOTHING_KEPT)
    # Whoever takes part with an account leaves nothing behind either.
    reopen(desk, f"/#{server.card_tokens(event['code'])[0]}")
    desk.fill("Your name at the table", "Mo")
    desk.press("Take a seat")
    until(desk.page, SHELL_KEPT)
    desk.goto("/processes")
    desk.press("Sign out everywhere")
    until(desk.page, NOTHING_KEPT)
