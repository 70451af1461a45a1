// The service worker: what it answers for a table, and when it forgets whose device this was.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const HOME = "http://localhost";
const OURS = '<!doctype html><html><body data-page-kind="page"><h1>Not found</h1></body></html>';

const listens = {};
globalThis.self = {
  location: { origin: HOME },
  addEventListener: (name, listen) => { listens[name] = listen; },
  skipWaiting() {},
};
globalThis.caches = {
  match: async () => (kept ? new Response("the shell") : undefined),
  delete: async () => { kept = false; },
};
globalThis.fetch = async () => answer();

let kept;
let answer;

await import("../../static/js/sw.js");

beforeEach(() => {
  kept = true;
});

/** What a page gets for its request; null where the worker leaves it to the browser. */
async function ask(path, { method = "GET", mode = "navigate" } = {}) {
  const waited = [];
  let answered = null;
  listens.fetch({
    request: { url: `${HOME}${path}`, method, mode },
    respondWith: (response) => { answered = response; },
    waitUntil: (promise) => waited.push(promise),
  });
  await Promise.all(waited);
  return answered && (await answered).text();
}

test("without network, or where a proxy speaks for a server that is away, a table opens all the same", async () => {
  answer = () => { throw new TypeError("no network"); };
  assert.equal(await ask("/tables/t1"), "the shell");
  for (const status of [401, 403, 404, 502, 503, 504]) {
    answer = () => new Response("<body><h1>Not here</h1></body>", { status });
    assert.equal(await ask("/tables/t1"), "the shell");
    assert.ok(kept, `${status} of a proxy`);
  }
  kept = false;
  assert.match(await ask("/tables/t1"), /Not here/);
});

test("a table that is closed to whoever looks is forgotten", async () => {
  for (const status of [401, 403, 404]) {
    kept = true;
    answer = () => new Response(OURS, { status });
    assert.equal(await ask("/tables/t1"), OURS);
    assert.ok(!kept, String(status));
  }
  kept = true;
  answer = () => new Response(OURS);
  await ask("/tables/t1");
  assert.ok(kept);
});

test("a device that is handed on forgets whose it was", async () => {
  for (const path of ["/sign-out", "/back", "/join?instead=1", "/device/SECRET"]) {
    kept = true;
    assert.equal(await ask(path, { method: "POST" }), null);
    assert.ok(!kept, path);
  }
  kept = true;
  for (const path of ["/act/idea.contribute", "/tables/t1/device"]) await ask(path, { method: "POST" });
  await ask("/device/SECRET");
  assert.ok(kept);
});
