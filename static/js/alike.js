// Notes that look alike: found by the server by comparing words, only ever a suggestion, and never in anybody's way.
import { parseElement } from "./trusted.js";

const PAUSE = 400; // ms without a key pressed
const LEAST = 12; // characters before there is something to compare
const SOME = 20; // notes that one question is about

/**
 * Show beside the writing line `form` what others have written that looks alike, in `box`, while somebody pauses.
 * `look(name, fields)` asks and resolves with the answer, or null.
 */
export function suggestWhileWriting(form, box, look, { later = setTimeout, never = clearTimeout } = {}) {
  if (!form || !box) return;
  const field = form.elements.text;
  const list = box.querySelector("[data-alike]");
  let timer = null;
  let asked = 0;
  let unwanted = "";

  field.addEventListener("input", () => {
    never(timer);
    const text = field.value.trim();
    // What is still on its way is about words that stand there no longer.
    asked += 1;
    if ([...text].length < LEAST) {
      unwanted = "";
      return hide();
    }
    if (unwanted && text.startsWith(unwanted)) return;
    timer = later(ask, PAUSE, text);
  });
  form.addEventListener("submit", () => {
    never(timer);
    asked += 1;
    unwanted = "";
    hide();
  });
  box.querySelector("[data-not-these]")?.addEventListener("click", () => {
    unwanted = field.value.trim();
    hide();
    field.focus();
  });

  async function ask(text) {
    const mine = (asked += 1);
    const answer = await look("alike", { table: form.elements.table.value, text: text.normalize().slice(0, 500) });
    if (mine !== asked || !answer) return;
    if (!answer.html) return hide();
    const found = parseElement(`<div>${answer.html}</div>`);
    list.replaceChildren(...[...found.childNodes].map((node) => document.importNode(node, true)));
    box.hidden = false;
  }

  function hide() {
    box.hidden = true;
    list.replaceChildren();
  }
}

/**
 * Below each note that one sees, say how many at other tables look alike.
 * Gives a function to call after notes were drawn anew.
 */
export function countLookalikes(notes, table, words, look, { later = setTimeout, Observer = globalThis.IntersectionObserver } = {}) {
  const counts = new Map();
  const seen = new Set();
  let timer = null;
  if (!notes || !Observer) return () => {};
  const watcher = new Observer((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      if (target.dataset.order && !counts.has(target.id)) seen.add(target.id);
    }
    plan();
  });

  function plan() {
    if (seen.size) timer ??= later(ask, 1000 + Math.random() * 1000);
  }

  async function ask() {
    timer = null;
    const some = [...seen].slice(0, SOME);
    for (const id of some) seen.delete(id);
    const answer = await look("alike", { table, ideas: some });
    for (const id of some) {
      if (!answer) continue;
      counts.set(id, answer.counts[id] ?? 0);
      show(id);
    }
    if (answer) plan();
  }

  function show(id) {
    const count = counts.get(id);
    const foot = document.getElementById(id)?.querySelector(".note-foot");
    if (!count || !foot || foot.querySelector("[data-alike-count]")) return;
    const link = document.importNode(document.getElementById("alike-link").content.firstElementChild, true);
    link.href = `/ideas/${id}#alike`;
    link.querySelector("span").textContent = words(count);
    foot.append(link);
  }

  function drawn() {
    for (const note of notes.children) {
      if (counts.has(note.id)) show(note.id);
      else watcher.observe(note);
    }
  }

  drawn();
  return drawn;
}
