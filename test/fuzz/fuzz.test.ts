import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { resolveAccount } from "../../src/channel/account/accounts.ts";
import { decide } from "../../src/channel/inbound/decide.ts";
import { toTurnMessage } from "../../src/channel/inbound/turn-message.ts";
import { findConfigProblems } from "../../src/config-problems.ts";
import { parseTarget, screenMessage } from "../../src/policy/index.ts";
import { planText } from "../../src/text/index.ts";
import { decodeMessage, type InboundMessage } from "../../src/zca/index.ts";
import { readLine } from "../../src/zca/listen/protocol.ts";
import { createLineSplitter } from "../../src/zca/output/lines.ts";
import { hostRun, type HostConfig } from "../fakes/host.ts";
import { family, huy, lan, me, streamLine } from "./lines.ts";
import { expected, type Rules, type Spoken } from "./policy-oracle.ts";
import { nastyText, seeded, type Random } from "./random.ts";

/** Lines; a fifth as many decisions and as many outbound texts. `npm run fuzz` asks for 100,000. */
const runs = Number(process.env["FUZZ_RUNS"] ?? 10_000);
const seed = Number(process.env["FUZZ_SEED"] ?? 1);
const fifth = Math.ceil(runs / 5);
/** Generous: a slow machine and a tenth of a second for a hundred lines. */
const timeout = 60_000 + runs * 20;
const again = (index: number) => `FUZZ_SEED=${seed} FUZZ_RUNS=${runs}, number ${index}`;

let folder: string;

beforeAll(() => {
  console.log(`fuzzing with FUZZ_SEED=${seed} FUZZ_RUNS=${runs}`);
  folder = mkdtempSync(path.join(tmpdir(), "zalouser-fuzz-"));
  vi.stubEnv("OPENCLAW_STATE_DIR", folder);
});

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test(
  "no line of a listener makes reading it fail, and what comes out has the shape that everything behind relies on",
  () => {
    const random = seeded(seed);
    let messages = 0;
    let passed = 0;
    for (let index = 0; index < runs; index += 1) {
      const raw = streamLine(random);
      const received: string[] = [];
      const splitter = createLineSplitter({ onLine: (line) => void received.push(line) });
      const bytes = Buffer.from(`${raw}\n`);
      const at = random.below(bytes.length);
      splitter.push(bytes.subarray(0, at));
      splitter.push(bytes.subarray(at));
      splitter.end();
      for (const text of received) {
        const line = readLine(text);
        if (line.kind !== "message") continue;
        messages += 1;
        const message = decodeMessage(line.record, { ownId: me, receivedAtMs: 1_795_327_700_000 });
        if ("malformed" in message) continue;
        checkShape(message, text, again(index));
        // What a journal stores is read to the same message again.
        const stored = decodeMessage(line.raw, { ownId: me, receivedAtMs: 1_795_327_700_000 });
        must(JSON.stringify(stored) === JSON.stringify(message), "a stored line reads the same", again(index));
        if (screenMessage({ ...message, ownId: me }).kind === "pass") passed += 1;
      }
    }
    // A generator that only makes garbage, or none, would prove nothing.
    expect(messages).toBeGreaterThan(runs * 0.3);
    expect(passed).toBeGreaterThan(runs * 0.2);
    expect(passed).toBeLessThan(messages);
  },
  timeout,
);

test(
  "no message of any shape is admitted, or refused, against the policy table, whatever the config",
  async () => {
    const random = seeded(seed + 1);
    const counts = { admitted: 0, challenge: 0, context: 0, drop: 0 };
    for (let index = 0; index < fifth; index += 1) {
      const rules = randomRules(random);
      const { line, spoken } = randomMessage(random);
      const message = decodeMessage(line, { ownId: me, receivedAtMs: 1 });
      if ("malformed" in message) throw new Error(`${again(index)}: the generator made no message`);
      const cfg = {
        channels: {
          ...(rules.zalouser === undefined ? {} : { zalouser: rules.zalouser }),
          ...(rules.groupDefault === undefined ? {} : { defaults: { groupPolicy: rules.groupDefault } }),
        },
      } as unknown as HostConfig;
      const decision = await decide(hostRun(cfg, { ownId: me, ownName: "Trợ lý" }), toTurnMessage([message]));
      const told = expected(rules, spoken);
      const where = decision.kind === told ? "" : `${again(index)}: ${JSON.stringify({ rules, spoken, line })}`;
      must(decision.kind === told, `${decision.kind}, should be ${told}`, where);
      const commands = decision.kind === "admitted" && spoken.command;
      must(!commands || decision.commandAuthorized === true, "an admitted command is authorized", again(index));
      counts[decision.kind] += 1;
    }
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(fifth * 0.03);
  },
  timeout,
);

test(
  "a damaged or forged line is never admitted unless its sender and its group may write",
  async () => {
    const random = seeded(seed + 2);
    let decided = 0;
    for (let index = 0; index < runs; index += 1) {
      const line = readLine(streamLine(random).replaceAll("\n", " "));
      if (line.kind !== "message") continue;
      const message = decodeMessage(line.record, { ownId: me, receivedAtMs: 1 });
      if ("malformed" in message || screenMessage({ ...message, ownId: me }).kind === "drop" || random.chance(0.7))
        continue;
      // Lan may write; Huy and the group may not, and nobody with an id that was made up.
      const zalouser = {
        dmPolicy: "allowlist",
        allowFrom: [lan],
        groupPolicy: "allowlist",
        groups: { "7044519283300761199": {} },
      };
      const cfg = { channels: { zalouser } } as unknown as HostConfig;
      const decision = await decide(hostRun(cfg, { ownId: me, ownName: "Trợ lý" }), toTurnMessage([message]));
      const may = !message.isGroup && message.senderId === lan;
      must((decision.kind === "admitted") === may, `${decision.kind}: ${line.raw}`, again(index));
      decided += 1;
    }
    expect(decided).toBeGreaterThan(runs * 0.05);
  },
  timeout,
);

test(
  "no text makes planning it fail, and no part is more than a Zalo message or a program argument can hold",
  () => {
    const random = seeded(seed + 3);
    let planned = 0;
    for (let index = 0; index < fifth; index += 1) {
      const text = nastyText(random);
      const options = { isGroup: random.chance(0.5), styles: random.chance(0.8), limit: random.pick([50, 500, 2000]) };
      const plan = planText(text, options);
      if ("refused" in plan) {
        must(
          ["TEXT_EMPTY", "TEXT_INVALID", "TEXT_TOO_LONG"].includes(plan.refused),
          "the refusal is known",
          again(index),
        );
        continue;
      }
      planned += 1;
      must(plan.parts.length > 0, "something is sent", again(index));
      for (const part of plan.parts) {
        must(part.renderedLength <= options.limit, "a part fits a message", again(index));
        must(part.rendered.length === part.renderedLength, "its length is told", again(index));
        must(part.text.isWellFormed() && !part.text.includes("\u0000"), "it is a program argument", again(index));
        must(Buffer.byteLength(part.text) < 128 * 1024, "it fits one", again(index));
      }
      must(typeof parseTarget(text) === "object", "any text is a target or none", again(index));
    }
    expect(planned).toBeGreaterThan(fifth * 0.3);
  },
  timeout,
);

test(
  "no config makes resolving an account fail; one of the wrong shape is a fault that names its path",
  () => {
    const random = seeded(seed + 4);
    let faults = 0;
    for (let index = 0; index < fifth; index += 1) {
      const zalouser = randomConfig(random);
      const cfg = { channels: { zalouser } } as unknown as HostConfig;
      const account = resolveAccount(cfg, random.pick(["default", "work", "__proto__", "constructor", null]));
      const problems = findConfigProblems(zalouser, "channels.zalouser");
      for (const { path: where, message } of problems)
        must(where.startsWith("channels.zalouser") && message !== "", "a problem has a path", again(index));
      must(account.configured === (typeof zalouser === "object" && zalouser !== null), "a block is one", again(index));
      if (problems.length === 0 || !account.configured) continue;
      faults += 1;
      const { fault } = account;
      must(fault?.code.startsWith("CONFIG_") === true, "a problem is a fault", again(index));
      must(fault?.message.includes("channels.zalouser") === true, "a fault names its path", again(index));
    }
    expect(faults).toBeGreaterThan(fifth * 0.2);
    expect(faults).toBeLessThan(fifth);
  },
  timeout,
);

const shownControl = /[\p{Cc}\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

function checkShape(message: InboundMessage, raw: string, where: string): void {
  const { threadId, senderId, eventKey, senderName, threadName, media, mentions, text, atMs } = message;
  for (const id of [threadId, senderId]) {
    must(/^[\w.-]{1,64}$/u.test(id), "an id has the shape of one", where);
    // No digit of an id is ever rounded away: each stands in the line as it was printed (or it is our own).
    must(id === me || raw.includes(id), "an id stands in the line", where);
  }
  must(/^[mcx]:/u.test(eventKey), "there is a key", where);
  must(Number.isFinite(new Date(atMs).getTime()), "the time is one", where);
  for (const name of [senderName, threadName, message.quote?.senderName, ...media.map(({ fileName }) => fileName)]) {
    must(name === undefined || (name !== "" && !shownControl.test(name)), "a name can be shown", where);
  }
  for (const { url } of media) must(/^https?:\/\//iu.test(url), "media have a web address", where);
  for (const { pos, len } of mentions) {
    for (const count of [pos, len])
      must(count === undefined || (Number.isSafeInteger(count) && count >= 0), "places count", where);
  }
  must(typeof text === "string", "the text is one", where);
  must(!Object.values(message).includes(undefined), "what is absent is not there", where);
}

/** An assertion that costs nothing while it holds; there are millions. */
function must(holds: boolean, what: string, where: string): void {
  if (!holds) throw new Error(`${where}: does not hold: ${what}`);
}

const people = [
  lan,
  huy,
  `zalouser:${lan}`,
  `ZLU:${huy}`,
  `user:${lan}`,
  "*",
  "Lan Phạm",
  "constructor",
  "5120034498771203346",
];

function randomRules(random: Random): Rules {
  if (random.chance(0.03)) return {};
  const entry = () => ({
    ...(random.chance(0.3) ? { allow: random.chance(0.6) } : {}),
    ...(random.chance(0.3) ? { enabled: random.chance(0.6) } : {}),
    ...(random.chance(0.5) ? { requireMention: random.chance(0.5) } : {}),
    ...(random.chance(0.3) ? { allowFrom: random.some(people, 0.2) } : {}),
  });
  const keys = random.some([family, "*", "7044519283300761199", "Gia đình", "constructor", "toString"], 0.25);
  const zalouser = {
    ...(random.chance(0.8) ? { dmPolicy: random.pick(["pairing", "allowlist", "open", "disabled"]) } : {}),
    ...(random.chance(0.7) ? { allowFrom: random.some(people, 0.2) } : {}),
    ...(random.chance(0.6) ? { groupPolicy: random.pick(["open", "allowlist", "open", "disabled"]) } : {}),
    ...(random.chance(0.4) ? { groupAllowFrom: random.some(people, 0.2) } : {}),
    ...(random.chance(0.6) ? { groups: Object.fromEntries(keys.map((key) => [key, entry()])) } : {}),
  };
  const groupDefault = random.chance(0.3) ? random.pick(["open", "allowlist", "disabled"]) : undefined;
  return { zalouser, ...(groupDefault === undefined ? {} : { groupDefault }) };
}

/** A well-formed line and what it really is, told by who made it. */
function randomMessage(random: Random): { line: Record<string, unknown>; spoken: Spoken } {
  const senderId = random.pick([lan, huy]);
  const shared = {
    msgId: "6921045577310",
    msgType: "webchat",
    timestamp: 1_795_327_700,
    senderId,
    senderName: random.pick(["Lan Phạm", "*", lan, huy]),
  };
  const words = random.pick(["chào", "tóm tắt giúp", "/status", "{}", "--profile=x"]);
  const command = words === "/status";
  if (random.chance(0.4)) {
    const line = { ...shared, threadId: senderId, type: 0, chatType: "user", toId: me, content: words };
    return { line, spoken: { senderId, addressed: true, command: false } };
  }
  const group = {
    ...shared,
    threadId: family,
    type: 1,
    chatType: "group",
    toId: family,
    threadName: random.pick(["constructor", "*", "Gia đình"]),
  };
  const mention = { uid: me, pos: 0, len: 7, type: 0 };
  const text = `@Trợ lý ${words}`;
  const unaddressed = command ? "chào" : words;
  const [content, mentions, addressed] = random.pick<[string, unknown[], boolean]>([
    [text, [mention], true],
    [text, [], true],
    [unaddressed, [], false],
    // Forged: no place, a place without @, somebody else, everybody, past the end, a negative place.
    [unaddressed, [{ uid: me }], false],
    [unaddressed, [mention], false],
    [`@Lan Phạm ${unaddressed}`, [{ ...mention, uid: lan, len: 9 }], false],
    [`@All ${unaddressed}`, [{ uid: "-1", pos: 0, len: 4, type: 1 }], false],
    [`@All ${unaddressed}`, [{ uid: me, pos: 0, len: 4, type: 1 }], false],
    [unaddressed, [{ ...mention, pos: 900 }], false],
    [unaddressed, [{ ...mention, pos: -1 }], false],
  ]);
  const isCommand = command && addressed && mentions.length > 0;
  return {
    line: { ...group, content, ...(mentions.length === 0 ? {} : { mentions }) },
    spoken: { senderId, groupId: family, addressed, command: isCommand },
  };
}

function randomConfig(random: Random): unknown {
  const value = (): unknown => {
    switch (random.below(8)) {
      case 0:
        return nastyText(random);
      case 1:
        return random.pick([null, true, false, -1, 0, 1.5, 5_120_034_498_771_203_000]);
      case 2:
        return random.some(people, 0.3);
      case 3:
        return { [random.pick(["allow", family, "constructor", "x"])]: random.pick([true, {}, "x"]) };
      case 4:
        return [value()];
      default:
        return random.pick(["open", "pairing", "allowlist", "disabled", "work", "a b"]);
    }
  };
  const known: Record<string, () => unknown> = {
    dmPolicy: () => random.pick(["pairing", "allowlist", "open", "disabled"]),
    allowFrom: () => random.some(people, 0.3),
    groupPolicy: () => random.pick(["open", "allowlist", "disabled"]),
    groups: () => ({ [family]: { allow: true } }),
    profile: () => random.pick(["work", "nhà"]),
    mediaMaxMb: () => random.below(30),
    accounts: () => ({ work: random.chance(0.5) ? { profile: "work" } : value() }),
    defaultAccount: () => random.pick(["default", "work"]),
  };
  const config: Record<string, unknown> = {};
  for (const [key, good] of Object.entries(known))
    if (random.chance(0.4)) config[key] = random.chance(0.85) ? good() : value();
  if (random.chance(0.1)) config[random.pick(["x", "constructor", "zcaEnv"])] = value();
  return random.chance(0.02) ? value() : config;
}
