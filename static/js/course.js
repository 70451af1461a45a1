// A café's course: "round warning@2026-05-12T10:18:00+00:00 grace@…". Time alone leads from state to state; nothing is told.
import { takeOut } from "./morph.js";

/** The state of a course at a moment, in ms. */
function stateAt(course, moment) {
  let state = "";
  for (const step of course.split(" ")) {
    const [name, since] = step.split("@");
    if (!since || Date.parse(since) <= moment) state = name;
  }
  return state;
}

/**
 * Show under `root` what belongs to the moment: the parts of each [data-course] that are meant for its state, and
 * nothing that is past its [data-gone-at]. Gives the state of the first course, null without one.
 */
export function followCourse(root, moment) {
  let found = null;
  for (const element of root.querySelectorAll("[data-course]")) {
    const state = stateAt(element.dataset.course, moment);
    found ??= state;
    if (element.dataset.is !== state) element.dataset.is = state;
    for (const part of element.querySelectorAll("[data-during]")) {
      const hidden = !part.dataset.during.split(" ").includes(state);
      if (part.hidden !== hidden) part.hidden = hidden;
    }
  }
  for (const element of root.querySelectorAll("[data-gone-at]")) {
    if (Date.parse(element.dataset.goneAt) <= moment) takeOut(element);
  }
  return found;
}
