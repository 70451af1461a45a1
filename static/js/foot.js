// What stays over the end of the page is as high as what is said in it: whoever goes on by keyboard is led to above it.
const APART = 16; // px

/** Tell the style how high `foot` is, as `--foot`; without it the style goes by what is usual. */
export function keepAbove(foot, { root = document.documentElement, Observer = globalThis.ResizeObserver } = {}) {
  if (!foot || !Observer) return;
  new Observer(() => root.style.setProperty("--foot", `${foot.offsetHeight + APART}px`)).observe(foot);
}
