// Loading the page anew, when that is what it takes, without losing what somebody was typing.

const APART = 15_000; // ms: a page that cannot be right must not turn in circles

/** Load this page anew, each phone at its own moment within `spread` ms; gives how long that will take. */
export function loadAfresh({ spread = 1500, apart = APART, storage = sessionStorage, go = () => location.reload() } = {}) {
  if (loadAfresh.due) return null;
  const name = `workshop.afresh ${location.pathname}`;
  const pause = Number(storage.getItem(name) ?? 0) + apart - Date.now();
  const delay = Math.max(pause, Math.random() * spread);
  loadAfresh.due = setTimeout(() => {
    storage.setItem(name, Date.now());
    keepFields(storage);
    go();
  }, delay);
  return delay;
}

function fields() {
  return [...document.querySelectorAll("textarea, input[type=text], input:not([type])")].filter(
    ({ form }) => form && !("composer" in form.dataset),
  );
}

function nameOf({ form, name }) {
  return `${form.getAttribute("action")} ${name}`;
}

function keepFields(storage) {
  const typed = fields().filter((field) => field.value !== field.defaultValue);
  const kept = typed.map((field) => [nameOf(field), field.value]);
  if (kept.length) storage.setItem(`workshop.fields ${location.pathname}`, JSON.stringify(kept));
}

/** Put back what stood in the fields when the page was loaded anew. */
export function restoreFields(storage = sessionStorage) {
  const name = `workshop.fields ${location.pathname}`;
  const kept = new Map(JSON.parse(storage.getItem(name) ?? "[]"));
  storage.removeItem(name);
  for (const field of fields()) {
    const value = kept.get(nameOf(field));
    if (value !== undefined && field.value === field.defaultValue) field.value = value;
  }
}
