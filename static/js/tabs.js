// Other tabs of the same person hear what was written and voted here.
import { votesRound } from "./viewer.js";

/** Joins the tabs: `heard(message)` for theirs, the returned function for ours. */
export function joinTabs(participant, heard) {
  if (!participant || !globalThis.BroadcastChannel) return () => {};
  const channel = new BroadcastChannel("workshop");
  channel.addEventListener("message", ({ data }) => {
    if (data.participant === participant) heard(data);
  });
  return (message) => channel.postMessage({ ...message, participant });
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
