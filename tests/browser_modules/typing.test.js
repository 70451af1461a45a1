import "./page.js";
import assert from "node:assert/strict";
import { test } from "node:test";

const { cardName, cardParts } = await import("../../static/js/typing.js");

test("a card is read however it is written, and written as it is printed", () => {
  for (const text of ["4-18", " 4 – 18 ", "4/18", "4 18", "4.018"]) assert.deepEqual(cardParts(text), { table: 4, number: 18 });
  assert.deepEqual(cardParts("7"), { table: null, number: 7 });
  for (const text of ["", "x", "4-", "4-0", "0", "4-18-2", "99999"]) assert.equal(cardParts(text), null);
  assert.equal(cardName(4, 7), "4-07");
  assert.equal(cardName(12, 118), "12-118");
});
