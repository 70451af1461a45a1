// Where unsent notes are kept when the browser's own store takes some of them and not others.
import "./page.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const { personStore } = await import("../../static/js/kept.js");

let notes;
let full;

// Of the browser's store what a store for notes needs, and no more.
const browser = {
  async update(alter) {
    const next = alter(notes);
    if (full && JSON.stringify(next).length > JSON.stringify(notes).length) throw new DOMException("full", "QuotaExceededError");
    notes = next;
  },
  read: async () => notes,
};

beforeEach(() => {
  notes = [];
  full = false;
  sessionStorage.clear();
});

test("what a full store will not give up is none of this page's once it is settled", async () => {
  const store = personStore({ ...browser, update: async (alter) => (full ? Promise.reject(new Error("full")) : browser.update(alter)) });
  await store.put(waiting);
  full = true;
  await store.settle("k");
  assert.deepEqual(await store.list(), []);
  // Written anew under the same key it is there again.
  await store.put(refused);
  assert.deepEqual(await store.list(), [refused]);
});

const refused = { key: "k", fields: { text: "x" }, problem: { code: "closed", message: "It is over." } };
const waiting = { key: "k", fields: { text: "x" } };

test("a refusal that the full store did not take counts all the same", async () => {
  const store = personStore(browser);
  await store.put(waiting);
  full = true;
  await store.put(refused);
  assert.deepEqual(await store.list(), [refused]);
});

test("a note the store had no place for is there once when it has", async () => {
  const store = personStore(browser);
  full = true;
  await store.put(waiting);
  full = false;
  await store.put(refused);
  assert.deepEqual(await store.list(), [refused]);
  await store.settle("k");
  assert.deepEqual(await store.list(), []);
});
