// A gong for the hall, made here: no file is loaded. Browsers let a page sound only after somebody has touched it.

const PARTIALS = [
  [1, 1, 6],
  [1.48, 0.55, 4.5],
  [2.02, 0.4, 3.6],
  [2.74, 0.3, 2.4],
  [3.9, 0.16, 1.4],
]; // pitch, loudness, seconds it rings
const PITCH = 146.8;
const APART = 1.4; // seconds between two strokes
const LATE = 3000; // ms after which a stroke is of no use any more
const TOUCHES = ["click", "keydown"];

/** `ring(state, before)` for what a café comes to; silent where the page has no [data-gong], or nobody touched it. */
export function createGong({ Context = globalThis.AudioContext, root = document, now = () => performance.now() } = {}) {
  const hint = root.querySelector("[data-sound]");
  let context = null;

  // Each touch: a call, or another app, takes the sound away again, and some browsers give it back by a touch alone.
  for (const touch of TOUCHES) root.addEventListener(touch, wake);
  follow();

  function wake() {
    if (!Context) return;
    if (!context) {
      context = new Context();
      context.addEventListener("statechange", follow);
    }
    soon(follow);
  }

  /** Run something as soon as the page may sound, at once where it may already. */
  function soon(run) {
    if (context.state === "running") run();
    else context.resume().then(run, () => {});
  }

  function follow() {
    if (hint) hint.hidden = !Context || !root.querySelector("[data-gong]") || context?.state === "running";
  }

  function strike(at) {
    for (const [pitch, loudness, rings] of PARTIALS) {
      const tone = context.createOscillator();
      const swell = context.createGain();
      tone.frequency.value = PITCH * pitch;
      swell.gain.setValueAtTime(0.0001, at);
      swell.gain.exponentialRampToValueAtTime(0.22 * loudness, at + 0.015);
      swell.gain.exponentialRampToValueAtTime(0.0001, at + rings);
      tone.connect(swell).connect(context.destination);
      tone.start(at);
      tone.stop(at + rings);
    }
  }

  return {
    ring(state, before) {
      if (!context || !root.querySelector("[data-gong]")) return 0;
      const strokes = strokesFor(state, before);
      const due = now();
      const sound = () => {
        if (now() - due > LATE) return;
        for (let stroke = 0; stroke < strokes; stroke += 1) strike(context.currentTime + stroke * APART);
      };
      if (strokes) soon(sound);
      return strokes;
    },
  };
}

/** Two when a round begins, one when its time is up; none when a pause ends or an end is taken back. */
function strokesFor(state, before) {
  if (state === "round" && ["before", "between", "break"].includes(before)) return 2;
  return state === "grace" && ["round", "warning"].includes(before) ? 1 : 0;
}
