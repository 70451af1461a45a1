// One key makes this screen dark and light again, whatever it shows: B, as in every program for slides.
const NAME = "workshop.dark";

/** Listen for the key on `root`, and stay dark when the page is loaded anew. */
export function createDarkness(root = document.body, { storage = sessionStorage } = {}) {
  const set = (dark) => {
    root.toggleAttribute("data-dark", dark);
    if (dark) storage.setItem(NAME, "1");
    else storage.removeItem(NAME);
  };
  if (storage.getItem(NAME)) set(true);
  root.ownerDocument.addEventListener("keydown", ({ key, ctrlKey, metaKey, altKey, repeat }) => {
    if (key.toLowerCase() !== "b" || ctrlKey || metaKey || altKey || repeat) return;
    set(!root.hasAttribute("data-dark"));
  });
}
