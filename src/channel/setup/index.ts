// What setup loads when somebody actually sets something up.
export { configure } from "./configure.js";
export { checkBeforeWriting, finishFlags } from "./flags.js";
export { setupStatus } from "./status.js";
