// A menu that is open lies over the page: whoever goes on by keyboard leaves it closed behind them.

/** Close what is folded out over the page when the focus goes elsewhere, or the window becomes another one. */
export function closeMenusBehind(root = document) {
  root.addEventListener("focusout", ({ target, relatedTarget }) => {
    const menu = target.closest?.("[popover]");
    // A button that opens and closes it does so by itself.
    if (!menu || !relatedTarget || menu.contains(relatedTarget) || relatedTarget.popoverTargetElement === menu) return;
    if (menu.matches(":popover-open")) menu.hidePopover();
  });
  // In a wider window the same menu stands in the page; one that is open would lie over its head.
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth !== width) for (const menu of root.querySelectorAll(":popover-open")) menu.hidePopover();
    width = innerWidth;
  });
}
