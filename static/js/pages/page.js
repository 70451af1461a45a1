import { prepareMarker } from "../mark.js";
import { start } from "../start.js";

start();

const field = document.querySelector("[data-excerpt]");
if (field) prepareMarker([...document.querySelectorAll("[data-markable]")], field);
