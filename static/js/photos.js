// A phone makes its photos smaller before it sends them: a hall's network is slow, and nobody reads more in them.
// The server decodes what comes in any case, and does the same to a photo that came whole.

const LONGEST = 2400; // px, as the server keeps it
const QUALITY = 0.85;
const SMALL_ENOUGH = 1_000_000; // bytes

/** The photo, no larger than it is kept; the same one where it is small or this browser cannot read it. */
export async function shrunk(file, { read = readPicture } = {}) {
  if (file.size <= SMALL_ENOUGH) return file;
  try {
    const blob = await read(file);
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  } catch {
    return file;
  }
}

async function readPicture(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
}

/** Have `form` send what is chosen in it small; what stays larger than `data-photo` bytes is said here, not sent. */
export function sendSmall(form, { shrink = shrunk } = {}) {
  const tooLarge = form.querySelector("[data-too-large]");
  let ready = false;

  form.addEventListener("submit", async (event) => {
    if (ready) return;
    const chosen = [...form.querySelectorAll("input[type=file]")].filter(({ files }) => files.length);
    if (!chosen.length) return;
    event.preventDefault();
    const button = event.submitter;
    if (button?.hasAttribute("aria-busy")) return;
    button?.setAttribute("aria-busy", "true");
    for (const input of chosen) {
      const file = await shrink(input.files[0]);
      if (file === input.files[0]) continue;
      const changed = new DataTransfer();
      changed.items.add(file);
      input.files = changed.files;
    }
    const fits = chosen.every(({ files }) => files[0].size <= Number(form.dataset.photo));
    tooLarge.hidden = fits;
    if (!fits) {
      button?.removeAttribute("aria-busy");
      return;
    }
    ready = true;
    form.requestSubmit(button);
  });
  // Coming back to the page by the browser's own button.
  addEventListener("pageshow", () => {
    ready = false;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  });
}
