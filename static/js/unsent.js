// What somebody wrote and the server does not have, on the pages of an event they are no longer in.
import { personStore } from "./kept.js";

/** Fill `section` with the words that are on this device alone, and show it where there are any. */
export async function showUnsent(section, { store = personStore(), storage = sessionStorage } = {}) {
  const list = section.querySelector("ol");
  const blank = section.querySelector("template").content.firstElementChild;
  const notes = (await store.list()).filter(({ person }) => person === section.dataset.unsent);
  const words = [...notes.map(({ fields }) => fields.text), ...drafts(storage, section.dataset.unsent)].filter(Boolean);
  for (const text of words) {
    const note = document.importNode(blank, true);
    note.querySelector(".note-text").textContent = text;
    list.append(note);
  }
  section.hidden = !words.length;
  list.addEventListener("click", ({ target }) => {
    const note = target.closest("button")?.closest(".note");
    if (note) copyWords(note.querySelector(".note-text"));
  });
}

// What stood on the writing line of this tab (composer.js).
function drafts(storage, person) {
  return Object.keys(storage)
    .filter((name) => name.startsWith(`workshop.draft ${person} `))
    .map((name) => JSON.parse(storage.getItem(name)).text);
}

/** Select the words of an element, and copy them where scripts may. */
export function copyWords(element) {
  getSelection().selectAllChildren(element);
  // On plain http there is no clipboard for scripts, elsewhere somebody may forbid it; the words are then selected for
  // a long press.
  navigator.clipboard?.writeText(element.textContent).catch(() => {});
}
