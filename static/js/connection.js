// The banner that says how the connection is, and what that means for what one writes.
import { say } from "./words.js";

const LOOK = {
  offline: { tone: "", icon: "wifi-off" },
  catching_up: { tone: "info", icon: "wifi" },
  back: { tone: "ok", icon: "circle-check" },
};
const GRACE = 1500; // ms: a lift door is no offline
const FAREWELL = 5000;

/**
 * The banner in `element`, hidden until the connection was lost once; `writes` where notes can wait,
 * `loads()` whether this page could be loaded without network.
 */
export function createBanner(element, { writes = false, loads = () => true } = {}) {
  const state = { connected: true, caughtUp: true, waiting: 0, lost: false, total: 0 };
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
      const rest = [say("keep_writing"), waiting ? say("waiting", { count: waiting }) : "", loads() ? "" : say("keep_open")];
      return show("offline", say("offline"), writes ? rest.filter(Boolean).join(" ") : say("old_view"));
    }
    if (!state.caughtUp || waiting) {
      const progress = state.total ? say("sent_of", { sent: state.total - waiting, count: state.total }) : "";
      return show("catching_up", say("back"), progress || say("catching_up"));
    }
    state.lost = false;
    show("back", say("up_to_date"), "");
    setTimeout(() => {
      if (!state.lost) element.hidden = true;
    }, FAREWELL);
  }

  function show(name, title, rest) {
    element.classList.remove("info", "ok");
    if (LOOK[name].tone) element.classList.add(LOOK[name].tone);
    const use = element.querySelector("use");
    use?.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#i-${LOOK[name].icon}`));
    element.querySelector("b").textContent = title;
    element.querySelector("[data-rest]").textContent = rest.trim();
    element.dataset.is = name;
    element.hidden = false;
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
    waiting(count) {
      state.waiting = count;
      state.total = Math.max(state.total, count);
      draw();
    },
  };
}
