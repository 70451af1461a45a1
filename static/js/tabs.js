// Other tabs of the same person hear what was written and voted here.

/** Joins the tabs: `heard(message)` for theirs, the returned function for ours. */
export function joinTabs(participant, heard) {
  if (!participant || !globalThis.BroadcastChannel) return () => {};
  const channel = new BroadcastChannel("workshop");
  channel.addEventListener("message", ({ data }) => {
    if (data.participant === participant) heard(data);
  });
  return (message) => channel.postMessage({ ...message, participant });
}

/** The viewer after one more note of theirs, or a vote given or taken back. */
export function withNews(viewer, { own, voted, takenBack }) {
  const next = { ...viewer };
  if (own && !viewer.own.includes(own)) next.own = [...viewer.own, own];
  if (voted && !viewer.voted.includes(voted)) next.voted = [...viewer.voted, voted];
  if (takenBack) next.voted = viewer.voted.filter((id) => id !== takenBack);
  if (typeof viewer.votes_left === "number") {
    next.votes_left = viewer.votes_left + viewer.voted.length - next.voted.length;
  }
  return next;
}
