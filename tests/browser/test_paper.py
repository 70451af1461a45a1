"""Not everyone has a phone: what is printed, and what comes back from paper."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect
from sqlalchemy import select

from tests.browser.conftest import Enter
from tests.browser.everyone.house import House, store_of
from tests.browser.visitor import Visitor
from tests.factories import do
from tests.factories.cafes import name_host, open_round
from tests.factories.events import EventMade, make_event, set_phases
from tests.factories.people import join
from tests.factories.photos import tablecloth
from tests.factories.processes import make_process
from tests.factories.servers import Server
from tests.live.phones import cookie_of
from workshop.models import Idea, IdeaState

pytestmark = pytest.mark.browser


def open_cafe(server: Server, enter: Enter, **fields: object) -> tuple[EventMade, Visitor]:
    """A café of its own in round one, and its moderator at a desk."""
    with store_of(server) as store:
        process = make_process(store)
        event = make_event(store, process, **fields)
        open_round(store, event)
        desk = enter("moderator", "desktop")
        House(store, process, "").let_in(desk, "moderator")
    return event, desk


def test_cards_are_printed_and_make_their_bearer_the_host(server: Server, enter: Enter) -> None:
    event, desk = open_cafe(server, enter, tables=5)
    desk.goto(f"/cafes/{event.cafe}")
    desk.follow("Cards to print")
    desk.look("cards")
    expect(desk.find(".sheet-a4:visible")).to_have_count(3)
    paper = desk.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 5 + 38 + 2
    # A4 in points, whatever the browser's own paper is.
    boxes = {tuple(map(float, one.split())) for one in re.findall(rb"/MediaBox \[([^\]]*)\]", paper)}
    assert all(abs(width - 595.3) < 1 and abs(height - 841.9) < 1 for _, _, width, height in boxes)
    desk.page.emulate_media(media="print")
    card = desk.find(".a6").first.bounding_box()
    assert card and abs(card["width"] - 105 / 25.4 * 96) < 1 and abs(card["height"] - 148.5 / 25.4 * 96) < 1
    desk.page.emulate_media(media="screen")

    ruth = enter("Ruth")
    ruth.goto(f"/host#{event.host_cards[4]}")
    expect(ruth.find("h1")).to_have_text("Host table 5?")
    ruth.look("host-card")
    ruth.fill("Your name at the table", "Ruth")
    ruth.press("Host this table")
    expect(ruth.find(".host-bar")).to_contain_text("You are the host.")

    desk.page.get_by_role("link", name="Table 5", exact=True).click()
    desk.press("Make a new host card")
    late = enter("late")
    with late.being_refused():
        late.goto(f"/host#{event.host_cards[4]}")
        expect(late.find(".error-summary")).to_contain_text("leads nowhere any more")


SENTENCES = (
    "Eine Werkstatt in der Nordstadt, in der man Wärmepumpen anfassen darf.",
    "Viele wissen gar nicht, dass es Förderung gibt.",
    "Kinderbetreuung am Lernort.",
)


def test_thirty_notes_are_typed_in_by_keyboard_alone(server: Server, enter: Enter) -> None:
    event, desk = open_cafe(server, enter)
    desk.goto(f"/tables/{event.tables[0]}/typing-in")
    keys, page = desk.page.keyboard, desk.page
    expect(desk.find("[name=text]")).to_be_focused()
    expect(desk.find("[name=card]")).to_have_value("1-01")
    presses = 0
    for number in range(1, 31):
        if number % 3 == 0:
            keys.press("Alt+2")
            presses += 1
        # As quickly as keys can be pressed; what a person takes for the letters comes on top.
        keys.type(SENTENCES[number % 3])
        keys.press("Enter")
        presses += 1
        expect(desk.find("[name=text]")).to_be_focused()
        expect(desk.find("[name=text]")).to_have_value("")
    assert presses == 40, "beside the words themselves, one key a note and one more for another kind"
    expect(desk.find("[data-typed-status]")).to_have_text("1-30 is on the table.")
    expect(desk.find(".typed > li[data-order]")).to_have_count(30)
    expect(desk.find(".typed > li[data-kind=challenge]")).to_have_count(10)
    expect(desk.find("[name=card]")).to_have_value("1-31")
    expect(desk.find(".pace")).to_contain_text("30")
    desk.look("typing-in")

    # A card that is typed in already is told at once, and nothing is lost.
    keys.type("Once more")
    keys.press("Tab")
    page.keyboard.type("1-07")
    keys.press("Enter")
    expect(desk.find("[data-typed-status]")).to_contain_text("Card 1-07 is typed in already")
    expect(desk.find("[name=text]")).to_have_value("Once more")
    page.keyboard.type("1-40")
    keys.press("Enter")
    expect(desk.find("[data-typed-status]")).to_have_text("1-40 is on the table.")

    # The last one back into the form, mended, on the table once.
    keys.press("Alt+ArrowUp")
    expect(desk.find("[name=text]")).to_have_value("Once more")
    expect(desk.find(".typed > li[data-order]")).to_have_count(30)
    keys.press("End")
    keys.type(", mended")
    keys.press("Enter")
    expect(desk.find(".typed > li[data-order]").first).to_contain_text("Once more, mended")
    expect(desk.find(".typed > li[data-order]")).to_have_count(31)

    # Without network it goes on, and all of it arrives.
    desk.context.set_offline(True)
    expect(desk.find("#connection")).to_be_visible()
    for word in ("one", "two"):
        keys.type(f"Offline {word}")
        keys.press("Enter")
    expect(desk.find(".typed > li[data-sent=pending]")).to_have_count(2)
    desk.context.set_offline(False)
    expect(desk.find(".typed > li[data-order]")).to_have_count(33)
    expect(desk.find(".typed > li[data-sent=refused]")).to_have_count(0)


def test_several_people_write_on_the_tables_tablet(server: Server, enter: Enter) -> None:
    event, desk = open_cafe(server, enter)
    desk.goto(f"/tables/{event.tables[0]}")
    desk.follow("A tablet for the table")
    desk.press("Make a link for a tablet")
    desk.look("tablets")
    link = desk.link("This device is the tablet").get_attribute("href") or ""

    tablet = enter("tablet", "desktop")
    tablet.goto(link)
    tablet.look("pair")
    tablet.press("Yes, it stays here")
    for name in ("Mira", "Herr Yılmaz"):
        if tablet.find(".someone-else[open]").count() == 0:
            tablet.find(".someone-else > summary").click()
        tablet.find("[name=name]").fill(name)
        tablet.press("Sit down")
        expect(tablet.find(".receipt-line")).to_contain_text(f"{name}, your receipt:")
    tablet.follow("I have it")

    # Nobody writes under another's name by mistake: after every note it asks again.
    tablet.find("[name=text]").fill("Tools to borrow like books.")
    tablet.button("Put it on the table").click()
    expect(tablet.find("[data-no-name]")).to_be_visible()
    for name, text in (("Mira", "Tools to borrow like books."), ("Herr Yılmaz", "Rooms in the evening.")):
        tablet.find(".name").filter(has_text=name).first.click()
        tablet.find("[name=text]").fill(text)
        tablet.button("Put it on the table").click()
        mine = tablet.find(".note[data-order]").filter(has_text=text)
        expect(mine.locator(".who:visible")).to_have_text(name)
        expect(tablet.find(".names input:checked")).to_have_count(0)
    tablet.look("tablet")
    expect(desk.find("body")).to_be_visible()

    # Without network they go on, and all of it arrives under the right names.
    tablet.context.set_offline(True)
    expect(tablet.find("#connection")).to_be_visible()
    tablet.find(".name").filter(has_text="Mira").first.click()
    tablet.find("[name=text]").fill("Written in the cellar.")
    tablet.button("Put it on the table").click()
    waiting = tablet.find(".note[data-sent=pending]")
    expect(waiting.locator(".who")).to_have_text("Mira")
    tablet.context.set_offline(False)
    expect(tablet.find(".note[data-order]").filter(has_text="Written in the cellar.")).to_be_visible(timeout=20_000)

    # A phase closes kinds of note there as on phones; what was begun before it waits for a moderator.
    with store_of(server) as store:
        (learning,) = set_phases(store, event, co_learning="Learning")
        expect(tablet.find(".kind:visible")).to_have_count(4)
        tablet.context.set_offline(True)
        expect(tablet.find("#connection")).to_be_visible()
        tablet.find(".name").filter(has_text="Herr Yılmaz").first.click()
        tablet.find("[name=text]").fill("Begun before the switch.")
        do(store, event.moderator, "phase.begin", phase=learning)
        tablet.button("Put it on the table").click()
        begun = tablet.find(".note").filter(has_text="Begun before the switch.")
        expect(begun).to_have_attribute("data-sent", "pending")
        tablet.context.set_offline(False)
        # It lies on no table until it is let through.
        expect(begun).to_have_count(0, timeout=20_000)
        with store.reading() as session:
            state = session.scalars(select(Idea.state).where(Idea.text == "Begun before the switch.")).one()
        assert state is IdeaState.HELD
        expect(tablet.find(".phase-line")).to_contain_text("Learning: read and ask.")
        expect(tablet.find(".kind:visible")).to_have_count(1)
        expect(tablet.find("[name=kind]:checked")).to_have_value("question")
        tablet.look("tablet-phase", dark=True)
        tablet.page.reload()
        expect(tablet.find(".kind:visible")).to_have_count(1)
        expect(tablet.find("[name=kind]:checked")).to_have_value("question")
        do(store, event.moderator, "phase.end", event=event.id)
        expect(tablet.find(".kind:visible")).to_have_count(4)

    # Each has votes of their own, given on a page that is theirs, and a receipt to take along.
    tablet.find(".of-each > summary").click()
    tablet.look("tablet-names")
    tablet.find(".of-each a").filter(has_text="Mira").click()
    expect(tablet.find("h1")).to_have_text("Mira")
    mine = tablet.find(".ballot-notes > li").filter(has_text="Rooms in the evening.")
    with tablet.page.expect_navigation():
        mine.locator(".vote").click()
    expect(mine.locator(".vote")).to_have_attribute("aria-pressed", "true")
    tablet.context.set_offline(True)
    mine.locator(".vote").click()
    expect(tablet.find("#toast")).to_contain_text("You are offline.")
    tablet.context.set_offline(False)
    tablet.find(".receipt-fold > summary").click()
    tablet.look("tablet-person")
    receipt = (tablet.find(".receipt-code").text_content() or "").strip()
    tablet.follow("Back to the tablet")
    expect(tablet.find(".note").filter(has_text="Rooms in the evening.").locator(".vote-count")).to_contain_text("1")
    phone = enter("Mira")
    phone.goto("/back#" + receipt.replace(" ", ""))
    expect(phone.find("[name=receipt]")).to_have_value(receipt)
    phone.press("Take my place back")
    expect(phone.find(".note[data-mine]")).to_have_count(2)

    # Taken away, it shows and does nothing any more.
    desk.goto(f"/tables/{event.tables[0]}/tablets")
    desk.follow("Take it away…")
    desk.press("Take the tablet away from this table")
    with tablet.being_refused():
        tablet.goto(f"/tables/{event.tables[0]}/device")
        expect(tablet.find("main")).not_to_contain_text("Tools to borrow")


def files_of(server: Server) -> set[str]:
    """What lies in the folder of uploads."""
    folder = server.folder / "uploads"
    return {one.name for one in folder.iterdir()} if folder.is_dir() else set()


def test_a_photo_of_the_tablecloth_stays_with_its_table(server: Server, enter: Enter, tmp_path: Path) -> None:
    event, desk = open_cafe(server, enter)
    before, there = files_of(server), tmp_path / "cloth.jpg"
    there.write_bytes(tablecloth(5000, 3750))
    assert there.stat().st_size > 1_000_000 and b"Quokkaphone" in there.read_bytes()
    with store_of(server) as store:
        host, guest = join(store, event, "Hanna", 1), join(store, event, "Gerd", 1)
        name_host(store, event, 1, host)
        hanna, gerd = enter("Hanna"), enter("Gerd")
        for person, phone in ((host, hanna), (guest, gerd)):
            value = cookie_of(store, person.actor, "en").removeprefix("session=")
            phone.context.add_cookies([{"name": "session", "value": value, "url": phone.address}])
    gerd.goto(f"/tables/{event.tables[0]}")
    desk.goto(f"/cafes/{event.cafe}")
    expect(gerd.find(".photos")).to_be_hidden()
    hanna.goto(f"/tables/{event.tables[0]}")
    hanna.follow("Photograph the tablecloth")
    hanna.find("#upload").set_input_files(there)
    hanna.fill("What is to be seen", "Circles, and arrows between them")
    # The phone has made it smaller before it went over the hall's network.
    with hanna.page.expect_request(lambda request: request.method == "POST") as sent:
        hanna.press("Keep it with the table")
    assert int(sent.value.all_headers()["content-length"]) < there.stat().st_size / 2
    expect(hanna.find(".gallery figure")).to_contain_text("Circles, and arrows between them")
    hanna.look("photos")

    # Whoever sits there sees it at once; small, and only after it was unfolded.
    fold = gerd.find(".photos summary")
    expect(fold).to_contain_text("One photo of the tablecloth")
    fetched: list[str] = []
    gerd.page.on("request", lambda request: fetched.append(request.url))
    expect(desk.find(".room-table").first).to_contain_text("one photo")
    assert not fetched
    fold.click()
    small = gerd.find(".photo-row img")
    expect(small).to_have_js_property("complete", True)
    assert small.evaluate("one => one.naturalWidth") == 480
    expect(small).to_have_attribute("alt", "Circles, and arrows between them")
    gerd.look("table-photos")
    address = gerd.find(".photo-row a").get_attribute("href") or ""
    answer = gerd.context.request.get(address)
    kept = Image.open(BytesIO(answer.body()))
    assert kept.size == (2400, 1800) and not kept.getexif() and b"Quokkaphone" not in answer.body()
    headers = answer.headers
    assert headers["content-type"] == "image/jpeg" and headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "private, no-cache" and headers["content-disposition"].startswith("inline")
    assert headers["content-security-policy"].startswith("default-src 'none'")
    again = gerd.context.request.get(address, headers={"If-None-Match": headers["etag"]})
    assert again.status == 304
    stranger = enter("stranger")
    assert stranger.context.request.get(address).status == 404
    # By itself it stands on no big screen, and one that asks for it is told so.
    screen = enter("screen", "screen")
    screen.goto(f"/screen/{event.screen_token}")
    expect(screen.find("img")).to_have_count(0)
    assert screen.context.request.get(address).status == 403

    # Without script the same form sends it whole.
    plain = enter("plain", script=False)
    plain.context.add_cookies(hanna.context.cookies())  # type: ignore[arg-type]
    plain.goto(f"/tables/{event.tables[0]}/photos")
    plain.find("#kept").set_input_files(there)
    plain.press("Keep it with the table")
    expect(plain.find(".gallery figure")).to_have_count(2)
    expect(hanna.find(".gallery figure")).to_have_count(2)
    expect(hanna.find(".gallery img").last).to_have_attribute("alt", re.compile(r"Table 1, photographed at \d"))

    hanna.link("Remove… Circles, and arrows between them").click()
    hanna.press("Remove this photo")
    expect(hanna.find(".gallery figure")).to_have_count(1)
    expect(gerd.find(".photo-row img")).to_have_count(1)
    assert gerd.context.request.get(address).status == 404
    assert len(files_of(server) - before) == 2
