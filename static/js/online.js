// Forms that lead to another page need the server: the page they stand on, and what was typed into them, must not be
// lost to a network that is away, also where the device itself believes that it has one.
import { showToast } from "./status.js";
import { say } from "./words.js";

const WAIT = 5000; // ms

async function serverAnswers() {
  if (!navigator.onLine) return false;
  const icon = document.querySelector("link[rel=icon]")?.href ?? location.href;
  try {
    return (await fetch(icon, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(WAIT) })).ok;
  } catch {
    return false;
  }
}

/** Before one of `forms` is sent, find out whether the server answers; where it does not, stay here and say so. */
export function needNetwork(forms, { answers = serverAnswers, show = showToast } = {}) {
  for (const form of forms) {
    let asking = false;
    let sure = false;
    form.addEventListener("submit", async (event) => {
      if (sure) {
        sure = false;
        return;
      }
      event.preventDefault();
      // Whoever prepares what is sent does it once it can be sent.
      event.stopImmediatePropagation();
      if (asking) return;
      asking = true;
      sure = await answers();
      asking = false;
      if (sure) form.requestSubmit(event.submitter);
      else show(`${say("offline")} ${say("stays_here")}`);
    });
  }
}
