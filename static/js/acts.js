// Buttons of the page's one form, form="act": over the socket where there is one, as a form where there is none.
import { v4 as freshKey } from "uuid";
import { say } from "./words.js";

/**
 * Send what `form`'s buttons do. `live` asks; `done(operation, fields, answer)` and `failed(message)` hear of it.
 * A button or form with `data-post` leads to another page and is always a form.
 */
export function sendActs(form, { live, done, failed }) {
  form?.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button?.hasAttribute("formaction") || "post" in button.dataset || "post" in form.dataset || !live.connected()) return;
    event.preventDefault();
    // Not `disabled`: that would take the focus from it.
    if (button.hasAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    const operation = button.getAttribute("formaction").replace(/^.*\/act\//, "");
    const fields = button.name ? { [button.name]: button.value } : {};
    try {
      const answer = await live.ask(operation, { key: freshKey(), ...fields });
      if (answer.ok) done(operation, fields, answer);
      else failed(answer.message);
    } catch {
      failed(say("no_answer"));
    }
    button.removeAttribute("aria-busy");
  });
}
