// Commenting without leaving the table: the link of a note opens a dialog, and the words stay in it until they are saved.
import { v4 as freshKey } from "uuid";
import { say } from "./words.js";

/**
 * Have links with `data-comment` open `dialog`; `page.viewer` is who looks, `send` does an operation, `news` hears of what is one's own now.
 * What was written and not sent is there again when the same note is chosen, as long as the tab is open.
 */
export function writeComments(dialog, { page, send, news }, { storage = sessionStorage } = {}) {
  if (!dialog?.showModal) return;
  const form = dialog.querySelector("form");
  const field = dialog.querySelector("textarea");
  const problem = dialog.querySelector("[data-problem]");
  let idea = null;
  let key = null;
  let sent = null;

  dialog.ownerDocument.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-comment]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    idea = new URL(link.href).searchParams.get("idea");
    const words = document.getElementById(idea)?.querySelector(".note-text");
    const quote = dialog.querySelector("[data-quote]");
    quote.textContent = words?.textContent ?? "";
    quote.lang = words?.lang ?? "";
    field.value = storage.getItem(draft()) ?? "";
    problem.hidden = true;
    dialog.showModal();
    field.focus();
  });

  field.addEventListener("input", () => {
    if (field.value) storage.setItem(draft(), field.value);
    else storage.removeItem(draft());
  });

  form.addEventListener("submit", async (event) => {
    if (event.submitter?.value === "cancel") return;
    event.preventDefault();
    const text = field.value.trim();
    const button = form.querySelector('[value="send"]');
    if (!text || button.hasAttribute("aria-busy")) return;
    // Sent again after no answer, the same words are the same comment.
    if (sent !== `${idea} ${text}`) [sent, key] = [`${idea} ${text}`, freshKey()];
    button.setAttribute("aria-busy", "true");
    try {
      const answer = await send({ key, operation: "comment.write", fields: { idea, text } });
      if (answer.ok) {
        news({ own: key });
        storage.removeItem(draft());
        dialog.close();
        showNew(idea);
      } else {
        tell(answer.message);
      }
    } catch {
      tell(say("no_answer"));
    }
    button.removeAttribute("aria-busy");
  });

  function draft() {
    return `workshop.comment ${page.viewer.participant} ${idea}`;
  }

  function tell(message) {
    problem.querySelector("span").textContent = message;
    problem.hidden = false;
  }

  // Whoever has just written sees it stand there, also where it arrives a moment later.
  function showNew(id) {
    const open = () => {
      const list = document.getElementById(`comments-${id}`);
      if (list) list.open = true;
      return Boolean(list);
    };
    if (!open()) setTimeout(open, 1000);
  }
}
