import { setBody, settle } from "./page.js";
import assert from "node:assert/strict";
import { test } from "node:test";

const { createOutbox } = await import("../../static/js/outbox.js");
const { cardName, cardParts, createTyping } = await import("../../static/js/typing.js");

const PAGE = `<form data-typing data-number="4"><input type="hidden" name="table" value="t1">
    <select name="round"><option value="r1">1</option></select><select name="language"><option value="en">English</option></select>
    ${["idea", "challenge"].map((kind) => `<label><input type="radio" name="kind" value="${kind}"><svg></svg></label>`).join("")}
    <textarea name="text"></textarea><p data-too-long hidden></p><input name="card">
    <select name="participant"><option value=""></option></select><input name="dots"><p data-typed-status></p></form>
  <ol data-place="typed-t1" data-sorted="desc"></ol><p id="sum-t1" data-following="7"></p><p data-pace hidden></p>
  <template id="blank-typed"><li><span data-number></span><span class="typed-kind"></span><p class="typed-text"></p>
    <p data-sent-line><span></span></p><span data-whose></span><button data-again hidden></button></li></template>`;
const SAID = { pace: "", on_the_table: "{card} is on the table.", saved: "Saved.", double: "{card} is there.", foreign: "", no_card: "" };

test("a card is read however it is written, and written as it is printed", () => {
  for (const text of ["4-18", " 4 – 18 ", "4/18", "4 18", "4.018"]) assert.deepEqual(cardParts(text), { table: 4, number: 18 });
  assert.deepEqual(cardParts("7"), { table: null, number: 7 });
  for (const text of ["", "x", "4-", "4-0", "0", "4-18-2", "99999"]) assert.equal(cardParts(text), null);
  assert.equal(cardName(4, 7), "4-07");
  assert.equal(cardName(12, 118), "12-118");
});

/** The page on which cards are typed in; `answers` holds what was sent and what gives each its answer. */
function desk() {
  setBody(PAGE);
  const form = document.querySelector("form");
  form.elements.kind[0].checked = true;
  const store = new Map();
  const answers = [];
  const send = (call) => new Promise((give) => answers.push({ ...call, give }));
  let typing = null;
  const outbox = createOutbox({
    store: { put: async (one) => void store.set(one.key, one), list: async () => [...store.values()], settle: async (key) => void store.delete(key) },
    send,
    person: "p1",
    on: { saved: (one) => typing.saved(one), refused: (...what) => typing.refused(...what), counted() {} },
  });
  typing = createTyping(form, { outbox, send, words: SAID });
  const press = (key, more = {}) =>
    form.elements.text.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
  const typeIn = async (text) => {
    form.elements.text.value = text;
    press("Enter");
    await settle();
  };
  const mend = async () => {
    press("ArrowUp", { altKey: true });
    await settle();
  };
  return { form, store, answers, typeIn, mend };
}

test("a card that is mended while it is being sent is taken from the table again, before its better words come", async () => {
  const { form, store, answers, typeIn, mend } = desk();
  await typeIn("A bnch");
  await mend();
  assert.deepEqual([form.elements.text.value, form.elements.card.value], ["A bnch", "4-07"]);
  await typeIn("A bench");
  assert.deepEqual(answers.map(({ operation }) => operation), ["idea.type_in"]);
  answers[0].give({ ok: true });
  await settle();
  const sent = answers.map(({ operation, fields }) => [operation, fields.text ?? fields.idea]);
  assert.deepEqual(sent, [["idea.type_in", "A bnch"], ["idea.untype", answers[0].key], ["idea.type_in", "A bench"]]);
  for (const { give } of answers.slice(1)) give({ ok: true });
  await settle();
  assert.equal(store.size, 0);
  assert.deepEqual([...document.querySelectorAll("li")].map((one) => [one.querySelector(".typed-text").textContent, one.dataset.sent]), [["A bench", "saved"]]);
});

test("a card that is mended while it is being sent, and then refused, is gone", async () => {
  const { store, answers, typeIn, mend } = desk();
  await typeIn("A bnch");
  await mend();
  answers[0].give({ ok: false, code: "closed", message: "It is over." });
  await settle();
  assert.equal(store.size, 0);
  assert.equal(document.querySelectorAll("li").length, 0);
});

test("a card that is mended before it was sent, or once it is on the table, stands there once", async () => {
  const { form, answers, typeIn, mend } = desk();
  await typeIn("A bnch");
  answers[0].give({ ok: true });
  await settle();
  assert.equal(document.querySelector("li").dataset.sent, "saved");
  await mend();
  assert.deepEqual([answers[1].operation, answers[1].fields], ["idea.untype", { idea: answers[0].key }]);
  answers[1].give({ ok: true });
  assert.equal(form.elements.text.value, "A bnch");
  form.elements.text.value = "";
  // The second waits behind the first, which nobody answers yet.
  await typeIn("First");
  await typeIn("Secnd");
  await mend();
  await typeIn("Second");
  for (let index = 2; index < answers.length; index += 1) {
    answers[index].give({ ok: true });
    await settle();
  }
  assert.deepEqual(answers.slice(2).map(({ fields }) => fields.text), ["First", "Second"]);
});
