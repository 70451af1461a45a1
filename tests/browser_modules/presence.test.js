import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.js";
import { createPresence } from "../../static/js/presence.js";

function lay() {
  document.body.innerHTML = `<details id="faces-t"><summary>
    <span class="face" data-person="Hanna" data-host data-is="host">Ha</span>
    <span class="face" data-person="Nuri">Nu</span></summary>
    <ul><li data-person="Nuri">Nuri <span data-away hidden>not connected</span></li></ul></details>
    <p data-here="t" hidden></p>`;
}

const is = (name) => document.querySelector(`.face[data-person=${name}]`).dataset.is;

test("who is not connected is drawn so, also after the table was drawn anew, until they are back", () => {
  lay();
  const presence = createPresence();
  presence.hear({ tables: { t: { here: 0, seated: 2, away: ["Hanna", "Nuri"], words: "0 of 2 connected" } } });
  assert.deepEqual([is("Hanna"), is("Nuri")], ["away", "away"]);
  assert.equal(document.querySelector("[data-away]").hidden, false);
  lay();
  presence.draw();
  assert.equal(is("Nuri"), "away");
  assert.equal(document.querySelector("[data-here]").textContent, "0 of 2 connected");
  presence.hear({ tables: { t: { here: 2, seated: 2, away: [], words: "2 of 2 connected" } } });
  assert.deepEqual([is("Hanna"), is("Nuri")], ["host", undefined]);
  assert.equal(document.querySelector("[data-away]").hidden, true);
});

test("a page without such places stays as it is", () => {
  document.body.innerHTML = "<p>Nothing</p>";
  createPresence().hear({ tables: { t: { here: 1, seated: 1, words: "1 of 1 connected" } } });
  assert.equal(document.body.innerHTML, "<p>Nothing</p>");
});
