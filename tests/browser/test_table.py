"""What people do with notes at a table, beside writing them: remark, and see others' remarks come."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.everyone.house import store_of
from tests.browser.test_keyboard import somebody
from tests.browser.visitor import LIVE
from tests.factories import do
from tests.factories.cafes import close_round, name_host, open_round
from tests.factories.events import make_event
from tests.factories.ideas import comment_on, write
from tests.factories.people import join
from tests.factories.processes import make_process
from tests.factories.servers import Server
from tests.operations.test_moving import plan
from workshop.engine import MODES

# What is seen and pressed is the same whichever engine answers.
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("server", MODES[:1], indirect=True, scope="package")]


def test_where_one_is_sent_there_is_a_place(server: Server, enter: Enter) -> None:
    """Also while those of the last round still sit there, and where all are full; else one reads that it is full."""
    with store_of(server) as store:
        event = make_event(store, make_process(store, "Full"), tables=3, seats_per_table=1)
        anna, _ = (join(store, event, name, table) for table, name in enumerate(("Anna", "Ben"), 1))
        open_round(store, event)
        phone, *_ = somebody(enter, store, "Anna", anna.actor)
        phone.goto(f"/tables/{event.tables[1]}")
        full, seat = phone.find("[data-full] p"), phone.button("Sit at this table")
        expect(full).to_contain_text("Table 2 is full for now.")
        expect(seat).to_be_hidden()
        phone.look("table full")
        # With the last seat of all gone nobody is left standing.
        do(store, event.moderator, "table.mark_full", table=event.tables[2])
        expect(full).to_be_hidden(timeout=LIVE)
        expect(seat).to_be_visible()
        do(store, event.moderator, "table.mark_free", table=event.tables[2])
        expect(full).to_be_visible(timeout=LIVE)
        expect(seat).to_be_hidden()
        plan(store, event, 2, [anna])
        phone.page.reload()
        # Not before the round is over.
        expect(seat).to_be_hidden()
        close_round(store, event)
        expect(full).to_be_hidden(timeout=LIVE)
        expect(seat).to_be_visible()
        # One is where one is sent, and so at no other table.
        expect(phone.find(".when-there")).to_be_visible()
        expect(phone.page.get_by_text("You are looking at another table.")).to_be_hidden()
        phone.look("table full where one is sent")


def test_a_remark_is_written_without_leaving_the_table(server: Server, enter: Enter) -> None:
    """It stands below the note for everybody, is withdrawn by its author and hidden by the host."""
    with store_of(server) as store:
        event = make_event(store, make_process(store, "Remarks"), tables=1)
        anna, ben, hanna = (join(store, event, name) for name in ("Anna", "Ben", "Hanna"))
        name_host(store, event, 1, hanna)
        open_round(store, event)
        idea = write(store, anna, "Open the library on Sundays")
        phone, _ = somebody(enter, store, "Ben", ben.actor)
        board, _ = somebody(enter, store, "Hanna", hanna.actor)
        for one in (phone, board):
            one.goto(f"/tables/{event.tables[0]}")
        note = f'[id="{idea}"]'
        phone.find(f"{note} .note-more > summary").click()
        phone.find(f"{note} [data-comment]").first.click()
        expect(phone.find("#comment-dialog")).to_contain_text("Open the library on Sundays")
        expect(phone.find("#comment-here")).to_be_focused()
        phone.page.keyboard.type("And in the evening")
        phone.page.keyboard.press("Escape")
        phone.find(f"{note} [data-comment]").first.click()
        expect(phone.find("#comment-here")).to_have_value("And in the evening")
        phone.look("comment dialog")
        # Refused, because the note is held back at that moment: the words stay, and are sent once it is shown again.
        do(store, event.moderator, "idea.hold", idea=idea, reason="A moment")
        phone.find("#comment-dialog [value=send]").click()
        expect(phone.find("#comment-dialog [data-problem]")).to_be_visible(timeout=LIVE)
        expect(phone.find("#comment-here")).to_have_value("And in the evening")
        phone.look("comment refused")
        do(store, event.moderator, "idea.show", idea=idea)
        phone.find("#comment-dialog [value=send]").click()
        expect(phone.find(f"{note} .comment-text")).to_have_text("And in the evening", timeout=LIVE)
        expect(phone.find(f"{note} .comment .who:visible")).to_have_text("You")
        board.find(f"{note} .comments > summary").click(timeout=LIVE)
        expect(board.find(f"{note} .comment-text")).to_have_text("And in the evening")
        second = comment_on(store, anna, idea, "Who pays?")
        expect(board.find(f"{note} .comment-text")).to_have_count(2, timeout=LIVE)
        board.look("host comments", dark=True)
        phone.look("table comments", dark=True)
        phone.find(f"{note} .comment-acts button:visible").click()
        expect(board.find(f"{note} .comment-text")).to_have_count(1, timeout=LIVE)
        board.find(f'[id="{second}"] a[href*="comment.hide"]').click()
        board.find("[name=reason]").fill("It names somebody")
        board.press("Hide this comment")
        expect(phone.find(f"{note} .comments")).to_have_count(0, timeout=LIVE)
        # Ben reads at the table why his is hidden, asks for another look, and reads there what was answered.
        third = comment_on(store, ben, idea, "My neighbour will not like it")
        board.find(f"{note} .comments > summary").click(timeout=LIVE)
        board.find(f'[id="{third}"] a[href*="comment.hide"]').click()
        board.choose("Names or describes a private person")
        board.press("Hide this comment")
        aside = phone.find(f'[id="aside-{third}"]')
        expect(aside).to_contain_text("Hidden: Names or describes a private person", timeout=LIVE)
        # It speaks every ten seconds at most.
        expect(phone.find("#status")).to_contain_text("Hidden: Names or describes", timeout=3 * LIVE)
        phone.look("table comment hidden")
        aside.get_by_role("link", name="Ask for another look").click()
        phone.fill("Why should somebody look at it again?", "He told me so himself")
        phone.look("ask again about a comment")
        phone.press("Ask for another look")
        expect(aside).to_contain_text("Another look was asked for: “He told me so himself”")
        do(store, event.moderator, "comment.keep_hidden", comment=third, answer="He is not here")
        expect(aside).to_contain_text("After another look it stays hidden: He is not here", timeout=LIVE)
        phone.goto("/me")
        expect(phone.page.get_by_role("main")).to_contain_text("Names or describes a private person")
        phone.look("me with comments")
        phone.goto(f"/tables/{event.tables[0]}")
        do(store, event.moderator, "comment.show", comment=third)
        expect(aside).to_have_count(0, timeout=LIVE)
        do(store, ben.actor, "comment.withdraw", comment=third)
        board.goto(f"/ideas/{idea}#comments")
        expect(board.find(".comment[data-state=hidden]")).to_contain_text("It names somebody")
        phone.goto(f"/ideas/{idea}")
        phone.fill("Your comment", "Sundays suit me")
        phone.press("Send")
        expect(phone.find(".comment-text")).to_have_text("Sundays suit me")
        phone.look("idea comments")


def test_a_host_pauses_writes_for_somebody_and_asks_for_help(server: Server, enter: Enter) -> None:
    """The writing line says why it is closed and keeps what was begun; the cockpit shows who needs somebody."""
    with store_of(server) as store:
        event = make_event(store, make_process(store, "Tools"), tables=1)
        anna, hanna = (join(store, event, name) for name in ("Anna", "Hanna"))
        name_host(store, event, 1, hanna)
        open_round(store, event)
        phone, _ = somebody(enter, store, "Anna", anna.actor)
        board, _ = somebody(enter, store, "Hanna", hanna.actor)
        desk, _ = somebody(enter, store, "Mona", event.moderator)
        for one in (phone, board):
            one.goto(f"/tables/{event.tables[0]}")
        desk.goto(f"/cafes/{event.cafe}")
        phone.find("[data-composer] textarea").fill("We need a place where")
        board.button("Pause writing").click()
        expect(phone.find("[data-composer]")).to_be_hidden(timeout=LIVE)
        expect(phone.find("[data-paused]")).to_contain_text("The host has paused writing at this table.")
        phone.look("table paused by the host", dark=True)
        board.look("host paused", dark=True)
        board.button("Go on writing").click()
        expect(phone.find("[data-composer]")).to_be_visible(timeout=LIVE)
        expect(phone.find("[data-composer] textarea")).to_have_value("We need a place where")
        board.button("Ask for help").click()
        expect(desk.find(".room-table[data-flag=help]")).to_contain_text("asks for help since", timeout=LIVE)
        desk.look("cockpit help", dark=True)
        desk.button("Help has come").click()
        expect(board.button("Ask for help")).to_be_visible(timeout=LIVE)
        board.follow("Write for someone")
        board.look("write for someone", dark=True)
        board.choose("Anna")
        board.fill("Their words", "A bench in front of the library")
        board.press("Lay it on the table")
        note = phone.find(".note").filter(has_text="A bench in front of the library")
        expect(note.locator(".who:visible")).to_have_text("You", timeout=LIVE)
        expect(note).to_contain_text("Written down by the host")


def test_notes_that_say_the_same_become_one(server: Server, enter: Enter) -> None:
    """Each voter counts once, both wordings are read, the vote goes along, and the author learns where it went."""
    with store_of(server) as store:
        event = make_event(store, make_process(store, "Merging"), tables=1)
        anna, ben, hanna = (join(store, event, name) for name in ("Anna", "Ben", "Hanna"))
        name_host(store, event, 1, hanna)
        open_round(store, event)
        benches, seats = write(store, anna, "Benches in the shade"), write(store, ben, "Somewhere to sit")
        for one in (benches, seats):
            do(store, hanna.actor, "vote.cast", idea=one)
        do(store, anna.actor, "vote.cast", idea=seats)
        alike = write(store, anna, "In the shade: benches")
        phone, _ = somebody(enter, store, "Anna", anna.actor)
        author, _ = somebody(enter, store, "Ben", ben.actor)
        board, _ = somebody(enter, store, "Hanna", hanna.actor)
        for one in (phone, author, board):
            one.goto(f"/tables/{event.tables[0]}")
        board.find(f'[id="{benches}"] .note-more > summary').click()
        board.find(f'[id="{benches}"] .note-more').get_by_role("link", name="Merge…").click()
        expect(board.find(".alike li")).to_have_count(1)
        board.look("merge alike", dark=True)
        board.find(".alike .btn").click()
        expect(board.find("[name=stays]")).to_have_count(2)
        board.follow("Cancel")
        do(store, anna.actor, "idea.withdraw", idea=alike)
        for idea in (benches, seats):
            board.find(f'[id="{idea}"] .note-tick input').check()
        board.press("Merge…")
        board.look("merge", dark=True)
        board.find(f'input[name=stays][value="{benches}"]').check()
        board.press("Merge, 2 people")
        note = phone.find(f'[id="{benches}"]')
        expect(note.locator(".wordings > summary")).to_have_text("and one more wording", timeout=LIVE)
        expect(note.locator("button.vote")).to_have_attribute("aria-pressed", "true", timeout=LIVE)
        expect(phone.find(f'[id="{seats}"]')).to_have_count(0)
        note.locator(".wordings > summary").click()
        expect(note.locator(".wordings li")).to_have_text("Somewhere to sit")
        phone.look("table merged", dark=True)
        expect(author.find(f'[id="{seats}"]')).to_contain_text("Merged into another note", timeout=LIVE)
        board.find(f'[id="{seats}"] .note-more > summary').click()
        board.look("host merged", dark=True)
        board.find(f'[id="{seats}"] [formaction="/act/idea.unmerge"]').click()
        expect(phone.find(f'[id="{seats}"] button.vote')).to_have_attribute("aria-pressed", "true", timeout=LIVE)


def test_what_looks_alike_is_suggested_and_never_in_the_way(server: Server, enter: Enter) -> None:
    """While one writes, and below a note; the caret stays where it is."""
    with store_of(server) as store:
        event = make_event(store, make_process(store, "Alike"), tables=2)
        anna, otto = join(store, event, "Anna"), join(store, event, "Otto", 2)
        open_round(store, event)
        theirs = write(store, otto, "Evening courses for people who work in shifts", table=2)
        mine = write(store, anna, "Courses in the evening for people in shift work")
        phone, _ = somebody(enter, store, "Anna", anna.actor)
        phone.goto(f"/tables/{event.tables[0]}")
        expect(phone.find(f'[id="{mine}"] [data-alike-count]')).to_have_text(
            "1 similar note at other tables", timeout=LIVE
        )
        phone.find(f'[id="{mine}"] [data-alike-count]').click()
        expect(phone.find("#alike li")).to_have_count(1)
        phone.look("idea alike", dark=True)
        phone.goto(f"/tables/{event.tables[0]}")
        line = phone.find("[data-composer] textarea")
        line.click()
        phone.page.keyboard.type("An evening course for people who work in shifts")
        suggested = phone.find("#alike")
        expect(suggested).to_contain_text("Evening courses for people who work in shifts", timeout=LIVE)
        expect(line).to_be_focused()
        phone.look("table alike", dark=True)
        do(store, event.moderator, "idea.hide", idea=theirs, reason="It names somebody")
        phone.page.keyboard.type(" and nights")
        expect(suggested).not_to_contain_text("Evening courses for people who work in shifts", timeout=LIVE)
        phone.page.keyboard.type(" too")
        phone.button("Not these").click()
        expect(suggested).to_be_hidden()
        expect(line).to_be_focused()


def test_a_newcomer_reads_what_was_said_and_the_host_completes_the_harvest(server: Server, enter: Enter) -> None:
    """The brief follows its notes; the points have an order, and the cockpit shows that they are complete."""
    with store_of(server) as store:
        event = make_event(store, make_process(store, "Brief"), tables=2)
        anna, ben, hanna = join(store, event, "Anna", 2), join(store, event, "Ben"), join(store, event, "Hanna")
        name_host(store, event, 1, hanna)
        open_round(store, event)
        first, second = (write(store, ben, text) for text in ("Benches in the shade", "Water to drink"))
        do(store, hanna.actor, "vote.cast", idea=second)
        for idea in (first, second):
            do(store, hanna.actor, "action_item.take_forward", ideas=[idea], title=f"See to it: {idea}"[:60])
        open_round(store, event, 2)
        do(store, anna.actor, "seat.take", table=event.tables[0])
        phone, _ = somebody(enter, store, "Anna", anna.actor)
        board, _ = somebody(enter, store, "Hanna", hanna.actor)
        desk, _ = somebody(enter, store, "Mona", event.moderator)
        for one in (phone, board):
            one.goto(f"/tables/{event.tables[0]}")
        desk.goto(f"/cafes/{event.cafe}")
        lines = phone.find("[data-brief] q")
        expect(lines).to_have_text(["Water to drink", "Benches in the shade"])
        phone.look("table brief", dark=True)
        do(store, ben.actor, "idea.edit", idea=first, text="Benches in the shade of trees")
        expect(lines.nth(1)).to_have_text("Benches in the shade of trees", timeout=LIVE)
        # What the host puts first is first for whoever reads it already, and keeps the focus of who is there.
        phone.find(f'[data-line="{second}"] a').focus()
        do(store, hanna.actor, "idea.pin", idea=first)
        expect(lines).to_have_text(["Benches in the shade of trees", "Water to drink"], timeout=LIVE)
        expect(phone.find(f'[data-line="{second}"] a')).to_be_focused()
        do(store, hanna.actor, "idea.unpin", idea=first)
        expect(lines).to_have_text(["Water to drink", "Benches in the shade of trees"], timeout=LIVE)
        do(store, hanna.actor, "idea.hold", idea=second, reason="Let us look")
        expect(lines).to_have_count(1, timeout=LIVE)
        board.find(".tray-list li").nth(1).get_by_role("button", name="Move up").click()
        expect(board.find(".tray-list li").first).to_contain_text(str(second)[:8], timeout=LIVE)
        board.button("These 2 points are what we take forward").click()
        expect(board.find(".harvest-done")).to_contain_text("Complete since", timeout=LIVE)
        board.look("host harvest", dark=True)
        expect(desk.find(".room-table").first).to_contain_text("complete", timeout=LIVE)
