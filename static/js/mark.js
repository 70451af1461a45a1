// The marker: a passage that is selected in a note becomes the excerpt that is taken forward.

const SETTLED = 350; // ms without the selection moving

/** Joins the notes' texts and the excerpt's field: what is selected is filled in, what is filled in is shown. */
export function prepareMarker(texts, field, { settled = SETTLED } = {}) {
  let timer = null;
  document.addEventListener("selectionchange", () => {
    clearTimeout(timer);
    timer = setTimeout(take, settled);
  });
  field.addEventListener("input", () => show(field.value.trim()));
  show(field.value.trim());

  function take() {
    const selection = getSelection();
    const range = selection.rangeCount ? selection.getRangeAt(0) : null;
    const text = range && texts.find((one) => one.contains(range.commonAncestorContainer));
    if (!text || range.collapsed) return;
    // The note's own characters, not the browser's idea of how a copy of them looks.
    const passage = range.toString().trim();
    if (!passage || passage === field.value) return;
    field.value = passage;
    const start = offsetIn(text, range) + range.toString().indexOf(passage);
    show(passage, text, start);
    select(text, start, passage.length);
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function show(passage, where = null, at = -1) {
    for (const text of texts) {
      const words = text.textContent;
      const start = text === where ? at : where ? -1 : passage ? words.indexOf(passage) : -1;
      if (start < 0) {
        if (text.querySelector("mark")) text.replaceChildren(words);
        continue;
      }
      const mark = document.createElement("mark");
      mark.textContent = passage;
      text.replaceChildren(words.slice(0, start), mark, words.slice(start + passage.length));
    }
  }
}

function offsetIn(text, range) {
  const before = document.createRange();
  before.setStart(text, 0);
  before.setEnd(range.startContainer, range.startOffset);
  return before.toString().length;
}

// Drawing the mark moves the letters into another element; whoever still drags goes on from the same ones.
function select(text, start, length) {
  const mark = text.querySelector("mark");
  if (!mark) return;
  getSelection().setBaseAndExtent(mark.firstChild, 0, mark.firstChild, length);
}
