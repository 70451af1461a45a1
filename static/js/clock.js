// The round's clock, from its end and the server's clock; nothing ticks over the wire.
import { say } from "./words.js";

const MARKS = [5, 2, 0]; // minutes before the end at which it is said

/** How far this device's clock lies behind the server's, in ms. */
export function clockOffset(served = document.querySelector("meta[name=server-time]")?.content) {
  if (!served) return 0;
  const [load] = performance.getEntriesByType?.("navigation") ?? [];
  const arrived = load ? performance.timeOrigin + load.responseStart : Date.now();
  return Date.parse(served) - arrived;
}

/** "11:42", and "1:11:42" from an hour on */
export function minutesAndSeconds(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Keeps every clock of the page; `tell` hears when 5, 2 and 0 minutes are left. */
export function createClock({ now, tell = () => {} }) {
  let before = null;

  function tick() {
    const moment = now();
    for (const clock of document.querySelectorAll("[data-ends-at]")) draw(clock, Date.parse(clock.dataset.endsAt) - moment);
    for (const part of document.querySelectorAll("[data-from][data-until]")) {
      const [from, until] = [Date.parse(part.dataset.from), Date.parse(part.dataset.until)];
      const done = Math.min(1, Math.max(0, (moment - from) / (until - from)));
      part.style.setProperty("--done", `${(done * 100).toFixed(1)}%`);
    }
    announce(moment);
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
