import { countLookalikes, suggestWhileWriting } from "../alike.js";
import { writeComments } from "../comments.js";
import { createComposer } from "../composer.js";
import { keepAbove } from "../foot.js";
import { keepSeat } from "../kept.js";
import { openWithoutNetwork } from "../offline.js";
import { keepShell } from "../shell.js";
import { start } from "../start.js";
import { say } from "../words.js";

const form = document.querySelector("form[data-composer]");
keepAbove(document.querySelector(".seat-foot"));
const unsent = new Set();
const first = new Set([...document.querySelectorAll(".note[data-pinned]")].map(({ id }) => id));
let composer = null;
let lookalikes = () => {};
let kept = false;
let keptFor = null;

const started = start({
  writes: Boolean(form),
  loads: () => kept,
  drawn(ids, gone) {
    followBrief(ids, gone);
    for (const id of ids) composer?.drawn(id);
    lookalikes();
    follow();
  },
  turned: () => follow(),
  // What is still on its way is one's own before the server knows of it.
  viewer: (viewer) => ({ ...viewer, own: [...new Set([...viewer.own, ...unsent])] }),
  notes: {
    written: (entry) => composer?.written(entry),
    dropped: (entry) => composer?.dropped(entry),
    saved(entry) {
      unsent.delete(entry.key);
      composer?.saved(entry);
    },
    refused: (entry, problem) => composer?.refused(entry, problem),
  },
});

if (started) {
  writeComments(document.getElementById("comment-dialog"), started);
  suggestWhileWriting(form, document.getElementById("alike"), started.look);
  const notes = document.querySelector('.notes[data-place^="notes-"]');
  const table = notes?.dataset.place.replace("notes-", "");
  lookalikes = countLookalikes(notes, table, (count) => say("alike", { count }), started.look);
}

if (started?.outbox) {
  const { page, outbox, status } = started;
  if (form) {
    composer = createComposer(form, {
      outbox,
      person: page.viewer.participant,
      was: page.viewer.was,
      wrote(key) {
        unsent.add(key);
        page.viewer = { ...page.viewer, own: [...page.viewer.own, key] };
      },
    });
    follow();
    // After all that is needed to write the first note.
    addEventListener("load", async () => {
      kept = await keepShell();
    });
  }
  layKept();

  async function layKept() {
    const entries = (await composer?.restore()) ?? [];
    // A page that was loaded anew may not have said it yet, or not to the end.
    for (const { problem } of entries) status.tell(problem?.message);
    outbox.flush();
  }
} else if ("shell" in document.body.dataset) {
  openWithoutNetwork(form);
}

function follow() {
  if (!composer) return;
  composer.follow();
  const now = `${form.elements.round.value} ${form.elements.phase?.value}`;
  if (now === keptFor) return;
  keptFor = now;
  const round = form.elements.round.value;
  const question = document.querySelector("h1");
  keepSeat({
    person: started.page.viewer.participant,
    table: form.elements.table.value,
    round,
    phase: form.elements.phase?.value,
    number: form.dataset.number,
    question: question.textContent.trim(),
    questionLanguage: question.lang,
    language: form.dataset.language,
  });
}

// A sentence of the brief is a note's: it changes with it, and goes with it.
function followBrief(ids, gone) {
  const brief = document.querySelector("[data-brief]");
  if (!brief) return;
  const line = (id) => brief.querySelector(`[data-line="${CSS.escape(id)}"]`);
  for (const id of gone) line(id)?.remove();
  for (const id of ids) {
    const note = document.getElementById(id);
    const words = note?.querySelector(".note-text");
    const said = line(id)?.querySelector("q");
    // What the host puts first, or no longer, has another place in it; only the server knows which.
    if (note && "pinned" in note.dataset !== first.has(id)) {
      if (!first.delete(id)) first.add(id);
      started.page.stale(brief);
    }
    if (words && said && words.innerHTML !== said.innerHTML) said.replaceChildren(...words.cloneNode(true).childNodes);
  }
  if (!brief.querySelector("[data-line]")) brief.remove();
}
