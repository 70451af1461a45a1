// What is said: the status line, the connection's banner, announcements and the toast.
import { setBody, until } from "./page.js";
import assert from "node:assert/strict";
import { test } from "node:test";

const { createAnnouncements } = await import("../../static/js/announcements.js");
const { createBanner } = await import("../../static/js/connection.js");
const { closeToast, createStatus, showToast } = await import("../../static/js/status.js");

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// --- status

test("a hundred notes are told at most six times a minute", () => {
  setBody(`<p id="status"></p>`);
  let time = 0;
  const plans = [];
  const said = [];
  const element = { replaceChildren: (...lines) => said.push([time, lines.map((line) => line.textContent.trim()).join(" ")]) };
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

test("words in a language of their own are said in it, and nothing waits twice", () => {
  setBody(`<p id="status"></p>`);
  const plans = [];
  const status = createStatus(document.getElementById("status"), { later: (run) => plans.push(run) });
  const parts = () => [{ text: "Mo:", lang: "" }, { text: "Suppe ist da", lang: "de" }];
  for (const what of ["", [], "Time is up", parts(), parts(), "Time is up"]) status.tell(what);
  plans[0]();
  const line = document.getElementById("status");
  assert.equal(line.textContent.trim(), "Time is up Mo: Suppe ist da");
  assert.deepEqual([...line.querySelectorAll("[lang]")].map(({ textContent }) => textContent.trim()), ["Suppe ist da"]);
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
  // What it says already is not said again.
  const writes = new document.defaultView.MutationObserver(() => {});
  writes.observe(element, { childList: true, characterData: true, attributes: true, subtree: true });
  banner.lost();
  banner.waiting(2);
  assert.equal(writes.takeRecords().length, 0);
  banner.waiting(3);
  assert.deepEqual([...new Set(writes.takeRecords().map(({ target }) => target))], [element.querySelector("[data-rest]")]);
  banner.waiting(2);
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
  const one = (id) => `<div id="${id}" data-announcement><p><b>Mo: </b> <span lang="de"> x  ${id}</span></p></div>`;
  setBody(`<section>${one("a")}</section>`);
  const said = [];
  const { drawn } = createAnnouncements({ storage: sessionStorage, tell: (what) => said.push(what) });
  drawn();
  document.querySelector("section").insertAdjacentHTML("beforeend", one("b"));
  drawn();
  drawn();
  assert.deepEqual(said, [[{ text: "Mo:", lang: "" }, { text: "x b", lang: "de" }]]);
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
