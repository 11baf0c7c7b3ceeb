import os from "node:os";
import { vi } from "vitest";

// Unit tests fill the time in which the gateways wait: those run one after another and decide how long all of it takes.
os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);

// The files of one worker share the host, which takes seconds to load; what the plugin remembers is each file's own.
vi.resetModules();
Reflect.deleteProperty(globalThis, Symbol.for("openclaw.plugin.zalouser.running-copy"));
