// The socket's own ways: what lets it through is found, and nothing that hangs is waited for.
import "./page.js";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { test } from "node:test";
import { until } from "./page.js";

const { connectNow, createSocket } = await import("../../static/js/socket.js");
const HELLO = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const OPEN = '0{"sid":"s1","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100000}';

// A raw WebSocket, taken and closed as a proxy does.
function takeAndClose(connection, key) {
  const accept = createHash("sha1").update(key + HELLO).digest("base64");
  connection.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  connection.end(Buffer.from([0x88, 0x00]));
}

/** A server that is asked: how, stands in `asked`; and a socket that would connect to it. */
async function network(context, onSocket, onPoll) {
  const asked = [];
  const connections = [];
  const server = createServer((request, response) => {
    asked.push("polling");
    onPoll(request, response);
  });
  server.on("upgrade", (request, connection) => {
    asked.push("websocket");
    connection.on("error", () => {});
    onSocket(connection, request.headers["sec-websocket-key"]);
  });
  server.on("connection", (one) => connections.push(one));
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const socket = createSocket(() => ({}), `http://127.0.0.1:${server.address().port}`);
  socket.io.reconnectionDelay(20).reconnectionDelayMax(40);
  context.after(() => {
    socket.disconnect();
    server.close();
    for (const one of connections) one.destroy();
  });
  return { asked, socket };
}

test("a network that closes every WebSocket is left for polling", async (context) => {
  const { asked, socket } = await network(context, takeAndClose, ({ method, url }, response) => {
    if (!url.includes("sid=")) response.end(OPEN);
    else response.end(method === "POST" ? "ok" : '40{"sid":"s2"}');
  });
  socket.connect();
  await until(() => socket.connected);
  assert.ok(socket.connected);
  assert.deepEqual(asked.slice(0, 2), ["websocket", "polling"]);
});

test("what is tried hangs, and the network is back: it is tried anew at once", async (context) => {
  const { asked, socket } = await network(context, () => {}, () => {});
  socket.connect();
  await until(() => asked.length === 1);
  connectNow(socket);
  await until(() => asked.length === 2);
  assert.deepEqual(asked, ["websocket", "websocket"]);
});

test("in the pause before another try the network is back: nothing is waited for", async (context) => {
  const { asked, socket } = await network(context, (connection) => connection.destroy(), (_request, response) => response.end("no socket here"));
  socket.io.reconnectionDelay(60_000).reconnectionDelayMax(60_000);
  socket.connect();
  await new Promise((done) => socket.io.once("error", done));
  assert.deepEqual(asked, ["websocket", "polling"]);
  connectNow(socket);
  await until(() => asked.length > 2);
  assert.equal(asked[2], "websocket");
});

test("a network in which every WebSocket hangs is left for polling", async (context) => {
  const { asked, socket } = await network(context, () => {}, ({ url }, response) => {
    if (!url.includes("sid=")) response.end(OPEN);
  });
  socket.io.timeout(50);
  socket.connect();
  await until(() => asked.includes("polling"));
  assert.deepEqual(asked.slice(0, 2), ["websocket", "polling"]);
});
