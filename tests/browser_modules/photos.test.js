// Photos made smaller before they are sent, and forms that need the network.
import { setBody, settle } from "./page.js";
import assert from "node:assert/strict";
import { test } from "node:test";

const { needNetwork } = await import("../../static/js/online.js");
const { prepareBack } = await import("../../static/js/join.js");
const { sendSmall, shrunk } = await import("../../static/js/photos.js");

const file = (size, name = "IMG_1.png") => new File([new Uint8Array(size)], name);
const pictured = (size) => async () => new Blob([new Uint8Array(size)]);

test("a large photo is made smaller, a small one and one that cannot be read go as they are", async () => {
  const small = file(900_000);
  assert.equal(await shrunk(small, { read: pictured(10) }), small);
  const made = await shrunk(file(4_000_000), { read: pictured(500_000) });
  assert.deepEqual([made.size, made.name, made.type], [500_000, "IMG_1.jpg", "image/jpeg"]);
  const strange = file(4_000_000);
  assert.equal(await shrunk(strange, { read: async () => Promise.reject(new Error("no picture")) }), strange);
  assert.equal(await shrunk(strange, { read: pictured(5_000_000) }), strange);
});

/** A form with one file chosen; `sent` counts how often it was really sent. */
function formWith(chosen, most) {
  setBody(`<form data-photo="${most}"><input type="file"><p data-too-large hidden></p><button>Keep</button></form>`);
  const form = document.querySelector("form");
  const input = form.querySelector("input");
  let files = [chosen];
  Object.defineProperty(input, "files", { get: () => files, set: (value) => (files = value) });
  const sent = [];
  form.requestSubmit = () => {
    const event = new Event("submit", { cancelable: true });
    if (form.dispatchEvent(event)) sent.push(files[0]);
  };
  return { form, sent };
}

test("a photo that stays too large is said here and not sent", async () => {
  const { form, sent } = formWith(file(2_000_000), 1_500_000);
  sendSmall(form, { shrink: async (one) => one });
  form.requestSubmit();
  await settle();
  assert.equal(sent.length, 0);
  assert.equal(form.querySelector("[data-too-large]").hidden, false);
});

test("what fits is sent once", async () => {
  const { form, sent } = formWith(file(2_000_000), 15_000_000);
  sendSmall(form, { shrink: async (one) => one });
  form.requestSubmit();
  await settle();
  assert.equal(sent.length, 1);
});

test("a form that needs the network stays where it is until the server answers", async () => {
  const { form, sent } = formWith(file(1), 10);
  const said = [];
  let there = false;
  needNetwork([form], { answers: async () => there, show: (text) => said.push(text) });
  form.requestSubmit();
  await settle();
  assert.deepEqual([sent.length, said.length], [0, 1]);
  assert.match(said[0], /^You are offline/);
  there = true;
  form.requestSubmit();
  await settle();
  assert.deepEqual([sent.length, said.length], [1, 1]);
});

test("a scanned receipt stands in its field, and nothing else does", () => {
  setBody(`<form data-back><input name="receipt"></form>`);
  const form = document.querySelector("form");
  for (const hash of ["", "#main", "#K7MP3QRTX", "#<b>12345"]) prepareBack(form, { hash });
  assert.equal(form.elements.receipt.value, "");
  prepareBack(form, { hash: "#k7mp3qrt" });
  assert.equal(form.elements.receipt.value, "K7MP 3QRT");
});
