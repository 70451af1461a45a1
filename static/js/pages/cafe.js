import { createGong } from "../gong.js";
import { start } from "../start.js";

const gong = createGong();
start({ turned: gong.ring });
