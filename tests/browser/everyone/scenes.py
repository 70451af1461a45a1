"""Each page in each of its states: whose it is, where it is, and what brings it there."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import expect

from tests.browser.visitor import Visitor

CONTROLLED = """new Promise((done) => {
    const workers = navigator.serviceWorker;
    if (workers.controller) done();
    else workers.addEventListener("controllerchange", () => done(), { once: true });
})"""
"""Until the service worker is the page's. `wait_for_function` asks again and again by `eval`, which no page allows."""


@dataclass(frozen=True)
class Scene:
    """A page in a state.

    Attributes:
        who: a word of `House.actor`, or "nobody".
        path: as `House.path` takes it.
        device: what it is opened on.
        then: brings it into the state, where it is not in it from the beginning.
        refused: whether the server answers with an error.
        whole: whether axe looks at each of hundreds alike.
    """

    name: str
    who: str
    path: str
    device: str = "phone"
    then: Callable[[Visitor], None] | None = None
    refused: bool = False
    whole: bool = False


def press(selector: str) -> Callable[[Visitor], None]:
    """Click what a selector finds first."""
    return lambda visitor: visitor.find(selector).first.click()


def photos(visitor: Visitor) -> None:
    """Unfold them, with the page at its beginning: axe takes a note half below the head for one that is too small."""
    visitor.find(".photos summary").click()
    visitor.page.evaluate("scrollTo(0, 0)")


def send(visitor: Visitor) -> None:
    """Send the page's form as it is."""
    with visitor.page.expect_navigation():
        visitor.find("main form:not(#act, #selection) button").first.click()
    expect(visitor.find(".error-summary")).to_be_visible()


def empty(visitor: Visitor) -> None:
    """Send the page's form with nothing in it."""
    visitor.find("main textarea").fill("")
    send(visitor)


def write(visitor: Visitor, text: str = "Written in the cellar, where no phone reaches anybody.") -> None:
    """Send a note."""
    visitor.find("[data-composer] textarea").fill(text)
    visitor.find("[data-composer] .composer-line button").click()


def unplug(visitor: Visitor) -> None:
    """Lose the network."""
    visitor.context.set_offline(True)


def cut_off(visitor: Visitor) -> None:
    """Lose the network on a page that says so."""
    unplug(visitor)
    expect(visitor.find("#connection")).to_be_visible()


def offline(visitor: Visitor) -> None:
    """Lose the network, once the script has come that opens a page without it, and write."""
    visitor.page.evaluate(CONTROLLED)
    unplug(visitor)
    expect(visitor.find("#connection")).to_be_visible()
    write(visitor)
    expect(visitor.find(".note[data-sent=pending]").first).to_be_visible()


def refused_note(visitor: Visitor) -> None:
    """Have a note refused: for the page it was written on, its round is of another event."""
    visitor.find("[data-composer] [name=round]").evaluate("one => { one.value = crypto.randomUUID(); }")
    write(visitor)
    expect(visitor.find(".note[data-sent=refused]")).to_be_visible()


def too_long(visitor: Visitor) -> None:
    """Write more than a note may hold."""
    visitor.find("[data-composer] textarea").fill("Too much. " * 60)
    expect(visitor.find("[data-counter].error")).to_be_visible()


def select(visitor: Visitor) -> None:
    """Tick the first two."""
    for tick in (0, 1):
        visitor.find(".tick:visible").nth(tick).check()
    expect(visitor.find(".bulk")).to_be_visible()


def wrong_code(visitor: Visitor) -> None:
    """Join with a code that cannot be one, and without a name."""
    visitor.find("[name=code]").fill("K7MP 30")
    visitor.press(visitor.says("Take a seat"))
    expect(visitor.find(".error-summary, .error").first).to_be_visible()


def card_is_read(visitor: Visitor) -> None:
    """Wait until the table of a scanned host card is shown."""
    expect(visitor.find("[name=go]")).to_be_visible()


def as_somebody_else(visitor: Visitor) -> None:
    """Join under another name on a device that has a seat."""
    visitor.find("[name=name]").fill("Bartholomäus")
    visitor.press(visitor.says("Take a seat"))
    expect(visitor.find(".receipt-code")).to_be_visible()


def hand_on(visitor: Visitor) -> None:
    """Say that the device which read a host card is somebody else's now."""
    card_is_read(visitor)
    visitor.press(visitor.says("Somebody else uses this device now"))
    expect(visitor.find(".receipt-code")).to_be_visible()


def send_too_late(visitor: Visitor) -> None:
    """Send a remark with a token that is no longer good."""
    visitor.find("[name=text]").fill("Who pays for the benches, and who clears the snow?")
    visitor.page.evaluate("document.querySelectorAll('[name=csrf_token]').forEach((one) => { one.value = 'old'; })")
    with visitor.page.expect_navigation():
        visitor.find("main form:not(#act) button").first.click()
    expect(visitor.page.get_by_role("link", name=visitor.says("Back to the page before"))).to_be_visible()


def type_offline(visitor: Visitor) -> None:
    """Type in a note without network, and a card once more."""
    cut_off(visitor)
    for _ in range(2):
        visitor.find("[name=text]").fill("What stands on the card")
        visitor.find("[name=card]").fill("1-30")
        visitor.page.keyboard.press("Enter")
    expect(visitor.find(".typed > [data-sent=pending]")).to_have_count(1)
    expect(visitor.find("[data-typed-status]")).not_to_be_empty()


def measure(visitor: Visitor) -> None:
    """Measure the way to the server."""
    visitor.find("[data-measure]").click()
    expect(visitor.find("#verdict[data-is]")).to_be_visible(timeout=20_000)


def no_name(visitor: Visitor) -> None:
    """Write without saying who."""
    visitor.find("[name=text]").fill("Said by somebody")
    visitor.find("#write .btn.primary").click()
    expect(visitor.find("[data-no-name]")).to_be_visible()


NOTE_MENU = press(".note-more:visible > summary")
ACT_NEXT = "&next=/me"

JOINING = (
    Scene("join", "nobody", "/"),
    Scene("join refused", "nobody", "/", then=wrong_code, refused=True),
    Scene("join scanned", "nobody", "/#{full.join_token}"),
    Scene("back", "nobody", "/back"),
    Scene("what we keep", "nobody", "/what-we-keep"),
    Scene("not found", "nobody", "/nowhere", refused=True),
    Scene("already in", "full", "/"),
    Scene("somebody else joins", "full", "/#{full.join_token}", then=as_somebody_else, refused=True),
    Scene("host card", "nobody", "/host#{full.host_cards[1]}", then=card_is_read),
    Scene("host card of a guest", "full", "/host#{full.host_cards[1]}", then=card_is_read),
    Scene("host card of somebody else", "full", "/host#{full.host_cards[1]}", then=hand_on),
    Scene("host card refused", "nobody", "/host#00000000000000000000000000000000"),
    Scene("hall code", "nobody", "/hall"),
    Scene("hall", "nobody", "/hall#{full.join_token}", then=measure),
    Scene("without network", "full", "/shell", then=unplug),
)
TABLE = (
    Scene("table before the start", "fresh", "/tables/{fresh.tables[0]}"),
    Scene("table waiting", "waiting", "/tables/{waiting.tables[0]}"),
    Scene("table empty", "empty", "/tables/{empty.tables[0]}"),
    Scene("table first note", "first", "/tables/{first.tables[0]}"),
    Scene("table full", "full", "/tables/{full.tables[0]}", whole=True),
    Scene("table of others", "full", "/tables/{full.tables[1]}"),
    Scene("table that is full", "first", "/tables/{first.tables[1]}"),
    Scene("table menu", "first", "/tables/{first.tables[0]}", then=NOTE_MENU),
    Scene("table names", "first", "/tables/{first.tables[0]}", then=press(".seat-faces")),
    Scene("table between", "between", "/tables/{between.tables[0]}"),
    Scene("table next", "sent on", "/tables/{left}"),
    Scene("table of a closed one", "sent on", "/tables/{planned.tables[5]}"),
    Scene("table that took one in", "sent on", "/tables/{planned.tables[3]}"),
    Scene("table paused", "paused", "/tables/{paused.tables[0]}"),
    Scene("list announced", "paused", "/events/{paused.id}/list"),
    Scene("notes of one's own", "full", "/me"),
    Scene("table break", "resting", "/tables/{resting.tables[0]}"),
    Scene("table closed", "closed", "/tables/{closed.tables[0]}"),
    Scene("table over", "over", "/tables/{over.tables[0]}"),
    Scene("table photos", "few", "/tables/{few.tables[0]}", then=photos),
    Scene("photos of a guest", "few", "/tables/{few.tables[0]}/photos"),
    Scene("table offline", "first", "/tables/{first.tables[0]}", then=offline),
    Scene("table refused note", "first", "/tables/{first.tables[0]}", then=refused_note),
    Scene("table too long", "first", "/tables/{first.tables[0]}", then=too_long),
    Scene("removed", "removed", "/tables/{empty.tables[0]}", refused=True),
    Scene("forbidden", "full", "/cafes/{full.cafe}/people", refused=True),
    Scene("choice", "full", "/cafes/{full.cafe}"),
    Scene("choice planned", "sent on", "/cafes/{planned.cafe}"),
    Scene("choice closed", "closed", "/cafes/{closed.cafe}"),
    Scene("edit", "full", "/act/idea.edit?idea={own}" + ACT_NEXT),
    Scene("form too old", "neighbour", "/act/comment.write?idea={own}" + ACT_NEXT, then=send_too_late, refused=True),
    Scene("comment", "neighbour", "/act/comment.write?idea={own}" + ACT_NEXT),
    Scene("report", "neighbour", "/act/idea.report?idea={own}" + ACT_NEXT),
    Scene("rules", "full", "/events/{full.id}/rules"),
    Scene("ask again", "full", "/act/idea.ask_again?idea={hidden}" + ACT_NEXT),
    Scene("edit refused", "full", "/act/idea.edit?idea={own}" + ACT_NEXT, then=empty, refused=True),
    Scene("idea", "full", "/ideas/{idea}"),
    Scene("ideas", "full", "/events/{full.id}/ideas"),
    Scene("list", "full", "/events/{full.id}/list"),
    Scene("list empty", "empty", "/events/{empty.id}/list"),
    Scene("list filter", "full", "/events/{full.id}/list", then=press(".filter-open")),
    Scene("menu", "full", "/events/{full.id}/list", then=press(".bar-menu")),
    Scene("item", "full", "/items/{item}"),
    Scene("event", "full", "/events/{full.id}"),
    Scene("goals", "full", "/processes/{slug}/goals"),
    Scene("goal", "full", "/goals/{goal}"),
    Scene("goal folded", "full", "/goals/{folded}"),
)
HOST = (
    Scene("host", "host of few", "/tables/{few.tables[0]}", "desktop"),
    Scene("host selected", "host of few", "/tables/{few.tables[0]}", "desktop", then=select),
    Scene("host waiting", "host of waiting", "/tables/{waiting.tables[0]}", "desktop"),
    Scene("take forward", "host", "/act/action_item.take_forward?ideas={idea}&ideas={late}" + ACT_NEXT, "desktop"),
    Scene("typing in", "host", "/tables/{full.tables[0]}/typing-in", "desktop"),
    Scene("typing in offline", "host", "/tables/{full.tables[0]}/typing-in", "desktop", then=type_offline),
    Scene("typing in too early", "moderator", "/tables/{fresh.tables[0]}/typing-in", "desktop"),
    Scene("typing in over", "moderator", "/tables/{over.tables[0]}/typing-in", "desktop"),
    Scene("merge notes", "host", "/act/idea.merge?ideas={idea}&ideas={late}" + ACT_NEXT, "desktop"),
    Scene("write for someone", "host", "/act/idea.write_for?table={full.tables[0]}" + ACT_NEXT, "desktop"),
    Scene("hide a comment", "host", "/act/comment.hide?comment={comment}" + ACT_NEXT, "desktop"),
    Scene("tablet", "tablet", "/tables/{few.tables[0]}/device", "desktop"),
    Scene("tablet sit down", "tablet", "/tables/{few.tables[0]}/device", then=press(".someone-else > summary")),
    Scene("tablet others", "tablet", "/tables/{few.tables[0]}/device?others=1"),
    Scene("tablet no name", "tablet", "/tables/{few.tables[0]}/device", then=no_name),
    Scene("tablet person", "tablet", "/tables/{few.tables[0]}/device/person?who={on_tablet}", then=press("summary")),
    Scene("back scanned", "nobody", "/back#K7MP3QRT"),
    Scene("tablet photos", "tablet", "/tables/{few.tables[0]}/photos"),
    Scene("photos", "host of few", "/tables/{few.tables[0]}/photos", "desktop"),
    Scene("photos empty", "host", "/tables/{full.tables[0]}/photos"),
    Scene("photos refused", "host of few", "/tables/{few.tables[0]}/photos", then=send, refused=True),
    Scene("photos waiting", "host of waiting", "/tables/{waiting.tables[0]}/photos", "desktop"),
    Scene("photo words", "host of few", "/act/photo.describe?photo={photo}" + ACT_NEXT, "desktop"),
    Scene("photo removed", "host of few", "/act/photo.remove?photo={photo}" + ACT_NEXT, "desktop"),
    Scene("tablets", "host of few", "/tables/{few.tables[0]}/tablets", "desktop"),
    Scene("pair", "nobody", "/device/{tablet_link}"),
    Scene("hold", "host", "/act/idea.hold?idea={idea}" + ACT_NEXT, "desktop"),
    Scene("hold refused", "host", "/act/idea.hold?idea={idea}" + ACT_NEXT, "desktop", then=send, refused=True),
    Scene("discard", "host", "/act/action_item.discard?action_item={draft}" + ACT_NEXT, "desktop"),
)
STAFF = (
    Scene("cockpit before", "moderator", "/cafes/{fresh.cafe}", "desktop"),
    Scene("cockpit", "moderator", "/cafes/{full.cafe}", "desktop"),
    Scene("cockpit forty tables", "moderator", "/cafes/{hall.cafe}", "desktop"),
    Scene("cockpit paused", "moderator", "/cafes/{paused.cafe}", "desktop"),
    Scene("cockpit break", "moderator", "/cafes/{resting.cafe}", "desktop"),
    Scene("take a break", "moderator", "/act/cafe.take_break?cafe={resting.cafe}&minutes=15" + ACT_NEXT, "desktop"),
    Scene(
        "announce",
        "moderator",
        "/act/announcement.make?cafe={full.cafe}" + ACT_NEXT,
        "desktop",
        then=empty,
        refused=True,
    ),
    Scene("cockpit closed", "moderator", "/cafes/{closed.cafe}", "desktop"),
    Scene("hall devices", "moderator", "/events/{full.id}/hall", "desktop", then=measure),
    Scene("cards", "moderator", "/cafes/{full.cafe}/cards", "desktop"),
    Scene("new host card", "moderator", "/act/table.renew_host_card?table={full.tables[0]}" + ACT_NEXT, "desktop"),
    Scene("form announced", "moderator", "/act/announcement.make?cafe={paused.cafe}" + ACT_NEXT),
    Scene("cockpit with a photo that waits", "moderator", "/cafes/{waiting.cafe}", "desktop"),
    Scene("queue", "moderator", "/cafes/{waiting.cafe}/queue", "desktop", then=select),
    Scene("queue for the screen", "moderator", "/cafes/{reaping.cafe}/queue", "desktop"),
    Scene("queue empty", "moderator", "/cafes/{empty.cafe}/queue", "desktop"),
    Scene("rules staff", "moderator", "/events/{full.id}/rules", "desktop"),
    Scene("add a reason", "moderator", "/act/reason.add?event={full.id}" + ACT_NEXT, "desktop"),
    Scene("take a reason away", "moderator", "/act/reason.remove?reason={reason}" + ACT_NEXT, "desktop"),
    Scene("leave it hidden", "moderator", "/act/idea.keep_hidden?idea={asked}" + ACT_NEXT, "desktop"),
    Scene("plan", "moderator", "/cafes/{planned.cafe}/plan?find=Maximiliane 9", "desktop"),
    Scene("plan with no round left", "moderator", "/cafes/{full.cafe}/plan", "desktop"),
    Scene("plan before", "moderator", "/cafes/{fresh.cafe}/plan", "desktop"),
    Scene("room", "moderator", "/cafes/{planned.cafe}/room?tables=3", "desktop"),
    Scene("room unchanged", "moderator", "/cafes/{full.cafe}/room", "desktop"),
    Scene("wishes", "moderator", "/cafes/{planned.cafe}/wishes", "desktop"),
    Scene(
        "merge",
        "moderator",
        "/act/table.merge?table={planned.tables[2]}&into={planned.tables[0]}" + ACT_NEXT,
        "desktop",
    ),
    Scene(
        "move somebody",
        "moderator",
        "/act/participant.move?participant={planned_host}&table={planned.tables[0]}" + ACT_NEXT,
        "desktop",
    ),
    Scene("remove a host", "moderator", "/act/participant.remove?participant={planned_host}" + ACT_NEXT, "desktop"),
    Scene(
        "a host who is not here",
        "moderator",
        "/act/participant.leave_out?participant={planned_host}" + ACT_NEXT,
        "desktop",
    ),
    Scene("make a plan", "moderator", "/act/cafe.plan?cafe={planned.cafe}" + ACT_NEXT, "desktop"),
    Scene("expect people", "moderator", "/act/people.expect?event={planned.id}" + ACT_NEXT, "desktop"),
    Scene("the way there", "moderator", "/act/table.set_place?table={planned.tables[1]}" + ACT_NEXT, "desktop"),
    Scene("add a table", "moderator", "/act/table.add?cafe={planned.cafe}" + ACT_NEXT, "desktop"),
    Scene("cockpit planned", "moderator", "/cafes/{planned.cafe}", "desktop", then=press(".room-more summary")),
    Scene("people planned", "moderator", "/cafes/{planned.cafe}/people", "desktop"),
    Scene("people", "moderator", "/cafes/{full.cafe}/people", "desktop", then=press(".row-more summary")),
    Scene("same person", "moderator", "/act/participant.unite?participant={ben}" + ACT_NEXT, "desktop"),
    Scene("hand over", "moderator", "/act/table.hand_over?table={full.tables[0]}" + ACT_NEXT, "desktop"),
    Scene("take back the start", "moderator", "/act/round.take_back?round={paused.rounds[0]}" + ACT_NEXT, "desktop"),
    Scene("name a host", "moderator", "/act/table.name_host?table={full.tables[0]}" + ACT_NEXT, "desktop"),
    Scene("remove", "moderator", "/act/participant.remove?participant={ben}" + ACT_NEXT, "desktop"),
    Scene("close the café", "moderator", "/act/cafe.close?cafe={full.cafe}" + ACT_NEXT, "desktop"),
    Scene("close the event", "moderator", "/act/event.close?event={full.id}" + ACT_NEXT, "desktop"),
    Scene("ideas staff", "moderator", "/events/{full.id}/ideas?state=held", "desktop"),
    Scene("list staff", "moderator", "/events/{full.id}/list", "desktop", then=select),
    Scene("add", "moderator", "/act/action_item.add?event={full.id}" + ACT_NEXT, "desktop"),
    Scene("sorting", "moderator", "/events/{full.id}/sorting", "desktop", then=select),
    Scene("sorting empty", "moderator", "/events/{empty.id}/sorting", "desktop"),
    Scene("move", "moderator", "/act/action_item.move?action_items={item}" + ACT_NEXT, "desktop"),
    Scene("name a goal", "moderator", "/act/goal.edit?goal={drafted}" + ACT_NEXT, "desktop"),
    Scene("handlers", "moderator", "/act/responsibility.add?goal={drafted}" + ACT_NEXT, "desktop"),
    Scene("promote", "moderator", "/act/goal.promote?goal={drafted}" + ACT_NEXT, "desktop"),
    Scene("goal followed", "innolab", "/goals/{goal}", "desktop"),
    Scene("update", "innolab", "/act/goal.update?goal={goal}" + ACT_NEXT, "desktop"),
    Scene("milestone", "innolab", "/act/milestone.add?goal={goal}" + ACT_NEXT, "desktop"),
    Scene("my processes", "moderator", "/processes", "desktop"),
    Scene("process", "admin", "/processes/{slug}", "desktop", then=press("#add-field summary")),
    Scene("members", "admin", "/processes/{slug}/members", "desktop"),
    Scene("new event", "moderator", "/processes/{slug}/events/new", "desktop"),
    Scene("new event refused", "moderator", "/processes/{slug}/events/new", "desktop", then=send, refused=True),
    Scene("settings", "moderator", "/events/{fresh.id}/settings", "desktop"),
    Scene("setting refused", "moderator", "/act/cafe.edit?cafe={fresh.cafe}", "desktop", then=empty, refused=True),
    Scene("event staff", "moderator", "/events/{full.id}", "desktop"),
)
SCREEN = (
    Scene("screen before", "nobody", "/screen/{fresh.screen_token}", "screen"),
    Scene("screen", "nobody", "/screen/{full.screen_token}", "screen"),
    Scene("screen overlay", "nobody", "/screen/{full.screen_token}#overlay", "screen"),
    Scene("screen question", "nobody", "/screen/{first.screen_token}", "screen"),
    Scene("screen question overlay", "nobody", "/screen/{first.screen_token}#overlay", "screen"),
    Scene("screen votes", "nobody", "/screen/{between.screen_token}?in=de", "screen"),
    Scene("screen votes overlay", "nobody", "/screen/{between.screen_token}?in=de#overlay", "screen"),
    Scene("screen order", "nobody", "/screen/{closed.screen_token}?in=sv", "screen"),
    Scene("screen harvest", "nobody", "/screen/{reaping.screen_token}?in=de", "screen"),
    Scene("screen harvest empty", "nobody", "/screen/{empty.screen_token}?in=de", "screen"),
    Scene("screen list", "nobody", "/screen/{listing.screen_token}?in=de", "screen"),
    Scene("screen list overlay", "nobody", "/screen/{listing.screen_token}?in=de#overlay", "screen"),
    Scene("screen list empty", "nobody", "/screen/{waiting.screen_token}?in=de", "screen"),
    Scene("screen offline", "nobody", "/screen/{full.screen_token}?in=de", "screen", then=cut_off),
    Scene("screen paused", "nobody", "/screen/{paused.screen_token}", "screen"),
    Scene("screen paused overlay", "nobody", "/screen/{paused.screen_token}#overlay", "screen"),
    Scene("screen break", "nobody", "/screen/{resting.screen_token}", "screen"),
    Scene("screen over", "nobody", "/screen/{over.screen_token}", "screen"),
)
SCENES = (*JOINING, *TABLE, *HOST, *STAFF, *SCREEN)
