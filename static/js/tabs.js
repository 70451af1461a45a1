// Other tabs of the same person hear what was written and voted here.
import { votesRound } from "./viewer.js";

/**
 * Joins the tabs: `heard.news(message)` takes what changes who looks, `heard.outbox(note)` what another tab's outbox did.
 * Gives the same two, to tell what happened here.
 */
export function joinTabs(participant, heard) {
  if (!participant || !globalThis.BroadcastChannel) return { news() {}, outbox() {} };
  const channel = new BroadcastChannel("workshop");
  channel.addEventListener("message", ({ data }) => {
    if (data.participant === participant) heard[data.what]?.(data.message);
  });
  const teller = (what) => (message) => channel.postMessage({ participant, what, message });
  return { news: teller("news"), outbox: teller("outbox") };
}

/** The viewer after one more note of theirs, or a vote given or taken back; `note` where it is on a note. */
export function withNews(viewer, { own, voted, takenBack, note }) {
  const next = { ...viewer };
  if (own && !viewer.own.includes(own)) next.own = [...viewer.own, own];
  if (voted && !viewer.voted.includes(voted)) next.voted = [...viewer.voted, voted];
  if (takenBack) next.voted = viewer.voted.filter((id) => id !== takenBack);
  next.votes_given = { ...viewer.votes_given };
  if (voted && note) next.votes_given[voted] ??= votesRound();
  if (takenBack) delete next.votes_given[takenBack];
  return next;
}
