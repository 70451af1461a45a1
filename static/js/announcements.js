// Announcements on a page: said once, however they come, and gone for good where somebody has closed them.
import { takeFocus } from "./morph.js";

const NAME = "workshop.dismissed";
const KEPT = 50;

/** Keeps away what was closed; `tell(parts)` hears of what came after the page, each part {text, lang}. Gives {drawn()} for whoever draws. */
export function createAnnouncements({ root = document, storage = sessionStorage, tell = () => {} } = {}) {
  let known = null;

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
    const there = [...root.querySelectorAll("[data-announcement]")];
    for (const element of there) {
      const hidden = gone.includes(element.id);
      if (element.hidden !== hidden) element.hidden = hidden;
      if (known && !known.has(element.id) && !hidden) {
        tell(partsOf(element.querySelector("p")));
      }
    }
    // What came with the page is read with it.
    known = new Set([...(known ?? []), ...there.map(({ id }) => id)]);
  }

  return { drawn };
}

// Whose words they are is said in the page's language, the words in their own.
function partsOf(said) {
  const parts = [...said.childNodes].map(({ textContent, lang = "" }) => ({ text: textContent.trim().replace(/\s+/g, " "), lang }));
  return parts.filter(({ text }) => text);
}
