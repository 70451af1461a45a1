"""The hall in which the path is walked: its people, their devices, and what the chapters hand on."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Enter
from tests.browser.visitor import LIVE, Visitor
from tests.factories.servers import Server


@dataclass
class Hall:
    """Everybody, and what they know of each other.

    Attributes:
        anna, second: two people called Anna, on a phone in German and on one in English.
        screen: the machine at the projector.
        moderator, innolab, admin: those with an account.
        event: what the command line said when it made the event.
        ideas: {short name: id} of the notes that were written.
    """

    server: Server
    enter: Enter
    anna: Visitor
    second: Visitor
    screen: Visitor
    moderator: Visitor
    innolab: Visitor
    admin: Visitor
    process: dict[str, str]
    event: dict[str, Any]
    ideas: dict[str, str] = field(default_factory=dict)
    receipt: str = ""
    innolab_link: str = ""
    goal: str = ""

    @property
    def table(self) -> str:
        """The id of table 1, where both sit."""
        return str(self.event["tables"][0])


def open_hall(server: Server, enter: Enter) -> Hall:
    """A process and an event of six tables that has not begun; nobody has come in yet."""
    process = server.workshop("process", "create", "--name", "Kreislaufstadt", "--admin", "Alma Admin")
    event = server.workshop(
        "event", "create", "--process", process["slug"], "--tables", "6", "--rounds", "3", "--screen-notes", "at_once"
    )
    return Hall(
        server=server,
        enter=enter,
        anna=enter("Anna", language="de"),
        second=enter("Anna 2"),
        screen=enter("big screen", "screen"),
        moderator=enter("moderator", "desktop"),
        innolab=enter("InnoLab", "desktop"),
        admin=enter("administrator", "desktop"),
        process=process,
        event=event,
    )


def sign_in(somebody: Visitor, link: str) -> None:
    """Use a one-time link."""
    somebody.goto(link)
    somebody.press("Sign in")
    expect(somebody.page.get_by_role("heading", name="Your processes")).to_be_visible()


def note(somebody: Visitor, idea: str) -> Locator:
    """A note on somebody's page."""
    return somebody.find(f'[id="{idea}"]')


def shows(locator: Locator, text: str) -> None:
    """Wait until something live says a text."""
    expect(locator).to_contain_text(text, timeout=LIVE)


def gone(locator: Locator) -> None:
    """Wait until something has left the page."""
    expect(locator).to_have_count(0, timeout=LIVE)
