// Forms that need the server: the page they stand on must not be lost to a network that is away.
import { showToast } from "./status.js";
import { say } from "./words.js";

/** Keep the page where it is when one of `forms` is sent without network, and say so. */
export function needNetwork(forms, { online = () => navigator.onLine, show = showToast } = {}) {
  for (const form of forms) {
    form.addEventListener("submit", (event) => {
      if (online()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      show(`${say("offline")} ${say("keep_open")}`);
    });
  }
}
