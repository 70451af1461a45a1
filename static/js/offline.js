// A table opened without network: the shell, with what this device knows of it, until the page itself can come.
import { loadAfresh } from "./afresh.js";
import { createComposer } from "./composer.js";
import { createBanner } from "./connection.js";
import { personStore, seatAt } from "./kept.js";
import { createOutbox } from "./outbox.js";
import { post } from "./post.js";
import { parsePage } from "./trusted.js";

const APART = 5000; // ms between two looks whether the network is back

/** Make the shell the table of this address: its question, one's unsent notes, and the line `form` to write more. */
export async function openWithoutNetwork(form) {
  const seat = await seatAt(location.pathname.split("/").at(-1));
  const banner = createBanner(document.getElementById("connection"), { writes: Boolean(seat) });
  banner.lost();
  const outbox = seat ? await openTable(form, seat, banner) : null;
  let looking = false;
  addEventListener("online", look);
  setInterval(look, APART);

  async function look() {
    if (looking || !navigator.onLine) return;
    looking = true;
    try {
      await comeBack();
    } catch {
      // Not yet.
    }
    looking = false;
  }

  async function comeBack() {
    const page = await fetch(location.href, { method: "HEAD", redirect: "error", cache: "no-store" });
    if (page.status >= 500 || (!page.ok && !(await isOurs()))) return;
    banner.connected();
    await outbox?.flush();
    // Where the page is closed to one by now, what was refused is still to be read here.
    if (page.ok || !outbox) loadAfresh({ spread: 300 });
    else banner.caughtUp();
  }
}

// A proxy that does not find the server answers too.
async function isOurs() {
  const page = await fetch(location.href, { redirect: "error", cache: "no-store" });
  return "pageKind" in parsePage(await page.text()).body.dataset;
}

async function openTable(form, seat, banner) {
  const blank = document.getElementById("blank-note").content;
  document.querySelector("[data-number]").textContent = seat.number;
  const question = document.querySelector("h1");
  Object.assign(question, { textContent: seat.question, lang: seat.questionLanguage });
  for (const words of [form.elements.text, blank.querySelector(".note-text")]) words.lang = seat.language;
  form.elements.table.value = seat.table;
  form.elements.round.value = seat.round;
  form.elements.phase.value = seat.phase ?? "";
  form.hidden = false;
  let composer = null;
  const outbox = createOutbox({
    store: personStore(),
    person: seat.person,
    send: post,
    on: {
      saved: (entry) => composer.saved(entry),
      refused: (entry, problem) => composer.refused(entry, problem),
      counted: (waiting) => banner.waiting(waiting),
    },
  });
  composer = createComposer(form, { outbox, person: seat.person });
  await composer.restore();
  await outbox.flush();
  return outbox;
}
