import { FakeSocket, nobody, setBody, settle } from "./page.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const { NoAnswer, connectLive } = await import("../../static/js/live.js");

let page;
let socket;
let heard;
let live;

beforeEach(() => {
  setBody("");
  page = { revisions: { "table:t1": 4, "person:p1": 2 }, viewer: { ...nobody } };
  socket = new FakeSocket();
  heard = [];
  const on = new Proxy({}, { get: (_, name) => () => heard.push(name) });
  live = connectLive(page, socket, on, { wait: () => Promise.resolve() });
});

const change = (since, revision) => ({ channel: "table:t1", since, revision, keys: [], put: [], remove: [] });

test("it watches from what the page was read at, and again after each connection", async () => {
  await socket.take("connect");
  assert.deepEqual(socket.asked.map(({ event, fields }) => [event, fields]), [["watch", { "table:t1": 4, "person:p1": 2 }]]);
  socket.asked[0].answer({ ok: true, at: {}, viewer: { ...nobody, voted: ["a"] } });
  await settle();
  assert.deepEqual(page.viewer.voted, ["a"]);
  assert.ok(heard.includes("caughtUp"));
  await socket.take("change", change(4, 6));
  await socket.take("connect");
  assert.equal(socket.asked[1].fields["table:t1"], 6);
});

test("a gap is caught up from where the page stands; meanwhile one question is enough", async () => {
  await Promise.all([socket.take("change", change(5, 6)), socket.take("change", change(6, 7))]);
  assert.equal(socket.asked.length, 1);
  assert.equal(socket.asked[0].fields["table:t1"], 4);
  await socket.take("change", change(4, 7));
  socket.asked[0].answer({ ok: true, at: { "table:t1": 7 }, viewer: nobody });
  await settle();
  assert.equal(page.revisions["table:t1"], 7);
});

test("heads that are ahead make it watch, others do not", async () => {
  await socket.take("heads", { "table:t1": 4 });
  await socket.take("heads", { "table:unknown": 9 });
  assert.equal(socket.asked.length, 0);
  await socket.take("heads", { "table:t1": 5 });
  await settle();
  assert.equal(socket.asked.length, 1);
});

test("a page that becomes visible watches", () => {
  document.dispatchEvent(new Event("visibilitychange"));
  assert.equal(socket.asked.length, 1);
});

test("a page without a connection connects anew when it becomes visible, and when the network is back", async () => {
  const done = [];
  socket.connected = false;
  // Pages of other tests go on listening to this document.
  const mine = socket;
  socket.disconnect = () => (done.push("disconnect"), mine);
  socket.connect = () => done.push("connect");
  document.dispatchEvent(new Event("visibilitychange"));
  assert.deepEqual(done, ["disconnect", "connect"]);
  document.defaultView.dispatchEvent(new Event("online"));
  await settle();
  assert.deepEqual(done.slice(2), ["disconnect", "connect"]);
});

test("what is too far behind, or no longer open to one, is loaded afresh", async () => {
  await socket.take("behind", {});
  assert.deepEqual(heard, ["behind"]);
  await socket.take("connect");
  socket.asked[0].answer({ ok: false, code: "not_found", message: "" });
  await settle();
  assert.equal(heard.filter((name) => name === "behind").length, 2);
});

test("who is too fast watches again when it may", async () => {
  await socket.take("connect");
  socket.asked[0].answer({ ok: false, code: "too_fast", message: "", again_in: 2 });
  await settle();
  assert.equal(socket.asked.length, 2);
  socket.asked[1].answer({ ok: true, at: {}, viewer: nobody });
  await settle();
  assert.deepEqual(heard.filter((name) => ["behind", "caughtUp"].includes(name)), ["caughtUp"]);
});

test("what the server could not do is asked for again", async () => {
  await socket.take("connect");
  socket.asked[0].answer({ ok: false, code: "failed", message: "The server could not do this." });
  await settle();
  assert.equal(socket.asked.length, 2);
  socket.asked[1].answer({ ok: true, at: {}, viewer: nobody });
  await settle();
  assert.deepEqual(heard.filter((name) => ["behind", "caughtUp"].includes(name)), ["caughtUp"]);
});

test("many channels are watched in several questions", async () => {
  page.revisions = Object.fromEntries(Array.from({ length: 45 }, (_, number) => [`goal:${number}`, 0]));
  await socket.take("connect");
  for (let turn = 0; turn < 3; turn += 1) {
    socket.asked[turn].answer({ ok: true, at: {}, viewer: nobody });
    await settle();
  }
  assert.deepEqual(socket.asked.map(({ fields }) => Object.keys(fields).length), [20, 20, 5]);
});

test("sent away by the server, it comes back by itself", async () => {
  let connected = 0;
  socket.connect = () => { connected += 1; };
  socket.active = false;
  socket.connected = false;
  await socket.take("disconnect");
  await settle();
  assert.equal(connected, 1);
});

test("asked to make room for one's other pages, it stays away until somebody looks at it", async () => {
  const done = [];
  socket.connect = () => done.push("connect");
  const mine = socket;
  socket.disconnect = () => {
    done.push("disconnect");
    mine.active = mine.connected = false;
    return mine;
  };
  await socket.take("too_many", {});
  await socket.take("disconnect");
  await settle();
  assert.deepEqual(done, ["disconnect"]);
  document.dispatchEvent(new Event("visibilitychange"));
  assert.equal(done.at(-1), "connect");
  await socket.take("disconnect");
  await settle();
  assert.equal(done.filter((one) => one === "connect").length, 2, "from then on it comes back by itself as before");
});

test("who never gets an answer is told so", async () => {
  const asked = live.ask("vote.cast", { key: "k" });
  for (let turn = 0; turn < 3; turn += 1) {
    await settle();
    socket.asked[turn].fail(new Error());
  }
  await assert.rejects(asked, NoAnswer);
  assert.deepEqual(new Set(socket.asked.map(({ fields }) => fields.key)), new Set(["k"]));
});

test("whose votes are counted asks how many are left when a note they support goes or comes back", async () => {
  page.viewer = { ...nobody, voted: ["n1"], votes_given: { n1: "r1" } };
  setBody('<ol data-place="notes"><li class="note" id="n1"></li></ol><p data-votes="1"></p>');
  await socket.take("change", { ...change(4, 5), remove: ["n2"] });
  assert.equal(socket.asked.length, 0);
  await socket.take("change", { ...change(5, 6), remove: ["n1"] });
  assert.equal(socket.asked.length, 1);
  socket.asked[0].answer({ ok: true, at: {}, viewer: { ...page.viewer, votes_given: {} } });
  await settle();
  assert.deepEqual(page.viewer.votes_given, {});
  const shown = [{ id: "n1", place: "notes", html: '<li class="note" id="n1" data-thing="n1"></li>' }];
  await socket.take("change", { ...change(6, 7), put: shown });
  assert.equal(socket.asked.length, 2);
  socket.asked[1].answer({ ok: true, at: {}, viewer: page.viewer });
  await settle();
  // Another vote for it has it drawn again, and says nothing about mine.
  await socket.take("change", { ...change(7, 8), put: shown });
  assert.equal(socket.asked.length, 2);
});

test("a page of somebody else is loaded anew, and asks nothing before", async () => {
  await socket.take("connect_error", { message: "Unauthorized" });
  assert.ok(!heard.includes("behind"));
  await socket.take("connect_error", { message: "somebody else" });
  assert.ok(heard.includes("behind"));
  assert.deepEqual(socket.asked, []);
});
