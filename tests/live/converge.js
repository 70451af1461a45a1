// Reads, one JSON a line, pages and cases. A case is a page as somebody has it, the messages that came, and the page
// as the same person would load it now; the answer, a line each, is both as the browser shows them.
import { createInterface } from "node:readline";
import "../browser_modules/page.js";

const { applyChange, applySummary } = await import("../../static/js/apply.js");
const { isAnotherPage } = await import("../../static/js/me.js");
const { morph } = await import("../../static/js/morph.js");
const { withNews } = await import("../../static/js/tabs.js");
const { parseElement, parsePage } = await import("../../static/js/trusted.js");
const { applyViewer } = await import("../../static/js/viewer.js");

const pages = new Map();

/** Put a whole page into the window; gives what its script would start with. */
function load(html) {
  const { body } = parsePage(html);
  for (const name of Object.keys(document.body.dataset)) delete document.body.dataset[name];
  document.body.replaceChildren(...[...body.childNodes].map((node) => document.importNode(node, true)));
  Object.assign(document.body.dataset, body.dataset);
  const { viewer, channels } = body.dataset;
  const page = { revisions: JSON.parse(channels ?? "{}"), viewer: viewer && JSON.parse(viewer) };
  if (page.viewer) applyViewer(document.body, page.viewer);
  return page;
}

// What differs between any two loads of the same page.
function asSeen(root) {
  const seen = root.cloneNode(true);
  for (const one of seen.querySelectorAll("script, [name=csrf_token], [name=key], [data-composer] [name=round], [data-composer] [name=phase], #words, #status")) one.remove();
  for (const one of seen.querySelectorAll("*")) {
    one.removeAttribute("data-revision");
    // Folded out by whoever reads; the writing line follows the fragment beside it by its own script.
    one.removeAttribute("open");
    if (one.matches("[data-composer]")) one.removeAttribute("hidden");
    if (one.matches("[data-composer] [name=kind]")) one.removeAttribute("checked");
    // What one can filter by is known when the page is loaded, and stays as it is under somebody's hand.
    if (one.matches("form.filters select")) one.replaceChildren();
    const attributes = [...one.attributes].map(({ name, value }) => [name, value]).sort();
    for (const [name] of attributes) one.removeAttribute(name);
    for (const [name, value] of attributes) one.setAttribute(name, value);
  }
  return seen.innerHTML.replace(/\s+/g, " ").replace(/ ?(<[^>]*>) ?/g, "$1\n");
}

function run({ page: name, messages, news, viewer, fresh: freshHtml }) {
  const page = load(pages.get(name));
  const atLoad = page.viewer;
  if (viewer) page.viewer = viewer;
  for (const one of news) page.viewer = withNews(page.viewer, one);
  const stale = new Set();
  page.stale = (region) => stale.add(region.id);
  let afresh = false;
  const outcomes = [];
  for (const [event, message] of messages) {
    if (event === "behind") {
      afresh = true;
      continue;
    }
    if (event === "summary") {
      outcomes.push(applySummary(page, message));
      continue;
    }
    outcomes.push(applyChange(page, message));
    for (const region of document.querySelectorAll("[data-region]")) {
      if (region.dataset.channels?.split(" ").includes(message.channel)) stale.add(region.id);
    }
    const id = `me-${atLoad.participant}`;
    const me = message.channel.startsWith("person:") && message.put.find((one) => one.id === id);
    if (me && isAnotherPage(parseElement(me.html), atLoad)) afresh = true;
    if (message.channel.startsWith("person:") && message.remove.includes(id)) afresh = true;
  }
  applyViewer(document.body, page.viewer);
  const fresh = parsePage(freshHtml);
  if (fresh.body.dataset.viewer && stale.size) page.viewer = JSON.parse(fresh.body.dataset.viewer);
  for (const id of stale) {
    const [region, wanted] = [document.getElementById(id), fresh.getElementById(id)];
    if (!region || !wanted) continue;
    applyViewer(wanted, page.viewer);
    morph(region, wanted);
  }
  const mine = asSeen(document.body);
  load(freshHtml);
  return { outcomes, afresh, mine, theirs: asSeen(document.body) };
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  if (asked.html) pages.set(asked.page, asked.html);
  else process.stdout.write(`${JSON.stringify(run(asked))}\n`);
}
