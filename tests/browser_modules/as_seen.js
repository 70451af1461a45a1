// Reads [{html, viewer}] as JSON and writes, as JSON, each fragment as `applyViewer` shows it to that viewer.
// Attributes are put in the order of their names, so that only what differs in meaning differs.
import { setBody } from "./page.js";
import { text } from "node:stream/consumers";

const { applyViewer } = await import("../../static/js/viewer.js");
const { parseElement } = await import("../../static/js/trusted.js");

const seen = JSON.parse(await text(process.stdin)).map(({ html, viewer }) => {
  setBody("");
  const element = document.importNode(parseElement(html), true);
  document.body.append(element);
  if (viewer) applyViewer(element, viewer);
  for (const one of [element, ...element.querySelectorAll("*")]) {
    const attributes = [...one.attributes].map(({ name, value }) => [name, value]).sort();
    for (const [name] of attributes) one.removeAttribute(name);
    for (const [name, value] of attributes) one.setAttribute(name, value);
  }
  return element.outerHTML;
});
process.stdout.write(JSON.stringify(seen));
