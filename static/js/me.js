// What was decided about oneself: moved to another table, made host, removed. Then the page is another one.

/** Whether the fragment `html` element about the viewer says something else than the page was drawn for. */
export function isAnotherPage(element, atLoad) {
  const { seat = "", hosts = "" } = element.dataset;
  return (
    "removed" in element.dataset ||
    seat !== (atLoad.seat ?? "") ||
    words(hosts).join() !== [...atLoad.hosts].sort().join()
  );
}

/** The table that somebody else sent the viewer to, when that is all that is different; null otherwise. */
export function sentTo(element, atLoad) {
  const { seat = "", hosts = "" } = element.dataset;
  const sent = "sentThere" in element.dataset && seat && seat !== (atLoad.seat ?? "");
  const same = words(hosts).join() === [...atLoad.hosts].sort().join() && !("removed" in element.dataset);
  return sent && same ? seat : null;
}

/** Whether this is the page of that table already. */
export function isThere(seat, path) {
  return path.endsWith(`/tables/${seat}`);
}

/** Whether somebody is in the middle of a note or a comment: then no page walks off with them. */
export function isWriting() {
  const fields = document.querySelectorAll("form[data-composer] textarea, dialog[open] textarea");
  return [...fields].some(({ value }) => value.trim());
}

function words(text) {
  return text.split(" ").filter(Boolean).sort();
}
