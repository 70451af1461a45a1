// The only place where text becomes HTML. What comes in is drawn and escaped by the server's templates.
const policy = globalThis.trustedTypes
  ? globalThis.trustedTypes.createPolicy("workshop", { createHTML: (html) => html })
  : { createHTML: (html) => html };

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
