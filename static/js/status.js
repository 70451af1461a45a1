// One line speaks for everything that happens on the page, so that a hundred notes do not interrupt a hundred times.
import { say } from "./words.js";

const APART = 10_000; // ms: six times a minute

/**
 * A status line in `element`: `count(name)` gathers, `tell(what)` waits its turn and is said whole: a text, or parts of
 * which some are in a language of their own.
 */
export function createStatus(element, { apart = APART, now = () => performance.now(), later = setTimeout } = {}) {
  const counted = new Map();
  let told = [];
  let last = -Infinity;
  let due = null;

  function plan() {
    due ??= later(speak, Math.max(500, last + apart - now()));
  }

  function speak() {
    due = null;
    last = now();
    const lines = [...told.flat(), ...[...counted].map(([name, count]) => say(name, { count }))];
    counted.clear();
    told = [];
    if (element) write(lines);
  }

  function write(lines) {
    // At once: of a line that is written bit by bit some readers read each bit.
    element.replaceChildren(
      ...lines.map((line) => {
        const said = Object.assign(document.createElement("span"), { textContent: `${line.text ?? line} ` });
        if (line.lang) said.lang = line.lang;
        return said;
      }),
    );
  }

  return {
    count(name) {
      counted.set(name, (counted.get(name) ?? 0) + 1);
      plan();
    },
    tell(what) {
      if (!what?.length || told.some((one) => JSON.stringify(one) === JSON.stringify(what))) return;
      told.push(what);
      plan();
    },
  };
}

/** What cannot wait: a refusal, where it can be seen, until it is read or something else is said. */
export function showToast(text, element = document.getElementById("toast"), stays = 8000) {
  if (!element) return;
  element.querySelector("[data-text]").textContent = text;
  element.hidden = false;
  clearTimeout(showToast.closing);
  showToast.closing = setTimeout(() => {
    // Not under the hands of whoever is about to close it.
    if (element.contains(document.activeElement)) showToast(text, element, stays);
    else element.hidden = true;
  }, stays);
}

/** Have `element` closed by its button or by Escape, and the focus go back to where it came from. */
export function closeToast(element = document.getElementById("toast")) {
  if (!element) return;
  let from = null;
  element.addEventListener("focusin", ({ relatedTarget }) => {
    if (relatedTarget && !element.contains(relatedTarget)) from = relatedTarget;
  });
  const close = () => {
    const focused = element.contains(document.activeElement);
    element.hidden = true;
    if (focused && from?.isConnected) from.focus();
  };
  element.querySelector("[data-toast-close]")?.addEventListener("click", close);
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && !element.hidden && !document.querySelector("dialog[open], :popover-open")) close();
  });
}
