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

/** A page's body, parsed once, and what its script would start with. */
function parsed(html) {
  const { body } = parsePage(html);
  return { body, bare: bare(html), seen: null, viewer: body.dataset.viewer, channels: body.dataset.channels ?? "{}" };
}

const ANY_LOAD = /name="(csrf_token|key)" value="[^"]*"|<meta name="server-time"[^>]*>|data-channels='[^']*'|data-revision="\d+"/g;

/** A page without what differs between any two loads of it and is not to be seen. */
function bare(html) {
  return html.replace(ANY_LOAD, "");
}

/** Put a whole page into the window, a copy of one that is needed again; gives what its script would start with. */
function load({ body, viewer, channels }, again) {
  for (const name of Object.keys(document.body.dataset)) delete document.body.dataset[name];
  document.body.replaceChildren(...(again ? document.importNode(body, true) : body).childNodes);
  Object.assign(document.body.dataset, body.dataset);
  const page = { revisions: JSON.parse(channels), viewer: viewer && JSON.parse(viewer) };
  if (page.viewer) applyViewer(document.body, page.viewer);
  return page;
}

// What differs between any two loads of the same page.
const UNSEEN = "script, [name=csrf_token], [name=key], [data-composer] [name=round], [data-composer] [name=phase], #words, #status";
// Folded out by whoever reads; the writing line follows the fragment beside it by its own script; what one can filter
// by is known when the page is loaded, and stays as it is under somebody's hand.
const OF_THE_MOMENT = { "[data-composer]": "hidden", "[data-composer] [name=kind]": "checked" };
const VOID = new Set(["area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]);

/** What a page shows, a line for each tag and each text; attributes in their order by name. */
function asSeen(root) {
  const unseen = new Set(root.querySelectorAll(UNSEEN));
  const emptied = new Set(root.querySelectorAll("form.filters select"));
  const without = Object.entries(OF_THE_MOMENT).map(([where, name]) => [new Set(root.querySelectorAll(where)), name]);
  const lines = [];
  let text = "";
  const tag = (mark) => {
    const said = text.replace(/\s+/g, " ").trim();
    if (said) lines.push(said.replace(/[<&]/g, (one) => (one === "<" ? "&lt;" : "&amp;")));
    text = "";
    lines.push(mark);
  };
  const show = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      text += node.data;
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE || unseen.has(node)) return;
    const left = [...node.attributes].filter(
      ({ name }) => name !== "data-revision" && name !== "open" && !without.some(([set, one]) => one === name && set.has(node)),
    );
    const said = left.map(({ name, value }) => ` ${name}=${JSON.stringify(value)}`).sort();
    tag(`<${node.localName}${said.join("")}>`);
    if (!emptied.has(node)) (node.localName === "template" ? node.content : node).childNodes.forEach(show);
    if (!VOID.has(node.localName)) tag(`</${node.localName}>`);
  };
  root.childNodes.forEach(show);
  tag("");
  return lines.join("\n");
}

function run({ page: name, messages, news, viewer, fresh: freshHtml }) {
  const before = pages.get(name);
  const page = load(before, true);
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
  // Often nothing else is on it than before: then it need not be read and shown again.
  const fresh = bare(freshHtml) === before.bare ? before : parsed(freshHtml);
  if (fresh.viewer && stale.size) page.viewer = JSON.parse(fresh.viewer);
  for (const id of stale) {
    const region = document.getElementById(id);
    const wanted = fresh.body.querySelector(`[id="${id}"]`)?.cloneNode(true);
    if (!region || !wanted) continue;
    applyViewer(wanted, page.viewer);
    morph(region, wanted);
  }
  const mine = asSeen(document.body);
  if (fresh.seen === null) {
    load(fresh, fresh === before);
    fresh.seen = asSeen(document.body);
  }
  return { outcomes, afresh, mine, theirs: fresh.seen };
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  if (asked.html) pages.set(asked.page, parsed(asked.html));
  else process.stdout.write(`${JSON.stringify(run(asked))}\n`);
}
