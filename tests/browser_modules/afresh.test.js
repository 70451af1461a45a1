// A page that is another one, or loaded afresh; tabs that know of each other.
import { nobody, setBody, until } from "./page.js";
import assert from "node:assert/strict";
import { test } from "node:test";

const { loadAfresh, restoreFields, restoreFocus } = await import("../../static/js/afresh.js");
const { isAnotherPage, isThere, isWriting } = await import("../../static/js/me.js");
const { joinTabs, withNews } = await import("../../static/js/tabs.js");

// --- me and tabs

test("whoever has gone ahead is at the page of their table already", () => {
  assert.ok(isThere("t2", "/tables/t2") && isThere("t2", "/below/tables/t2"));
  assert.ok(!isThere("t2", "/tables/t21") && !isThere("t2", "/tables/t1") && !isThere("t2", "/tables/t2/photos"));
});

test("the page is another one when seat, hosting or place changed", () => {
  setBody(`<div id="me" data-seat="t1" data-hosts="t2 t1"></div>`);
  const me = document.getElementById("me");
  const viewer = { ...nobody, seat: "t1", hosts: ["t1", "t2"] };
  assert.equal(isAnotherPage(me, viewer), false);
  assert.equal(isAnotherPage(me, { ...viewer, seat: "t3" }), true);
  assert.equal(isAnotherPage(me, { ...viewer, hosts: [] }), true);
  me.dataset.removed = "";
  assert.equal(isAnotherPage(me, viewer), true);
  delete me.dataset.removed;
  me.dataset.seat = "";
  assert.equal(isAnotherPage(me, { ...viewer, seat: null }), false);
});

test("whoever is in the middle of a note or a comment is left where they are", () => {
  setBody(`<form data-composer><textarea></textarea></form><dialog><textarea></textarea></dialog>`);
  const [note, comment] = document.querySelectorAll("textarea");
  comment.value = "On Saturdays too";
  // Put aside, it is kept under its note.
  assert.ok(!isWriting());
  document.querySelector("dialog").setAttribute("open", "");
  assert.ok(isWriting());
  comment.value = " ";
  assert.ok(!isWriting());
  note.value = "A bench";
  assert.ok(isWriting());
});

test("a vote is counted once, in every tab, and gives back what it took", () => {
  setBody('<p data-votes-round="r2"></p>');
  const viewer = { ...nobody, votes_given: { z: "r1" } };
  const voted = withNews(withNews(viewer, { voted: "a", note: true }), { voted: "a", note: true });
  assert.deepEqual([voted.voted, voted.votes_given], [["a"], { z: "r1", a: "r2" }]);
  const back = withNews(voted, { takenBack: "a" });
  assert.deepEqual([back.voted, back.votes_given], [[], { z: "r1" }]);
  // A to:DO takes none of the votes that are counted.
  assert.deepEqual(withNews(viewer, { voted: "d", note: false }).votes_given, viewer.votes_given);
  assert.deepEqual(withNews(viewer, { own: "n" }).own, ["n"]);
});

test("tabs of the same person hear each other's votes and outboxes, and take neither for the other", () => {
  const real = globalThis.BroadcastChannel;
  const open = [];
  globalThis.BroadcastChannel = class {
    constructor() { open.push(this); }
    addEventListener(_, take) { this.take = take; }
    postMessage(data) { for (const one of open) if (one !== this) one.take({ data: structuredClone(data) }); }
  };
  const heard = [];
  const listen = (who) => ({ news: (what) => heard.push([who, "news", what]), outbox: (what) => heard.push([who, "outbox", what]) });
  const mine = joinTabs("p1", listen("mine"));
  joinTabs("p1", listen("mine too"));
  joinTabs("p2", listen("somebody's"));
  mine.news({ voted: "a", note: true });
  mine.outbox({ what: "written", entry: { key: "n" } });
  globalThis.BroadcastChannel = real;
  assert.deepEqual(heard, [
    ["mine too", "news", { voted: "a", note: true }],
    ["mine too", "outbox", { what: "written", entry: { key: "n" } }],
  ]);
});

// --- afresh

test("a page loaded afresh keeps what was typed, and does not turn in circles", async () => {
  sessionStorage.clear();
  setBody(`<form action="/act/goal.update"><textarea name="text"></textarea></form>`);
  document.querySelector("textarea").value = "half a sentence";
  let loaded = 0;
  const go = () => { loaded += 1; };
  assert.equal(loadAfresh({ spread: 0, go }), 0);
  assert.equal(loadAfresh({ spread: 0, go }), null);
  await until(() => loaded);
  assert.equal(loaded, 1);
  loadAfresh.due = null;
  assert.ok(loadAfresh({ spread: 0, go }) > 14_000);
  clearTimeout(loadAfresh.due);
  setBody(`<form action="/act/goal.update"><textarea name="text"></textarea></form>`);
  restoreFields();
  assert.equal(document.querySelector("textarea").value, "half a sentence");
});

const ANNOUNCEMENT = `<form action="/act/announcement.make"><textarea name="text"></textarea>
    <input type="radio" name="to" value="all" checked><input type="radio" name="to" value="hosts"><input type="radio" name="to" value="table">
    <input name="number"><select name="minutes"><option>5</option><option selected>10</option></select>
    <input type="checkbox" name="loud" checked><input type="hidden" name="key" value="KEY"></form>
  <form action="/act/round.start"><input type="radio" name="how" value="planned" checked><input type="radio" name="how" value="free">
    <select name="round"><option>1</option><option>2</option></select></form>`;

test("words keep whom they are for over a page that is loaded afresh; what was only looked at is as it is now", async () => {
  sessionStorage.clear();
  setBody(ANNOUNCEMENT);
  const at = (wanted) => document.querySelector(wanted);
  at("textarea").value = "Come to the stage";
  at("[name=number]").value = "5";
  at("[value=table]").checked = at("[value=free]").checked = true;
  at("[name=minutes]").value = "5";
  at("[name=round]").value = "2";
  at("[name=loud]").checked = false;
  at("[name=key]").value = "typed";
  loadAfresh.due = null;
  let loaded = false;
  loadAfresh({ spread: 0, apart: 0, go: () => { loaded = true; } });
  await until(() => loaded);
  setBody(ANNOUNCEMENT);
  restoreFields();
  const chosen = Object.fromEntries(new document.defaultView.FormData(document.forms[0]));
  assert.deepEqual(chosen, { text: "Come to the stage", to: "table", number: "5", minutes: "5", key: "KEY" });
  assert.ok(at("[value=planned]").checked && at("[name=round]").value === "1");
  // Once, and where what was chosen is not there any more, nothing is chosen in its place.
  sessionStorage.setItem(`workshop.fields ${location.pathname}`, JSON.stringify([["/act/announcement.make to all", false], ["/act/announcement.make to table", true]]));
  setBody(ANNOUNCEMENT.replace(/<input type="radio" name="to" value="table">/, ""));
  restoreFields();
  assert.equal(document.querySelector("[name=to]:checked"), null);
  setBody(ANNOUNCEMENT);
  restoreFields();
  assert.ok(at("[value=all]").checked);
});

test("a page that another one is to follow is not loaded anew before that one is there", async () => {
  setBody("");
  sessionStorage.clear();
  const pressed = Date.now();
  document.defaultView.dispatchEvent(new Event("beforeunload"));
  loadAfresh.due = null;
  let loaded = 0;
  loadAfresh({ spread: 0, apart: 200, go: () => { loaded = Date.now(); } });
  // Where it does not come, as when a file was fetched, this one is loaded after all.
  await until(() => loaded);
  assert.ok(loaded - pressed >= 200);
});

test("the focus comes back where the page was loaded anew", async () => {
  const page = `<p id="other"><button>x</button></p><p id="row"><a href="/">a</a><button>b</button></p>`;
  setBody(page);
  document.querySelector("#row button").focus();
  loadAfresh.due = null;
  let loaded = false;
  loadAfresh({ spread: 0, apart: 0, go: () => { loaded = true; } });
  await until(() => loaded);
  loadAfresh.due = null;
  setBody(page);
  restoreFocus();
  assert.equal(document.activeElement, document.querySelector("#row button"));
  // Once, and never over what has it already.
  document.querySelector("#other button").focus();
  restoreFocus();
  assert.equal(document.activeElement, document.querySelector("#other button"));
});
