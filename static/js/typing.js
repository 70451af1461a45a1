// Typing in what was written on paper: Enter saves a card and starts the next, and the hands stay on the keyboard.
import { v4 as freshKey } from "uuid";
import { insert } from "./apply.js";
import { say } from "./words.js";

const TYPE_IN = "idea.type_in";
const UNTYPE = "idea.untype";
const LIMIT = 500;
const CARD = /^(?:(\d{1,3})\s*[-–/. ]\s*)?(\d{1,4})$/;

/** The table and the number written on a card; null for what is no such number. */
export function cardParts(text) {
  const found = CARD.exec(text.trim());
  return found && Number(found[2]) ? { table: found[1] ? Number(found[1]) : null, number: Number(found[2]) } : null;
}

/** "4-07" */
export function cardName(table, number) {
  return `${table}-${String(number).padStart(2, "0")}`;
}

/**
 * The form that takes paper notes, and the list of what it took. `send` does an operation.
 *
 * Returns what the outbox reports to: saved(entry), refused(entry, problem), written(entry), dropped(entry),
 * drawn(id) and restore().
 */
export function createTyping(form, { outbox, send, now = Date.now, words = readWords() }) {
  const { text, card, dots, participant, round, language, table } = form.elements;
  const ours = Number(form.dataset.number);
  const list = document.querySelector(`[data-place="typed-${CSS.escape(table.value)}"]`);
  const blank = document.getElementById("blank-typed").content.firstElementChild;
  const status = form.querySelector("[data-typed-status]");
  const states = new Map();
  // Mended while they were perhaps being sent, which nobody can call back: what comes of it is undone.
  const recalled = new Set();
  const speed = { since: null, count: 0 };
  let last = null;

  card.value ||= cardName(ours, Number(document.getElementById(`sum-${table.value}`).dataset.following));
  text.addEventListener("input", () => {
    speed.since ??= now();
    count();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    save();
  });
  form.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const digit = /^(?:Digit|Numpad)([1-4])$/.exec(event.code)?.[1];
    if (digit) form.elements.kind[digit - 1].checked = true;
    else if (event.key === "ArrowUp" && last) mend(last);
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", ({ target }) => {
    const item = target.closest("[data-again]")?.closest("li");
    if (item) mend(states.get(item.id).entry);
  });

  /** What is wrong with what is written, as [field, sentence]; null when nothing is. */
  function wrong() {
    const length = [...text.value.trim().normalize()].length;
    if (!length || length > LIMIT) return [text, length ? say("too_long", { count: length - LIMIT }) : ""];
    if (!card.value.trim()) return null;
    const parts = cardParts(card.value);
    if (!parts) return [card, words.no_card];
    if (parts.table !== null && parts.table !== ours) {
      return [card, fill(words.foreign, { theirs: parts.table, ours })];
    }
    const before = list.querySelector(`[data-card="${parts.number}"]:not([data-sent="refused"]) .typed-text`);
    if (!before) return null;
    return [card, fill(words.double, { card: cardName(ours, parts.number), text: before.textContent })];
  }

  function save() {
    const problem = wrong();
    for (const field of [text, card]) field.removeAttribute("aria-invalid");
    if (problem) {
      const [field, sentence] = problem;
      if (sentence) field.setAttribute("aria-invalid", "true");
      tell(sentence, true);
      field.focus();
      if (field === card) card.select();
      return;
    }
    const fields = {
      table: table.value,
      round: round.value,
      kind: form.elements.kind.value,
      text: text.value.trim(),
      language: language.value,
    };
    if (card.value.trim()) fields.card = card.value.trim();
    if (participant.value) fields.participant = participant.value;
    if (dots.value.trim()) fields.dots = dots.value.trim();
    const entry = { key: freshKey(), operation: TYPE_IN, fields };
    lay(entry);
    outbox.add(entry);
    next();
    keepPace();
  }

  function tell(sentence, isWrong = false) {
    status.textContent = sentence;
    status.toggleAttribute("data-wrong", isWrong);
  }

  function next() {
    const number = cardParts(card.value)?.number;
    text.value = dots.value = participant.value = "";
    form.elements.kind[0].checked = true;
    if (number) card.value = cardName(ours, free(number + 1));
    count();
    text.focus();
  }

  function free(number) {
    while (list.querySelector(`[data-card="${number}"]`)) number += 1;
    return number;
  }

  function keepPace() {
    speed.count += 1;
    const seconds = Math.round((now() - speed.since) / 1000);
    const line = document.querySelector("[data-pace]");
    line.textContent = fill(words.pace, {
      count: speed.count,
      minutes: Math.floor(seconds / 60),
      seconds: seconds % 60,
      each: Math.round(seconds / speed.count),
    });
    line.hidden = false;
  }

  /** Put a note back into the form; what has reached the table is taken from it first. */
  async function mend(entry) {
    const { fields } = entry;
    if (text.value.trim()) {
      text.focus();
      return;
    }
    const { name: state } = states.get(entry.key) ?? {};
    takeAway(entry.key);
    for (const name of ["text", "card", "dots", "participant", "round", "language"]) {
      form.elements[name].value = fields[name] ?? "";
    }
    for (const radio of form.elements.kind) radio.checked = radio.value === fields.kind;
    if (last?.key === entry.key) last = null;
    count();
    text.focus();
    if (state === "saved") return untype(entry.key);
    if (state === "pending") recalled.add(entry.key);
    return outbox.drop(entry.key);
  }

  async function untype(idea) {
    try {
      const answer = await send({ key: freshKey(), operation: UNTYPE, fields: { idea } });
      if (!answer.ok) tell(answer.message, true);
    } catch {
      // It still lies on the table; its card says so when it is typed in again.
      tell(say("no_answer"), true);
    }
  }

  function takeAway(key) {
    states.delete(key);
    document.getElementById(key)?.remove();
  }

  function lay(entry) {
    if (entry.operation !== TYPE_IN || entry.fields.table !== table.value) return;
    if (!states.has(entry.key)) states.set(entry.key, { name: "pending", entry });
    last = entry;
    if (entry.problem) states.set(entry.key, { name: "refused", message: entry.problem.message, entry });
    if (!document.getElementById(entry.key)) {
      const item = document.importNode(blank, true);
      item.id = item.dataset.thing = entry.key;
      const parts = cardParts(entry.fields.card ?? "");
      if (parts) {
        item.dataset.card = parts.number;
        item.querySelector("[data-number]").textContent = cardName(ours, parts.number);
      }
      const words = item.querySelector(".typed-text");
      words.textContent = entry.fields.text;
      words.lang = entry.fields.language;
      const icon = [...form.elements.kind].find(({ value }) => value === entry.fields.kind)?.closest("label");
      item.querySelector(".typed-kind").append(icon.querySelector("svg").cloneNode(true));
      const whose = [...participant.options].find(({ value }) => value && value === entry.fields.participant);
      item.querySelector("[data-whose]").textContent = whose?.textContent ?? "";
      insert(list, item);
      list.prepend(item);
    }
    draw(entry.key);
  }

  function draw(key) {
    const item = document.getElementById(key);
    const state = states.get(key);
    const line = item?.querySelector("[data-sent-line]");
    // The server's drawing has no such line: it is on the table.
    if (!line || !state) return;
    item.dataset.sent = state.name;
    line.classList.toggle("error", state.name === "refused");
    line.querySelector("span").textContent = state.message ?? say(state.name);
    item.querySelector("[data-again]").hidden = state.name !== "refused";
  }

  function count() {
    const line = form.querySelector("[data-too-long]");
    const over = [...text.value.normalize()].length - LIMIT;
    line.hidden = over <= 0;
    line.textContent = over > 0 ? say("too_long", { count: over }) : "";
  }

  return {
    written: lay,
    dropped: ({ key }) => takeAway(key),
    saved(entry) {
      if (entry.operation !== TYPE_IN) return;
      if (recalled.delete(entry.key)) {
        untype(entry.key);
        return;
      }
      states.set(entry.key, { name: "saved", entry });
      draw(entry.key);
      const parts = cardParts(entry.fields.card ?? "");
      tell(parts ? fill(words.on_the_table, { card: cardName(ours, parts.number) }) : words.saved);
    },
    refused(entry, problem) {
      if (entry.operation !== TYPE_IN) return;
      if (recalled.delete(entry.key)) {
        outbox.drop(entry.key);
        return;
      }
      lay({ ...entry, problem });
      tell(problem.message, true);
    },
    /** The server's drawing of a card has come: its number may be new to the form. */
    drawn(id) {
      // Saved, though nobody has said so to the one who mends it.
      if (recalled.delete(id)) untype(id);
      const number = cardParts(card.value)?.number;
      if (number && !text.value && list.querySelector(`[data-card="${number}"]`)) card.value = cardName(ours, free(number));
    },
    async restore() {
      for (const entry of await outbox.all()) lay(entry);
    },
  };
}

function readWords() {
  return JSON.parse(document.getElementById("typing-words").textContent);
}

function fill(words, places) {
  return words.replace(/\{(\w+)\}/g, (_, name) => String(places[name]));
}
