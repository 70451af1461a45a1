// Parts of a page that are drawn whole: when something in their channels changes, the same address is asked again.
import { morph, takeFocus } from "./morph.js";
import { parsePage } from "./trusted.js";
import { applyViewer } from "./viewer.js";
import { say } from "./words.js";

const APART = 2000; // ms
const SPREAD = 700; // ms, so that a hall full of pages does not ask at the same moment

/**
 * Keeps the page's [data-region]s. `page` gets the viewer that comes along, of which `viewer()` is told before anything
 * is drawn for it; `drawn()` is told afterwards.
 * `load(address)` resolves with a Response.
 */
export function createRegions(
  page,
  { load = (address) => fetch(address, { headers: { Accept: "text/html" } }), drawn = () => {}, viewer = () => {}, spread = SPREAD } = {},
) {
  const stale = new Set();
  let timer = null;
  let running = false;
  let last = -Infinity;

  document.addEventListener("focusout", () => plan());
  document.addEventListener("visibilitychange", () => plan());

  function changed(channel) {
    for (const region of document.querySelectorAll("[data-region]")) {
      if (region.dataset.channels?.split(" ").includes(channel)) mark(region);
    }
  }

  function mark(region) {
    stale.add(region.id);
    plan();
  }

  function plan() {
    if (timer || running || !stale.size || document.visibilityState === "hidden") return;
    timer = setTimeout(run, Math.max(0, last + APART - performance.now()) + Math.random() * spread);
  }

  async function run() {
    timer = null;
    // Under somebody's hands nothing moves; leaving the field asks again.
    const due = [...stale].filter((id) => !isTypedIn(document.getElementById(id)));
    if (!due.length) return;
    running = true;
    last = performance.now();
    for (const id of due) stale.delete(id);
    const { viewer: before } = page;
    try {
      const answer = await load(location.href);
      // Asked for again when something changes, not all the time; unless it is a proxy's that does not find the server.
      if ([403, 404].includes(answer.status) && "pageKind" in parsePage(await answer.text()).body.dataset) {
        running = false;
        close();
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      draw(parsePage(await answer.text()), due, before);
    } catch {
      for (const id of due) stale.add(id);
    }
    running = false;
    plan();
  }

  // The page is no longer open to whoever looks: nothing of it stays, but for words that nobody has sent.
  function close() {
    const regions = [...document.querySelectorAll("[data-region]")].filter((one) => !isTypedIn(one));
    const focused = regions.find((one) => one.contains(document.activeElement));
    for (const one of regions) one.replaceChildren();
    if (!regions.length) return;
    // Where the heading went with it, this is what the page is about.
    const said = document.createElement(document.querySelector("h1") ? "p" : "h1");
    said.textContent = say("gone");
    regions[0].append(said);
    // Its words stand there too.
    document.title = document.title.split(" · ").at(-1);
    if (focused) takeFocus(regions[0]);
    drawn();
  }

  function draw(fresh, ids, before) {
    if (fresh.title && ids.some((id) => fresh.getElementById(id))) document.title = fresh.title;
    const seen = fresh.body.dataset.viewer;
    // What was written or supported while this was on its way it does not know of.
    if (seen && page.viewer === before) {
      page.viewer = JSON.parse(seen);
      viewer();
    }
    for (const id of ids) {
      const [region, wanted] = [document.getElementById(id), fresh.getElementById(id)];
      if (!region || !wanted) continue;
      if (isTypedIn(region)) {
        stale.add(id);
        continue;
      }
      applyViewer(wanted, page.viewer);
      morph(region, wanted);
    }
    drawn();
  }

  return { changed, mark };
}

// Or was: words that nobody has sent yet stay where they are.
function isTypedIn(region) {
  const field = document.activeElement;
  if ([...(region?.querySelectorAll("textarea") ?? [])].some((one) => one.value !== one.defaultValue)) return true;
  return Boolean(region?.contains(field) && field.matches("textarea, input:not([type=checkbox], [type=radio]), select"));
}
