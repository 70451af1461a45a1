// A table opened without network: when it takes the server to be back.
import { setBody, until } from "./page.js";
import assert from "node:assert/strict";
import { test } from "node:test";

// Looks when it hears of the network; the test says when that is.
globalThis.setInterval = () => 0;
Object.defineProperty(globalThis, "navigator", { value: { onLine: true }, configurable: true });

const { loadAfresh } = await import("../../static/js/afresh.js");
const { openWithoutNetwork } = await import("../../static/js/offline.js");

test("a proxy that does not find the server is not the server, whose own answer brings its page", async () => {
  setBody("");
  let body = "<body><h1>404 page not found</h1></body>";
  const asked = [];
  globalThis.fetch = async (_, { method = "GET" }) => {
    asked.push(method);
    return new Response(method === "HEAD" ? null : body, { status: 404 });
  };
  await openWithoutNetwork(null);
  const look = async () => {
    asked.length = 0;
    document.defaultView.dispatchEvent(new Event("online"));
    await until(() => asked.length === 2);
    await until(() => loadAfresh.due, 200);
  };
  await look();
  assert.equal(loadAfresh.due, undefined);
  body = '<body data-page-kind="page"><h1>Not found</h1></body>';
  await look();
  assert.ok(loadAfresh.due);
  clearTimeout(loadAfresh.due);
});
