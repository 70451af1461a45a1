// Commenting without leaving the table: the link of a note opens a dialog, and the words stay in it until they are saved.
import { v4 as freshKey } from "uuid";
import { showToast } from "./status.js";
import { say } from "./words.js";

/**
 * Have links with `data-comment` open `dialog`; `page.viewer` is who looks, `send` does an operation, `news` hears of what is one's own now.
 * What was written and not sent is there again when the same note is chosen, as long as the tab is open.
 */
export function writeComments(dialog, { page, send, news }, { storage = sessionStorage } = {}) {
  if (!dialog?.showModal) return;
  const form = dialog.querySelector("form");
  const field = dialog.querySelector("textarea");
  const button = form.querySelector('[value="send"]');
  const problem = dialog.querySelector("[data-problem]");
  // Sent again after no answer, the same words are the same comment.
  const keys = new Map();
  let idea = null;

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
    button.removeAttribute("aria-busy");
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
    if (!text || button.hasAttribute("aria-busy")) return;
    // Until the answer is there the dialog may have come to another note, and more may have been written.
    const [about, name, written, what] = [idea, draft(), field.value, `${idea} ${text}`];
    if (!keys.has(what)) keys.set(what, freshKey());
    const key = keys.get(what);
    button.setAttribute("aria-busy", "true");
    const wrong = await deliver({ key, operation: "comment.write", fields: { idea, text } });
    const shows = dialog.open && idea === about;
    if (shows) button.removeAttribute("aria-busy");
    if (wrong) {
      if (shows) tell(wrong);
      else showToast(wrong);
      return;
    }
    keys.delete(what);
    news({ own: key });
    if (storage.getItem(name) === written) storage.removeItem(name);
    if (shows && field.value === written) dialog.close();
    showNew(about);
  });

  /** What is wrong with a comment, in words; null where it is saved. */
  async function deliver(call) {
    try {
      const answer = await send(call);
      return answer.ok ? null : answer.message;
    } catch {
      return say("no_answer");
    }
  }

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
