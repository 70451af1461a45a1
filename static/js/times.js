// Puts the moments on a page into words: "2 minutes ago". Without script they stay as the server wrote them.
import { language } from "./words.js";

const STEPS = [
  ["second", 45, 1],
  ["minute", 45 * 60, 60],
  ["hour", 22 * 3600, 3600],
  ["day", 7 * 86_400, 86_400],
];
const words = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });

/** `moment` as seen from `now`, both in ms; null when so far away that a date says more. */
export function inWords(moment, now) {
  const seconds = Math.min(0, (moment - now) / 1000);
  const step = STEPS.find(([, until]) => -seconds < until);
  if (!step) return null;
  const [unit, , size] = step;
  return words.format(unit === "second" ? 0 : Math.round(seconds / size), unit);
}

/** Word every moment under `root`; days without a time and `data-absolute` are left as they are. */
export function wordTimes(root, now) {
  for (const time of root.querySelectorAll("time[datetime*='T']:not([data-absolute])")) {
    const text = inWords(Date.parse(time.dateTime), now);
    if (text === null || time.textContent === text) continue;
    time.title ||= time.textContent;
    time.textContent = text;
  }
}
