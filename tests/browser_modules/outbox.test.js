// The outbox by itself: what empties it, what does not, and several tabs.
import { settle } from "./page.js";
import assert from "node:assert/strict";
import { test } from "node:test";

const { alone, createOutbox } = await import("../../static/js/outbox.js");
const { post } = await import("../../static/js/post.js");

function memory() {
  const kept = new Map();
  return {
    put: async (entry) => void kept.set(entry.key, entry),
    list: async () => [...kept.values()],
    settle: async (key) => void kept.delete(key),
  };
}

function tab(store, send, others = []) {
  const heard = [];
  const plans = [];
  const note = (what) => (entry) => heard.push(`${what} ${entry.key}`);
  const outbox = createOutbox({
    store,
    send,
    person: "p1",
    on: { saved: note("saved"), refused: note("refused"), written: note("written"), dropped: note("dropped"), counted() {} },
    tell: (message) => others.forEach((other) => other.outbox.heard(message)),
    later: (run, ms) => plans.push({ run, ms }),
  });
  return { outbox, heard, plans };
}

const entry = (key) => ({ key, operation: "idea.contribute", fields: { text: key } });
const answering = (text, options = {}) => async () => new Response(text, options);

test("whoever gets no answer tries again, ever more seldom, and at once after one", async () => {
  let silent = true;
  const { outbox, plans } = tab(memory(), async () => {
    if (silent) throw new Error("nobody");
    return { ok: true };
  });
  await outbox.add(entry("a"));
  for (let turn = 0; turn < 5; turn += 1) {
    await outbox.flush();
    await settle();
    plans.at(-1).run();
  }
  await outbox.flush();
  assert.deepEqual(plans.map(({ ms }) => ms).slice(0, 5), [3000, 6000, 12_000, 30_000, 30_000]);
  silent = false;
  await outbox.flush();
  assert.deepEqual(await outbox.all(), []);
});

test("whoever is too fast waits as long as the server says, and loses nothing", async () => {
  const store = memory();
  let tokens = 2;
  const asked = [];
  const { outbox, heard, plans } = tab(store, async ({ key }) => {
    asked.push(key);
    return tokens-- > 0 ? { ok: true } : { ok: false, key, code: "too_fast", message: "Wait.", fields: {}, again_in: 7 };
  });
  for (const key of ["a", "b", "c", "d"]) await store.put({ ...entry(key), person: "p1" });
  await outbox.flush();
  assert.deepEqual(asked, ["a", "b", "c"]);
  assert.deepEqual(plans.map(({ ms }) => ms), [7000]);
  assert.deepEqual((await outbox.waiting()).map(({ key }) => key), ["c", "d"]);
  tokens = 5;
  plans[0].run();
  await outbox.flush();
  assert.deepEqual(heard, ["saved a", "saved b", "saved c", "saved d"]);
  assert.deepEqual(await outbox.all(), []);
});

test("what one tab does, the other shows", async () => {
  const store = memory();
  const other = tab(store, async () => ({ ok: true }));
  const first = tab(store, async ({ key }) => (key === "a" ? { ok: true } : { ok: false, code: "closed", message: "No." }), [other]);
  await first.outbox.add(entry("a"));
  await first.outbox.add(entry("b"));
  await first.outbox.flush();
  await settle();
  await first.outbox.drop("b");
  await settle();
  assert.deepEqual(other.heard, ["written a", "written b", "saved a", "refused b", "dropped b"]);
  assert.deepEqual(await other.outbox.all(), []);
});

test("with locks one tab sends at a time; one that hangs does not hold back the others for ever", async () => {
  const order = [];
  let last = Promise.resolve();
  const locks = { request: (_name, _options, run) => (last = last.then(run)) };
  const slow = async () => {
    order.push("begin");
    await settle();
    order.push("end");
  };
  await Promise.all([alone("x", slow, locks), alone("x", slow, locks)]);
  assert.deepEqual(order, ["begin", "end", "begin", "end"]);
  const hanging = { request: async () => { throw new DOMException("too long", "TimeoutError"); } };
  assert.equal(await alone("x", async () => "sent", hanging), "sent");
  assert.equal(await alone("x", async () => "sent", undefined), "sent");
});

test("a POST says what it sends and where it comes from", async () => {
  const asked = [];
  const answer = await post(entry("k"), async (...request) => {
    asked.push(request);
    return Response.json({ ok: true, key: "k", at: {} });
  });
  assert.equal(answer.ok, true);
  const [[address, { method, headers, body }]] = asked;
  assert.deepEqual([address, method, JSON.parse(body)], ["/act/idea.contribute.json", "POST", { key: "k", text: "k" }]);
  assert.deepEqual(headers, { "Content-Type": "application/json", "X-Workshop": "1" });
  await post({ ...entry("k"), person: "p1" }, async (...request) => {
    asked.push(request);
    return Response.json({ ok: true, key: "k", at: {} });
  });
  assert.equal(asked[1][1].headers["X-Workshop"], "p1");
});

test("only an acknowledgement of this very note counts", async () => {
  const cases = {
    portal: answering("<h1>Accept our terms</h1>", { headers: { "Content-Type": "text/html" } }),
    proxy: answering("Bad gateway", { status: 502 }),
    door: answering("<!doctype html>", { status: 400 }),
    "another program": answering('{"ok": true}'),
    "another note": answering('{"ok": true, "key": "other"}'),
    nothing: answering("null"),
    "no network": async () => { throw new TypeError("Failed to fetch"); },
  };
  for (const [name, load] of Object.entries(cases)) {
    const store = memory();
    const { outbox, heard } = tab(store, (one) => post(one, load));
    await outbox.add(entry("k"));
    await outbox.flush();
    assert.deepEqual([heard, (await outbox.waiting()).length], [[], 1], name);
  }
});

test("back on the network, a try that nobody answers is followed by another at once", async () => {
  const lost = [];
  let network = false;
  const { outbox, plans, heard } = tab(memory(), () =>
    network ? Promise.resolve({ ok: true }) : new Promise((_, fail) => lost.push(fail)),
  );
  await outbox.add(entry("a"));
  await settle();
  network = true;
  const sent = outbox.flush({ now: true });
  await outbox.add(entry("b"));
  lost[0](new Error("it never arrived"));
  await sent;
  assert.deepEqual([heard, plans], [["saved a", "saved b"], []]);
});
