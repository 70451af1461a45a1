// A call without a socket: where networks let no socket through, and on a page that has none.
import { ANSWER, NoAnswer } from "./live.js";

/**
 * Do an operation by a POST of JSON, as the participant `person`: gives the acknowledgement, throws where there was none.
 * A proxy's error page, a portal that wants a click first, another program at this address: none of them speaks for the server.
 */
export async function post({ key, operation, fields, person }, load = fetch) {
  if (globalThis.navigator?.onLine === false) throw new NoAnswer();
  const response = await load(`/act/${operation}.json`, {
    method: "POST",
    redirect: "error",
    cache: "no-store",
    headers: { "Content-Type": "application/json", "X-Workshop": person ?? "1" },
    body: JSON.stringify({ key, ...fields }),
    signal: AbortSignal.timeout(ANSWER),
  });
  const answer = await response.json();
  if (typeof answer?.ok !== "boolean" || answer.key !== key) throw new NoAnswer();
  return answer;
}
