import { setBody } from "./page.js";
import assert from "node:assert/strict";
import { test } from "node:test";

const { showUnsent } = await import("../../static/js/unsent.js");

const SECTION = `<section data-unsent="p1" hidden><ol><template><li class="note"><p class="note-text"></p>
  <button type="button">Copy</button></li></template></ol></section>`;
const note = (person, text) => ({ key: text, person, fields: { text } });

function storageOf(entries) {
  const storage = { getItem: (name) => entries[name] };
  return Object.assign(Object.create(storage), entries);
}

test("what one person wrote and nobody has is shown, drafts too, and nothing of others", async () => {
  setBody(SECTION);
  const section = document.querySelector("[data-unsent]");
  const store = { list: async () => [note("p1", "One <b>note</b>"), note("p2", "Somebody else's")] };
  const storage = storageOf({ "workshop.draft p1 t1": JSON.stringify({ text: "Half a sent" }), "workshop.draft p2 t1": JSON.stringify({ text: "Theirs" }), "workshop.afresh /": "1" });
  await showUnsent(section, { store, storage });
  const texts = [...section.querySelectorAll("ol > .note .note-text")].map(({ textContent }) => textContent);
  assert.deepEqual(texts, ["One <b>note</b>", "Half a sent"]);
  assert.equal(section.hidden, false);
});

test("where nothing waits nothing is said", async () => {
  setBody(SECTION);
  const section = document.querySelector("[data-unsent]");
  await showUnsent(section, { store: { list: async () => [] }, storage: storageOf({}) });
  assert.equal(section.hidden, true);
});

test("where a browser lets no script copy, the words are selected all the same", async () => {
  setBody(SECTION);
  const section = document.querySelector("[data-unsent]");
  await showUnsent(section, { store: { list: async () => [note("p1", "Mine")] }, storage: storageOf({}) });
  const failures = [];
  const failed = (reason) => failures.push(reason);
  process.on("unhandledRejection", failed);
  const clipboard = { writeText: () => Promise.reject(new Error("denied")) };
  const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  Object.defineProperty(globalThis, "navigator", { value: { clipboard }, configurable: true });
  section.querySelector("ol > .note button").click();
  await new Promise((done) => setImmediate(done));
  process.off("unhandledRejection", failed);
  delete globalThis.navigator;
  if (before) Object.defineProperty(globalThis, "navigator", before);
  assert.deepEqual(failures, []);
  assert.equal(String(getSelection()), "Mine");
});
