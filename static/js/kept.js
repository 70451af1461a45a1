// What this browser keeps of a person, whatever becomes of the tab: their unsent notes, and where they write.
import { createStore, delMany, get, keys, set, update } from "idb-keyval";
import { tabStore } from "./outbox.js";

/** The address of the table page without anybody's content, and the cache it is kept in. */
export const SHELL = "/shell";
export const CACHE = "workshop-shell";
const NOTES = "notes";
const SEAT = "seat ";

let opened = null;

// At the first use: a browser may refuse it altogether.
function database() {
  opened ??= createStore("workshop", "kept");
  return opened;
}

const ours = {
  update: (alter) => update(NOTES, (notes = []) => alter(notes), database()),
  read: async () => (await get(NOTES, database())) ?? [],
};

/** The store of an outbox, one for all tabs; what the browser will not keep there lives on in this tab. */
export function personStore(browser = ours) {
  const tab = tabStore();
  // What a full store will not give up either: it is sent once more by the next page, and answered as it was.
  const settled = new Set();

  return {
    async put(entry) {
      settled.delete(entry.key);
      try {
        await browser.update((notes) => [...notes.filter(({ key }) => key !== entry.key), entry]);
        await tab.settle(entry.key);
      } catch {
        await tab.put(entry);
      }
    },
    async list() {
      const here = await tab.list();
      try {
        // A store that is full keeps what it had; what this tab knows is newer.
        const newer = new Set(here.map(({ key }) => key));
        return [...(await browser.read()).filter(({ key }) => !newer.has(key) && !settled.has(key)), ...here];
      } catch {
        return here;
      }
    },
    async settle(key) {
      settled.add(key);
      await tab.settle(key);
      try {
        await browser.update((notes) => notes.filter((one) => one.key !== key));
      } catch {
        // It stays there, and is none of this page's any more.
      }
    },
  };
}

/** Remember where somebody writes: {person, table, round, number, question, questionLanguage, language}. */
export async function keepSeat(seat) {
  try {
    await set(SEAT + seat.table, seat, database());
  } catch {
    // Then the table's page shows nothing without network.
  }
}

/** Where somebody last wrote at a table, or undefined. */
export async function seatAt(table) {
  try {
    return await get(SEAT + table, database());
  } catch {
    return undefined;
  }
}

/** Forget all seats; unsent notes stay. */
export async function forgetSeats() {
  try {
    const seats = (await keys(database())).filter((key) => String(key).startsWith(SEAT));
    await delMany(seats, database());
  } catch {
    // Where the browser keeps nothing there is none.
  }
}
