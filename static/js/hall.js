// How the network of a hall is, as this device finds it: by which way, how quick, and what the browser can do.
import { io } from "socket.io-client";
import { v4 as freshKey } from "uuid";
import { parseElement } from "./trusted.js";

const PINGS = 20;
const LARGE = "x".repeat(2048);
const OPEN = 5000; // ms after which a way does not open
const ANSWER = 8000; // ms after which an answer never came

/** The one in the middle, and the longest, in whole ms. */
export function medianAndWorst(times) {
  const sorted = [...times].sort((one, other) => one - other);
  const at = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[at] : (sorted[at - 1] + sorted[at]) / 2;
  return { median: Math.round(median), worst: Math.round(sorted.at(-1)) };
}

/**
 * Round trips by one way: {small, large, clockOff}, or null where it does not get through.
 * `clockOff` is by how many seconds this device's clock is ahead, as the quickest answer shows it.
 */
export async function measure(way, { connect = connectBy, clock = () => performance.now(), now = Date.now } = {}) {
  let socket = null;
  try {
    socket = await connect(way);
    const small = [];
    const large = [];
    let clockOff = 0;
    for (let number = 0; number < 2 * PINGS; number += 1) {
      const isLarge = number >= PINGS;
      const before = clock();
      const { now: theirs } = await socket.timeout(ANSWER).emitWithAck("hello", isLarge ? LARGE : "");
      const took = clock() - before;
      if (!isLarge && took <= Math.min(...small, Infinity)) {
        clockOff = Math.round((now() - took / 2 - Date.parse(theirs)) / 1000);
      }
      (isLarge ? large : small).push(took);
    }
    return { small: medianAndWorst(small), large: medianAndWorst(large), clockOff };
  } catch {
    return null;
  } finally {
    socket?.disconnect();
  }
}

function connectBy(way) {
  return new Promise((done, fail) => {
    const socket = io({
      transports: [way],
      upgrade: false,
      reconnection: false,
      forceNew: true,
      timeout: OPEN,
      // As all our pages: long polling begins with a request without Origin.
      extraHeaders: { "X-Workshop": "1" },
    });
    socket.once("connect", () => done(socket));
    socket.once("connect_error", (error) => {
      socket.disconnect();
      fail(error);
    });
  });
}

/** What is sent of both ways' results. */
export function fieldsOf(websocket, polling, { secure, worker }) {
  const best = websocket ?? polling;
  const fields = {
    websocket: websocket?.small.median,
    websocket_worst: websocket?.small.worst,
    polling: polling?.small.median,
    polling_worst: polling?.small.worst,
    large: best?.large.median,
    clock_off: best?.clockOff,
    secure: secure ? 1 : "",
    worker: worker ? 1 : "",
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ""));
}

/** The form that measures when its button is pressed, and shows what that means. */
export function prepareHall(form, { load = fetch } = {}) {
  const words = JSON.parse(document.getElementById("hall-words").textContent);
  const status = form.querySelector("[data-hall-status]");
  const button = form.querySelector("[data-measure]");
  const device = freshKey();

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.hasAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    status.textContent = words.websocket;
    const websocket = await measure("websocket");
    status.textContent = words.polling;
    const polling = await measure("polling");
    status.textContent = words.sending;
    const can = { secure: globalThis.isSecureContext, worker: Boolean(navigator.serviceWorker) };
    const body = new URLSearchParams({
      ...Object.fromEntries(new FormData(form)),
      ...fieldsOf(websocket, polling, can),
      device,
      key: freshKey(),
    });
    try {
      const answer = await load("/hall/report", { method: "POST", body, redirect: "error", signal: AbortSignal.timeout(ANSWER) });
      const told = parseElement((await answer.text()).trim());
      // A portal's page is no answer of ours.
      if (told?.id !== "verdict") throw new Error("no verdict");
      document.getElementById("verdict").replaceWith(document.importNode(told, true));
      status.textContent = words.done;
    } catch {
      status.textContent = words.unheard;
    }
    button.removeAttribute("aria-busy");
  });
}
