// The join form: a scanned card brings its token in the address's fragment, which no server log ever sees.

/** The token in an address, or nothing: its fragment may also lead to a part of the page. */
export function tokenIn({ hash }) {
  return /^#([0-9a-zA-Z_-]{16,})$/.exec(hash)?.[1];
}

/** Take the token of the address, if it has one, and show a code in its two groups. */
export function prepareJoin(form, address = location) {
  const token = tokenIn(address);
  const field = form.elements.token;
  if (field && token) {
    field.value = token;
    const row = form.querySelector("[data-code]");
    if (row) {
      row.hidden = true;
      for (const input of row.querySelectorAll("input")) input.required = false;
    }
    const said = form.querySelector("[data-scanned]");
    if (said) said.hidden = false;
  }
  const code = form.elements.code;
  code?.addEventListener("input", () => {
    const before = lettersBefore(code.value, code.selectionStart);
    const spaced = inGroups(code.value);
    if (spaced === code.value) return;
    code.value = spaced;
    const caret = before + Number(before > 4);
    code.setSelectionRange(caret, caret);
  });
}

/** Fill in a scanned receipt, eight characters in the address's fragment; taking the place is still one's own tap. */
export function prepareBack(form, address = location) {
  const receipt = /^#([0-9a-zA-Z]{8})$/.exec(address.hash)?.[1];
  if (receipt && !form.elements.receipt.value) form.elements.receipt.value = inGroups(receipt);
}

/** Read a scanned host card: the next page shows which table it is of. */
export function prepareHostCard(form, address = location) {
  const token = tokenIn(address);
  if (!token || form.elements.card.value) return;
  form.elements.card.value = token;
  form.requestSubmit();
}

/** "k7mp3qrt" as "K7MP 3QRT"; longer codes, such as mistakes, keep all they have. */
export function inGroups(text) {
  const letters = text.toUpperCase().replace(/[^\p{L}\p{N}]/gu, "");
  return letters.length > 4 ? `${letters.slice(0, 4)} ${letters.slice(4)}` : letters;
}

function lettersBefore(text, position) {
  return text.slice(0, position).replace(/[^\p{L}\p{N}]/gu, "").length;
}
