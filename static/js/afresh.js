// Loading the page anew, when that is what it takes, without losing what somebody was typing.

const APART = 15_000; // ms: a page that cannot be right must not turn in circles

/** Load this page anew, each phone at its own moment within `spread` ms; gives how long that will take. */
export function loadAfresh({ spread = 1500, apart = APART, storage = sessionStorage, go = () => location.reload() } = {}) {
  if (loadAfresh.due) return null;
  const name = `workshop.afresh ${location.pathname}`;
  // A clock that was set back meanwhile makes nobody wait for longer.
  const pause = Math.min(apart, Number(storage.getItem(name) ?? 0) + apart - Date.now());
  const delay = Math.max(pause, Math.random() * spread);
  const load = () => {
    if (leaving(apart)) {
      loadAfresh.due = setTimeout(load, apart);
      return;
    }
    storage.setItem(name, Date.now());
    keepFields(storage);
    keepFocus(storage);
    go();
  };
  loadAfresh.due = setTimeout(load, delay);
  return delay;
}

let left = -Infinity;
addEventListener("beforeunload", () => {
  left = performance.now();
});

// Another page is on its way, which loading this one would call off: what was pressed would seem not to have been.
function leaving(apart) {
  return performance.now() - left < apart;
}

const WORDS = "textarea, input[type=text], input:not([type])";
const BOXES = "input[type=radio], input[type=checkbox]";

function fields() {
  return [...document.querySelectorAll(`${WORDS}, ${BOXES}, select`)].filter(({ form }) => form && !("composer" in form.dataset));
}

function nameOf(field) {
  const { form, name, value } = field;
  return [form.getAttribute("action"), name, ...(field.matches(BOXES) ? [value] : [])].join(" ");
}

function stateOf(field) {
  return field.matches(BOXES) ? field.checked : field.value;
}

function isChanged(field) {
  if (field.matches(BOXES)) return field.checked !== field.defaultChecked;
  if (!field.options) return field.value !== field.defaultValue;
  const first = [...field.options].find(({ defaultSelected }) => defaultSelected) ?? field.options[0];
  return field.value !== first?.value;
}

// Whom the words are for, and what else was chosen with them, stays with them.
function keepFields(storage) {
  const changed = fields().filter(isChanged);
  const begun = new Set(changed.filter((field) => field.matches(WORDS)).map(({ form }) => form));
  const kept = changed.filter(({ form }) => begun.has(form)).map((field) => [nameOf(field), stateOf(field)]);
  if (kept.length) storage.setItem(`workshop.fields ${location.pathname}`, JSON.stringify(kept));
}

const FOCUSABLE = "a[href], button, input, select, textarea, summary";

// The nearest part with an id, and which one in it.
function keepFocus(storage) {
  const { activeElement: here } = document;
  const home = here?.closest("[id]");
  if (!home || here === document.body) return;
  const index = [...home.querySelectorAll(FOCUSABLE)].indexOf(here);
  storage.setItem(`workshop.focus ${location.pathname}`, JSON.stringify([home.id, index]));
}

/** Give the focus back to what had it when the page was loaded anew. */
export function restoreFocus(storage = sessionStorage) {
  const name = `workshop.focus ${location.pathname}`;
  const [id, index] = JSON.parse(storage.getItem(name) ?? "[]");
  storage.removeItem(name);
  const home = id && document.getElementById(id);
  const there = index < 0 ? home : home?.querySelectorAll(FOCUSABLE)[index];
  // What comes first by itself, as what went wrong does, stays first.
  if (there && (!document.activeElement || document.activeElement === document.body)) there.focus();
}

/** Put back what stood in the fields, and what was chosen with it, when the page was loaded anew. */
export function restoreFields(storage = sessionStorage) {
  const name = `workshop.fields ${location.pathname}`;
  const kept = new Map(JSON.parse(storage.getItem(name) ?? "[]"));
  storage.removeItem(name);
  for (const field of fields()) {
    const state = kept.get(nameOf(field));
    if (state === undefined || isChanged(field)) continue;
    if (field.matches(BOXES)) field.checked = state;
    else field.value = state;
  }
}
