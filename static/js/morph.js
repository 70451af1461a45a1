// Makes an element like another one by changing only what differs, so that focus, caret, selection,
// scroll position and running animations of all that stays the same are left in peace.

// The page's own, which no server knows: a part that was folded out stays open, a new note's motion ends by itself,
// and where the focus was put it may stay.
const OURS = new Set(["open", "data-new", "data-sent", "tabindex"]);
// And what was folded in stays so: here its absence says as much.
const FOLDS = "open";

/** Bring `element` into the shape of `wanted`; gives the element that now stands in the page. */
export function morph(element, wanted) {
  if (element.nodeName !== wanted.nodeName) {
    const made = document.importNode(wanted, true);
    element.replaceWith(made);
    return made;
  }
  const { activeElement: focused } = document;
  const within = element !== focused && element.contains(focused);
  matchAttributes(element, wanted);
  matchChildren(element, wanted);
  if (within) keepFocus(element, focused);
  return element;
}

/** What had the focus inside of `element` has it still, wherever it has moved to; where it is gone, its place has it. */
export function keepFocus(element, focused) {
  if (element.contains(focused)) {
    if (document.activeElement !== focused) focused.focus({ preventScroll: true });
  } else if (!element.contains(document.activeElement)) {
    // Of the parts round what is gone, the innermost is the first to notice.
    takeFocus(element);
  }
}

/** Where something with the focus is gone: go on from the place it had, not from the top of the page. */
export function takeFocus(element, how = { preventScroll: true }) {
  element.tabIndex = -1;
  element.focus(how);
}

/** Take `element` away; what had the focus in it hands it to the nearest part that shows anything. */
export function takeOut(element) {
  let place = element.contains(document.activeElement) ? element.parentElement : null;
  element.remove();
  // One sees nothing of a list in which nothing is left.
  while (place && !place.childElementCount) place = place.parentElement;
  if (place) takeFocus(place);
}

function matchAttributes(element, wanted) {
  for (const { name } of [...element.attributes]) {
    if (!wanted.hasAttribute(name) && !OURS.has(name)) element.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (name !== FOLDS && element.getAttribute(name) !== value && !(OURS.has(name) && element.hasAttribute(name))) {
      element.setAttribute(name, value);
    }
  }
}

function matchChildren(element, wanted) {
  // What somebody has typed is a property, not a child; its default may change under it.
  if (element.nodeName === "TEXTAREA" && element === document.activeElement) return;
  const named = new Map();
  for (const child of element.children) if (child.id) named.set(child.id, child);
  const wantedIds = new Set([...wanted.children].map((child) => child.id).filter(Boolean));
  let here = element.firstChild;
  for (const target of [...wanted.childNodes]) {
    const known = target.id ? named.get(target.id) : null;
    if (known) {
      if (known === here) here = here.nextSibling;
      else element.insertBefore(known, here);
      morph(known, target);
      continue;
    }
    // An element with an id of its own is nobody else's body; those that will be needed further down are stepped over.
    let fitting = here;
    while (fitting?.id && wantedIds.has(fitting.id)) fitting = fitting.nextSibling;
    if (fitting && alike(fitting, target)) {
      if (fitting === here) here = here.nextSibling;
      else element.insertBefore(fitting, here);
      if (target.nodeType === Node.ELEMENT_NODE) morph(fitting, target);
      else if (fitting.data !== target.data) fitting.data = target.data;
    } else {
      element.insertBefore(document.importNode(target, true), here);
    }
  }
  while (here) {
    const next = here.nextSibling;
    // How many look alike is the page's own addition, and somebody may be about to follow it.
    if (!here.matches?.("[data-alike-count]")) here.remove();
    here = next;
  }
}

function alike(node, target) {
  if (node.nodeType !== target.nodeType || node.nodeName !== target.nodeName) return false;
  if (node.nodeType !== Node.ELEMENT_NODE) return true;
  return !node.id && !target.id && part(node) === part(target);
}

// A button that becomes another button is a new one: focus must not slip from "Edit" to "Withdraw".
function part(element) {
  return ["name", "value", "type", "href", "data-for", "data-thing"]
    .map((name) => element.getAttribute(name))
    .join("\n");
}
