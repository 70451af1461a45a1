// The code that one joins with, and a passage that is marked.
import { setBody, until } from "./page.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

const { inGroups, prepareJoin } = await import("../../static/js/join.js");
const { prepareMarker } = await import("../../static/js/mark.js");

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// --- join

test("a code is written in two groups, the caret stays where one types", () => {
  setBody(`<form data-join><input name="code"></form>`);
  const form = document.querySelector("form");
  prepareJoin(form, { hash: "" });
  const { code } = form.elements;
  code.value = "k7mp3";
  code.setSelectionRange(5, 5);
  code.dispatchEvent(new Event("input"));
  assert.equal(code.value, "K7MP 3");
  assert.equal(code.selectionStart, 6);
  code.value = "KX7MP 3";
  code.setSelectionRange(2, 2);
  code.dispatchEvent(new Event("input"));
  assert.deepEqual([code.value, code.selectionStart], ["KX7M P3", 2]);
  fc.assert(fc.property(fc.string(), (text) => assert.equal(inGroups(inGroups(text)), inGroups(text))));
});

test("a scanned card needs no code", () => {
  setBody(`<form data-join><input type="hidden" name="token"><div data-code><input name="code" required></div><p data-scanned hidden></p></form>`);
  const form = document.querySelector("form");
  prepareJoin(form, { hash: "#0123456789abcdef0123456789abcdef" });
  assert.equal(form.elements.token.value, "0123456789abcdef0123456789abcdef");
  assert.ok(document.querySelector("[data-code]").hidden && !form.elements.code.required);
  assert.ok(!document.querySelector("[data-scanned]").hidden);
});

// --- mark

test("a selected passage becomes the excerpt, letter by letter", async () => {
  setBody(`<p data-markable>Ich arbeite in Schicht. Kurse um 9 Uhr helfen mir nicht.</p><p data-markable>Other</p><input data-excerpt>`);
  const texts = [...document.querySelectorAll("[data-markable]")];
  const field = document.querySelector("[data-excerpt]");
  prepareMarker(texts, field, { settled: 1 });
  const select = (from, start, to, end) => {
    getSelection().setBaseAndExtent(from, start, to, end);
    document.dispatchEvent(new Event("selectionchange"));
  };
  select(texts[0].firstChild, 24, texts[0].firstChild, 41);
  await until(() => field.value);
  assert.equal(field.value, "Kurse um 9 Uhr he");
  assert.equal(texts[0].querySelector("mark").textContent, field.value);
  assert.equal(texts[0].textContent, "Ich arbeite in Schicht. Kurse um 9 Uhr helfen mir nicht.");
  select(texts[0].firstChild, 3, texts[1].firstChild, 2);
  await pause(50);
  assert.equal(field.value, "Kurse um 9 Uhr he");
  field.value = "Other";
  field.dispatchEvent(new Event("input"));
  assert.equal(document.querySelectorAll("mark").length, 1);
  assert.equal(texts[1].querySelector("mark").textContent, "Other");
});
