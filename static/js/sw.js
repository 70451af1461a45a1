// The service worker: a table's page opens without network too, as the shell that static/js/shell.js keeps.
import { CACHE, SHELL, forgetSeats } from "./kept.js";

const CLOSED = [401, 403, 404]; // not signed in any more, or removed; or a proxy's
const HANDED_ON = /^\/(sign-out|back|device\/[^/]+)$/; // whoever opens a table next may be somebody else
const NOBODY_THERE = [502, 503, 504]; // a proxy speaks for a server that is away

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, searchParams } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.method === "POST") {
    if (HANDED_ON.test(pathname) || searchParams.has("instead")) event.waitUntil(forget());
  } else if (request.mode === "navigate") {
    // The table itself, not what else is asked of it.
    if (/^\/tables\/[^/]+$/.test(pathname)) event.respondWith(table(request));
  } else if (pathname.startsWith("/static/dist/")) {
    event.respondWith(file(request));
  }
});

async function table(request) {
  let answer;
  try {
    answer = await fetch(request);
  } catch (error) {
    answer = await caches.match(SHELL);
    if (!answer) throw error;
  }
  const closed = CLOSED.includes(answer.status);
  const byUs = closed && (await isOurs(answer));
  if (byUs) await forget();
  const nobodyThere = NOBODY_THERE.includes(answer.status) || (closed && !byUs);
  return (nobodyThere && (await caches.match(SHELL))) || answer;
}

// A proxy that does not find the server says "not found" too.
async function isOurs(answer) {
  return (await answer.clone().text()).includes("<body data-page-kind=");
}

// Their names carry a hash of what is in them.
async function file(request) {
  return (await caches.match(request, { cacheName: CACHE, ignoreVary: true })) ?? fetch(request);
}

async function forget() {
  await caches.delete(CACHE);
  await forgetSeats();
}
