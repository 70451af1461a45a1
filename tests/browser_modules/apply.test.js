import { nobody, setBody } from "./page.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import fc from "fast-check";

const { applyChange, applySummary, takeAway } = await import("../../static/js/apply.js");

const { applyViewer } = await import("../../static/js/viewer.js");

const note = ({ id, order, text, version = 1 }) =>
  `<li class="note" id="${id}" data-thing="${id}" data-table="t1" data-order="${order}" data-version="${version}">` +
  `<p class="note-text">${text}</p>` +
  `<span data-for="others" hidden>Deniz</span><span data-for="author" hidden>You</span>` +
  `<details><summary>more</summary><button name="idea" value="${id}">Report</button></details>` +
  `<button class="vote" data-vote aria-pressed="false" formaction="/act/vote.cast">0</button></li>`;

let page;

function freshPage(notes = "", sorted = "desc") {
  setBody(`<ol data-place="notes-t1" data-sorted="${sorted}">${notes}</ol><textarea id="say"></textarea>`);
  page = { revisions: { "table:t1": 0, "person:p1": 0 }, viewer: { ...nobody } };
}

function change(since, revision, put = [], remove = [], channel = "table:t1") {
  return {
    channel, since, revision, keys: [], remove,
    put: put.map((one) => ({ id: one.id, place: "notes-t1", html: note(one) })),
  };
}

const ids = () => [...document.querySelectorAll("[data-place] > *")].map((one) => one.id);

beforeEach(() => freshPage());

test("a change applies when it leads on from what the page shows", () => {
  assert.equal(applyChange(page, change(0, 2, [{ id: "a", order: 1, text: "A" }])), "applied");
  assert.equal(page.revisions["table:t1"], 2);
  assert.equal(applyChange(page, change(1, 2, [{ id: "b", order: 2, text: "B" }])), "old");
  assert.equal(applyChange(page, change(3, 4, [{ id: "c", order: 4, text: "C" }])), "gap");
  assert.equal(applyChange(page, change(1, 3, [{ id: "b", order: 3, text: "B" }])), "applied");
  assert.deepEqual(ids(), ["b", "a"]);
});

test("a channel that the page does not watch changes nothing", () => {
  assert.equal(applyChange(page, change(0, 9, [{ id: "a", order: 1, text: "A" }], [], "table:t2")), "old");
  assert.deepEqual(ids(), []);
});

test("the newest lies on top, or at the end, as the list says", () => {
  const three = [1, 3, 2].map((order) => ({ id: `n${order}`, order, text: "" }));
  applyChange(page, change(0, 3, three));
  assert.deepEqual(ids(), ["n3", "n2", "n1"]);
  freshPage("", "asc");
  applyChange(page, change(0, 3, three));
  assert.deepEqual(ids(), ["n1", "n2", "n3"]);
});

test("a table does not take away what is the viewer's own; what the person is told does", () => {
  applyChange(page, change(0, 1, [{ id: "mine", order: 1, text: "A" }]));
  page.viewer.own = ["mine"];
  applyChange(page, change(1, 2, [], ["mine"]));
  assert.deepEqual(ids(), ["mine"]);
  applyChange(page, change(0, 1, [], ["mine"], "person:p1"));
  assert.deepEqual(ids(), []);
});

test("a host is told of their own notes by the table alone", () => {
  page.viewer = { ...nobody, own: ["mine"], hosts: ["t1"] };
  applyChange(page, change(0, 1, [{ id: "mine", order: 1, text: "with the number of reports" }]));
  applyChange(page, change(0, 1, [{ id: "mine", order: 1, text: "without" }], [], "person:p1"));
  assert.match(document.getElementById("mine").textContent, /with the number/);
  applyChange(page, change(1, 2, [], ["mine"]));
  assert.deepEqual(ids(), []);
});

test("what comes is shown as the viewer sees it", () => {
  page.viewer = { ...nobody, own: ["a"], voted: ["a"] };
  applyChange(page, change(0, 1, [{ id: "a", order: 1, text: "A" }]));
  const element = document.getElementById("a");
  assert.ok(element.hasAttribute("data-mine"));
  assert.ok(!element.querySelector("[data-for=author]").hidden);
  assert.equal(element.querySelector(".vote").getAttribute("formaction"), "/act/vote.take_back");
});

test("focus, caret, selection and an open menu survive what others do", () => {
  applyChange(page, change(0, 1, [{ id: "a", order: 1, text: "A" }]));
  const details = document.querySelector("#a details");
  details.open = true;
  const button = document.querySelector("#a details button");
  const say = document.getElementById("say");
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(4), fc.string(), fc.boolean()), { maxLength: 20 }), (steps) => {
      say.value = "half a sentence";
      say.focus();
      say.setSelectionRange(3, 7);
      for (const [number, text, keep] of steps) {
        const at = page.revisions["table:t1"];
        const safe = text.replace(/[<&]/g, "");
        const put = [{ id: keep ? "a" : `n${number}`, order: keep ? 1 : number + 2, text: safe, version: at }];
        applyChange(page, change(at, at + 1, put, keep ? [] : [`n${(number + 1) % 5}`]));
      }
      assert.equal(document.activeElement, say);
      assert.deepEqual([say.selectionStart, say.selectionEnd, say.value], [3, 7, "half a sentence"]);
      assert.ok(details.isConnected && details.open);
      button.focus();
      const at = page.revisions["table:t1"];
      applyChange(page, change(at, at + 1, [{ id: "a", order: 1, text: `again ${at}` }]));
      assert.equal(document.activeElement, button);
    }),
  );
});

test("whose note is taken away under the hand goes on from the list", () => {
  setBody(`<section><h2>Notes</h2><ol data-place="notes-t1"></ol></section>`);
  const both = ["a", "b"].map((id, index) => ({ id, order: index + 1, text: id }));
  applyChange(page, change(0, 1, both));
  document.querySelector("#a .vote").focus();
  applyChange(page, change(1, 2, [], ["a"]));
  assert.equal(document.activeElement, document.querySelector("[data-place]"));
  // An empty list cannot be seen.
  document.querySelector("#b .vote").focus();
  applyChange(page, change(2, 3, [], ["b"]));
  assert.equal(document.activeElement, document.querySelector("section"));
});

test("a new thing in a filtered list asks for the list again", () => {
  setBody(`<section id="all" data-region><ol data-place="notes-t1"></ol></section>`);
  const stale = [];
  page.stale = (region) => stale.push(region.id);
  applyChange(page, change(0, 1, [{ id: "a", order: 1, text: "A" }]));
  assert.deepEqual([ids(), stale], [[], ["all"]]);
});

test("a table row stays a table row", () => {
  setBody(`<table><tbody data-place="rows"></tbody></table>`);
  const put = [{ id: "r", place: "rows", html: `<tr id="r"><td>1</td></tr>` }];
  applyChange(page, { channel: "table:t1", since: 0, revision: 1, keys: [], put, remove: [] });
  assert.equal(document.querySelector("tbody > tr > td").textContent, "1");
});

test("a summary replaces an older one whole", () => {
  setBody(`<section id="screen-c1" data-revision="5"><p>old</p></section>`);
  const summary = (revision, text) => ({ page: "screen", id: "c1", revision, html: `<section id="screen-c1"><p>${text}</p></section>` });
  assert.equal(applySummary(page, summary(4, "older")), false);
  assert.equal(applySummary(page, summary(6, "newer")), true);
  assert.equal(document.querySelector("#screen-c1 p").textContent, "newer");
  assert.equal(applySummary(page, summary(5, "late")), false);
});

test("what was decided on is gone, and the next has the focus", () => {
  const item = (id) => `<li data-item id="decide-${id}"><p>${id}</p><button name="idea" value="${id}">Let it through</button></li>`;
  const drawn = (...groups) =>
    `<section id="queue-c1">${groups.map((ids) => `<div><ul>${ids.map(item).join("")}</ul></div>`).join("")}</section>`;
  setBody(drawn(["a", "b", "c", "d"]));
  const redrawn = (revision, ...groups) => applySummary(page, { page: "queue", id: "c1", revision, html: drawn(...groups) });
  const press = (id) => document.querySelector(`#decide-${id} button`).focus();
  const focused = () => document.activeElement.id;
  // On the thing itself: whoever presses twice decides on nothing unread.
  press("b");
  redrawn(1, ["a", "c", "d"]);
  assert.equal(focused(), "decide-c");
  // It and the next are gone at once, as where two people decide.
  press("c");
  redrawn(2, ["a"]);
  assert.equal(focused(), "decide-a");
  // It is somewhere else in the list.
  redrawn(3, ["a", "e"], ["f"]);
  press("e");
  redrawn(4, ["a"], ["f", "e"]);
  assert.equal(focused(), "decide-e");
  // Nothing is left, and one goes on from where it was.
  press("e");
  redrawn(5);
  assert.equal(focused(), "queue-c1");
  // What others decide on takes nobody's place.
  redrawn(6, ["a", "b"]);
  press("b");
  redrawn(7, ["b"]);
  assert.equal(document.activeElement, document.querySelector("#decide-b button"));
  // The answer comes before the list is drawn again.
  redrawn(8, ["a", "b", "c"]);
  press("b");
  takeAway(document.activeElement);
  assert.deepEqual([focused(), document.getElementById("decide-b")], ["decide-c", null]);
  press("c");
  takeAway(document.querySelector("#decide-a button"));
  assert.equal(document.activeElement, document.querySelector("#decide-c button"));
  takeAway(document.activeElement);
  assert.equal(document.activeElement, document.querySelector("ul"));
});

// A server with two channels that forgets nothing, and a net that loses, repeats and disorders what it carries.
const step = fc.record({
  channel: fc.constantFrom("table:t1", "person:p1"),
  id: fc.constantFrom("a", "b", "c", "d"),
  gone: fc.boolean(),
  text: fc.constantFrom("x", "y", "z <b>bold</b>"),
  fate: fc.constantFrom("deliver", "lose", "late", "twice"),
});

class Server {
  things = new Map();
  at = { "table:t1": 0, "person:p1": 0 };
  log = { "table:t1": [], "person:p1": [] };

  do({ channel, id, gone, text }) {
    const own = channel === "person:p1" ? `own-${id}` : id;
    const before = this.things.get(own);
    this.at[channel] += 1;
    const order = before?.order ?? Object.values(this.at).reduce((sum, one) => sum + one);
    this.things.set(own, { id: own, order, text, gone, channel, version: (before?.version ?? 0) + 1 });
    this.log[channel].push(own);
    return this.catchUp(channel, this.at[channel] - 1);
  }

  catchUp(channel, since) {
    const touched = new Set(this.log[channel].slice(since));
    const things = [...touched].map((id) => this.things.get(id));
    return change(
      since, this.at[channel], things.filter(({ gone }) => !gone), things.filter(({ gone }) => gone).map(({ id }) => id), channel,
    );
  }

  draw() {
    const there = [...this.things.values()].filter(({ gone }) => !gone).sort((one, other) => other.order - one.order);
    return there.map(note).join("");
  }
}

test("whatever is lost, repeated or out of order: after catching up it is the page loaded afresh", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      freshPage();
      const server = new Server();
      const late = [];
      const take = (one) => {
        if (applyChange(page, one) === "gap") {
          assert.equal(applyChange(page, server.catchUp(one.channel, page.revisions[one.channel])), "applied");
        }
      };
      for (const one of steps) {
        const told = server.do(one);
        if (one.fate === "late") late.push(told);
        else if (one.fate !== "lose") take(told);
        if (one.fate === "twice") take(told);
      }
      for (const told of late.reverse()) take(told);
      for (const [channel, revision] of Object.entries(server.at)) {
        if (page.revisions[channel] < revision) take(server.catchUp(channel, page.revisions[channel]));
      }
      const came = document.querySelector("[data-place]").innerHTML;
      freshPage(server.draw());
      // What a person is told is their own.
      applyViewer(document.body, { ...nobody, own: ids().filter((id) => id.startsWith("own-")) });
      assert.equal(came, document.querySelector("[data-place]").innerHTML);
    }),
    { numRuns: 300 },
  );
});

test("what is older than the notes a page shows is not laid among them; what is there changes", () => {
  freshPage(note({ id: "n7", order: 7, text: "seven" }) + note({ id: "n5", order: 5, text: "five" }));
  document.querySelector("[data-place]").dataset.orderFrom = "5";
  applyChange(page, change(0, 9, [
    { id: "n4", order: 4, text: "four" }, { id: "n5", order: 5, text: "five again" }, { id: "n8", order: 8, text: "eight" },
  ]));
  assert.deepEqual(ids(), ["n8", "n7", "n5"]);
  assert.match(document.getElementById("n5").textContent, /five again/);
});
