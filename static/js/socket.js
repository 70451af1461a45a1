// The socket of a page, and what the client's own reconnecting leaves open.
import { io } from "socket.io-client";

const ATTEMPT = 10_000; // ms until an attempt to connect counts as failed
const CLOSED_EARLY = "closed before it was open";
const NO_WAY_THROUGH = [CLOSED_EARLY, "timeout"];

/** A socket that is not connected yet; `auth` makes what its handshake says. */
export function createSocket(auth, address) {
  const transports = ["websocket", "polling"];
  const socket = io(address, {
    transports,
    tryAllTransports: true,
    autoConnect: false,
    timeout: ATTEMPT,
    auth: (send) => send(auth()),
    // A GET to one's own site carries no Origin.
    transportOptions: { polling: { extraHeaders: { "X-Workshop": "1" } } },
  });
  const { io: manager } = socket;
  const open = manager.open.bind(manager);
  manager.open = (done) => {
    const before = manager.engine;
    open(done);
    if (manager.engine !== before) failEarly(manager.engine);
    return manager;
  };
  manager.on("error", ({ message }) => {
    // `tryAllTransports` knows of errors only: next time the other way first.
    if (NO_WAY_THROUGH.includes(message) && globalThis.navigator?.onLine !== false) transports.reverse();
  });
  return socket;
}

// A connection that closes before it is open, as behind a proxy that lets no socket through, or where the network
// comes and goes, is no error to the client: it would wait as long as an attempt may take, and say nothing.
function failEarly(engine) {
  const fail = () => engine.emit("error", new Error(CLOSED_EARLY));
  engine.once("close", fail);
  engine.once("open", () => engine.off("close", fail));
  engine.once("error", () => engine.off("close", fail));
}

/** Try to connect now, whatever pause or attempt is under way. */
export function connectNow(socket) {
  socket.disconnect().connect();
}
