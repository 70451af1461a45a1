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

function words(text) {
  return text.split(" ").filter(Boolean).sort();
}
