import { createGong } from "../gong.js";
import { start } from "../start.js";

const gong = createGong();
start({ turned: gong.ring });

// The button may be drawn anew while the page is open.
document.addEventListener("click", ({ target }) => target.closest("[data-print]") && print());
