"""One server and one browser for all tests of this folder; a context for each person."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, sync_playwright

from bootstrap import find_browser
from tests.browser.visitor import DESKTOP, PHONE, SCREEN, Visitor
from tests.factories.servers import Server
from tests.live.phones import answering_engine
from workshop.engine import MODES

SIZES = {"phone": PHONE, "desktop": DESKTOP, "screen": SCREEN}

PLAIN_NAME = "cafe.test"
"""A name of this machine that browsers do not trust as they trust localhost: a hall's plain http."""

UNUSED = (
    # Of Chromium's own: each window would start two more processes for the pages its address bar opens, which cost
    # more than our page does.
    "WebUIOmniboxPopup",
    "WebUIOmniboxFullPopup",
    "WebUIOmniboxAimPopup",
    # What Playwright turns off: the last list is the one that counts.
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)

Enter = Callable[..., Visitor]


@pytest.fixture(scope="package")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Server]]:
    """A server on each engine that is asked for, from then on until the last test of this folder."""
    started: dict[str, Server] = {}
    with ExitStack() as ends:

        def on(mode: str) -> Server:
            if mode not in started:
                folder = tmp_path_factory.mktemp(mode)
                started[mode] = ends.enter_context(Server(folder, "--no-demo", mode=mode))
                started[mode].address()
            return started[mode]

        yield on
        for made in started.values():
            made.stop()
            assert "Traceback" not in made.said, made.said


@pytest.fixture(scope="package", params=MODES)
def server(request: pytest.FixtureRequest, servers: Callable[[str], Server]) -> Server:
    """A real server on a database without a demonstration, on either engine in turn."""
    return servers(request.param)


@pytest.fixture(autouse=True)
def engine(server: Server, request: pytest.FixtureRequest) -> str:
    """The engine that answers, which is the one that this test was meant for."""
    answering = answering_engine(server.address())
    assert answering == request.node.callspec.params["server"]
    return answering


# For this folder alone: an open Playwright leaves its event loop running, and others want one of their own.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, as `make test` finds or installs it."""
    found = find_browser()
    assert found, "There is no Chromium. `make test-setup` installs one."
    # Chromium's own sandbox does not run as root.
    flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    flags += [f"--host-resolver-rules=MAP {PLAIN_NAME} 127.0.0.1", f"--disable-features={','.join(UNUSED)}"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=flags)
        yield opened
        opened.close()


class Door:
    """Where people come in, each with a device of their own."""

    def __init__(self, browser: Browser, address: str, *, judged: bool) -> None:
        self._browser, self._address, self._judged = browser, address, judged
        self.visitors: list[Visitor] = []

    def enter(
        self,
        name: str,
        device: str = "phone",
        language: str = "en",
        script: bool = True,
        plain: bool = False,
        at: str = "",
    ) -> Visitor:
        """Let somebody come; see the fixture."""
        address = at or self._address
        if plain:
            address = address.replace("127.0.0.1", PLAIN_NAME)
        context = self._browser.new_context(
            base_url=address,
            viewport=SIZES[device],
            locale={"en": "en-GB", "de": "de-DE", "sv": "sv-SE"}[language],
            has_touch=device == "phone",
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        self.visitors.append(Visitor(name, context, address, script=script, judged=self._judged))
        return self.visitors[-1]

    def close(self) -> None:
        """Everybody goes; nobody's browser may have had anything to complain about."""
        problems = [problem for visitor in self.visitors for problem in visitor.problems]
        for visitor in self.visitors:
            visitor.context.close()
        assert not problems, "\n".join(problems)


@pytest.fixture
def enter(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[Enter]:
    """Lets somebody come with a device of their own: enter("Anna", "phone", language="de").

    With `plain` they come by plain http, as browsers see it in a hall; `at` is another server's address.

    At the end nobody's browser may have had anything to complain about.
    """
    # What a page looks like does not depend on the engine: it is judged on one of them.
    door = Door(browser, server.address(), judged=request.node.callspec.params["server"] == MODES[0])
    yield door.enter
    door.close()
