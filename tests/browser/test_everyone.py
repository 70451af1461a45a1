"""Every page in each of its states: axe, nothing clipped, large enough targets, visible focus, no motion."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ViewportSize

from tests.browser.conftest import SIZES, Door, Enter
from tests.browser.everyone.house import House, build, store_of
from tests.browser.everyone.looks import LOOKS
from tests.browser.everyone.scenes import SCENES, Scene
from tests.browser.visitor import DESKTOP, NARROW, OF_THE_WINDOW, PHONE, SCREEN, Visitor
from tests.factories.servers import Server
from workshop.engine import MODES

# What is seen and pressed is the same whichever engine answers.
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("server", MODES[:1], indirect=True, scope="package")]

LANGUAGE = "de"
"""Its words are the longest."""
ZOOMED: ViewportSize = {"width": 320, "height": 256}
"""1280 × 1024 at 400 %."""
FINGER, POINTER = 44, 24
"""CSS px a target has at least on a phone and on a desk."""
ALIKE = ":is(.notes .note, .mine > li):nth-child(n+20):nth-last-child(n+4)"
"""Of hundreds alike the first and the last are enough, but for the one scene that is looked at whole."""
SPACED = """
    :not(.sheet-a4 *) {
        line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important;
    }
    p:not(.sheet-a4 *) { margin-block-end: 2em !important; }
"""
"""WCAG 1.4.12; a picture of what is printed has the paper's size."""


@pytest.fixture(scope="module")
def house(server: Server) -> Iterator[House]:
    """Events in every state."""
    with store_of(server) as store:
        yield build(store)


Opened = Callable[[Scene], Visitor]


@pytest.fixture(scope="module")
def returning(browser: Browser, server: Server) -> Iterator[Opened]:
    """Lets somebody look at one page after another with the same device: a new one costs more than most pages."""
    door = Door(browser, server.address(), judged=True)
    known: dict[tuple[str, str], Visitor] = {}

    def come(scene: Scene) -> Visitor:
        whose = scene.who, scene.device
        if whose not in known:
            known[whose] = door.enter(scene.who, scene.device, LANGUAGE)
        visitor = known[whose]
        resize(visitor, SIZES[scene.device])
        return visitor

    yield come
    door.close()


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name.replace(" ", "-"))
def test_everyone_can_use(house: House, enter: Enter, returning: Opened, scene: Scene) -> None:
    # What follows a # is read by a page that is loaded, which one that is open already would not be.
    new = scene.then or "#" in scene.path
    visitor = enter(scene.name, scene.device, LANGUAGE) if new else returning(scene)
    open_scene(house, visitor, scene)
    if scene.device == "screen":
        judge(visitor, scene, "screen", SCREEN)
        sees(visitor, "screen", "crowded")
    else:
        # Every window once: to be laid out anew is what costs.
        for name, size in (("phone", PHONE), ("desktop", DESKTOP)):
            judge(visitor, scene, name, size)
            sees_spaced(visitor, scene, name)
        resize(visitor, NARROW)
        sees(visitor, "narrow", "clipped")
        sees_spaced(visitor, scene, "narrow")
        resize(visitor, ZOOMED)
        sees(visitor, "400 %", "lostFocus")
    sees(visitor, "any window", "unhyphenated")
    sees(visitor, "less motion", "moving")
    problems, visitor.problems = visitor.problems, []
    assert not problems, "\n".join(problems)


def open_scene(house: House, visitor: Visitor, scene: Scene) -> None:
    """The page, in its state."""
    house.let_in(visitor, scene.who, LANGUAGE)
    visitor.refused = scene.refused or "refused" in scene.name or "toast" in scene.name
    visitor.goto(house.path(scene.path))
    if scene.then:
        scene.then(visitor)
    visitor.page.evaluate(LOOKS)


def sees(visitor: Visitor, where: str, promise: str, *given: int) -> None:
    """Complain of what `looks.js` finds."""
    if promise == "lostFocus":
        # Browsers show the focus to whoever presses keys.
        visitor.page.keyboard.press("Tab")
    for found in visitor.page.evaluate(f"given => looks.{promise}(...given)", list(given)):
        visitor.complain(f"{where}: {found}")


def resize(visitor: Visitor, size: ViewportSize) -> None:
    """Another window, once the page knows of it."""
    visitor.page.set_viewport_size(size)
    visitor.page.wait_for_function("width => innerWidth === width", arg=size["width"])


def judge(visitor: Visitor, scene: Scene, name: str, size: ViewportSize) -> None:
    """axe, targets and focus in a window as people have it; in one of them also what other colours show."""
    resize(visitor, size)
    rules = None if name == scene.device else OF_THE_WINDOW
    visitor.judge(f"{scene.name}, {name}", rules, without="" if scene.whole else ALIKE)
    visitor.keep_picture(f"{scene.name}-{name}")
    sees(visitor, name, "small", FINGER if name == "phone" else POINTER)
    sees(visitor, name, "lostFocus")
    if name == "phone":
        return
    visitor.page.emulate_media(color_scheme="dark")
    visitor.judge(f"{scene.name}, dark", rules=["color-contrast"], without=ALIKE)
    visitor.keep_picture(f"{scene.name}-dark")
    visitor.page.emulate_media(color_scheme="light", forced_colors="active")
    sees(visitor, "forced colours", "lostFocus")
    visitor.keep_picture(f"{scene.name}-forced")
    visitor.page.emulate_media(forced_colors="none")


def sees_spaced(visitor: Visitor, scene: Scene, where: str) -> None:
    """Nothing is clipped in this window with more space between the letters."""
    visitor.page.evaluate(
        "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet]; }",
        SPACED,
    )
    sees(visitor, f"{where}, spaced", "clipped")
    visitor.keep_picture(f"{scene.name}-{where}-spaced")
    visitor.page.evaluate("document.adoptedStyleSheets = []")
