// What every live page starts with; the entries in pages/ add what their kind needs.
import { loadAfresh, restoreFields, restoreFocus } from "./afresh.js";
import { sendActs } from "./acts.js";
import { createAnnouncements } from "./announcements.js";
import { takeAway } from "./apply.js";
import { createClock, createTime } from "./clock.js";
import { createBanner } from "./connection.js";
import { connectLive } from "./live.js";
import { personStore } from "./kept.js";
import { isAnotherPage, isThere, isWriting, sentTo } from "./me.js";
import { closeMenusBehind } from "./menus.js";
import { CONTRIBUTE, createOutbox } from "./outbox.js";
import { post } from "./post.js";
import { createPresence } from "./presence.js";
import { createRegions } from "./regions.js";
import { createSocket } from "./socket.js";
import { closeToast, createStatus, showToast } from "./status.js";
import { joinTabs, withNews } from "./tabs.js";
import { wordTimes } from "./times.js";
import { parseElement } from "./trusted.js";
import { applyViewer } from "./viewer.js";
import { say } from "./words.js";

const NEW = 1000; // ms a new note is one
const SAID = ["round", "paused", "break", "between", "after"]; // states of a café that are said when it comes to them
const THERE = 3000; // ms: whoever has gone ahead to the page of their next table waits for no walk
const WALK = 20_000; // ms within which a whole hall's pages follow to their next tables
const FINISHES = 5000; // ms between two looks whether a note or comment is finished

/**
 * Wake the page; one without channels gets its times worded and nothing else.
 *
 * `more.writer` says whose notes it sends where somebody writes without taking part.
 * `more` may bring drawn(ids), after something was put, viewer(viewer), to add what the server cannot know, and
 * turned(state, before), when the café comes to another state.
 * `more.notes` may hear what becomes of one's notes: saved, refused, written and dropped, as the outbox says it.
 * Gives {page, outbox, status, send, news, look} for a live page, else null; `outbox` is null for whoever takes no part.
 */
export function start(more = {}) {
  const { page: kind, language, epoch, channels, viewer } = document.body.dataset;
  let live = null;
  const time = createTime({ jumped: () => live?.watch() });
  const { now } = time;
  const status = createStatus(document.getElementById("status"));
  const presence = createPresence();
  const clock = createClock({ now, tell: status.tell, turned });
  const announcements = createAnnouncements({ tell: status.tell });
  restoreFields();
  restoreFocus();
  closeMenusBehind();
  goWithTime();
  closeToast();
  const revisions = JSON.parse(channels || "{}");
  if (!viewer || !Object.keys(revisions).length) return null;

  const atLoad = JSON.parse(viewer);
  const page = { revisions, viewer: atLoad, stale: (region) => regions.mark(region) };
  const banner = createBanner(document.getElementById("connection"), {
    writes: Boolean(more.writes),
    loads: more.loads,
  });
  const regions = createRegions(page, { drawn: redrawn, viewer: seenAnew });
  const socket = createSocket(() => ({ page: kind, language, epoch, participant: atLoad.participant }));
  live = connectLive(page, socket, {
    applied(change) {
      regions.changed(change.channel);
      redrawn();
      more.drawn?.(change.put.map(({ id }) => id), change.remove);
      lookAtMe(change);
      countNew();
    },
    fresh(element) {
      if (element.matches("[data-aside]")) status.tell(element.querySelector(".note-aside").textContent.trim());
      if (!element.matches(".note")) return;
      element.dataset.new = "";
      setTimeout(() => element.removeAttribute("data-new"), NEW);
      arrived.add(element.id);
    },
    summary: redrawn,
    presence: (message) => presence.hear(message),
    viewer: seenAnew,
    time(served) {
      time.heard(served);
      clock.tick();
    },
    behind: () => loadAfresh(),
    connected() {
      banner.connected();
      sayHowItGoes();
      outbox?.flush({ now: true });
    },
    disconnected: () => banner.lost(),
    caughtUp: () => banner.caughtUp(),
  });
  const arrived = new Set();
  const tabs = joinTabs(atLoad.participant, {
    outbox: (note) => outbox.heard(note),
    news(message) {
      page.viewer = withNews(page.viewer, message);
      seenAnew();
    },
  });

  // On every page of the event: whichever is open sends what was written on any of them.
  const person = atLoad.participant ?? more.writer;
  const outbox = person
    ? createOutbox({
        store: personStore(),
        person,
        was: atLoad.was,
        send,
        tell: tabs.outbox,
        on: {
          ...more.notes,
          saved(entry) {
            if (entry.operation === CONTRIBUTE) page.viewer = withNews(page.viewer, { own: entry.key });
            seenAnew();
            more.notes?.saved(entry);
            status.count("saved_notes");
          },
          refused(entry, problem) {
            more.notes?.refused(entry, problem);
            status.tell(problem.message);
          },
          counted: (waiting) => banner.waiting(waiting),
        },
      })
    : null;

  // A socket first, and where the network lets none through, asking again and again, which takes longer.
  function sayHowItGoes() {
    const { engine } = socket.io;
    banner.slow(engine.transport.name !== "websocket");
    engine.once("upgrade", () => banner.slow(false));
  }

  async function send(entry) {
    if (live.connected()) {
      try {
        return await live.ask(entry.operation, { key: entry.key, ...entry.fields });
      } catch {
        // Nobody answered there: perhaps another way is open.
      }
    }
    return post({ ...entry, person: atLoad.participant });
  }

  /** A question that changes nothing: its answer, or null where there is none within a moment. */
  async function look(name, fields) {
    if (!socket.connected) return null;
    try {
      const answer = await socket.timeout(3000).emitWithAck(name, fields);
      return answer?.ok ? answer : null;
    } catch {
      return null;
    }
  }

  function news(message) {
    page.viewer = withNews(page.viewer, message);
    seenAnew();
    tabs.news(message);
  }

  function seenAnew() {
    page.viewer = more.viewer?.(page.viewer) ?? page.viewer;
    applyViewer(document.body, page.viewer);
  }

  function turned(state, before) {
    if (state === "grace") status.tell(say("time_is_up"));
    else if (SAID.includes(state) && before !== "warning") status.tell(say(`now_${state}`));
    more.turned?.(state, before);
  }

  function redrawn() {
    presence.draw();
    wordTimes(document, now());
    clock.tick();
    announcements.drawn();
  }

  function countNew() {
    for (const id of arrived) if (!page.viewer.own.includes(id)) status.count("new_notes");
    arrived.clear();
  }

  function lookAtMe({ channel, put, remove }) {
    const id = `me-${atLoad.participant}`;
    const found = channel.startsWith("person:") && put.find((one) => one.id === id);
    const me = found && parseElement(found.html);
    // Whatever was decided about them before holds no longer.
    if (me) clearTimeout(goWhenReady.due);
    const seat = me && sentTo(me, atLoad);
    if (seat) goWhenReady(seat);
    else if ((me && isAnotherPage(me, atLoad)) || (channel.startsWith("person:") && remove.includes(id))) {
      loadAfresh({ spread: 300 });
    }
  }

  // Sent to another table, with a thousand others: it is said at once, and the page follows while people walk.
  function goWhenReady(seat) {
    const said = document.querySelector('[data-when="now"]');
    if (!said) return loadAfresh({ spread: WALK });
    said.hidden = false;
    status.tell(said.querySelector(".tent").textContent.trim().replace(/\s+/g, " "));
    const go = () => {
      if (isWriting()) goWhenReady.due = setTimeout(go, FINISHES);
      else location.assign(`/tables/${seat}`);
    };
    clearTimeout(goWhenReady.due);
    goWhenReady.due = setTimeout(go, Math.random() * (isThere(seat, location.pathname) ? THERE : WALK));
    return null;
  }

  const acts = {
    send: (call) => send({ ...call, person: atLoad.participant }),
    failed: showToast,
    done(operation, { idea, action_item: item }, _answer, button) {
      takeAway(button);
      if (operation === "vote.cast") news({ voted: idea ?? item, note: Boolean(idea) });
      if (operation === "vote.take_back") news({ takenBack: idea ?? item });
      // Nothing else tells this page what has become of it.
      if (!live.connected()) loadAfresh({ spread: 0, apart: 0 });
    },
  };
  for (const form of document.querySelectorAll("#act, form[data-act]")) sendActs(form, acts);
  addEventListener("offline", () => banner.lost());
  // Where no socket gets through nothing else says that the network is back.
  addEventListener("online", () => outbox?.flush({ now: true }));
  socket.connect();
  // Who shows notes shows them first.
  if (!more.notes) outbox?.flush();
  return { page, outbox, status, send: (call) => send({ ...call, person: atLoad.participant }), news, look };

  function goWithTime() {
    redrawn();
    setInterval(() => document.visibilityState === "hidden" || clock.tick(), 1000);
    setInterval(() => document.visibilityState === "hidden" || redrawn(), 20_000);
    document.addEventListener("visibilitychange", redrawn);
  }
}
