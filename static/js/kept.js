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

/** The store of an outbox, one for all tabs; what the browser will not keep there lives on in this tab. */
export function personStore() {
  const tab = tabStore();

  async function change(alter) {
    await update(NOTES, (notes = []) => alter(notes), database());
  }

  return {
    async put(entry) {
      try {
        await change((notes) => [...notes.filter(({ key }) => key !== entry.key), entry]);
      } catch {
        await tab.put(entry);
      }
    },
    async list() {
      const here = await tab.list();
      try {
        return [...((await get(NOTES, database())) ?? []), ...here];
      } catch {
        return here;
      }
    },
    async settle(key) {
      await tab.settle(key);
      try {
        await change((notes) => notes.filter((one) => one.key !== key));
      } catch {
        // It is sent once more some day, and the server answers as it did.
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
  const seats = (await keys(database())).filter((key) => String(key).startsWith(SEAT));
  await delMany(seats, database());
}
