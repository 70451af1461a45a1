import { createComposer } from "../composer.js";
import { createOutbox, tabStore } from "../outbox.js";
import { start } from "../start.js";

const form = document.querySelector("form[data-composer]");
const unsent = new Set();
let composer = null;
let outbox = null;

const started = start({
  writes: Boolean(form),
  connected: () => outbox?.flush(),
  drawn(ids) {
    for (const id of ids) composer?.drawn(id);
    composer?.follow();
  },
  // What is still on its way is one's own before the server knows of it.
  viewer: (viewer) => ({ ...viewer, own: [...new Set([...viewer.own, ...unsent])] }),
});

if (started?.page.viewer.participant) {
  const { page, live, status, banner, news } = started;
  outbox = createOutbox({
    store: tabStore(),
    person: page.viewer.participant,
    send: ({ key, operation, fields }) => live.ask(operation, { key, ...fields }),
    on: {
      saved(entry) {
        unsent.delete(entry.key);
        news({ own: entry.key });
        composer?.saved(entry);
      },
      refused(entry, problem) {
        composer?.refused(entry, problem);
        status.tell(problem.message);
      },
      counted: (waiting) => banner.waiting(waiting),
    },
  });
  if (form) {
    composer = createComposer(form, {
      outbox,
      wrote(key) {
        unsent.add(key);
        page.viewer = { ...page.viewer, own: [...page.viewer.own, key] };
      },
    });
    composer.follow();
  }
  Promise.resolve(composer?.restore()).then(() => outbox.flush());
}
