import { setupEntry } from "./channel/entry.js";
import { setupPlugin } from "./channel/setup-plugin.js";

export default setupEntry(setupPlugin);
