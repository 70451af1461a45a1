import { FakeSocket, nobody, setBody, settle } from "./page.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const { createComposer } = await import("../../static/js/composer.js");
const { createOutbox, tabStore } = await import("../../static/js/outbox.js");
const { connectLive } = await import("../../static/js/live.js");

const KINDS = ["idea", "challenge"]
  .map((kind) => `<label class="kind"><input type="radio" name="kind" value="${kind}"><svg></svg><span>${kind}</span></label>`)
  .join("");

const PAGE = `
  <template id="blank-note"><li class="note" data-kind="idea" data-sent="pending" data-mine>
    <div class="note-head"><span class="note-kind"></span></div><p class="note-text" lang="de"></p>
    <div class="note-foot"><p class="note-aside" data-sent-line><svg><use href="/icons.svg#i-clock"></use></svg> <span></span></p>
      <div data-refused hidden><button type="button" data-do="again">Write again</button></div></div></li></template>
  <ol data-place="notes-t1" data-sorted="desc"><li class="note" id="old" data-thing="old" data-table="t1" data-order="1"></li></ol>
  <div class="writing" data-is="round" data-round="r1"></div>
  <form data-composer><input type="hidden" name="table" value="t1"><input type="hidden" name="round" value="r0">
    ${KINDS}<textarea name="text"></textarea><p data-counter hidden></p><button>Send</button></form>`;

const fromServer = (key) =>
  `<li class="note" id="${key}" data-thing="${key}" data-table="t1" data-order="2" data-mine=""><p class="note-text">x</p></li>`;

let page;
let socket;
let outbox;
let composer;
let live;
let form;
let timers;

function open(who = {}) {
  setBody(PAGE);
  form = document.querySelector("form");
  form.elements.kind.value = "idea";
  page = { revisions: { "table:t1": 0 }, viewer: { ...nobody, own: [], ...who } };
  socket = new FakeSocket();
  const on = Object.fromEntries(
    ["fresh", "summary", "viewer", "behind", "connected", "disconnected", "caughtUp"].map((name) => [name, () => {}]),
  );
  live = connectLive(
    page, socket,
    { ...on, applied: ({ put }) => put.forEach(({ id }) => composer.drawn(id)) },
    { wait: () => Promise.resolve() },
  );
  outbox = createOutbox({
    store: tabStore(), person: "p1", later: () => {},
    send: ({ key, operation, fields }) => live.ask(operation, { key, ...fields }),
    on: { saved: (entry) => composer.saved(entry), refused: (entry, problem) => composer.refused(entry, problem), counted() {} },
  });
  composer = createComposer(form, {
    outbox,
    person: page.viewer.participant,
    wrote: (key) => page.viewer.own.push(key),
    later: (run) => timers.push(run),
  });
  composer.follow();
}

async function write(text) {
  form.elements.text.value = text;
  form.dispatchEvent(new Event("submit", { cancelable: true }));
  await settle();
  return document.querySelector("[data-place]").firstElementChild;
}

const states = () => [...document.querySelectorAll("[data-place] > [data-sent]")].map((one) => one.dataset.sent);

beforeEach(() => {
  sessionStorage.clear();
  timers = [];
  open();
});

test("a note lies on top at once, pending, under the key it is sent with", async () => {
  const element = await write("  Bread for all  ");
  assert.equal(element.dataset.sent, "pending");
  assert.match(element.textContent, /Will be sent/);
  assert.equal(element.querySelector(".note-text").textContent, "Bread for all");
  const [{ event, fields }] = socket.asked;
  assert.equal(event, "idea.contribute");
  assert.deepEqual(fields, { key: element.id, table: "t1", round: "r1", kind: "idea", text: "Bread for all" });
  assert.match(element.id, /^[0-9a-f-]{14}4/);
  assert.equal(form.elements.text.value, "");
});

test("of several that wait the newest lies on top", async () => {
  for (const text of ["Bread", "Salt", "Water"]) await write(text);
  const words = [...document.querySelectorAll("[data-sent=pending] .note-text")].map((one) => one.textContent);
  assert.deepEqual(words, ["Water", "Salt", "Bread"]);
});

test("people's words stay words", async () => {
  const element = await write("<img src=x onerror=alert(1)>");
  assert.equal(element.querySelector("img"), null);
});

test("it is saved only after the acknowledgement, whatever comes before it", async () => {
  const { id } = await write("Bread");
  await socket.take("change", {
    channel: "table:t1", since: 0, revision: 1, keys: [id], put: [{ id, place: "notes-t1", html: fromServer(id) }], remove: [],
  });
  assert.deepEqual(states(), ["pending"]);
  assert.equal((await outbox.all()).length, 1);
  socket.asked[0].answer({ ok: true, key: id, at: { "table:t1": 1 } });
  await settle();
  assert.deepEqual(states(), ["saved"]);
  assert.match(document.getElementById(id).textContent, /Saved/);
  assert.equal((await outbox.all()).length, 0);
});

test("once the server has drawn it, nothing of ours is left on it", async () => {
  const { id } = await write("Bread");
  socket.asked[0].answer({ ok: true, key: id, at: {} });
  await settle();
  await socket.take("change", {
    channel: "table:t1", since: 0, revision: 1, keys: [id], put: [{ id, place: "notes-t1", html: fromServer(id) }], remove: [],
  });
  assert.deepEqual(states(), ["saved"]);
  for (const run of timers) run();
  assert.equal(document.getElementById(id).outerHTML, fromServer(id));
});

test("a lost answer is asked for again under the same key", async () => {
  const { id } = await write("Bread");
  socket.asked[0].fail(new Error("timeout"));
  await settle();
  assert.equal(socket.asked.length, 2);
  assert.equal(socket.asked[1].fields.key, id);
  socket.asked[1].answer({ ok: true, key: id, at: {} });
  await settle();
  assert.deepEqual(states(), ["saved"]);
});

test("an answer that is no verdict leaves the note waiting", async () => {
  await write("Bread");
  socket.asked[0].answer({ ok: false, code: "failed", message: "The server could not do this." });
  await settle();
  assert.deepEqual(states(), ["pending"]);
  assert.equal((await outbox.waiting()).length, 1);
});

test("a refused note keeps its text and the reason, and can be written again", async () => {
  const element = await write("Bread for all");
  socket.asked[0].answer({ ok: false, code: "closed", message: "This event is closed.", fields: {} });
  await settle();
  assert.deepEqual(states(), ["refused"]);
  assert.match(element.textContent, /Not saved: This event is closed. Your text is here/);
  assert.equal(element.querySelector(".note-text").textContent, "Bread for all");
  assert.equal((await outbox.all()).length, 1);
  form.elements.text.value = "And this";
  element.querySelector("button").click();
  await settle();
  assert.equal(form.elements.text.value, "And this\nBread for all");
  assert.equal(document.getElementById(element.id), null);
  assert.equal((await outbox.all()).length, 0);
});

test("where nothing is written any more a refused note stays, words and all", async () => {
  const element = await write("Bread for all");
  socket.asked[0].answer({ ok: false, code: "closed", message: "This event is closed.", fields: {} });
  await settle();
  document.querySelector(".writing").dataset.is = "closed";
  composer.follow();
  const copied = [];
  const clipboard = { writeText: async (text) => copied.push(text) };
  Object.defineProperty(globalThis, "navigator", { value: { clipboard }, configurable: true });
  element.querySelector("button").click();
  await settle();
  assert.ok(copied.includes("Bread for all"));
  assert.equal(form.elements.text.value, "");
  assert.equal(element.querySelector(".note-text").textContent, "Bread for all");
  assert.equal((await outbox.all()).length, 1);
});

test("they go one at a time, in the order they were written", async () => {
  for (const text of ["one", "two", "three"]) await write(text);
  assert.deepEqual(socket.asked.map(({ fields }) => fields.text), ["one"]);
  for (let turn = 0; turn < 3; turn += 1) {
    socket.asked[turn].answer({ ok: true, key: socket.asked[turn].fields.key, at: {} });
    await settle();
  }
  assert.deepEqual(socket.asked.map(({ fields }) => fields.text), ["one", "two", "three"]);
});

test("a page that is loaded afresh still has the draft, the waiting and the refused notes", async () => {
  await write("refused");
  socket.asked[0].answer({ ok: false, code: "forbidden", message: "No." });
  await settle();
  await write("waiting");
  form.elements.text.value = "half a sen";
  form.elements.text.dispatchEvent(new Event("input"));
  open();
  await composer.restore();
  assert.deepEqual(states().sort(), ["pending", "refused"]);
  assert.equal(form.elements.text.value, "half a sen");
  outbox.flush();
  await settle();
  assert.deepEqual(socket.asked.map(({ fields }) => fields.text), ["waiting"]);
});

test("another person on this device finds nothing on the writing line, and the first one all of it", () => {
  form.elements.text.value = "half a secr";
  form.elements.text.dispatchEvent(new Event("input"));
  open({ participant: "p2" });
  assert.equal(form.elements.text.value, "");
  open();
  assert.equal(form.elements.text.value, "half a secr");
});

test("another person's notes in this tab are not sent", async () => {
  await write("Mira's");
  const sent = [];
  const other = createOutbox({ store: tabStore(), person: "p2", send: (entry) => sent.push(entry), on: { counted() {} } });
  await other.flush();
  assert.deepEqual(sent, []);
});

test("Enter sends with a keyboard, Shift and Enter begins a line, Enter within a composition does neither", async () => {
  const press = (options) => {
    const event = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...options });
    form.elements.text.dispatchEvent(event);
    return event.defaultPrevented;
  };
  let submitted = 0;
  form.requestSubmit = () => { submitted += 1; };
  assert.deepEqual([press({}), press({ shiftKey: true }), press({ isComposing: true })], [true, false, false]);
  assert.equal(submitted, 1);
});

test("near the limit it counts, past it nothing is sent and nothing is cut", async () => {
  const field = form.elements.text;
  const counter = document.querySelector("[data-counter]");
  field.value = "a".repeat(419);
  field.dispatchEvent(new Event("input"));
  assert.ok(counter.hidden);
  field.value = "a".repeat(499);
  field.dispatchEvent(new Event("input"));
  assert.equal(counter.textContent, "1 character left");
  assert.ok(!counter.classList.contains("error"));
  await write("a".repeat(501));
  assert.equal(socket.asked.length, 0);
  assert.equal(field.value.length, 501);
  field.dispatchEvent(new Event("input"));
  assert.ok(counter.classList.contains("error"));
});

test("the writing line follows the rounds", () => {
  const writing = document.querySelector(".writing");
  writing.dataset.round = "r2";
  composer.follow();
  assert.equal(form.elements.round.value, "r2");
  writing.dataset.is = "closed";
  composer.follow();
  assert.ok(form.hidden);
});

test("whoever was writing waits at the sentence that says why not, unless they go elsewhere", () => {
  const writing = document.querySelector(".writing");
  const pause = () => {
    form.elements.text.focus();
    writing.innerHTML = `<p class="composer-off">Paused</p>`;
    writing.dataset.is = "paused";
    composer.follow();
  };
  const goOn = () => {
    writing.dataset.is = "round";
    composer.follow();
  };
  pause();
  assert.equal(document.activeElement, writing.querySelector("p"));
  goOn();
  assert.equal(document.activeElement, form.elements.text);
  pause();
  document.getElementById("old").tabIndex = 0;
  document.getElementById("old").focus();
  goOn();
  assert.equal(document.activeElement, document.getElementById("old"));
});

test("a note that was begun is finished after its round, and a pause gives back the line one wrote on", async () => {
  const writing = document.querySelector(".writing");
  writing.innerHTML = `<span data-begun hidden></span>`;
  form.elements.text.value = "Half a sen";
  form.elements.text.focus();
  for (const [is, open] of [["grace", true], ["between", true], ["break", true], ["paused", false], ["round", true]]) {
    writing.dataset.is = is;
    composer.follow();
    assert.equal(form.hidden, !open, is);
    // What browsers do with what has the focus and is hidden.
    if (!open) form.elements.text.blur();
  }
  assert.equal(form.elements.text.value, "Half a sen");
  assert.equal(document.activeElement, form.elements.text);
  writing.dataset.is = "between";
  composer.follow();
  assert.ok(!writing.querySelector("[data-begun]").hidden);
  await write("Half a sentence.");
  assert.ok(form.hidden, "Nothing is begun any more, and nothing new is.");
});
