// Writing a note: it lies on the table at once, dashed, and says "saved" only when the server has it.
import { v4 as freshKey } from "uuid";
import { insert } from "./apply.js";
import { takeFocus } from "./morph.js";
import { CONTRIBUTE } from "./outbox.js";
import { copyWords } from "./unsent.js";
import { say } from "./words.js";

const LIMIT = 500;
const WARN_FROM = 420;
const SHOWN = 6000; // ms that "saved" is said
const WRITING = ["round", "warning", "grace"]; // states of a café in which notes are begun
const FINISHING = ["between", "break", "after"]; // and those in which one that was begun is finished
const icons = { pending: "clock", saved: "check", refused: "circle-alert" };

/**
 * The writing line `form` and the notes it makes.
 *
 * `outbox` takes what is written: {add(entry), all(), drop(key)}. `person` is whose it is. `wrote(key)` hears of each new note.
 * Returns what the outbox reports to: saved(entry), refused(entry, problem), drawn(element), restore(),
 * follow() for a writing line that opens, closes or changes its round.
 */
export function createComposer(form, { outbox, person, was = [], wrote = () => {}, storage = sessionStorage, later = setTimeout }) {
  const field = form.elements.text;
  const table = form.elements.table.value;
  // On a table's tablet several people write, and each note says who.
  const operation = form.dataset.operation ?? CONTRIBUTE;
  const writers = () => [...form.elements].filter(({ name }) => name === "participant");
  const draftOf = (id) => `workshop.draft ${id} ${table}`;
  const draftName = draftOf(person);
  const states = new Map();
  let wasWriting = false;
  const isPhone = matchMedia("(pointer: coarse)").matches;

  // It would cut what is pasted without a word; the counter says how much is too much.
  field.removeAttribute("maxlength");
  // In our words, and beside the names.
  form.noValidate = true;
  restoreDraft();
  grow();
  field.addEventListener("input", () => {
    keepDraft();
    grow();
    count();
  });
  form.addEventListener("change", keepDraft);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.shiftKey) return;
    if (isPhone && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text || [...text.normalize()].length > LIMIT) {
      field.focus();
      return;
    }
    if (!whoIsThere()) return;
    send(text, form.elements.kind.value);
    clear();
  });

  function send(text, kind) {
    const entry = {
      key: freshKey(),
      operation,
      fields: { table, round: form.elements.round.value, kind, text, ...begunIn(), ...writtenBy() },
    };
    states.set(entry.key, { name: "pending" });
    wrote(entry.key);
    show(entry);
    // Whoever writes while reading far below sees what became of it.
    document.getElementById(entry.key)?.scrollIntoView?.({ block: "nearest" });
    return outbox.add(entry);
  }

  /** Whether a name is chosen, where there are names; says so where none is. */
  function whoIsThere() {
    const line = form.querySelector("[data-no-name]");
    if (!line) return true;
    line.hidden = writers().some(({ checked }) => checked);
    if (!line.hidden) (writers()[0] ?? line).focus();
    return line.hidden;
  }

  function writtenBy() {
    const writer = writers().find(({ checked }) => checked);
    if (!writer) return {};
    // Asked anew after every note.
    writer.checked = false;
    return { participant: writer.value };
  }

  function begunIn() {
    const phase = form.elements.phase?.value;
    return phase ? { phase } : {};
  }

  function clear() {
    field.value = "";
    keepDraft();
    grow();
    count();
    field.focus();
    follow();
  }

  /** Lay a note of the outbox on the table, unless it lies there. */
  function show(entry) {
    if (document.getElementById(entry.key)) return;
    const blank = document.getElementById("blank-note");
    const home = document.querySelector(`[data-place="notes-${CSS.escape(table)}"], [data-place="notes"]`);
    if (!blank || !home) return;
    const element = document.importNode(blank.content.firstElementChild, true);
    element.id = entry.key;
    element.dataset.thing = entry.key;
    element.dataset.mine = "";
    const note = noteIn(element);
    note.dataset.kind = entry.fields.kind;
    note.querySelector(".note-text").textContent = entry.fields.text;
    const writer = writers().find(({ value }) => value === entry.fields.participant)?.closest("label");
    if (writer && note.querySelector(".who")) note.querySelector(".who").textContent = writer.textContent.trim();
    const chosen = form.querySelector(`input[name=kind][value="${CSS.escape(entry.fields.kind)}"]`)?.closest("label");
    note.querySelector(".note-kind")?.replaceChildren(
      ...[...(chosen?.querySelectorAll("svg") ?? [])].map((icon) => icon.cloneNode(true)),
      ` ${chosen?.textContent.trim() ?? ""}`,
    );
    insert(home, element);
    draw(entry.key);
    if (!home.dataset.sorted) home.prepend(element);
  }

  // The state is said on whatever stands there now: the note we laid down, or the server's drawing of it.
  function draw(key) {
    const element = document.getElementById(key);
    const state = states.get(key);
    if (!element || !state) return;
    const note = noteIn(element);
    element.dataset.sent = state.name;
    note.dataset.sent = state.name;
    const line = lineIn(note);
    line.classList.toggle("error", state.name === "refused");
    const use = line.querySelector("use");
    use?.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#i-${icons[state.name]}`));
    line.querySelector("span").textContent = state.message ?? say(state.name);
    const acts = note.querySelector("[data-refused]");
    if (acts) acts.hidden = state.name !== "refused";
  }

  function lineIn(note) {
    const line = note.querySelector("[data-sent-line]");
    if (line) return line;
    const blank = document.getElementById("blank-note").content.querySelector("[data-sent-line]");
    const made = document.importNode(blank, true);
    let foot = note.querySelector(".note-foot");
    if (!foot) {
      foot = document.createElement("div");
      foot.className = "note-foot";
      foot.dataset.ours = "";
      note.querySelector(".note-text")?.after(foot);
    }
    foot.prepend(made);
    return made;
  }

  function forget(key) {
    states.delete(key);
    const element = document.getElementById(key);
    // A note of ours that the server has not drawn, one for another table, goes on saying what is true of it.
    if (!element?.dataset.drawn) return;
    for (const one of [element, noteIn(element)]) one.removeAttribute("data-sent");
    element.removeAttribute("data-drawn");
    element.querySelector("[data-sent-line]")?.remove();
    element.querySelector(".note-foot[data-ours]")?.remove();
  }

  form.ownerDocument.addEventListener("click", async ({ target }) => {
    const button = target.closest?.("[data-refused] button");
    const element = button?.closest("[data-thing]");
    if (!element) return;
    const text = element.querySelector(".note-text").textContent;
    if (button.dataset.do === "copy") {
      copyWords(element.querySelector(".note-text"));
    } else {
      const { kind } = noteIn(element).dataset;
      const begun = field.value;
      field.value = begun ? `${begun}\n${text}` : text;
      follow();
      if (form.hidden) {
        // Nothing is written here now, by nobody: the words stay with their note, and can be taken along.
        field.value = begun;
        follow();
        copyWords(element.querySelector(".note-text"));
        return;
      }
      const radio = form.querySelector(`input[name=kind][value="${CSS.escape(kind)}"]`);
      if (radio) radio.checked = true;
      keepDraft();
      await outbox.drop(element.id);
      takeAway(element.id);
      grow();
      count();
      field.focus();
    }
  });

  function takeAway(key) {
    states.delete(key);
    document.getElementById(key)?.remove();
  }

  /** Lay down a note that the outbox has, whichever tab it was written in. */
  function lay(entry) {
    // What one types in for others lies on the page where it is typed.
    if (entry.operation !== operation) return;
    if (!states.has(entry.key)) {
      states.set(entry.key, { name: "pending" });
      wrote(entry.key);
    }
    if (entry.problem) refused(entry, entry.problem);
    // One for the table where one sat before arrives there, not here.
    else if (entry.fields.table === table) show(entry);
    // It may have come with the page already, before anybody told this device so.
    drawn(entry.key);
  }

  function refused(entry, problem) {
    if (entry.operation !== operation) return;
    states.set(entry.key, { name: "refused", message: say("not_saved", { reason: problem.message }) });
    show(entry);
    draw(entry.key);
  }

  function drawn(key) {
    const element = states.has(key) ? document.getElementById(key) : null;
    if (!element) return;
    // What is laid down here has no place in the order; only the server's drawing has.
    if (element.dataset.order) element.dataset.drawn = "true";
    draw(key);
  }

  function keepDraft() {
    const draft = { text: field.value, kind: form.elements.kind?.value, ...begunIn() };
    if (field.value) storage.setItem(draftName, JSON.stringify(draft));
    else storage.removeItem(draftName);
  }

  function restoreDraft() {
    const begun = [draftName, ...was.map(draftOf)].map((name) => storage.getItem(name)).find(Boolean);
    const draft = JSON.parse(begun ?? "null");
    if (!draft) return;
    field.value ||= draft.text;
    const radio = form.querySelector(`input[name=kind][value="${CSS.escape(draft.kind ?? "")}"]`);
    if (radio) radio.checked = true;
    if (form.elements.phase && draft.phase) form.elements.phase.value = draft.phase;
    count();
  }

  // Only kinds that are open, but what was begun is finished as it was begun; the server then has it wait.
  function followPhase() {
    const line = document.querySelector("[data-phase]");
    if (!line || !form.elements.phase) return;
    const closed = line.dataset.closed.split(" ");
    const begun = Boolean(field.value.trim()) && form.elements.phase.value !== line.dataset.phase;
    const finishing = line.querySelector("[data-finishing]");
    if (finishing) finishing.hidden = !(begun && closed.includes(form.elements.kind.value));
    if (begun) return;
    form.elements.phase.value = line.dataset.phase;
    if (!closed.includes(form.elements.kind.value)) return;
    const open = [...form.querySelectorAll("input[name=kind]")].find(({ value }) => !closed.includes(value));
    if (open) open.checked = true;
  }

  function grow() {
    if (globalThis.CSS?.supports?.("field-sizing", "content")) return;
    field.style.blockSize = "auto";
    field.style.blockSize = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
  }

  function count() {
    const counter = form.querySelector("[data-counter]");
    if (!counter) return;
    const left = LIMIT - [...field.value.normalize()].length;
    counter.hidden = left > LIMIT - WARN_FROM;
    counter.textContent = counter.hidden ? "" : left < 0 ? say("too_long", { count: -left }) : say("left", { count: left });
    counter.classList.toggle("error", left < 0);
    if (left < 0) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }

  /** Open and close with the rounds, and write into the one that was opened last. */
  function follow() {
    const writing = document.querySelector(".writing[data-is]");
    if (!writing) return;
    const { is, round } = writing.dataset;
    if (round) form.elements.round.value = round;
    followPhase();
    // A note that was begun is never taken from anybody by a round that ends; paused, it stays in the tab's store.
    const paused = Boolean(document.querySelector("[data-paused]"));
    const begun = FINISHING.includes(is) && Boolean(field.value.trim());
    const writes = form.contains(document.activeElement);
    form.hidden = paused || (!WRITING.includes(is) && !begun);
    for (const said of writing.querySelectorAll("[data-begun]")) said.hidden = !begun;
    if (form.hidden) {
      wasWriting ||= writes;
      if (writes) waitAtLine();
    } else {
      if (wasWriting && waits()) goOnWriting();
      wasWriting = false;
    }
  }

  // Whoever was writing reads why they cannot, and goes on from there.
  function waitAtLine() {
    const said = [...document.querySelectorAll(".composer-off")].find((one) => !one.closest("[hidden]"));
    if (said) takeFocus(said);
  }

  // Unless they have gone elsewhere meanwhile.
  function waits() {
    const { activeElement: here } = document;
    return !here || here === document.body || Boolean(here.closest(".writing"));
  }

  function goOnWriting() {
    // On a phone that would have the keyboard jump up.
    if (isPhone) takeFocus(form);
    else field.focus({ preventScroll: true });
  }

  return {
    saved(entry) {
      if (entry.operation !== operation) return;
      states.set(entry.key, { name: "saved" });
      draw(entry.key);
      later(() => forget(entry.key), SHOWN);
    },
    refused,
    /** Another tab wrote it, or took it back to write it again. */
    written: lay,
    dropped: ({ key }) => takeAway(key),
    /** A note came from the server: it stands there as the server draws it, and still says what we know of it. */
    drawn,
    /** Lay down again what the outbox kept over a loading of the page; gives its entries. */
    async restore() {
      const entries = await outbox.all();
      for (const entry of entries) lay(entry);
      return entries;
    },
    follow,
  };
}

function noteIn(element) {
  return element.matches(".note") ? element : (element.querySelector(".note") ?? element);
}
