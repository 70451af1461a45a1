// Lays what the server tells onto the page.
import { keepFocus, morph, takeFocus, takeOut } from "./morph.js";
import { parseElement } from "./trusted.js";
import { applyViewer, isStaffAt } from "./viewer.js";

/**
 * Apply a `change` if it leads on from what the page shows.
 *
 * `page` has `revisions` {channel: number} and `viewer`. Gives what came of it:
 * "applied"; "old" when nothing in it is newer; "gap" when something before it is missing, so that the
 * caller has to watch again. `page.stale(region)`, if there is one, hears of regions to fetch again.
 */
export function applyChange(page, change, { fresh = () => {} } = {}) {
  const mine = page.revisions[change.channel];
  if (mine === undefined || change.revision <= mine) return "old";
  if (change.since > mine) return "gap";
  const hold = holdScroll();
  // First what is gone: what is removed from one list may stand inside of something that is put.
  for (const id of change.remove) remove(page, change.channel, id);
  for (const one of change.put) put(page, change.channel, one, fresh);
  page.revisions[change.channel] = change.revision;
  hold();
  return "applied";
}

/** Replace a summary whole, unless it is older than what is there; whether it was. */
export function applySummary(page, { page: kind, id, revision, html }) {
  const element = document.getElementById(`${kind}-${id}`);
  if (!element || revision < Number(element.dataset.revision ?? -1)) return false;
  const hold = holdScroll();
  const ahead = itemsAhead(element);
  const now = morph(element, parseElement(html));
  now.dataset.revision = revision;
  applyViewer(now, page.viewer);
  hold();
  goOn(now, ahead);
  return true;
}

/** What somebody has decided on by a button of its own goes at once: its list is told of it once a second. */
export function takeAway(button) {
  const item = button.closest("[data-item]");
  if (!item) return;
  const { parentElement: list } = item;
  const ahead = item.contains(document.activeElement) ? itemsAhead(document.body) : [];
  item.remove();
  if (ahead.length > 1) goOn(document.body, ahead);
  else if (ahead.length) takeFocus(list);
}

// Of the things to decide on (`data-item`) the one with the focus, then those after it, then those before it, the
// nearest first.
function itemsAhead(element) {
  const items = [...element.querySelectorAll("[data-item]")];
  const here = items.findIndex((item) => item.contains(document.activeElement));
  if (here < 0) return [];
  return [...items.slice(here), ...items.slice(0, here).reverse()].map((item) => ({ item, id: item.id }));
}

// What was decided on is gone: go on at the next that is there. On the thing itself and not on its first button, so that
// it is read before it is decided on, and a key held too long decides on nothing.
function goOn(element, ahead) {
  if (!ahead.length || ahead[0].item.isConnected) return;
  const next = ahead.map(({ id }) => document.getElementById(id)).find((item) => item && element.contains(item));
  if (next) takeFocus(next, { preventScroll: false });
}

function put(page, channel, { id, place, html }, fresh) {
  const wanted = parseElement(html);
  if (!wanted) return;
  // Of words a person is told their own alone, also what somebody has written down in their name.
  const { thing } = wanted.dataset;
  if (channel.startsWith("person:") && thing && !page.viewer.own.includes(thing)) {
    page.viewer = { ...page.viewer, own: [...page.viewer.own, thing] };
  }
  const there = document.getElementById(id);
  // Staff at a table are told all of a note by the table itself; what authors are told says less.
  const isNote = wanted.matches(".note");
  if (channel.startsWith("person:") && there && isNote && isStaffAt(page.viewer, wanted.dataset.table)) return;
  // With the viewer's parts in place before it is compared, what is the same stays untouched.
  followVoting(page, wanted);
  followBallot(page, wanted);
  applyViewer(wanted, page.viewer);
  const home = place ? document.querySelector(`[data-place="${CSS.escape(place)}"]`) : null;
  if (there) {
    const ours = there.hasAttribute("data-sent") && !there.hasAttribute("data-drawn");
    const mended = ours ? takeOver(there, wanted) : morph(there, wanted);
    if (home && (!home.contains(mended) || mended.parentElement === home)) insert(home, mended);
  } else if (home?.closest("[data-region]")) {
    page.stale?.(home.closest("[data-region]"));
  } else if (home && !isBefore(wanted, home)) {
    const made = document.importNode(wanted, true);
    insert(home, made);
    fresh(made);
  }
}

// Whether one may vote goes with the phase, everywhere on the page.
function followVoting(page, { dataset: { voting } }) {
  if (!voting || page.viewer.voting === voting) return;
  page.viewer = { ...page.viewer, voting };
  applyViewer(document.body, page.viewer);
}

// Which of one's votes count now, where they are counted.
function followBallot(page, { dataset: { given } }) {
  if (!given) return;
  page.viewer = { ...page.viewer, votes_given: JSON.parse(given) };
  applyViewer(document.body, page.viewer);
}

// What is older than all a page shows of a long list stays on the page of the whole list.
function isBefore(element, home) {
  return Number(element.dataset.order) < Number(home.dataset.orderFrom);
}

// A note of our own making is drawn from another template: nothing of it is worth keeping but where it stands.
function takeOver(pending, wanted) {
  const made = document.importNode(wanted, true);
  pending.replaceWith(made);
  return made;
}

function remove(page, channel, id) {
  const element = document.getElementById(id);
  if (!element) return;
  const own = page.viewer.own.includes(element.dataset.thing ?? id);
  if (own && !channel.startsWith("person:") && !isStaffAt(page.viewer, element.dataset.table)) return;
  takeOut(element);
}

/** Put an element into a container, at its place in the order where there is one. */
export function insert(home, element) {
  const sorted = home.dataset.sorted;
  if (!sorted) {
    if (element.parentElement !== home) home.append(element);
    return;
  }
  const sign = sorted === "desc" ? -1 : 1;
  const next = [...home.children].find((one) => one !== element && sign * inOrder(element, one) < 0) ?? null;
  // Moving an element takes the focus from it.
  if (element.parentElement === home && element.nextElementSibling === next) return;
  const { activeElement: focused } = document;
  home.insertBefore(element, next);
  if (element.contains(focused)) keepFocus(element, focused);
}

// What has no place in the order yet, a note that is still on its way, comes last; of two the one that came later.
function inOrder(one, other) {
  const [mine, theirs] = [one.dataset.order, other.dataset.order];
  if (!mine && !theirs) return 1;
  if (!mine || !theirs) return Number(!mine) - Number(!theirs);
  if (Number(mine) !== Number(theirs)) return Number(mine) - Number(theirs);
  return one.id < other.id ? -1 : Number(one.id > other.id);
}

// Browsers that do not anchor by themselves: what one is reading stays where it is while notes come in above it.
function holdScroll() {
  if (!globalThis.scrollY || globalThis.CSS?.supports?.("overflow-anchor", "auto")) return () => {};
  const seen = [...document.querySelectorAll("[data-thing]")].find((one) => one.getBoundingClientRect().bottom > 0);
  const before = seen?.getBoundingClientRect().top;
  return () => {
    if (seen?.isConnected) globalThis.scrollBy(0, seen.getBoundingClientRect().top - before);
  };
}
