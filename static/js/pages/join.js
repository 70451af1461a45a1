import { prepareBack, prepareHostCard, prepareJoin, tokenIn } from "../join.js";

const form = document.querySelector("form[data-join]");
if (form) {
  prepareJoin(form);
  // Scanned where the form is open already, only the fragment of its address changes.
  addEventListener("hashchange", () => tokenIn(location) && location.reload());
}

const card = document.querySelector("form[data-host-card]");
if (card) prepareHostCard(card);

const back = document.querySelector("form[data-back]");
if (back) prepareBack(back);
