#!/usr/bin/env node
// A `zca` whose listener prints lines at a given pace, without the work of a simulated Zalo behind each: where listeners
// are a load and not what is measured. Everything else it hands to the simulator.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { zcaPath } from "../../sim/control.ts";
import type { Feed } from "../feed.ts";

const argv = process.argv.slice(2);
if (argv.includes("listen") && !argv.includes("--help")) await listen();
else process.exitCode = spawnSync(zcaPath, argv, { stdio: "inherit" }).status ?? 1;

async function listen(): Promise<void> {
  const print = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
  const session_id = `feeder-${process.pid}`;
  const lifecycle = (event: string) =>
    print({ kind: "lifecycle", event, session_id, timestamp: Math.floor(Date.now() / 1000) });
  lifecycle("session_id");
  lifecycle("connected");
  process.once("SIGTERM", () => process.exit(0));
  const file = path.join(process.env["OPENZCA_HOME"] ?? "", "feed.json");
  while (!existsSync(file)) await delay(50);
  const { perSecond, total, group } = JSON.parse(readFileSync(file, "utf8")) as Feed;
  const from = performance.now();
  for (let index = 0; index < total; index += 1) {
    const wait = from + (index * 1000) / perSecond - performance.now();
    if (wait > 1) await delay(wait);
    print(message(index, group));
  }
  setInterval(() => lifecycle("heartbeat"), 20_000);
}

/** The moment it is printed, in nanoseconds of the machine's clock, stands in its text. */
function message(index: number, group: string | undefined): object {
  // Everybody writes once in a while: lines of one conversation wait for each other.
  const senderId = String(5_120_034_498_771_200_000n + BigInt(index % 500));
  const threadId = group ?? senderId;
  const serial = process.pid * 1_000_000 + index;
  const shared = { threadId, msgType: "webchat", senderId, timestamp: Math.floor(Date.now() / 1000) };
  return {
    ...shared,
    msgId: String(6_900_000_000_000 + serial),
    cliMsgId: String(1_700_000_000_000 + serial),
    content: `lúc ${process.hrtime.bigint()} ns: mai họp lúc 9h nhé 🙂`,
    type: group === undefined ? 0 : 1,
    metadata: { isGroup: group !== undefined, ...shared, senderDisplayName: "Lan Phạm" },
    senderName: "Lan Phạm",
    ts: String(Date.now()),
  };
}
