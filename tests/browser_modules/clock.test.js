// Clocks, courses, the gong, and moments in words.
import { setBody, settle } from "./page.js";
import assert from "node:assert/strict";
import { test } from "node:test";

const { clockOffset, createClock, createTime, minutesAndSeconds } = await import("../../static/js/clock.js");
const { createGong } = await import("../../static/js/gong.js");
const { inWords, wordTimes } = await import("../../static/js/times.js");

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

test("what is past its time hands the focus on, and takes it from nobody else", () => {
  setBody(`<section id="said"><p data-gone-at="2026-05-12T10:19:00Z"><button>Close</button></p></section>
    <ul><li><p>Said at ten</p><p data-gone-at="2026-05-12T10:20:00Z"><button>Take it down</button></p></li></ul>`);
  let now = Date.parse("2026-05-12T10:18:59Z");
  const clock = createClock({ now: () => now });
  const button = document.querySelector("li button");
  button.focus();
  now += 1000;
  clock.tick();
  assert.equal(document.activeElement, button);
  now += 60_000;
  clock.tick();
  assert.equal(document.activeElement, document.querySelector("li"));
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

/** What a browser sounds with, as far as a gong needs it; without `state` it may sound at once. */
function contextOf({ start, state = "running", resume = () => {}, made = () => {} }) {
  return class {
    state = state;
    currentTime = 0;
    destination = {};
    createOscillator = () => ({ frequency: {}, connect: (next) => next, start, stop() {} });
    createGain = () => ({ gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect: (next) => next });

    constructor() {
      made(this);
    }

    addEventListener(_, listen) {
      this.become = (next) => {
        this.state = next;
        listen();
      };
    }

    resume() {
      return resume(this);
    }
  };
}

test("the gong rings when a round begins and when its time is up", () => {
  setBody(`<p data-sound hidden></p><div data-gong></div>`);
  let tones = 0;
  const gong = createGong({ Context: contextOf({ start: () => (tones += 1) }) });
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

test("a page that may not sound yet, or was interrupted, says so until it is touched, and rings no old gong then", async () => {
  setBody(`<p data-sound></p><div data-gong></div>`);
  let [tones, context, now, allowed] = [0, null, 0, false];
  // As on a tablet: only a touch lets it sound, and who asks without one waits for the next.
  const waiting = [];
  const resume = (one) => new Promise((done) => {
    waiting.push(() => done(one.become("running")));
    if (allowed) for (const go of waiting.splice(0)) go();
  });
  const Context = contextOf({ start: () => (tones += 1), state: "suspended", resume, made: (one) => { context = one; } });
  const gong = createGong({ Context, now: () => now });
  const hint = document.querySelector("[data-sound]");
  document.body.click();
  await settle();
  assert.ok(!hint.hidden, "What was made may be silent still.");
  allowed = true;
  document.body.click();
  await settle();
  assert.ok(hint.hidden);
  gong.ring("round", "before");
  const two = tones;
  assert.ok(two > 0);
  allowed = false;
  context.become("interrupted");
  assert.ok(!hint.hidden);
  gong.ring("grace", "warning");
  now += 60_000;
  allowed = true;
  document.body.click();
  await settle();
  assert.ok(hint.hidden);
  assert.equal(tones, two, "Its moment is over.");
  // Where the browser gives the sound back by itself, the gong is heard.
  context.become("interrupted");
  gong.ring("grace", "warning");
  await settle();
  assert.equal(tones, two * 1.5);
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
