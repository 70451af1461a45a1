import { nobody, setBody } from "./page.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

const { applyViewer, isStaffAt } = await import("../../static/js/viewer.js");
const { default: conditions } = await import("../../static/js/conditions.json", { with: { type: "json" } });

const some = (all) => fc.subarray(all);
const viewers = fc.record({
  role: fc.constantFrom("stranger", "screen", "participant", "innolab", "moderator", "admin"),
  seated: fc.constantFrom("yes", "no"),
  hosts: some(["t1", "t2"]),
  own: some(["a", "b"]),
  voted: some(["a", "b"]),
  votes_at: some(["t1", "t2", "everywhere"]),
});

const PAGE = ["a", "b"]
  .map((id, table) => {
    const parts = Object.keys(conditions).map((word) => `<i data-for="${word}"></i><i data-for="${word} author" hidden></i>`);
    return `<li data-thing="${id}" data-table="t${table + 1}">${parts.join("")}<button data-vote></button></li>`;
  })
  .join("");

test("twice shows the same as once, and what was shown to somebody else does not matter", () => {
  fc.assert(
    fc.property(viewers, viewers, (viewer, before) => {
      setBody(PAGE);
      applyViewer(document.body, viewer);
      const once = document.body.innerHTML;
      applyViewer(document.body, viewer);
      assert.equal(document.body.innerHTML, once);
      setBody(PAGE);
      applyViewer(document.body, before);
      applyViewer(document.body, viewer);
      assert.equal(document.body.innerHTML, once);
    }),
  );
});

test("the root itself is looked at too", () => {
  setBody(`<p id="one" data-for="author" data-thing="a" hidden></p>`);
  const root = document.getElementById("one");
  applyViewer(root, { ...nobody, own: ["a"] });
  assert.ok(!root.hidden && root.hasAttribute("data-mine"));
});

test("a word that nobody has heard of shows nothing", () => {
  setBody(`<p data-for="somebody"></p>`);
  applyViewer(document.body, nobody);
  assert.ok(document.querySelector("p").hidden);
});

test("staff at a table are its host and the moderators", () => {
  assert.ok(isStaffAt({ ...nobody, hosts: ["t1"] }, "t1"));
  assert.ok(!isStaffAt({ ...nobody, hosts: ["t1"] }, "t2"));
  assert.ok(isStaffAt({ ...nobody, role: "moderator" }, "t2"));
  assert.ok(!isStaffAt({ ...nobody, role: "innolab" }, "t2"));
});

test("the votes that are left are of the round that runs, or of the whole café, and never fewer than none", () => {
  const viewer = { ...nobody, votes_given: { a: "r1", b: "r1", c: "r2" } };
  const left = (attributes) => {
    setBody(`<div data-votes-round="r2" ${attributes}><b data-votes-left>7</b></div>`);
    applyViewer(document.body, viewer);
    return document.querySelector("b").textContent;
  };
  assert.equal(left('data-votes="5" data-votes-per="cafe"'), "2");
  assert.equal(left('data-votes="3" data-votes-per="round"'), "2");
  assert.equal(left('data-votes="2" data-votes-per="cafe"'), "0");
  assert.equal(left(""), "7");
});

test("at no vote left it is said what can be done", () => {
  const viewer = { ...nobody, votes_given: { a: "r1", b: "r1" } };
  const gone = (votes) => {
    setBody(`<div data-votes="${votes}" data-votes-per="cafe"><b data-votes-left></b><i data-votes-gone></i></div>`);
    applyViewer(document.body, viewer);
    return !document.querySelector("i").hidden;
  };
  assert.ok(!gone(3));
  assert.ok(gone(2));
});

test("a way to the table whose page is open says that it is this one", () => {
  setBody(`<a id="there" data-goes="t1">1</a><a id="elsewhere" data-goes="t2" aria-current="page">2</a>`, { at: "t1" });
  applyViewer(document.body, nobody);
  const current = (id) => document.getElementById(id).getAttribute("aria-current");
  assert.deepEqual([current("there"), current("elsewhere")], ["page", null]);
});
