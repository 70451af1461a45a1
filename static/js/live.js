// The page's end of the live protocol (docs/live-protocol.md): it watches, catches up and asks.
import { applyChange, applySummary } from "./apply.js";
import { connectNow } from "./socket.js";

export const ANSWER = 10_000; // ms until a question counts as lost
const PATIENCE = 15_000; // ms a question waits for the connection
const TRIES = 3;
const SOMEBODY_ELSE = "somebody else"; // what the server says to a page of another participant
const ALL_AT_ONCE = 1000; // ms over which pages connect again that hear of the network in the same moment
const MOST_CHANNELS = 20; // the server takes no more at once

/** What a question ends with when nobody answered it: it may or may not have happened. */
export class NoAnswer extends Error {}

/**
 * Connect a page to its channels.
 *
 * `page` is changed in place: `revisions` by what comes, `viewer` by what `watch` says. `on` hears
 * applied(change), fresh(element), summary(), viewer(), time(served), behind(), connected(), disconnected(), caughtUp().
 */
export function connectLive(page, socket, on, { wait = (ms) => new Promise((done) => setTimeout(done, ms)) } = {}) {
  let watching = null;
  let again = false;
  let makesRoom = false;

  socket.on("connect", () => {
    on.connected();
    watch();
  });
  socket.on("disconnect", () => {
    on.disconnected();
    comeBack();
  });
  socket.on("connect_error", ({ message } = {}) => {
    // This browser has become another person's; their page is another one.
    if (message === SOMEBODY_ELSE) on.behind();
    on.disconnected();
    comeBack();
  });
  socket.on("change", (change) => {
    const votesMove = movesVotes(change);
    const what = applyChange(page, change, { fresh: on.fresh });
    if (what === "applied") on.applied(change);
    if (what === "gap" || (what === "applied" && votesMove === "counted")) watch();
    // Many may have voted for what is merged now, and need not ask at the same moment where their votes went.
    else if (what === "applied" && votesMove) wait(Math.random() * 1000).then(watch);
  });
  socket.on("summary", (summary) => {
    if (applySummary(page, summary)) on.summary(summary);
  });
  socket.on("presence", (message) => on.presence?.(message));
  socket.on("behind", () => on.behind());
  // One more page of this person's than there may be: the others stay, and this one is back when somebody looks at it.
  socket.on("too_many", () => {
    makesRoom = true;
    socket.disconnect();
  });
  socket.on("heads", async (heads) => {
    if (!isBehind(heads)) return;
    // The change itself may be on its way.
    await wait(200 + Math.random() * 800);
    if (isBehind(heads)) watch();
  });
  document.addEventListener("visibilitychange", wake);
  addEventListener("pageshow", ({ persisted }) => persisted && wake());
  addEventListener("online", async () => {
    // A whole hall comes back at once.
    await wait(Math.random() * ALL_AT_ONCE);
    wake();
  });

  // Whom the server sends away the client leaves alone; a server that restarts sends everybody away.
  async function comeBack() {
    if (socket.active || makesRoom) return;
    await wait(1000 + Math.random() * 3000);
    if (!socket.active) socket.connect();
  }

  function wake() {
    if (document.visibilityState === "hidden") return;
    makesRoom = false;
    if (socket.connected) watch();
    else connectNow(socket);
  }

  // Whether a note one supports goes, and gives the vote back or takes it along into another one, or comes again,
  // perhaps without another one that was merged into it.
  function movesVotes({ channel, put, remove }) {
    const { voted } = page.viewer;
    if (!channel.startsWith("table:")) return "";
    const moves = ({ id, html }) => {
      if (!voted.includes(id)) return false;
      const there = document.getElementById(id);
      return !there || (there.dataset.merged ?? "") !== (/ data-merged="(\d+)"/.exec(html)?.[1] ?? "");
    };
    if (!remove.some((id) => voted.includes(id)) && !put.some(moves)) return "";
    return document.querySelector("[data-votes]") ? "counted" : "not counted";
  }

  function isBehind(heads) {
    return Object.entries(heads).some(([channel, revision]) => page.revisions[channel] < revision);
  }

  // One at a time: whoever asks meanwhile gets another round from where this one ended.
  function watch() {
    again = true;
    watching ??= (async () => {
      for (let tries = 0; again && socket.connected && tries < 10; tries += 1) {
        again = false;
        await watchOnce(tries);
      }
      watching = null;
    })();
    return watching;
  }

  async function watchOnce(tries) {
    const channels = Object.entries(page.revisions);
    for (let first = 0; first < channels.length; first += MOST_CHANNELS) {
      let answer;
      try {
        const some = Object.fromEntries(channels.slice(first, first + MOST_CHANNELS));
        answer = await socket.timeout(ANSWER).emitWithAck("watch", some);
      } catch {
        await wait(500 * (tries + 1));
        again = true;
        return;
      }
      if (!answer.ok) {
        if (answer.code === "too_fast") {
          await wait(1000 * (answer.again_in ?? 1) * (tries + 1));
          again = true;
          return;
        }
        if (answer.code === "failed") {
          await wait(500 * (tries + 1));
          again = true;
          return;
        }
        // No longer open to this person, or no longer there: the page itself says why.
        if (["not_found", "forbidden"].includes(answer.code)) on.behind();
        return;
      }
      on.time?.(answer.now);
      if (answer.viewer && answer.viewer.role === page.viewer.role) {
        page.viewer = answer.viewer;
        on.viewer();
      }
    }
    on.caughtUp();
  }

  /**
   * Do an operation: resolves with the acknowledgement, rejects with NoAnswer.
   * The same key goes out again until somebody answers, so nothing happens twice.
   */
  async function ask(operation, fields) {
    for (let tries = 0; tries < TRIES; tries += 1) {
      if (!(await isConnected())) break;
      try {
        return await socket.timeout(ANSWER).emitWithAck(operation, fields);
      } catch {
        await wait(300);
      }
    }
    throw new NoAnswer();
  }

  function isConnected() {
    if (socket.connected) return true;
    return new Promise((done) => {
      const answered = (connected) => {
        clearTimeout(limit);
        socket.off("connect", yes);
        done(connected);
      };
      const yes = () => answered(true);
      const limit = setTimeout(answered, PATIENCE, false);
      socket.on("connect", yes);
    });
  }

  return { ask, watch, connected: () => socket.connected };
}
