// The round's clock, from its end and the server's clock; nothing ticks over the wire.
import { followCourse } from "./course.js";
import { say } from "./words.js";

const MARKS = [5, 2, 0]; // minutes before the end at which it is said
const LONGEST_SLEEP = 12 * 3600_000; // ms

const JUMP = 2000; // ms that this device's clock and the time since the page began may drift apart

/** How far this device's clock lies behind the server's, in ms, by what the server said when it sent this page. */
export function clockOffset(served = document.querySelector("meta[name=server-time]")?.content) {
  if (!served) return 0;
  const [load] = performance.getEntriesByType?.("navigation") ?? [];
  // By this device's clock as it is now: the page's own beginning may have been dated by another one.
  const arrived = Date.now() - (load ? performance.now() - load.responseStart : 0);
  return Date.parse(served) - arrived;
}

/**
 * The server's time, whatever this device's clock says, now or later. `heard(served)` sets it by what the server says
 * its time is; `jumped()` hears that the device slept, or that its clock was set while the page was open: ask the server.
 */
export function createTime({ offset = clockOffset(), wall = Date.now, since = () => performance.now(), jumped = () => {} } = {}) {
  let apart = wall() - since();

  return {
    now() {
      const jump = wall() - since() - apart;
      if (Math.abs(jump) > JUMP) {
        apart += jump;
        // Backwards, or by days, no device sleeps: somebody has set its clock.
        if (jump < 0 || jump > LONGEST_SLEEP) offset -= jump;
        jumped();
      }
      return wall() + offset;
    },
    heard(served) {
      if (served) offset = Date.parse(served) - wall();
    },
  };
}

/** "11:42", and "1:11:42" from an hour on */
export function minutesAndSeconds(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/**
 * Keeps every clock and course of the page; `tell` hears when 5, 2 and 0 minutes are left, `turned(state, before)`
 * when time or what was told has led to another state.
 */
export function createClock({ now, tell = () => {}, turned = () => {} }) {
  let before = null;
  let state = null;

  function tick() {
    const moment = now();
    for (const clock of document.querySelectorAll("[data-ends-at], [data-starts-at]")) {
      draw(clock, Date.parse(clock.dataset.endsAt ?? clock.dataset.startsAt) - moment);
    }
    for (const part of document.querySelectorAll("[data-from][data-until]")) {
      const [from, until] = [Date.parse(part.dataset.from), Date.parse(part.dataset.until)];
      const done = Math.min(1, Math.max(0, (moment - from) / (until - from)));
      part.style.setProperty("--done", `${(done * 100).toFixed(1)}%`);
    }
    announce(moment);
    const was = state;
    state = followCourse(document, moment);
    if (state !== was && state && was) turned(state, was);
  }

  function draw(clock, left) {
    const text = minutesAndSeconds(left);
    const element = clock.querySelector("[data-left]") ?? clock;
    if (element.textContent !== text) element.textContent = text;
  }

  function announce(moment) {
    const clock = document.querySelector("[data-ends-at]");
    const left = clock ? Date.parse(clock.dataset.endsAt) - moment : NaN;
    for (const minutes of MARKS) {
      const mark = minutes * 60_000;
      if (before?.end === clock?.dataset.endsAt && before?.left > mark && left <= mark && left > mark - 60_000) {
        tell(minutes ? say("minutes_left", { count: minutes }) : say("time_is_up"));
      }
    }
    before = clock ? { left, end: clock.dataset.endsAt } : null;
  }

  return { tick };
}
