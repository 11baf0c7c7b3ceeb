import { createChannelInboundEnvelopeBuilder } from "openclaw/plugin-sdk/channel-inbound";
import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Route } from "../../../src/channel/inbound/decide.ts";
import { openEnvelope } from "../../../src/channel/inbound/envelope.ts";

const atMs = Date.UTC(2026, 10, 23, 2, 5, 7);
const route = { agentId: "main", sessionKey: "agent:main:zalouser:direct:5120034498771200001" } as Route;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "zalouser-phong-bì-"));
  vi.stubEnv("OPENCLAW_STATE_DIR", folder);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe("what the agent reads above a message", () => {
  const zones = ["Asia/Ho_Chi_Minh", "America/New_York", "UTC", "Etc/UTC", "GMT", "Asia/Kolkata", undefined];
  const users = [undefined, "Asia/Tokyo", "utc", "khong/co"];

  test.for(zones.flatMap((zone) => users.map((userTimezone) => ({ zone, userTimezone }))))(
    "is what OpenClaw writes: machine in $zone, user in $userTimezone",
    ({ zone, userTimezone }) => {
      vi.stubEnv("TZ", zone);
      const cfg: OpenClawConfig = { agents: { defaults: userTimezone === undefined ? {} : { userTimezone } } };
      const said = { channel: "Zalo Personal", from: "Hội bạn thân 🌸", timestamp: atMs, body: "mai họp lúc 9h nhé" };

      const theirs = createChannelInboundEnvelopeBuilder({ cfg, route })(said);
      const ours = openEnvelope(cfg, route, said.from);

      expect(ours.message(atMs, said.body)).toBe(theirs);
      const entry = { sender: "Lan Phạm", body: "ai đi?", timestamp: atMs };
      expect(ours.earlier(entry, 0)).toBe(theirs.replace("mai họp lúc 9h nhé", "Lan Phạm: ai đi?"));
      vi.stubEnv("TZ", undefined);
    },
  );
});
