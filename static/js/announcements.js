// Announcements on a page: said once, and gone for good where somebody has closed them.
import { takeFocus } from "./morph.js";

const NAME = "workshop.dismissed";
const KEPT = 50;

/** Keeps away what was closed; `tell(text)` hears of what came. Gives {drawn(), fresh(element)} for the page. */
export function createAnnouncements({ root = document, storage = sessionStorage, tell = () => {} } = {}) {
  root.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-dismiss]");
    if (!button) return;
    storage.setItem(NAME, JSON.stringify([...dismissed(), button.dataset.dismiss].slice(-KEPT)));
    const focused = button.contains(document.activeElement);
    drawn();
    if (focused) goOn();
  });

  // To the next one, or to what the page is about.
  function goOn() {
    const next = root.querySelector("[data-announcement]:not([hidden]) [data-dismiss]");
    if (next) next.focus();
    else if (root.querySelector("main")) takeFocus(root.querySelector("main"));
  }

  function dismissed() {
    try {
      return JSON.parse(storage.getItem(NAME) ?? "[]");
    } catch {
      return [];
    }
  }

  function drawn() {
    const gone = dismissed();
    for (const element of root.querySelectorAll("[data-announcement]")) {
      const hidden = gone.includes(element.id);
      if (element.hidden !== hidden) element.hidden = hidden;
    }
  }

  return {
    drawn,
    fresh(element) {
      if (element.matches("[data-announcement]")) tell(element.querySelector("p").textContent.trim().replace(/\s+/g, " "));
    },
  };
}
