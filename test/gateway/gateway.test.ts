import { describe } from "vitest";
import { trustedWorld } from "./worlds/trusted.ts";
import { untrustedWorld } from "./worlds/untrusted.ts";

// In one file, because files run side by side and several gateways at once would fight for the processor.
describe("installed by name, which the host trusts", trustedWorld);
describe("installed from the npm pack tarball, which the host does not trust", untrustedWorld);
