// The banner that says how the connection is, and what that means for what one writes.
import { say } from "./words.js";

const LOOK = {
  offline: { tone: "", icon: "wifi-off" },
  catching_up: { tone: "info", icon: "wifi" },
  back: { tone: "ok", icon: "circle-check" },
  slow: { tone: "info", icon: "info" },
};
const GRACE = 1500; // ms: a lift door is no offline
const FAREWELL = 5000;

/**
 * The banner in `element`, hidden until the connection was lost once or goes the slower way; `writes` where notes can wait,
 * `loads()` whether this page could be loaded without network.
 */
export function createBanner(element, { writes = false, loads = () => true } = {}) {
  const state = { connected: true, caughtUp: true, waiting: 0, lost: false, total: 0, slow: false, farewell: false };
  let timer = null;

  function lost() {
    state.connected = false;
    state.caughtUp = false;
    if (state.lost) return draw();
    timer ??= setTimeout(() => {
      timer = null;
      state.lost = !state.connected;
      draw();
    }, GRACE);
  }

  function draw() {
    if (!element || !state.lost) return;
    const { waiting } = state;
    if (!state.connected) {
      state.total = waiting;
      const more = [say("keep_writing"), waiting ? say("waiting", { count: waiting }) : "", loads() ? "" : say("keep_open")];
      return show("offline", say("offline"), writes ? more.filter(Boolean).join(" ") : say("old_view"));
    }
    if (!state.caughtUp || waiting) {
      const progress = state.total ? say("sent_of", { sent: state.total - waiting, count: state.total }) : "";
      return show("catching_up", say("back"), progress || say("catching_up"));
    }
    state.lost = false;
    state.farewell = true;
    show("back", say("up_to_date"), "");
    setTimeout(() => {
      state.farewell = false;
      rest();
    }, FAREWELL);
  }

  // Where all is well there is nothing to say, but that it takes a little longer.
  function rest() {
    if (!element || state.lost || state.farewell) return;
    if (!state.slow) element.hidden = true;
    else if (element.hidden || element.dataset.is !== "slow") show("slow", say("slow"), say("slow_rest"));
  }

  // What it says already is not written again, or it would be said again.
  function show(name, title, rest) {
    write("b", title);
    write("[data-rest]", rest.trim());
    if (!element.hidden && element.dataset.is === name) return;
    element.classList.remove("info", "ok");
    if (LOOK[name].tone) element.classList.add(LOOK[name].tone);
    const use = element.querySelector("use");
    use?.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#i-${LOOK[name].icon}`));
    element.dataset.is = name;
    element.hidden = false;
  }

  function write(part, text) {
    const there = element.querySelector(part);
    if (there.textContent !== text) there.textContent = text;
  }

  return {
    lost,
    connected() {
      state.connected = true;
      draw();
    },
    /** The server has told all there is, so it can be reached: where a connection outlived its network nothing else says so. */
    caughtUp() {
      state.connected = true;
      state.caughtUp = true;
      draw();
    },
    /** Whether the network lets only the slower way through. */
    slow(isSlow) {
      state.slow = isSlow;
      rest();
    },
    waiting(count) {
      state.waiting = count;
      state.total = Math.max(state.total, count);
      draw();
    },
  };
}
