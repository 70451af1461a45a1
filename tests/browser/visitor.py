"""Somebody with a device: a page, and everything its browser complains about."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from babel.support import NullTranslations, Translations
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response, ViewportSize

from workshop.config import PACKAGE

PHONE: ViewportSize = {"width": 390, "height": 844}
NARROW: ViewportSize = {"width": 320, "height": 640}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
SCREEN: ViewportSize = {"width": 1280, "height": 720}

LIVE = 5000
"""Milliseconds within which what somebody did shows on everybody's page."""
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_THE_WINDOW = ["target-size", "scrollable-region-focusable"]
"""What axe may find in one window and not in another; the rest it finds in either."""
JUDGED = """
    ([without, options]) => {
        const stays = (one) => getComputedStyle(one).position === "sticky";
        const bars = [...document.body.querySelectorAll("*")].filter(stays);
        for (const one of bars) Object.assign(one.style, { position: "relative", inset: "auto" });
        const found = axe.run(without ? { exclude: without } : document, options);
        return found.then(({ violations }) => violations.map((one) =>
            `${one.id}: ${one.help}: ` + one.nodes.map((node) => node.html).join(" | "))
        ).finally(() => {
            for (const { style } of bars) style.position = style.inset = "";
        });
    }
"""
"""axe, with each bar that stays in sight in its place: what lies half below one is no small target, for one scrolls."""
PICTURES = os.environ.get("WORKSHOP_PICTURES")
"""A folder for a picture of every page that is looked at."""
NO_NETWORK = (
    "net::ERR_INTERNET_DISCONNECTED",
    "net::ERR_NETWORK_CHANGED",
    # A page that hears of the network ends an attempt that hangs, and begins another.
    "WebSocket is closed before the connection is established",
)
PLAIN = "The Cross-Origin-Opener-Policy header has been ignored"


@cache
def in_language(language: str) -> NullTranslations:
    """The catalogue of a language; what it does not have stays English."""
    return Translations.load(str(PACKAGE / "translations"), [language])


class Visitor:
    """A person's browser on one device.

    Attributes:
        page: the page that is open.
        problems: what went wrong in it: errors of scripts, answers with an error, requests to other hosts.
        refused: while true, answers that refuse something are what the test is about.
        judged: whether `look` looks.
    """

    def __init__(self, name: str, context: BrowserContext, address: str, *, script: bool, judged: bool) -> None:
        self.name, self.context, self.address, self.script, self.judged = name, context, address, script, judged
        self.problems: list[str] = []
        self.refused = False
        self.page = self.open()

    def open(self) -> Page:
        """Another page of the same browser."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.complain(f"error: {error}"))
        page.on("console", self._console)
        page.on("request", self._request)
        page.on("response", self._response)
        page.on("websocket", lambda socket: self._host(socket.url))
        return page

    def complain(self, problem: str) -> None:
        """Keep what went wrong, once, for the end of the test."""
        self.problems.append(f"{self.name} at {self.page.url if hasattr(self, 'page') else '?'}: {problem}")

    def _console(self, message: ConsoleMessage) -> None:
        url = message.location["url"]
        if "net::ERR_FAILED" in message.text and url.endswith(".woff2"):
            # Still on its way when a test took the network away; one that is not there is an answer with an error.
            return
        if message.type not in ("error", "warning") or any(one in message.text for one in (*NO_NETWORK, PLAIN)):
            return
        # Answers with an error are judged by _response, which knows what was asked for.
        if "the server responded with a status of" not in message.text:
            self.complain(f"console: {message.text} ({url})")

    def _request(self, request: Request) -> None:
        self._host(request.url)

    def _host(self, url: str) -> None:
        mine = self.address.partition("://")[2]
        if not re.match(rf"(https?|wss?)://{re.escape(mine)}(/|$)|(data|blob|about):", url):
            self.complain(f"asked another host: {url}")

    def _response(self, response: Response) -> None:
        if (
            response.status == 400
            and self.path().endswith("/hall")
            and response.request.method == "GET"
            and "&sid=" in response.url
        ):
            # A page that measures ends its connections when it has; a poll may be under way.
            return
        if response.status >= 500 or (response.status >= 400 and not self.refused):
            self.complain(f"{response.status} for {response.url}")

    @contextmanager
    def being_refused(self) -> Iterator[None]:
        """For what the server is to refuse."""
        self.refused = True
        yield
        self.refused = False

    def says(self, english: str) -> str:
        """A text of the interface in the language of this visitor's page."""
        language = self.page.locator("html").get_attribute("lang") or "en"
        return in_language(language).gettext(english)

    def goto(self, path: str) -> None:
        """Open an address of this site."""
        self.page.goto(path)

    def path(self) -> str:
        """Where the page is, without what follows a question mark."""
        return self.page.url.removeprefix(self.address).partition("?")[0].partition("#")[0]

    def find(self, selector: str) -> Locator:
        """What a CSS selector finds."""
        return self.page.locator(selector)

    def button(self, name: str) -> Locator:
        """A button by its words."""
        return self.page.get_by_role("button", name=name)

    def link(self, name: str) -> Locator:
        """A link by all its words."""
        return self.page.get_by_role("link", name=name, exact=True)

    def press(self, name: str) -> None:
        """Press a button that leads to another page."""
        with self.page.expect_navigation():
            self.button(name).click()

    def follow(self, name: str) -> None:
        """Follow a link."""
        with self.page.expect_navigation():
            self.link(name).click()

    def fill(self, label: str, text: str) -> None:
        """Write into the field of a label."""
        self.page.get_by_label(label, exact=True).fill(text)

    def choose(self, label: str) -> None:
        """One of several, by its words; the label may lie over the control."""
        self.page.get_by_text(label, exact=True).click()

    def look(self, name: str, *, dark: bool = False) -> None:
        """Have axe judge the page on a phone and in part on a desktop, and that nothing makes it scroll sideways."""
        if not self.judged:
            return
        mine = self.page.viewport_size or DESKTOP
        sizes = {"screen": SCREEN} if mine == SCREEN else {"phone": PHONE, "desktop": DESKTOP}
        for rules, (size_name, size) in zip((None, OF_THE_WINDOW), sizes.items(), strict=False):
            self.page.set_viewport_size(size)
            self.judge(f"{name}, {size_name}", rules)
            self.keep_picture(f"{name}-{size_name}")
            if dark and (rules is None or PICTURES):
                self.page.emulate_media(color_scheme="dark")
                self.judge(f"{name}, {size_name}, dark", rules=["color-contrast"])
                self.keep_picture(f"{name}-{size_name}-dark")
                self.page.emulate_media(color_scheme="light")
        if mine != SCREEN:
            self.page.set_viewport_size(NARROW)
            wider = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wider <= 0, f"{name} scrolls sideways by {wider} px at {NARROW['width']} px"
        self.page.set_viewport_size(mine)

    def judge(self, name: str, rules: list[str] | None = None, without: str = "") -> None:
        """Have axe look at the page: by all rules or by some, at all of it or without what a selector finds."""
        if not self.script:
            # axe is a script itself.
            return
        wanted = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": WCAG}
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(AXE_SCRIPT)
        found = self.page.evaluate(JUDGED, [without, {"runOnly": wanted, "resultTypes": ["violations"]}])
        for one in found:
            self.complain(f"axe, {name}: {one}")

    def keep_picture(self, name: str) -> None:
        """Keep what it looks like, where pictures are wanted."""
        if PICTURES:
            path = Path(PICTURES) / f"{name.replace(' ', '-')}.png"
            self.page.screenshot(path=path, full_page=self.page.viewport_size != SCREEN)
