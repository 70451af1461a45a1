// Which parts of a fragment are for whom: the browser's reading of the table the server reads too.
import conditions from "./conditions.json" with { type: "json" };

/** Show under `root`, itself included, what is meant for `viewer`, and what is theirs. */
export function applyViewer(root, viewer) {
  for (const element of all(root, "[data-for]")) {
    element.toggleAttribute("hidden", !isMeantFor(viewer, element));
  }
  for (const element of all(root, "[data-thing]")) {
    element.toggleAttribute("data-mine", viewer.own.includes(element.dataset.thing));
  }
  for (const button of all(root, "[data-vote]")) {
    const given = viewer.voted.includes(near(button, "thing"));
    set(button, "aria-pressed", String(given));
    set(button, "formaction", given ? "/act/vote.take_back" : "/act/vote.cast");
  }
  for (const link of all(root, "[data-goes]")) {
    if (link.dataset.goes === document.body.dataset.at) set(link, "aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  for (const counted of all(root, "[data-votes]")) {
    const left = counted.querySelector("[data-votes-left]");
    if (!left) continue;
    const number = String(votesLeft(viewer, counted.dataset));
    if (left.textContent !== number) left.textContent = number;
    counted.querySelector("[data-votes-gone]")?.toggleAttribute("hidden", number !== "0");
  }
}

/** The round of a café that a vote given on this page counts in. */
export function votesRound() {
  return document.querySelector("[data-votes-round]")?.dataset.votesRound ?? "";
}

function votesLeft(viewer, { votes, votesPer, votesRound: now }) {
  const given = Object.values(viewer.votes_given ?? {});
  // A note that was shown again brings its votes back, which may have been given elsewhere since.
  return Math.max(0, votes - given.filter((round) => votesPer !== "round" || round === now).length);
}

/** Whether somebody is told all of a table: its host and the moderators. */
export function isStaffAt(viewer, table) {
  return ["moderator", "admin"].includes(viewer.role) || viewer.hosts.includes(table);
}

function isMeantFor(viewer, element) {
  const subjects = {
    thing: near(element, "thing"),
    table: near(element, "table"),
    role: viewer.role,
    seated: viewer.seated,
    everywhere: "everywhere",
    voting: viewer.voting ?? "yes",
    follows: viewer.follows ?? "no",
  };
  const holds = ([subject, relation, against]) => {
    const known = typeof against === "string" ? viewer[against] : against;
    return known.includes(subjects[subject]) === (relation === "in");
  };
  return element.dataset.for
    .split(" ")
    .some((word) => (conditions[word] ?? []).some((clauses) => clauses.every(holds)));
}

function near(element, name) {
  return element.closest(`[data-${name}]`)?.dataset[name] ?? "";
}

function all(root, selector) {
  const inside = root.querySelectorAll(selector);
  return root.matches?.(selector) ? [root, ...inside] : inside;
}

// Writing what is there already would wake everything that watches the page.
function set(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
