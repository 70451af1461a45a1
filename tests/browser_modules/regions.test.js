import { nobody, setBody, until } from "./page.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const { createRegions } = await import("../../static/js/regions.js");

const REGION = (text) =>
  `<section id="list" data-region data-channels="list:e1 goal:g1"><p data-thing="a"><b data-for="author" hidden>You</b>${text}</p>
   <input type="checkbox" id="tick"><input id="filter"></section><section id="other" data-region data-channels="goal:g9">as it was</section>`;

let asked;
let answer;
let page;
let regions;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

beforeEach(() => {
  setBody(REGION("old"));
  asked = 0;
  answer = REGION("new").replace("as it was", "something else");
  page = { viewer: { ...nobody } };
  regions = createRegions(page, {
    spread: 0,
    load: async () => {
      asked += 1;
      return { ok: true, text: async () => `<body data-viewer='${JSON.stringify({ ...nobody, own: ["a"] })}'>${answer}</body>` };
    },
  });
});

test("what changed is asked again and shown as the viewer sees it; the rest is left alone", async () => {
  document.getElementById("tick").checked = true;
  regions.changed("list:e1");
  await until(() => /new/.test(document.querySelector("#list p").textContent));
  assert.match(document.querySelector("#list p").textContent, /new/);
  assert.ok(!document.querySelector("#list [data-for]").hidden);
  assert.ok(document.getElementById("tick").checked);
  assert.equal(document.getElementById("other").textContent, "as it was");
});

test("what one wrote and supported while an answer was on its way is not forgotten for it", async () => {
  let give;
  const waiting = new Promise((done) => { give = done; });
  const slow = createRegions(page, {
    spread: 0,
    load: async () => {
      asked += 1;
      await waiting;
      return { ok: true, text: async () => `<body data-viewer='${JSON.stringify({ ...nobody, name: "as it was" })}'>${answer}</body>` };
    },
  });
  slow.changed("list:e1");
  await until(() => asked);
  page.viewer = { ...page.viewer, own: ["a"], voted: ["b"] };
  give();
  await until(() => /new/.test(document.querySelector("#list p").textContent));
  assert.deepEqual([page.viewer.own, page.viewer.voted], [["a"], ["b"]]);
  assert.ok(!document.querySelector("#list [data-for]").hidden);
});

test("what the page knows beyond the server is added before anything is drawn for the viewer who came along", async () => {
  const adding = createRegions(page, {
    spread: 0,
    viewer: () => { page.viewer = { ...page.viewer, own: [...page.viewer.own, "on its way"] }; },
    load: async () => ({ ok: true, text: async () => `<body data-viewer='${JSON.stringify(nobody)}'>${answer.replace('"a"', '"on its way"')}</body>` }),
  });
  adding.changed("list:e1");
  await until(() => /new/.test(document.querySelector("#list p").textContent));
  assert.deepEqual(page.viewer.own, ["on its way"]);
  assert.ok(!document.querySelector("#list [data-for]").hidden);
});

test("a channel of no region asks for nothing", async () => {
  regions.changed("table:t1");
  await pause(20);
  assert.equal(asked, 0);
});

test("words that nobody has sent stay where they are, also when the field was left", async () => {
  document.getElementById("list").insertAdjacentHTML("beforeend", `<form><textarea id="remark"></textarea></form>`);
  const words = document.getElementById("remark");
  words.focus();
  words.value = "On Saturdays too";
  words.blur();
  regions.changed("list:e1");
  await pause(20);
  assert.equal(asked, 0);
  assert.equal(document.getElementById("remark").value, "On Saturdays too");
  words.value = "";
  words.dispatchEvent(new Event("focusout", { bubbles: true }));
  await until(() => asked);
  assert.equal(document.getElementById("remark"), null);
});

test("what is closed to the one who looks is not asked for again and again", async () => {
  let often = 0;
  const closed = createRegions(page, {
    spread: 0,
    load: async () => {
      often += 1;
      return { ok: false, status: 404, text: async () => `<body data-page-kind="page"></body>` };
    },
  });
  closed.changed("list:e1");
  await until(() => often);
  await pause(2200);
  assert.equal(often, 1);
  closed.changed("list:e1");
  await until(() => often === 2);
});

test("of a page that is closed to the one who looks nothing stays but words that nobody has sent", async () => {
  document.title = "A note to hide · Workshop";
  document.getElementById("list").tabIndex = -1;
  document.getElementById("tick").focus();
  document.getElementById("other").outerHTML =
    `<section id="other" data-region data-channels="goal:g9"><form><textarea id="remark"></textarea></form></section>`;
  document.getElementById("remark").value = "Why?";
  let ours = `<body><h1>404 of a proxy</h1></body>`;
  let often = 0;
  const closing = createRegions(page, {
    spread: 0,
    load: async () => {
      often += 1;
      return ours ? { ok: false, status: 404, text: async () => ours } : { ok: true, text: async () => answer };
    },
  });
  closing.changed("list:e1");
  await until(() => often === 1);
  await pause(20);
  assert.match(document.getElementById("list").textContent, /old/);
  ours = `<body data-page-kind="page"><h1>Not found</h1></body>`;
  closing.changed("list:e1");
  await until(() => often === 2 && !/old/.test(document.body.textContent), 3000);
  assert.equal(document.querySelector("#list > h1").textContent, "Gone.");
  assert.equal(document.getElementById("list").textContent, "Gone.");
  assert.equal(document.title, "Workshop");
  assert.equal(document.activeElement, document.getElementById("list"));
  assert.equal(document.getElementById("remark").value, "Why?");
  // Shown again it is there again.
  ours = null;
  closing.changed("list:e1");
  await until(() => /new/.test(document.getElementById("list").textContent), 3000);
  assert.match(document.getElementById("list").textContent, /new/);
});

test("a storm of changes asks at most every two seconds", async () => {
  const times = [];
  while (times.length < 2) {
    regions.changed("goal:g1");
    await pause(1);
    if (asked > times.length) times.push(Date.now());
  }
  assert.ok(times[1] - times[0] > 1900, `${times[1] - times[0]} ms`);
});

test("nothing moves under somebody who types; it comes when they leave the field", async () => {
  const filter = document.getElementById("filter");
  filter.focus();
  filter.value = "half";
  regions.changed("list:e1");
  await pause(20);
  assert.equal(asked, 0);
  filter.blur();
  await until(() => asked);
  assert.equal(asked, 1);
  assert.equal(document.getElementById("filter").value, "half");
});
