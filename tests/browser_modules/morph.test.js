// A part of the page brought into a new shape.
import { setBody } from "./page.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

const { morph } = await import("../../static/js/morph.js");
const { parseElement } = await import("../../static/js/trusted.js");

test("where what has the focus is replaced, the focus stays at its place", () => {
  setBody(`<section><h2><a href="/">Head</a></h2><div class="row"><button name="round" value="1">End round 1</button></div></section>`);
  document.querySelector("button").focus();
  morph(
    document.querySelector("section"),
    parseElement(`<section><h2><a href="/">Head</a></h2><div class="row"><button name="round" value="2">Start round 2</button></div></section>`),
  );
  assert.equal(document.activeElement, document.querySelector(".row"));
  // The server knows nothing of it, and does not take it away again.
  morph(document.querySelector("section"), parseElement(`<section><h2></h2><div class="row">Over</div></section>`));
  assert.equal(document.activeElement, document.querySelector(".row"));
});

test("what has the focus keeps it where its part of the page moves", () => {
  setBody(`<ul><li id="a"><button>a</button></li><li id="b"><button>b</button></li></ul>`);
  const button = document.querySelector("#b button");
  button.focus();
  morph(document.querySelector("ul"), parseElement(`<ul><li id="b"><button>b</button></li><li id="a"><button>a</button></li></ul>`));
  assert.equal(document.activeElement, button);
});

test("what somebody has folded in or out stays so; what is new comes as the server has it", () => {
  setBody(`<section><details id="out" open>1</details><details id="in">1</details><details>1</details></section>`);
  morph(
    document.querySelector("section"),
    parseElement(`<section><details id="out">2</details><details id="in" open>2</details><details open>2</details><details id="new" open>2</details></section>`),
  );
  assert.deepEqual([...document.querySelectorAll("details")].map((one) => [one.open, one.textContent]), [
    [true, "2"],
    [false, "2"],
    [false, "2"],
    [true, "2"],
  ]);
});

const tree = fc.letrec((self) => ({
  node: fc.oneof({ maxDepth: 3 }, fc.constantFrom("text", "more text", "<i>x</i>"), self("element")),
  element: fc
    .record({
      tag: fc.constantFrom("p", "div", "button", "details"),
      id: fc.option(fc.constantFrom("a", "b", "c", "d"), { nil: null }),
      name: fc.constantFrom("", ' data-for="author"', " hidden", ' style="--done:1%"'),
      children: fc.array(self("node"), { maxLength: 4 }),
    })
    .map(({ tag, id, name, children }) => ({ tag, id, name, children })),
}));

function written(node, seen = new Set()) {
  if (typeof node === "string") return node;
  const id = node.id && !seen.has(node.id) ? ` id="${node.id}"` : "";
  if (id) seen.add(node.id);
  return `<${node.tag}${id}${node.name}>${node.children.map((child) => written(child, seen)).join("")}</${node.tag}>`;
}

test("one tree becomes any other one", () => {
  fc.assert(
    fc.property(tree.element, tree.element, (from, to) => {
      const html = `<section>${written(to)}</section>`;
      setBody(`<section>${written(from)}</section>`);
      // The parser may put a <p> elsewhere than it was written: what counts is what it makes of it.
      const wanted = parseElement(html);
      assert.equal(morph(document.querySelector("section"), wanted).outerHTML, parseElement(html).outerHTML);
    }),
    { numRuns: 500 },
  );
});

test("what has an id stays the same element wherever it moves", () => {
  setBody(`<ul><li id="a">a</li><li id="b">b</li><li id="c">c</li></ul>`);
  const before = new Map(["a", "b", "c"].map((id) => [id, document.getElementById(id)]));
  morph(document.querySelector("ul"), parseElement(`<ul><li id="c">c</li><li id="new">n</li><li id="a">A</li><li id="b">b</li></ul>`));
  for (const [id, element] of before) assert.equal(document.getElementById(id), element);
});
