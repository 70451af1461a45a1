// The small modules, one after the other.
import { nobody, setBody, settle, until } from "./page.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

const { sendActs } = await import("../../static/js/acts.js");
const { createAnnouncements } = await import("../../static/js/announcements.js");
const { loadAfresh, restoreFields, restoreFocus } = await import("../../static/js/afresh.js");
const { clockOffset, createClock, createTime, minutesAndSeconds } = await import("../../static/js/clock.js");
const { createBanner } = await import("../../static/js/connection.js");
const { createGong } = await import("../../static/js/gong.js");
const { inGroups, prepareJoin } = await import("../../static/js/join.js");
const { prepareMarker } = await import("../../static/js/mark.js");
const { isAnotherPage, isThere } = await import("../../static/js/me.js");
const { morph } = await import("../../static/js/morph.js");
const { closeToast, createStatus, showToast } = await import("../../static/js/status.js");
const { withNews } = await import("../../static/js/tabs.js");
const { inWords, wordTimes } = await import("../../static/js/times.js");
const { parseElement } = await import("../../static/js/trusted.js");

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// --- morph

test("where what has the focus is replaced, the focus stays at its place", () => {
  setBody(`<section><h2><a href="/">Head</a></h2><div class="row"><button name="round" value="1">End round 1</button></div></section>`);
  document.querySelector("button").focus();
  morph(
    document.querySelector("section"),
    parseElement(`<section><h2><a href="/">Head</a></h2><div class="row"><button name="round" value="2">Start round 2</button></div></section>`),
  );
  assert.equal(document.activeElement, document.querySelector(".row"));
  // The server knows nothing of it, and does not take it away again.
  morph(document.querySelector("section"), parseElement(`<section><h2></h2><div class="row">Over</div></section>`));
  assert.equal(document.activeElement, document.querySelector(".row"));
});

test("what has the focus keeps it where its part of the page moves", () => {
  setBody(`<ul><li id="a"><button>a</button></li><li id="b"><button>b</button></li></ul>`);
  const button = document.querySelector("#b button");
  button.focus();
  morph(document.querySelector("ul"), parseElement(`<ul><li id="b"><button>b</button></li><li id="a"><button>a</button></li></ul>`));
  assert.equal(document.activeElement, button);
});

const tree = fc.letrec((self) => ({
  node: fc.oneof({ maxDepth: 3 }, fc.constantFrom("text", "more text", "<i>x</i>"), self("element")),
  element: fc
    .record({
      tag: fc.constantFrom("p", "div", "button", "details"),
      id: fc.option(fc.constantFrom("a", "b", "c", "d"), { nil: null }),
      name: fc.constantFrom("", ' data-for="author"', " hidden", ' style="--done:1%"'),
      children: fc.array(self("node"), { maxLength: 4 }),
    })
    .map(({ tag, id, name, children }) => ({ tag, id, name, children })),
}));

function written(node, seen = new Set()) {
  if (typeof node === "string") return node;
  const id = node.id && !seen.has(node.id) ? ` id="${node.id}"` : "";
  if (id) seen.add(node.id);
  return `<${node.tag}${id}${node.name}>${node.children.map((child) => written(child, seen)).join("")}</${node.tag}>`;
}

test("one tree becomes any other one", () => {
  fc.assert(
    fc.property(tree.element, tree.element, (from, to) => {
      const html = `<section>${written(to)}</section>`;
      setBody(`<section>${written(from)}</section>`);
      // The parser may put a <p> elsewhere than it was written: what counts is what it makes of it.
      const wanted = parseElement(html);
      assert.equal(morph(document.querySelector("section"), wanted).outerHTML, parseElement(html).outerHTML);
    }),
    { numRuns: 500 },
  );
});

test("what has an id stays the same element wherever it moves", () => {
  setBody(`<ul><li id="a">a</li><li id="b">b</li><li id="c">c</li></ul>`);
  const before = new Map(["a", "b", "c"].map((id) => [id, document.getElementById(id)]));
  morph(document.querySelector("ul"), parseElement(`<ul><li id="c">c</li><li id="new">n</li><li id="a">A</li><li id="b">b</li></ul>`));
  for (const [id, element] of before) assert.equal(document.getElementById(id), element);
});

// --- acts

function actForm() {
  setBody(`<form id="act" method="post"></form>
    <button form="act" formaction="/act/vote.cast" name="idea" value="i1">vote</button>
    <button form="act" formaction="/act/seat.take" name="table" value="t2" data-post>sit</button>`);
  const [vote, sit] = document.querySelectorAll("button");
  const press = (button) => {
    const event = new Event("submit", { cancelable: true });
    event.submitter = button;
    document.getElementById("act").dispatchEvent(event);
    return event.defaultPrevented;
  };
  return { vote, sit, press };
}

test("a button is sent once until it is answered", async () => {
  const { vote, sit, press } = actForm();
  const asked = [];
  const done = [];
  let answer;
  sendActs(document.getElementById("act"), {
    send: (call) => (asked.push(call), new Promise((yes) => { answer = yes; })),
    done: (...what) => done.push(what),
    failed: assert.fail,
  });
  assert.ok(press(vote) && press(vote));
  assert.equal(asked.length, 1);
  const [{ operation, key, fields }] = asked;
  assert.deepEqual([operation, fields], ["vote.cast", { idea: "i1" }]);
  assert.match(key, /^[0-9a-f-]{36}$/);
  answer({ ok: true, key, at: {} });
  await settle();
  assert.equal(done.length, 1);
  assert.ok(press(vote));
  assert.equal(asked.length, 2);
  assert.equal(press(sit), false);
});

test("the second half of a double click does not press what came to lie there", async () => {
  setBody(`<form id="act"></form><p id="row"><button form="act" formaction="/act/round.open" name="round" value="r1" data-careful>Start round 1</button></p>`);
  const asked = [];
  let time = 0;
  sendActs(document.getElementById("act"), {
    send: async ({ fields }) => (asked.push(fields.round), { ok: true, at: {} }),
    done() {},
    failed: assert.fail,
    now: () => time,
  });
  const row = document.getElementById("row");
  const press = (x) => row.lastElementChild.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, detail: 1, clientX: x, clientY: 20 }));
  press(300);
  await settle();
  // The answer draws the row anew, under a finger that comes down again.
  row.innerHTML = `<button form="act" formaction="/act/round.open" name="round" value="r2" data-careful>Start round 2</button>`;
  time = 900;
  press(304);
  await settle();
  assert.deepEqual(asked, ["r1"]);
  press(500);
  await settle();
  assert.deepEqual(asked, ["r1", "r2"]);
  row.innerHTML = `<button form="act" formaction="/act/round.open" name="round" value="r3" data-careful>Start round 3</button>`;
  time = 3000;
  press(500);
  await settle();
  assert.deepEqual(asked, ["r1", "r2", "r3"]);
  // In a list that one goes through quickly it is a shorter while.
  row.innerHTML = `<button form="act" formaction="/act/round.open" name="round" value="r4" data-careful="700">Start round 4</button>`;
  time = 3600;
  press(500);
  await settle();
  assert.deepEqual(asked, ["r1", "r2", "r3"]);
  time = 3800;
  press(500);
  await settle();
  assert.deepEqual(asked, ["r1", "r2", "r3", "r4"]);
});

test("whoever presses keys need not wait between two buttons", async () => {
  setBody(`<form id="act"></form><button form="act" formaction="/act/round.close" name="round" value="r1" data-careful>End round 1</button>
    <button form="act" formaction="/act/round.open" name="round" value="r2" data-careful>Start round 2</button>`);
  const asked = [];
  sendActs(document.getElementById("act"), {
    send: async ({ operation }) => (asked.push(operation), { ok: true, at: {} }),
    done() {},
    failed: assert.fail,
    now: () => 0,
  });
  // A key's click has no place, and counts none.
  for (const button of document.querySelectorAll("button")) {
    button.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    await settle();
  }
  assert.deepEqual(asked, ["round.close", "round.open"]);
});

test("a refusal is shown, and that nobody answered; the page stays", async () => {
  const { vote, press } = actForm();
  const said = [];
  let reached = true;
  sendActs(document.getElementById("act"), {
    send: async () => {
      if (!reached) throw new Error("nobody there");
      return { ok: false, code: "forbidden", message: "Not here." };
    },
    done: assert.fail,
    failed: (text) => said.push(text),
  });
  press(vote);
  await settle();
  assert.deepEqual(said, ["Not here."]);
  reached = false;
  assert.ok(press(vote));
  await settle();
  assert.equal(said.length, 2);
  assert.ok(said[1]);
  assert.equal(vote.hasAttribute("aria-busy"), false);
});

// --- status

test("a hundred notes are told at most six times a minute", () => {
  setBody(`<p id="status"></p>`);
  let time = 0;
  const plans = [];
  const said = [];
  const element = { set textContent(text) { said.push([time, text]); } };
  const status = createStatus(element, { now: () => time, later: (run, ms) => plans.push([time + ms, run]) });
  for (; time < 60_000; time += 300) {
    status.count("new_notes");
    for (const plan of plans.splice(0)) plan[0] <= time ? plan[1]() : plans.push(plan);
  }
  assert.ok(said.length <= 6, `${said.length}`);
  const all = said.reduce((sum, [, text]) => sum + Number.parseInt(text, 10), 0);
  assert.ok(all > 150);
  assert.match(said[1][1], /^\d+ new notes$/);
});

// --- clock and times

test("a clock counts down by the server's time and is said at 5, 2 and 0 minutes", () => {
  setBody(`<div data-ends-at="2026-05-12T10:20:00Z"><span data-left></span></div>
    <i data-from="2026-05-12T10:00:00Z" data-until="2026-05-12T10:20:00Z"></i>`);
  let now = Date.parse("2026-05-12T10:08:18Z");
  const told = [];
  const clock = createClock({ now: () => now, tell: (text) => told.push(text) });
  clock.tick();
  assert.equal(document.querySelector("[data-left]").textContent, "11:42");
  assert.equal(document.querySelector("i").style.getPropertyValue("--done"), "41.5%");
  for (; now < Date.parse("2026-05-12T10:21:00Z"); now += 1000) clock.tick();
  assert.deepEqual(told, ["5 minutes left", "2 minutes left", "Time is up"]);
  assert.equal(document.querySelector("[data-left]").textContent, "0:00");
});

test("time alone leads a page through its states, and says so once", () => {
  setBody(`<div data-course="round warning@2026-05-12T10:18:00Z grace@2026-05-12T10:20:00Z" data-is="round">
      <p data-during="warning">soon</p><p data-during="grace round">up</p></div>
    <p data-gone-at="2026-05-12T10:19:00Z">until then</p>`);
  let now = Date.parse("2026-05-12T10:17:58Z");
  const seen = [];
  const clock = createClock({ now: () => now, turned: (...states) => seen.push(states) });
  const shown = () => [...document.querySelectorAll("p")].filter((part) => !part.hidden).map((part) => part.textContent);
  clock.tick();
  assert.deepEqual(shown(), ["up", "until then"]);
  for (; now < Date.parse("2026-05-12T10:20:30Z"); now += 1000) {
    clock.tick();
    if (now === Date.parse("2026-05-12T10:18:30Z")) assert.deepEqual(shown(), ["soon", "until then"]);
  }
  assert.deepEqual(shown(), ["up"]);
  assert.deepEqual(seen, [["warning", "round"], ["grace", "warning"]]);
});

test("a clock that is set, or sleeps, while the page is open changes nothing", () => {
  let [wall, passed, asked] = [Date.parse("2026-05-14T10:00:00Z"), 5000, 0];
  // Two days fast from the beginning.
  const offset = -2 * 86_400_000;
  const time = createTime({ offset, wall: () => wall, since: () => passed, jumped: () => (asked += 1) });
  const is = (moment) => assert.equal(new Date(time.now()).toISOString(), moment);
  is("2026-05-12T10:00:00.000Z");
  wall += 1000;
  passed += 1000;
  is("2026-05-12T10:00:01.000Z");
  for (const days of [-3, 5]) {
    wall += days * 86_400_000;
    is("2026-05-12T10:00:01.000Z");
  }
  assert.equal(asked, 2);
  // Asleep for an hour, time went on outside.
  wall += 3_600_000;
  is("2026-05-12T11:00:01.000Z");
  assert.equal(asked, 3);
  time.heard("2026-05-12T11:00:05Z");
  is("2026-05-12T11:00:05.000Z");
});

test("the gong rings when a round begins and when its time is up", () => {
  setBody(`<p data-sound hidden></p><div data-gong></div>`);
  let tones = 0;
  class Context {
    currentTime = 0;
    destination = {};
    createOscillator = () => ({ frequency: {}, connect: (next) => next, start: () => (tones += 1), stop() {} });
    createGain = () => ({ gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect: (next) => next });
  }
  const gong = createGong({ Context });
  const hint = document.querySelector("[data-sound]");
  assert.ok(!hint.hidden);
  assert.equal(gong.ring("round", "before"), 0, "No page may sound before somebody touches it.");
  document.dispatchEvent(new KeyboardEvent("keydown"));
  assert.ok(hint.hidden);
  const strokes = [["round", "between"], ["grace", "warning"], ["round", "paused"], ["warning", "round"], ["between", "grace"]];
  assert.deepEqual(strokes.map(([state, before]) => gong.ring(state, before)), [2, 1, 0, 0, 0]);
  assert.ok(tones > 0);
  document.querySelector("[data-gong]").remove();
  assert.equal(gong.ring("round", "break"), 0);
});

test("a device whose clock is wrong shows the right one", () => {
  const offset = clockOffset(new Date(Date.now() + 90_000).toISOString());
  assert.ok(Math.abs(offset - 90_000) < 60_000 * 10);
  assert.equal(minutesAndSeconds(-5), "0:00");
  assert.equal(minutesAndSeconds(59_001), "1:00");
  assert.equal(minutesAndSeconds(3_600_000 + 65_000), "1:01:05");
});

test("moments are put into words, days and far moments are left", () => {
  const now = Date.parse("2026-05-12T10:00:00Z");
  assert.equal(inWords(now - 10_000, now), "now");
  assert.equal(inWords(now + 10_000, now), "now");
  assert.match(inWords(now - 120_000, now), /^2 min/);
  assert.equal(inWords(now - 9 * 86_400_000, now), null);
  setBody(`<time datetime="2026-05-12T09:58:00+00:00">9:58</time><time datetime="2026-05-12">today</time>
    <time datetime="2026-05-12T09:58:00Z" data-absolute>9:58</time>`);
  wordTimes(document, now);
  assert.deepEqual([...document.querySelectorAll("time")].map((one) => one.textContent).map((text) => text.slice(0, 5)), ["2 min", "today", "9:58"]);
  assert.equal(document.querySelector("time").title, "9:58");
});

// --- connection

test("the banner speaks when the connection was lost, says what waits, and goes", async () => {
  setBody(`<div id="connection" class="banner" hidden><svg><use href="/icons.svg#i-wifi-off"></use></svg><p><b></b> <span data-rest></span></p></div>`);
  const element = document.getElementById("connection");
  const banner = createBanner(element, { writes: true });
  const said = () => element.textContent.replace(/\s+/g, " ").trim();
  banner.lost();
  assert.ok(element.hidden);
  banner.waiting(2);
  await pause(1600);
  assert.equal(said(), "You are offline. Keep writing. 2 notes will be sent.");
  banner.connected();
  banner.waiting(1);
  assert.equal(said(), "You are back. 1 of 2 notes sent.");
  assert.equal(element.querySelector("use").getAttribute("href"), "/icons.svg#i-wifi");
  banner.waiting(0);
  assert.notEqual(element.dataset.is, "back");
  banner.caughtUp();
  assert.equal(element.dataset.is, "back");
});

test("the banner says that the network lets only the slower way through, until it does not", async () => {
  setBody(`<div id="connection" class="banner" hidden><svg><use href="/icons.svg#i-wifi-off"></use></svg><p><b></b> <span data-rest></span></p></div>`);
  const element = document.getElementById("connection");
  const banner = createBanner(element, { writes: true });
  banner.slow(false);
  assert.ok(element.hidden);
  banner.slow(true);
  assert.equal(element.textContent.replace(/\s+/g, " ").trim(), "Slower. Works.");
  assert.ok(element.classList.contains("info"));
  banner.slow(false);
  assert.ok(element.hidden);
  banner.slow(true);
  banner.lost();
  await pause(1600);
  assert.equal(element.dataset.is, "offline");
  // What is lost is said first, whatever way is open.
  banner.slow(true);
  assert.equal(element.dataset.is, "offline");
});

test("a short break is no news", async () => {
  setBody(`<div id="connection" hidden><p><b></b><span data-rest></span></p></div>`);
  const banner = createBanner(document.getElementById("connection"));
  banner.lost();
  banner.connected();
  banner.caughtUp();
  await pause(1600);
  assert.ok(document.getElementById("connection").hidden);
});

test("a connection that outlived its network is said to be back as soon as it has answered", async () => {
  setBody(`<div id="connection" class="banner" hidden><p><b></b> <span data-rest></span></p></div>`);
  const element = document.getElementById("connection");
  const banner = createBanner(element);
  banner.lost();
  await pause(1600);
  assert.equal(element.dataset.is, "offline");
  banner.caughtUp();
  assert.equal(element.dataset.is, "back");
});

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

// --- what lies over the page

test("who closes an announcement goes on at the next one, then at what the page is about", () => {
  sessionStorage.clear();
  const one = (id) => `<div id="${id}" data-announcement><p>x</p><button data-dismiss="${id}">close</button></div>`;
  setBody(`<section>${one("a")}${one("b")}</section><main id="main"></main>`);
  createAnnouncements({ storage: sessionStorage });
  for (const [id, next] of [["a", `[data-dismiss="b"]`], ["b", "main"]]) {
    const button = document.querySelector(`[data-dismiss="${id}"]`);
    button.focus();
    button.click();
    assert.equal(document.activeElement, document.querySelector(next));
  }
});

test("an announcement is said once, however it comes, and not when it came with the page", () => {
  sessionStorage.clear();
  const one = (id) => `<div id="${id}" data-announcement><p> x  ${id}</p></div>`;
  setBody(`<section>${one("a")}</section>`);
  const said = [];
  const { drawn } = createAnnouncements({ storage: sessionStorage, tell: (text) => said.push(text) });
  drawn();
  document.querySelector("section").insertAdjacentHTML("beforeend", one("b"));
  drawn();
  drawn();
  assert.deepEqual(said, ["x b"]);
});

test("Escape closes what went wrong, and the focus goes back where it came from", () => {
  setBody(`<button id="vote">vote</button><div id="toast" hidden><span data-text></span><button data-toast-close>x</button></div>`);
  const [toast, vote] = [document.getElementById("toast"), document.getElementById("vote")];
  closeToast(toast);
  const escape = () => document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  vote.focus();
  showToast("It is over.", toast);
  document.querySelector("[data-toast-close]").focus();
  escape();
  assert.ok(toast.hidden);
  assert.equal(document.activeElement, vote);
});

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
