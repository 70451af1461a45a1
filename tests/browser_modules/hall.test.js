import "./page.js";
import assert from "node:assert/strict";
import { test } from "node:test";

const { fieldsOf, measure, medianAndWorst } = await import("../../static/js/hall.js");

test("the one in the middle and the longest", () => {
  assert.deepEqual(medianAndWorst([30, 10, 20.4]), { median: 20, worst: 30 });
  assert.deepEqual(medianAndWorst([4, 1, 2, 3]), { median: 3, worst: 4 });
});

/** A way whose answers take `trip` ms, on a device whose clock is `ahead` s ahead. */
function network(trip, ahead = 0) {
  let time = 0;
  const sent = [];
  const socket = {
    timeout: () => socket,
    async emitWithAck(event, words) {
      sent.push(words.length);
      time += trip(sent.length);
      return { ok: true, now: new Date(time - trip(sent.length) / 2).toISOString() };
    },
    disconnect: () => sent.push("gone"),
  };
  return { sent, ways: { connect: async () => socket, clock: () => time, now: () => time + ahead * 1000 } };
}

test("twenty small and twenty large answers are timed, and the clock is compared by the quickest", async () => {
  const { sent, ways } = network((number) => (number === 7 ? 500 : number > 20 ? 80 : 40), 172_800);
  const found = await measure("websocket", ways);
  assert.deepEqual(found, { small: { median: 40, worst: 500 }, large: { median: 80, worst: 80 }, clockOff: 172_800 });
  assert.equal(sent.length, 41);
  assert.deepEqual([sent[0], sent[39], sent[40]], [0, 2048, "gone"]);
});

test("a way that does not get through is none", async () => {
  const connect = async () => {
    throw new Error("blocked");
  };
  assert.equal(await measure("websocket", { connect }), null);
});

test("what is sent leaves out what was not found", () => {
  const polling = { small: { median: 90, worst: 200 }, large: { median: 120, worst: 300 }, clockOff: -3 };
  assert.deepEqual(fieldsOf(null, polling, { secure: true, worker: false }), {
    polling: 90, polling_worst: 200, large: 120, clock_off: -3, secure: 1,
  });
});
