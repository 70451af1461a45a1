import { createDarkness } from "../darkness.js";
import { createGong } from "../gong.js";
import { start } from "../start.js";

const gong = createGong();
createDarkness();
start({ turned: gong.ring });
