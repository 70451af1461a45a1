import { nobody, setBody, settle, until } from "./page.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const { writeComments } = await import("../../static/js/comments.js");

const PAGE = `<article id="n1"><p class="note-text" lang="sv">Öppna på söndagar</p><a data-comment href="/act/comment.write?idea=n1">Comment</a></article>
  <article id="n2"><p class="note-text">Cykelvägar</p><a data-comment href="/act/comment.write?idea=n2">Comment</a></article>
  <div id="toast" hidden><span data-text></span></div>
  <dialog id="comment-dialog"><form><q data-quote></q><p data-problem hidden><span></span></p><textarea></textarea>
  <button value="cancel">Cancel</button><button value="send">Send</button></form></dialog>`;

let answer;
let kept;
let news;
let sent;

const find = (wanted) => document.querySelector(wanted);
const isBusy = () => find("[value=send]").hasAttribute("aria-busy");

beforeEach(() => {
  setBody(PAGE);
  kept = new Map();
  [news, sent] = [[], []];
  const dialog = find("dialog");
  dialog.showModal = () => dialog.setAttribute("open", "");
  dialog.close = () => dialog.removeAttribute("open");
  writeComments(
    dialog,
    {
      page: { viewer: { ...nobody, participant: "p1" } },
      send: async (call) => {
        sent.push(call);
        return answer(call);
      },
      news: (message) => news.push(message),
    },
    { storage: { getItem: (name) => kept.get(name) ?? null, setItem: (...one) => kept.set(...one), removeItem: (name) => kept.delete(name) } },
  );
  find("[data-comment]").click();
});

async function write(text) {
  type(text);
  await press();
}

function type(text) {
  find("textarea").value = text;
  find("textarea").dispatchEvent(new Event("input", { bubbles: true }));
}

function open(id) {
  find(`#${id} [data-comment]`).click();
}

function submit() {
  find("form").dispatchEvent(Object.assign(new Event("submit", { bubbles: true, cancelable: true }), { submitter: find("[value=send]") }));
}

async function press() {
  submit();
  await until(() => !isBusy());
}

test("a refused comment keeps its words where they were written, and says why", async () => {
  answer = () => ({ ok: false, code: "closed", message: "This event is closed.", fields: {} });
  await write("On Saturdays too");
  assert.equal(find("textarea").value, "On Saturdays too");
  assert.ok(find("dialog").hasAttribute("open") && !find("[data-problem]").hidden);
  assert.equal(find("[data-problem] span").textContent, "This event is closed.");
  assert.deepEqual(news, []);
  // Also once it was put aside and taken up again.
  find("dialog").close();
  find("textarea").value = "";
  find("[data-comment]").click();
  assert.equal(find("textarea").value, "On Saturdays too");
  assert.ok(find("[data-problem]").hidden);
});

test("what nobody answered keeps its words, and goes out again as the same comment", async () => {
  answer = () => Promise.reject(new Error("no answer"));
  await write("On Saturdays too");
  assert.equal(find("textarea").value, "On Saturdays too");
  assert.ok(!find("[data-problem]").hidden);
  answer = () => ({ ok: true });
  await press();
  assert.equal(sent[1].key, sent[0].key);
  assert.deepEqual(news, [{ own: sent[0].key }]);
  assert.ok(!find("dialog").hasAttribute("open") && kept.size === 0);
});

/** What is sent waits for its answer until the test gives it. */
function held() {
  const waiting = [];
  answer = () => new Promise((done) => waiting.push(done));
  return async (index, what) => {
    waiting[index](what);
    await settle();
  };
}

/** Somebody writes about another note before their first comment is answered; gives what answers it. */
function writesOn() {
  const give = held();
  type("On Saturdays too");
  submit();
  find("dialog").close();
  open("n2");
  type("Where to?");
  return give;
}

test("the answer to one comment leaves alone what is written about another note", async () => {
  const give = writesOn();
  await give(0, { ok: true });
  assert.ok(find("dialog").hasAttribute("open"));
  assert.equal(find("textarea").value, "Where to?");
  assert.deepEqual([...kept.values()], ["Where to?"]);
  assert.deepEqual(news, [{ own: sent[0].key }]);
  // And it can be sent, whatever became of the other one.
  submit();
  await give(1, { ok: true });
  assert.deepEqual(sent.map(({ fields }) => fields.idea), ["n1", "n2"]);
  assert.ok(!find("dialog").hasAttribute("open") && kept.size === 0);
});

test("a comment that was refused while one writes about another note says so beside it", async () => {
  const give = writesOn();
  await give(0, { ok: false, message: "This event is closed." });
  assert.ok(find("[data-problem]").hidden);
  assert.equal(find("#toast [data-text]").textContent, "This event is closed.");
  assert.deepEqual([...kept.values()].sort(), ["On Saturdays too", "Where to?"]);
  // Sent again from there it is the same comment.
  open("n1");
  submit();
  await give(1, { ok: true });
  assert.equal(sent[1].key, sent[0].key);
  assert.deepEqual([...kept.values()], ["Where to?"]);
});

test("what was added after a comment was sent is not lost with it", async () => {
  const give = held();
  type("On Saturdays too");
  submit();
  type("On Saturdays too, and late");
  await give(0, { ok: true });
  assert.ok(find("dialog").hasAttribute("open"));
  assert.equal(find("textarea").value, "On Saturdays too, and late");
  assert.deepEqual([...kept.values()], ["On Saturdays too, and late"]);
});
