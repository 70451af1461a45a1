// The only place where text becomes HTML or a worker. What comes in is drawn and escaped by the server's templates.
const WORKER = "/sw.js";
const rules = { createHTML: (html) => html, createScriptURL: () => WORKER };
const policy = globalThis.trustedTypes ? globalThis.trustedTypes.createPolicy("workshop", rules) : rules;

/** The first element of a fragment; a template is the one place where a lone table row keeps its tags. */
export function parseElement(html) {
  const template = document.createElement("template");
  template.innerHTML = policy.createHTML(html);
  return template.content.firstElementChild;
}

/** A whole page, inert: no script runs and nothing is loaded. */
export function parsePage(html) {
  return new DOMParser().parseFromString(policy.createHTML(html), "text/html");
}

/** The address of the one worker there is. */
export function workerAddress() {
  return policy.createScriptURL(WORKER);
}
