import { prepareJoin } from "../join.js";

const form = document.querySelector("form[data-join]");
if (form) prepareJoin(form);
