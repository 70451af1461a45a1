import { createComposer } from "../composer.js";
import { needNetwork } from "../online.js";
import { start } from "../start.js";

const form = document.querySelector("form[data-composer]");
let composer = null;

// The page of one person on the tablet has no writing line; it follows what is told to the table.
if (!form) start();
const started = form && start({
  writes: true,
  loads: () => false,
  writer: `device ${form.dataset.device}`,
  drawn(ids) {
    for (const id of ids) composer?.drawn(id);
    composer?.follow();
  },
  notes: {
    written: (entry) => composer?.written(entry),
    dropped: (entry) => composer?.dropped(entry),
    saved: (entry) => composer?.saved(entry),
    refused: (entry, problem) => composer?.refused(entry, problem),
  },
});

if (started) {
  composer = createComposer(form, { outbox: started.outbox, person: `device ${form.dataset.device}` });
  composer.follow();
  composer.restore().then(() => started.outbox.flush());
}

needNetwork(document.querySelectorAll("form[data-online]"));
