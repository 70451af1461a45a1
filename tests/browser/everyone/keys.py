"""Somebody who has no mouse: every key is pressed for real, and at each stop one sees where one is."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.everyone.looks import LOOKS
from tests.browser.visitor import LIVE, Visitor

MOST = 80
"""Presses of Tab after which something counts as out of reach."""
HERE = """(wanted) => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const shown = [one, one.closest("label"), one.parentElement].filter(Boolean).some((it) => {
        const {outlineStyle, outlineWidth} = getComputedStyle(it);
        return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    });
    const there = Boolean(wanted) && wanted.contains(one);
    const id = (one.dataset.stop ??= crypto.randomUUID());
    return {id, name: looks.name(one), shown, there, by: looks.coveredBy(one)};
}"""


class Keys:
    """The keyboard of a visitor."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        visitor.context.add_init_script(LOOKS)

    def press(self, *keys: str) -> None:
        """Keys, one after the other."""
        for key in keys:
            self.visitor.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Type over what stands there."""
        self.press("ControlOrMeta+a")
        self.visitor.page.keyboard.insert_text(text)

    def reach(self, wanted: Locator, key: str = "Tab", within: int = MOST) -> None:
        """Go from stop to stop until `wanted` has the focus: nothing twice, nothing hidden, no trap."""
        stops: list[str] = []
        for _ in range(within):
            self.press(key)
            here = wanted.evaluate(HERE)
            # Between the end of a page and its beginning the focus is with the browser itself.
            if not here:
                continue
            assert here["shown"], f"One does not see that the focus is on {here['name']}."
            assert not here["by"], f"{here['name']} has the focus and is covered by {here['by']}."
            # The parts of a date are stops of their own inside one field.
            if here["id"] not in stops[-1:]:
                assert here["id"] not in stops, f"The focus turns in circles: {here['name']}"
                stops.append(here["id"])
            if here["there"]:
                return
        raise AssertionError(f"{within} times {key} do not lead to {wanted}.")

    def go(self, wanted: Locator, way: str = "Tab") -> None:
        """Reach something that leads to another page, and follow it."""
        self.reach(wanted, way)
        with self.visitor.page.expect_navigation():
            self.press("Enter")

    def act(self, wanted: Locator, way: str = "Tab") -> None:
        """Reach a button of a page that stays, and press it."""
        self.reach(wanted, way)
        self.press("Enter")

    def pick(self, wanted: Locator) -> None:
        """One of several radio buttons: to their group, and on in it by arrows."""
        self.reach(wanted.locator("xpath=ancestor::*[self::fieldset or @role='radiogroup'][1]"))
        for _ in range(wanted.evaluate("one => document.getElementsByName(one.name).length")):
            if wanted.is_checked():
                return
            self.press("ArrowDown")
        expect(wanted).to_be_checked()

    def fill(self, label: str, text: str) -> None:
        """Reach the field of a label and write."""
        self.reach(self.visitor.page.get_by_label(label, exact=True))
        self.write(text)

    def stays(self, wanted: Locator) -> None:
        """What has the focus has it still, whatever has changed round it, and one sees it."""
        expect(wanted).to_be_focused(timeout=LIVE)
        self.not_lost()

    def not_lost(self) -> None:
        """The focus is somewhere on the page, not at its head, and nothing lies over it."""
        here = self.visitor.page.evaluate(HERE, None)
        assert here, "The focus is lost: whoever goes on by keyboard begins at the head of the page."
        assert not here["by"], f"{here['name']} has the focus and is covered by {here['by']}."

    def skip(self) -> None:
        """The first stop of a page leads past its head."""
        self.press("Tab")
        skip = self.visitor.find(".skip")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        self.press("Enter")
        expect(self.visitor.page).to_have_url(re.compile("#main$"))
        self.press("Tab")
        assert self.visitor.page.evaluate("document.activeElement.closest('main, main ~ *') !== null")
        self.press("Shift+Tab")
