import { prepareHall } from "../hall.js";
import { prepareJoin } from "../join.js";
import { start } from "../start.js";

start();

const code = document.querySelector("form[data-hall-code]");
if (code) {
  prepareJoin(code);
  // A scanned square leads straight on: measuring changes nothing.
  if (code.elements.token.value && !document.querySelector(".error, .error-summary")) code.requestSubmit();
}

const form = document.querySelector("form[data-hall]");
if (form) prepareHall(form);
