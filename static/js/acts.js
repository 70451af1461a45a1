// Buttons of the page's one form, form="act": sent by the page, which stays; as a form where no script runs.
import { v4 as freshKey } from "uuid";
import { say } from "./words.js";

const CAREFUL = 2000; // ms in which a second press at the same place is the rest of the first
const SAME_PLACE = 24; // px

const OF_THE_DOOR = ["csrf_token", "next", "key"];

// What every button of a form with `data-act` sends: what is written down in it unseen, and what is chosen.
function alwaysSent(form) {
  if (!("act" in form.dataset)) return {};
  const kept = [...form.elements].filter(({ type, name }) => /^(hidden|select-one)$/.test(type) && !OF_THE_DOOR.includes(name));
  return Object.fromEntries(kept.map(({ name, value }) => [name, value]));
}

/**
 * Send what `form`'s buttons do: `send({key, operation, fields})` gives the acknowledgement or throws where there was none;
 * `done(operation, fields, answer, button)` and `failed(message)` hear of it.
 * A form with `data-act` is one operation, its own action, and may hold more fields.
 * A button or form with `data-post` leads to another page and is always a form. Where a button with
 * `data-careful` was pressed, the next one like it that comes to lie there waits: a double click on
 * "Start round 1" must not start round 2. Its value, in ms, is for a list that one goes through quickly.
 */
export function sendActs(form, { send, done, failed, now = Date.now }) {
  let place = null;
  let pressed = null;

  // Keys press where the focus is, and it does not slip onto what comes to lie there.
  const placeOf = ({ clientX, clientY, detail }) => (detail ? [clientX, clientY] : null);
  form?.ownerDocument.addEventListener("click", (event) => (place = placeOf(event)), true);

  function isTheSamePress(button) {
    if (!place) return false;
    const [x, y] = place;
    const what = `${button.getAttribute("formaction")} ${button.value}`;
    const again =
      pressed !== null &&
      pressed.what !== what &&
      now() - pressed.at < (Number(button.dataset.careful) || CAREFUL) &&
      Math.hypot(x - pressed.x, y - pressed.y) < SAME_PLACE;
    if (!again) pressed = { x, y, what, at: now() };
    return again;
  }

  form?.addEventListener("submit", async (event) => {
    const button = event.submitter;
    const address = button?.getAttribute("formaction") ?? ("act" in form.dataset ? form.getAttribute("action") : null);
    if (!button || !address || "post" in button.dataset || "post" in form.dataset) return;
    event.preventDefault();
    // Not `disabled`: that would take the focus from it.
    if (button.hasAttribute("aria-busy")) return;
    if ("careful" in button.dataset && isTheSamePress(button)) return;
    button.setAttribute("aria-busy", "true");
    const operation = address.replace(/^.*\/act\//, "");
    const fields = { ...alwaysSent(form), ...(button.name ? { [button.name]: button.value } : {}) };
    try {
      const answer = await send({ key: freshKey(), operation, fields });
      if (answer.ok) done(operation, fields, answer, button);
      else failed(answer.message);
    } catch {
      failed(say("no_answer"));
    }
    button.removeAttribute("aria-busy");
  });
}
