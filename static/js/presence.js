// Who of a table is connected, as its host and the cockpit are told; kept here, because no fragment says it.

/** Remembers what was told: hear(message), and draw() after anything was drawn anew. */
export function createPresence() {
  const tables = new Map();

  function draw() {
    for (const [id, told] of tables) {
      for (const place of document.querySelectorAll(`[data-here="${CSS.escape(id)}"]`)) {
        if (place.textContent !== told.words) place.textContent = told.words;
        place.hidden = !told.seated;
      }
      if (told.away) drawFaces(document.getElementById(`faces-${id}`), new Set(told.away));
    }
  }

  return {
    hear(message) {
      for (const [id, told] of Object.entries(message.tables)) tables.set(id, told);
      draw();
    },
    draw,
  };
}

function drawFaces(faces, away) {
  for (const one of faces?.querySelectorAll("[data-person]") ?? []) {
    const gone = away.has(one.dataset.person);
    if (one.matches(".face")) {
      if (gone) one.dataset.is = "away";
      else if ("host" in one.dataset) one.dataset.is = "host";
      else delete one.dataset.is;
    }
    const said = one.querySelector("[data-away]");
    if (said) said.hidden = !gone;
  }
}
