// What was written and is not acknowledged yet. It leaves only when the server has it.

const VERDICTS = ["not_found", "forbidden", "closed", "conflict", "invalid"];

/** Entries by key, as long as the tab lives; IndexedDB takes this place with the same three methods. */
export function tabStore(storage = globalThis.sessionStorage, name = "workshop.outbox") {
  const kept = new Map(read());

  function read() {
    try {
      return JSON.parse(storage.getItem(name) ?? "[]");
    } catch {
      return [];
    }
  }

  function write() {
    try {
      storage.setItem(name, JSON.stringify([...kept]));
    } catch {
      // A full or forbidden storage: the notes live on in this page.
    }
  }

  return {
    async put(entry) {
      kept.set(entry.key, entry);
      write();
    },
    async list() {
      return [...kept.values()];
    },
    async settle(key) {
      kept.delete(key);
      write();
    },
  };
}

/**
 * Send what waits, in order and one at a time.
 *
 * `send(entry)` gives the acknowledgement or throws when there was none. `on` hears
 * saved(entry, answer), refused(entry, problem) and counted(waiting).
 * An entry is {key, operation, fields, person}; a refused one keeps its `problem` {code, message}.
 */
export function createOutbox({ store, send, person, on, later = (run) => setTimeout(run, 3000) }) {
  let running = null;

  async function waiting() {
    return (await store.list()).filter((entry) => entry.person === person && !entry.problem);
  }

  async function all() {
    return (await store.list()).filter((entry) => entry.person === person);
  }

  async function add(entry) {
    await store.put({ ...entry, person });
    on.counted((await waiting()).length);
    flush();
  }

  /** Try now; whoever calls while it runs waits for the same round. */
  function flush() {
    running ??= sendAll().finally(() => {
      running = null;
    });
    return running;
  }

  async function sendAll() {
    const passedOver = new Set();
    for (;;) {
      const entry = (await waiting()).find(({ key }) => !passedOver.has(key));
      if (!entry) break;
      let answer;
      try {
        answer = await send(entry);
      } catch {
        return;
      }
      if (answer?.ok === true) {
        await store.settle(entry.key);
        on.saved(entry, answer);
      } else if (VERDICTS.includes(answer?.code)) {
        const problem = { code: answer.code, message: answer.message };
        await store.put({ ...entry, problem });
        on.refused(entry, problem);
      } else {
        // A server that is busy or broken has said nothing about the note; the ones behind it need not wait.
        passedOver.add(entry.key);
      }
      on.counted((await waiting()).length);
    }
    if (passedOver.size) later(flush);
  }

  return { add, all, waiting, flush, drop: (key) => store.settle(key) };
}
