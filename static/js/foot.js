// What stays over the end of the page is as high as what is said in it: whoever goes on by keyboard is led to above it,
// and whoever reads at the end of the page stays there when less is said.
const APART = 16; // px

/** Tell the style how high what `foot` holds is, as `--foot`, and how high it was at most, as `--foot-most`. */
export function keepAbove(foot, { root = document.documentElement, Observer = globalThis.ResizeObserver } = {}) {
  const held = foot?.firstElementChild;
  if (!held || !Observer) return;
  let most = 0;
  new Observer(() => {
    const high = held.offsetHeight;
    most = Math.max(most, high);
    root.style.setProperty("--foot", `${high + APART}px`);
    root.style.setProperty("--foot-most", `${most}px`);
  }).observe(held);
}
