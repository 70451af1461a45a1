// Lets a table be opened without network: the service worker, and the table page without anybody's content.
import { CACHE, SHELL } from "./kept.js";
import { parsePage, workerAddress } from "./trusted.js";

/** Keep the shell as it is now in this language; whether it is kept. On plain http no browser does. */
export async function keepShell() {
  if (!globalThis.navigator?.serviceWorker || !globalThis.caches) return false;
  try {
    await navigator.serviceWorker.register(workerAddress());
    const page = await fetch(SHELL, { cache: "no-store" });
    if (!page.ok) return false;
    const files = filesOf(parsePage(await page.clone().text()));
    const cache = await caches.open(CACHE);
    const kept = (await cache.keys()).map(({ url }) => new URL(url).pathname);
    await cache.addAll(files.filter((file) => !kept.includes(file)));
    await cache.put(SHELL, page);
    // Those of the build before.
    for (const file of kept) if (file !== SHELL && !files.includes(file)) await cache.delete(file);
    await navigator.serviceWorker.ready;
    return true;
  } catch {
    return false;
  }
}

function filesOf(page) {
  const links = [...page.querySelectorAll("[href*='/static/dist/'], [src*='/static/dist/']")];
  const files = links.map((link) => (link.getAttribute("href") ?? link.getAttribute("src")).replace(/#.*/, ""));
  return [...new Set(files)];
}
