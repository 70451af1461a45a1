import { nobody, setBody, until } from "./page.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const { writeComments } = await import("../../static/js/comments.js");

const PAGE = `<article id="n1"><p class="note-text" lang="sv">Öppna på söndagar</p><a data-comment href="/act/comment.write?idea=n1">Comment</a></article>
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
  const field = find("textarea");
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await press();
}

async function press() {
  find("form").dispatchEvent(Object.assign(new Event("submit", { bubbles: true, cancelable: true }), { submitter: find("[value=send]") }));
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
