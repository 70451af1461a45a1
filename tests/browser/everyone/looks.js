// What a script can see of a page that axe cannot: window.looks, one function for each promise.
(() => {
  const INTERACTIVE = "a[href], button, summary, select, textarea, input:not([type=hidden]), [tabindex='0']";
  const EDGE = 1.5; // px that rounding may cost

  function name(element) {
    const words = (element.getAttribute("aria-label") || element.innerText || element.value || "").trim().slice(0, 40);
    const classes = [...element.classList].map((one) => `.${one}`).join("");
    return `${element.localName}${classes} "${words}"`;
  }

  function isSeen(element) {
    return element.checkVisibility({ visibilityProperty: true }) && !element.closest(".visually-hidden, .skip");
  }

  function all(selector) {
    return [...document.querySelectorAll(selector)].filter(isSeen);
  }

  const SAMPLES = 2;

  // Of many alike, as on a table with 200 notes, the first and the last.
  function controls() {
    // A menu that is open lies over the rest, and closes when one goes there.
    const within = document.querySelector(":popover-open") ?? document.body;
    const inReach = all(INTERACTIVE).filter((one) => within.contains(one));
    const alike = Map.groupBy(inReach, (one) =>
      [one.localName, one.type, one.className, one.parentElement.className, one.ariaPressed, one.checked].join(" "),
    );
    return [...alike.values()].flatMap((some) =>
      some.length > 2 * SAMPLES ? [...some.slice(0, SAMPLES), ...some.slice(-SAMPLES)] : some,
    );
  }

  // A control that lies invisibly over its words is pressed wherever they are.
  function bodyOf(element) {
    return (element.matches("input") && element.closest("label")) || element;
  }

  /** Sideways scrolling, and words that are cut off or lie on others. */
  function clipped() {
    const found = [];
    const sideways = document.documentElement.scrollWidth - innerWidth;
    if (sideways > 0) found.push(`the page scrolls sideways by ${sideways} px`);
    const lines = [];
    for (const element of all("body *:not(svg *, script, template, style)")) {
      const { overflowX, overflowY, clipPath } = getComputedStyle(element);
      // For ears alone.
      if (clipPath !== "none") continue;
      const [wide, high] = [element.scrollWidth - element.clientWidth, element.scrollHeight - element.clientHeight];
      const cuts = (way) => ["hidden", "clip"].includes(way);
      if ((cuts(overflowX) && wide > EDGE && !element.matches("input")) || (cuts(overflowY) && high > EDGE)) {
        found.push(`cut off: ${name(element)}`);
      } else if (overflowX !== "visible" && wide > EDGE && !element.closest(".scroll") && !element.matches("textarea, input")) {
        found.push(`scrolls sideways: ${name(element)}`);
      }
      for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) lines.push(...linesOf(node));
    }
    for (const { box, text, node } of lines) {
      const control = node.parentElement.closest(".btn, .vote, .choice, .kind, .segments > *, .face, .field-code")?.getBoundingClientRect();
      if (control && (box.left < control.left - EDGE || box.right > control.right + EDGE)) found.push(`wider than its button: "${text}"`);
      if (box.left < -EDGE || box.right > innerWidth + EDGE) found.push(`beyond the edge: "${text}"`);
    }
    return [...new Set([...found, ...overlapping(lines)])];
  }

  // What is announced is written by whoever runs the event, and says in no language which one it is.
  const WITHOUT_LANGUAGE = "[data-announcement], .pj-aloud, [id^=said-] > div > p";

  /** Very long words of people that break without a hyphen, or by the rules of the page's language. */
  function unhyphenated() {
    return all("body *:not(svg *, script, template, style)")
      .filter((one) => [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && /\p{L}{24}/u.test(node.data)))
      .filter((one) => !one.closest(WITHOUT_LANGUAGE))
      .filter((one) => getComputedStyle(one).hyphens !== "auto" || !one.closest("[lang]:not(html)"))
      .map((one) => `no hyphen in: ${name(one)}`);
  }

  /** On a screen that nobody scrolls: words that lie on each other, and what has less room than it needs. */
  function crowded() {
    const lines = all("body *:not(svg *, script, template, style)").flatMap((element) =>
      [...element.childNodes]
        .filter((one) => one.nodeType === Node.TEXT_NODE)
        .flatMap(linesOf)
        .map((line) => ({ ...line, box: within(line.box, element.closest("p, li") ?? element) }))
        .filter(({ box }) => box.height > 1),
    );
    const tight = all(".pj-notes, .pj-one, .pj-forward, .pj-join").filter(
      (one) => one.scrollHeight - one.clientHeight > EDGE,
    );
    return [...new Set([...overlapping(lines), ...tight.map((one) => `has too little room: ${name(one)}`)])];
  }

  // A line as far as it shows: what a long text has more than its place is not drawn.
  function within(box, element) {
    const { top, bottom } = element.getBoundingClientRect();
    return new DOMRect(box.x, Math.max(box.top, top), box.width, Math.min(box.bottom, bottom) - Math.max(box.top, top));
  }

  function linesOf(node) {
    const text = node.data.trim();
    if (!text || node.parentElement.closest(".scroll, .visually-hidden")) return [];
    const range = document.createRange();
    range.selectNodeContents(node);
    // What stays in place over the page is a layer of its own.
    let layer = node.parentElement;
    while (layer && !["sticky", "fixed"].includes(getComputedStyle(layer).position) && !layer.matches("[popover]")) {
      layer = layer.parentElement;
    }
    return [...range.getClientRects()]
      .filter(({ width, height }) => width > 1 && height > 1)
      .map((box) => ({ box, layer, node, text: text.slice(0, 30) }));
  }

  function overlapping(lines) {
    const found = [];
    lines.sort((one, other) => one.box.top - other.box.top);
    lines.forEach((one, index) => {
      for (let next = index + 1; next < lines.length && lines[next].box.top < one.box.bottom; next += 1) {
        const other = lines[next];
        if (one.node === other.node || one.layer !== other.layer) continue;
        // The box of a line is higher than its letters.
        const high = Math.min(one.box.bottom, other.box.bottom) - other.box.top;
        const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        if (wide > 2 && high > 0.4 * Math.min(one.box.height, other.box.height)) {
          found.push(`lie on each other: "${one.text}" and "${other.text}"`);
        }
      }
    });
    return found;
  }

  function isInRunningText(link) {
    if (!link.matches("a") || getComputedStyle(link).display !== "inline") return false;
    const words = (node) => node.textContent.trim();
    return [...link.parentElement.childNodes].some((node) => node !== link && words(node));
  }

  /** What is smaller than a finger or a pointer needs: `size` px each way. */
  function small(size) {
    const found = [];
    for (const element of controls()) {
      if (isInRunningText(element) || element.matches("[tabindex='0']:not(a, button, input, summary)")) continue;
      const body = bodyOf(element);
      const box = body.getBoundingClientRect();
      if (Math.min(box.width, box.height) >= size - 0.5) continue;
      const [wide, high] = reach(body, size);
      if (wide && high) continue;
      found.push(`${name(element)}: ${Math.round(box.width)} × ${Math.round(box.height)}`);
    }
    return [...new Set(found)];
  }

  // Whether what lies at both ends of `size` px across the middle belongs to it: a hit area may be larger than its looks.
  function reach(body, size) {
    body.scrollIntoView({ block: "center", inline: "center" });
    const box = body.getBoundingClientRect();
    const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    const far = size / 2 - 1;
    const hits = (dx, dy) => body.contains(document.elementFromPoint(x + dx, y + dy));
    return [
      box.width >= size - 0.5 || (hits(-far, 0) && hits(far, 0)),
      box.height >= size - 0.5 || (hits(0, -far) && hits(0, far)),
    ];
  }

  function indication(element) {
    const parts = [element, bodyOf(element), element.parentElement];
    return parts
      .map((one) => {
        const { outlineStyle, outlineWidth, outlineColor, outlineOffset, boxShadow } = getComputedStyle(one);
        return outlineStyle === "none" ? boxShadow : [outlineStyle, outlineWidth, outlineColor, outlineOffset, boxShadow];
      })
      .join(" | ");
  }

  /** Where the focus cannot be seen, or is covered (WCAG 2.4.7, 2.4.11). */
  function lostFocus() {
    const found = [];
    for (const element of controls()) {
      element.blur();
      const blurred = indication(element);
      element.focus();
      if (document.activeElement !== element) {
        found.push(`takes no focus: ${name(element)}`);
        continue;
      }
      if (indication(element) === blurred) found.push(`shows no focus: ${name(element)}`);
      const by = coveredBy(element);
      if (by) found.push(`${name(element)} is covered by ${by}`);
    }
    document.activeElement.blur();
    // What has been scrolled away under the edge of a part that scrolls would be found lying on what is above it.
    for (const part of all("body *")) if (part.scrollTop) part.scrollTop = 0;
    return [...new Set(found)];
  }

  /** What lies over the middle of an element that has the focus; null where it can be seen. */
  function coveredBy(element) {
    const body = bodyOf(element);
    const box = body.getClientRects()[0] ?? body.getBoundingClientRect();
    const [top, bottom] = [Math.max(0, box.top), Math.min(innerHeight, box.bottom)];
    const [left, right] = [Math.max(0, box.left), Math.min(innerWidth, box.right)];
    if (bottom - top < 2 || right - left < 2) return "the edge of the window";
    const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    if (!there || body.contains(there) || there.contains(body) || there.contains(element)) return null;
    // What could not be done is said for some seconds, wherever one is.
    return there.closest("#toast") ? null : name(there);
  }

  /** What still moves although less motion was asked for. */
  function moving() {
    const long = (times) => times.split(",").some((one) => parseFloat(one) * (one.trim().endsWith("ms") ? 0.001 : 1) > 0.01);
    const found = [];
    for (const element of document.querySelectorAll("body, body *:not(svg *)")) {
      for (const part of [null, "::before", "::after"]) {
        const { animationName, animationDuration, transitionDuration, scrollBehavior } = getComputedStyle(element, part);
        if (animationName !== "none" && long(animationDuration)) found.push(`animated: ${name(element)}${part ?? ""}`);
        if (long(transitionDuration)) found.push(`in transition: ${name(element)}${part ?? ""}`);
        if (scrollBehavior === "smooth") found.push(`scrolls smoothly: ${name(element)}`);
      }
    }
    return [...new Set(found)];
  }

  window.looks = { clipped, unhyphenated, crowded, small, lostFocus, coveredBy, moving, name };
})();
