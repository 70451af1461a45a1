import { prepareMarker } from "../mark.js";
import { start } from "../start.js";
import { showUnsent } from "../unsent.js";

start();

document.querySelector("[data-print]")?.addEventListener("click", () => print());

for (const section of document.querySelectorAll("[data-unsent]")) showUnsent(section);

const field = document.querySelector("[data-excerpt]");
if (field) prepareMarker([...document.querySelectorAll("[data-markable]")], field);
