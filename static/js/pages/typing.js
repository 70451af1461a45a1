import { start } from "../start.js";
import { createTyping } from "../typing.js";

const form = document.querySelector("form[data-typing]");
let typing = null;

const started = start({
  writes: Boolean(form),
  loads: () => false,
  // Whoever moderates without a seat of their own.
  writer: form?.dataset.writer && `account ${form.dataset.writer}`,
  drawn(ids) {
    for (const id of ids) typing?.drawn(id);
  },
  notes: {
    saved: (entry) => typing?.saved(entry),
    refused: (entry, problem) => typing?.refused(entry, problem),
    written: (entry) => typing?.written(entry),
    dropped: (entry) => typing?.dropped(entry),
  },
});

if (form && started?.outbox) {
  typing = createTyping(form, { outbox: started.outbox, send: started.send });
  typing.restore().then(() => started.outbox.flush());
}
