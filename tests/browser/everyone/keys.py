"""Somebody who has no mouse: every key is pressed for real, and at each stop one sees where one is."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.everyone.looks import LOOKS
from tests.browser.visitor import Visitor

MOST = 80
"""Presses of Tab after which something counts as out of reach."""
HERE = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const shown = [one, one.closest("label"), one.parentElement].filter(Boolean).some((it) => {
        const {outlineStyle, outlineWidth} = getComputedStyle(it);
        return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    });
    return {name: looks.name(one), shown, by: looks.coveredBy(one), id: (one.dataset.stop ??= crypto.randomUUID())};
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

    def reach(self, wanted: Locator, key: str = "Tab") -> None:
        """Go from stop to stop until `wanted` has the focus: nothing twice, nothing hidden, no trap."""
        page, stops = self.visitor.page, []
        for _ in range(MOST):
            self.press(key)
            here = page.evaluate(HERE)
            # Between the end of a page and its beginning the focus is with the browser itself.
            if not here:
                continue
            assert here["shown"], f"One does not see that the focus is on {here['name']}."
            assert not here["by"], f"{here['name']} has the focus and is covered by {here['by']}."
            assert here["id"] not in stops, f"The focus turns in circles: {here['name']}"
            stops.append(here["id"])
            if wanted.evaluate("one => one === document.activeElement || one.contains(document.activeElement)"):
                return
        raise AssertionError(f"{MOST} times {key} do not lead to {wanted}.")

    def go(self, wanted: Locator, key: str = "Enter") -> None:
        """Reach something that leads to another page, and follow it."""
        self.reach(wanted)
        with self.visitor.page.expect_navigation():
            self.press(key)

    def fill(self, label: str, text: str) -> None:
        """Reach the field of a label and write."""
        self.reach(self.visitor.page.get_by_label(label, exact=True))
        self.write(text)

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
