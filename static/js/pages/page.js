import { prepareMarker } from "../mark.js";
import { needNetwork } from "../online.js";
import { sendSmall } from "../photos.js";
import { start } from "../start.js";
import { showUnsent } from "../unsent.js";

start();

document.querySelector("[data-print]")?.addEventListener("click", () => print());

for (const section of document.querySelectorAll("[data-unsent]")) showUnsent(section);

const field = document.querySelector("[data-excerpt]");
if (field) prepareMarker([...document.querySelectorAll("[data-markable]")], field);

needNetwork(document.querySelectorAll("form[data-online]"));
for (const form of document.querySelectorAll("form[data-photo]")) sendSmall(form);
