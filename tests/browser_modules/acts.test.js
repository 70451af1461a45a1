// Buttons that act at once.
import { nobody, setBody, settle, until } from "./page.js";
import assert from "node:assert/strict";
import { test } from "node:test";

const { sendActs } = await import("../../static/js/acts.js");

function actForm() {
  setBody(`<form id="act" method="post"></form>
    <button form="act" formaction="/act/vote.cast" name="idea" value="i1">vote</button>
    <button form="act" formaction="/act/seat.take" name="table" value="t2" data-post>sit</button>`);
  const [vote, sit] = document.querySelectorAll("button");
  const press = (button) => {
    const event = new Event("submit", { cancelable: true });
    event.submitter = button;
    document.getElementById("act").dispatchEvent(event);
    return event.defaultPrevented;
  };
  return { vote, sit, press };
}

test("a button is sent once until it is answered", async () => {
  const { vote, sit, press } = actForm();
  const asked = [];
  const done = [];
  let answer;
  sendActs(document.getElementById("act"), {
    send: (call) => (asked.push(call), new Promise((yes) => { answer = yes; })),
    done: (...what) => done.push(what),
    failed: assert.fail,
  });
  assert.ok(press(vote) && press(vote));
  assert.equal(asked.length, 1);
  const [{ operation, key, fields }] = asked;
  assert.deepEqual([operation, fields], ["vote.cast", { idea: "i1" }]);
  assert.match(key, /^[0-9a-f-]{36}$/);
  answer({ ok: true, key, at: {} });
  await settle();
  assert.equal(done.length, 1);
  assert.ok(press(vote));
  assert.equal(asked.length, 2);
  assert.equal(press(sit), false);
});

test("the second half of a double click does not press what came to lie there", async () => {
  setBody(`<form id="act"></form><p id="row"><button form="act" formaction="/act/round.open" name="round" value="r1" data-careful>Start round 1</button></p>`);
  const asked = [];
  let time = 0;
  sendActs(document.getElementById("act"), {
    send: async ({ fields }) => (asked.push(fields.round), { ok: true, at: {} }),
    done() {},
    failed: assert.fail,
    now: () => time,
  });
  const row = document.getElementById("row");
  const press = (x) => row.lastElementChild.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, detail: 1, clientX: x, clientY: 20 }));
  press(300);
  await settle();
  // The answer draws the row anew, under a finger that comes down again.
  row.innerHTML = `<button form="act" formaction="/act/round.open" name="round" value="r2" data-careful>Start round 2</button>`;
  time = 900;
  press(304);
  await settle();
  assert.deepEqual(asked, ["r1"]);
  press(500);
  await settle();
  assert.deepEqual(asked, ["r1", "r2"]);
  row.innerHTML = `<button form="act" formaction="/act/round.open" name="round" value="r3" data-careful>Start round 3</button>`;
  time = 3000;
  press(500);
  await settle();
  assert.deepEqual(asked, ["r1", "r2", "r3"]);
  // In a list that one goes through quickly it is a shorter while.
  row.innerHTML = `<button form="act" formaction="/act/round.open" name="round" value="r4" data-careful="700">Start round 4</button>`;
  time = 3600;
  press(500);
  await settle();
  assert.deepEqual(asked, ["r1", "r2", "r3"]);
  time = 3800;
  press(500);
  await settle();
  assert.deepEqual(asked, ["r1", "r2", "r3", "r4"]);
});

test("whoever presses keys need not wait between two buttons", async () => {
  setBody(`<form id="act"></form><button form="act" formaction="/act/round.close" name="round" value="r1" data-careful>End round 1</button>
    <button form="act" formaction="/act/round.open" name="round" value="r2" data-careful>Start round 2</button>`);
  const asked = [];
  sendActs(document.getElementById("act"), {
    send: async ({ operation }) => (asked.push(operation), { ok: true, at: {} }),
    done() {},
    failed: assert.fail,
    now: () => 0,
  });
  // A key's click has no place, and counts none.
  for (const button of document.querySelectorAll("button")) {
    button.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    await settle();
  }
  assert.deepEqual(asked, ["round.close", "round.open"]);
});

test("a refusal is shown, and that nobody answered; the page stays", async () => {
  const { vote, press } = actForm();
  const said = [];
  let reached = true;
  sendActs(document.getElementById("act"), {
    send: async () => {
      if (!reached) throw new Error("nobody there");
      return { ok: false, code: "forbidden", message: "Not here." };
    },
    done: assert.fail,
    failed: (text) => said.push(text),
  });
  press(vote);
  await settle();
  assert.deepEqual(said, ["Not here."]);
  reached = false;
  assert.ok(press(vote));
  await settle();
  assert.equal(said.length, 2);
  assert.ok(said[1]);
  assert.equal(vote.hasAttribute("aria-busy"), false);
});
