// A page for the modules to work on; imported first, because they look for `document` when they are loaded.
import { JSDOM } from "jsdom";

const WORDS = {
  pending: "Will be sent",
  saved: "Saved",
  not_saved: "Not saved: {reason} Your text is here.",
  left: { one: "{count} character left", other: "{count} characters left" },
  too_long: { one: "{count} character too many", other: "{count} characters too many" },
  new_notes: { one: "{count} new note", other: "{count} new notes" },
  waiting: { one: "{count} note will be sent.", other: "{count} notes will be sent." },
  sent_of: { one: "{sent} of {count} note sent.", other: "{sent} of {count} notes sent." },
  minutes_left: { one: "{count} minute left", other: "{count} minutes left" },
  time_is_up: "Time is up",
  offline: "You are offline.",
  keep_writing: "Keep writing.",
  keep_open: "Leave this page open.",
  stays_here: "This needs the network.",
  saved_notes: { one: "{count} note saved", other: "{count} notes saved" },
  old_view: "May be out of date.",
  back: "You are back.",
  catching_up: "Catching up.",
  up_to_date: "Up to date.",
  no_answer: "No answer.",
  gone: "Gone.",
  slow: "Slower.", slow_rest: "Works.",
};

const dom = new JSDOM(
  `<!doctype html><html lang="en"><body><script type="application/json" id="words">${JSON.stringify(WORDS)}</script></body></html>`,
  { url: "http://localhost/tables/t1", pretendToBeVisual: true },
);
const { window } = dom;
for (const name of [
  "document", "location", "sessionStorage", "Node", "DOMParser", "HTMLElement", "Event", "KeyboardEvent", "MouseEvent",
  "getSelection", "addEventListener", "removeEventListener",
]) {
  const value = window[name];
  const plain = typeof value === "function" && /^[a-z]/.test(name) ? value.bind(window) : value;
  Object.defineProperty(globalThis, name, { value: plain, configurable: true, writable: true });
}
globalThis.CSS = { escape: (text) => text.replace(/[^\w-]/g, "\\$&"), supports: () => true };
globalThis.matchMedia = () => ({ matches: false });
globalThis.scrollY = 0;

const words = document.getElementById("words");

/** Set what the page shows, in place of what was there. */
export function setBody(html, data = {}) {
  const template = document.createElement("template");
  template.innerHTML = html;
  document.body.replaceChildren(words, template.content);
  for (const name of Object.keys(document.body.dataset)) delete document.body.dataset[name];
  Object.assign(document.body.dataset, data);
}

export const nobody = {
  role: "participant", participant: "p1", name: "Mira", seated: "yes", seat: "t1",
  hosts: [], own: [], voted: [], votes_at: ["t1"], votes_given: {},
};

/** Let everything that waits for a promise go on. */
export async function settle() {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

/** Wait until `check` holds, however busy the machine is; the assertion after it says what is wrong if it never does. */
export async function until(check, most = 5000) {
  for (const end = Date.now() + most; !check() && Date.now() < end; ) await new Promise((done) => setTimeout(done, 5));
}

/** A socket whose answers the test gives: `asked` holds what went out, `take(event, message)` comes in. */
export class FakeSocket {
  connected = true;
  active = true;
  asked = [];
  handlers = new Map();

  on(event, handler) {
    this.handlers.set(event, [...(this.handlers.get(event) ?? []), handler]);
  }

  off(event, handler) {
    this.handlers.set(event, (this.handlers.get(event) ?? []).filter((one) => one !== handler));
  }

  timeout() {
    return this;
  }

  connect() {}

  emitWithAck(event, fields) {
    return new Promise((answer, fail) => this.asked.push({ event, fields, answer, fail }));
  }

  take(event, ...message) {
    return Promise.all((this.handlers.get(event) ?? []).map((handler) => handler(...message)));
  }
}
