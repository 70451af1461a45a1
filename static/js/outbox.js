// What was written and is not acknowledged yet. It leaves only when the server has it.

/** What a note is written with by its author; others are typed in or written on a table's device. */
export const CONTRIBUTE = "idea.contribute";
const VERDICTS = ["not_found", "forbidden", "closed", "conflict", "invalid"];

/** Entries by key, as long as the tab lives: for what the browser keeps nowhere else (kept.js). */
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

const WAIT = 20_000; // ms for another tab to have sent its note
const PAUSES = [3000, 6000, 12_000, 30_000]; // ms until it is tried again, the longer the more often nobody answered

/** Run something while no other tab does; where there are no Web Locks the note's key keeps it from happening twice. */
export async function alone(name, run, locks = globalThis.navigator?.locks) {
  if (!locks) return run();
  try {
    return await locks.request(name, { signal: AbortSignal.timeout(WAIT) }, run);
  } catch {
    // A tab that hangs must not hold back the others.
    return run();
  }
}

/**
 * Send what waits, in order and one at a time, whichever tab it was written in.
 *
 * `send(entry)` gives the acknowledgement or throws when there was none. `on` hears
 * saved(entry, answer), refused(entry, problem) and counted(waiting), and of what other tabs do also
 * written(entry) and dropped(entry). `tell(note)` brings to the other tabs what `heard(note)` takes there.
 * `was` are ids under which the same person wrote before they were joined with `person`.
 * An entry is {key, operation, fields, person}; a refused one keeps its `problem` {code, message}.
 */
export function createOutbox({
  store,
  send,
  person,
  was = [],
  on,
  tell = () => {},
  later = (run, ms) => setTimeout(run, ms),
}) {
  let running = null;
  let due = false;
  let silences = 0;
  let hurry = false;

  async function all() {
    return (await store.list()).filter((entry) => entry.person === person || was.includes(entry.person));
  }

  async function waiting() {
    return (await all()).filter((entry) => !entry.problem);
  }

  async function count() {
    on.counted((await waiting()).length);
  }

  async function add(written) {
    const entry = { ...written, person };
    await store.put(entry);
    tell({ what: "written", entry });
    await count();
    flush();
  }

  async function drop(key) {
    await store.settle(key);
    tell({ what: "dropped", entry: { key } });
  }

  /** What another tab did. */
  async function heard({ what, entry, problem }) {
    on[what]?.(entry, problem);
    await count();
  }

  /**
   * Try now; whoever calls while it runs waits for the same round. `now`: the server can be reached again, so a try
   * that was made before and nobody answers is followed by another at once.
   */
  function flush({ now = false } = {}) {
    if (now) silences = 0;
    hurry = running ? hurry || now : false;
    running ??= sendAll().finally(() => {
      running = null;
    });
    return running;
  }

  async function sendAll() {
    const passedOver = new Set();
    let came;
    await count();
    do {
      came = await alone(`workshop.outbox ${person}`, () => sendNext(passedOver));
    } while (came === "answer" || (came === "silence" && takeHurry()));
    if (came === "silence") tryAgain(PAUSES[Math.min(silences++, PAUSES.length - 1)]);
    else if (Number.isFinite(came)) tryAgain(Math.max(came, PAUSES[0]));
    else if (passedOver.size) tryAgain(PAUSES[0]);
  }

  /** "answer", "silence", "nothing", or the ms after which the server wants to be asked again. */
  async function sendNext(passedOver) {
    // Read anew each time: another tab may have sent it meanwhile.
    const entry = (await waiting()).find(({ key }) => !passedOver.has(key));
    if (!entry) return "nothing";
    let answer;
    try {
      answer = await send({ ...entry, person });
    } catch {
      return "silence";
    }
    silences = 0;
    if (answer?.code === "too_fast") {
      // Nothing is wrong with this note, and the ones behind it would only be told the same.
      const { again_in: seconds } = answer;
      return Number.isFinite(seconds) ? seconds * 1000 : PAUSES[0];
    }
    if (answer?.ok === true) {
      await store.settle(entry.key);
      on.saved(entry, answer);
      tell({ what: "saved", entry });
    } else if (VERDICTS.includes(answer?.code)) {
      const problem = { code: answer.code, message: answer.message };
      await store.put({ ...entry, problem });
      on.refused(entry, problem);
      tell({ what: "refused", entry, problem });
    } else {
      // A server that is busy or broken has said nothing about the note; the ones behind it need not wait.
      passedOver.add(entry.key);
    }
    await count();
    return "answer";
  }

  function takeHurry() {
    const was = hurry;
    hurry = false;
    return was;
  }

  function tryAgain(pause) {
    if (due) return;
    due = true;
    later(() => {
      due = false;
      flush();
    }, pause);
  }

  return { add, all, waiting, flush, drop, heard };
}
