import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openAccountState } from "../../../src/channel/account/state.ts";
import { fromOpenzalo } from "../../../src/channel/doctor/openzalo.ts";
import { writeNameBook } from "../../../src/channel/names/book.ts";
import { findConfigProblems } from "../../../src/config-problems.ts";
import type { HostConfig } from "../../fakes/host.ts";
import { decisionOn, me } from "./decision.ts";

const lan = "5120034498771203345";
const stranger = "8891200345671123490";
const family = "7044519283300761122";
const elsewhere = "7044519283300769999";

interface Row {
  readonly source: string;
  readonly config: object;
  readonly before: readonly [direct: string, groups: string];
  readonly after: readonly [direct: string, groups: string];
}

const page = readFileSync(new URL("../../../docs/migration.md", import.meta.url), "utf8");
const rows: Row[] = page
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .filter(([, source = "", config = ""]) => /^(?:seed|official|openzalo)/u.test(source) && config.startsWith("`{"))
  .map(([, source = "", config = "", ...cells]) => ({
    source,
    config: JSON.parse(config.replaceAll("`", "")),
    before: [cells[0] ?? "", cells[1] ?? ""],
    after: [cells[2] ?? "", cells[3] ?? ""],
  }));

/** Who a cell lets in, as pairs of person and place. */
const direct: Readonly<Record<string, readonly string[]>> = {
  nobody: [],
  "by code": ["stranger by code", "Lan by code"],
  Lan: ["Lan", "Lan by code"],
  everyone: ["Lan", "stranger", "Lan by code", "stranger by code"],
};
const groups: Readonly<Record<string, readonly string[]>> = {
  nobody: [],
  "Lan in Family": ["Lan in Family"],
  "everyone in Family": ["Lan in Family", "stranger in Family"],
  "Lan in every group": ["Lan in Family", "Lan elsewhere"],
  "everyone in every group": ["Lan in Family", "stranger in Family", "Lan elsewhere", "stranger elsewhere"],
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "zalouser-migration-"));
  vi.stubEnv("OPENCLAW_STATE_DIR", folder);
  learnNames();
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test("the page has rows for every plugin people come from", () => {
  for (const source of ["seed", "official", "openzalo"])
    expect(rows.filter((row) => row.source.startsWith(source)).length).toBeGreaterThan(4);
});

describe.each(rows)("$source: $config", ({ source, config, before, after }) => {
  test("lets in whom the page says, and nobody new", async () => {
    if (source === "official") leaveOfficialLogin();
    const settings = source === "openzalo" ? fromOpenzalo(config) : config;
    expect(settings).toBeDefined();
    expect(findConfigProblems(settings, "channels.zalouser")).toEqual([]);
    const cfg = { channels: { zalouser: settings } } as HostConfig;
    const found = [await directWord(cfg), await groupsWord(cfg)];
    expect(found).toEqual(after);
    expect(direct[before[0]]).toEqual(expect.arrayContaining([...(direct[after[0]] ?? ["?"])]));
    expect(groups[before[1]]).toEqual(expect.arrayContaining([...(groups[after[1]] ?? ["?"])]));
  });
});

/** A name that is a friend's or a group's must open nothing which it did not open before. */
function learnNames(): void {
  openAccountState("default").login.write({ uid: me, atMs: 1, byLogin: true });
  const pinned = (id: string, name: string) => ({ kind: "pinned", id, name, rivals: [] }) as const;
  writeNameBook("default", {
    uid: me,
    entries: [
      { kind: "person", key: "lan phạm", answer: pinned(lan, "Lan Phạm") },
      { kind: "group", key: "gia đình", answer: pinned(family, "Gia đình") },
    ],
    listings: { person: {}, group: {} },
  });
}

/** What the official plugin keeps of a login, in its older form. */
function leaveOfficialLogin(): void {
  const credentials = path.join(folder, "credentials", "zalouser");
  mkdirSync(credentials, { recursive: true });
  writeFileSync(path.join(credentials, "credentials.json"), "{}");
}

async function directWord(cfg: HostConfig): Promise<string | undefined> {
  const known = await word(cfg, lan);
  const unknown = await word(cfg, stranger);
  const isIn = (word: string) => word === "admitted";
  if (isIn(unknown)) return "everyone";
  if (isIn(known)) return unknown === "drop" ? "Lan" : undefined;
  return unknown === "challenge" ? "by code" : "nobody";
}

async function groupsWord(cfg: HostConfig): Promise<string | undefined> {
  const found: string[] = [];
  for (const [person, senderId] of [
    ["Lan", lan],
    ["stranger", stranger],
  ] as const)
    for (const [place, groupId] of [
      ["in Family", family],
      ["elsewhere", elsewhere],
    ] as const)
      if ((await word(cfg, senderId, groupId)) === "admitted") found.push(`${person} ${place}`);
  return Object.entries(groups).find(
    ([, pairs]) => pairs.length === found.length && pairs.every((pair) => found.includes(pair)),
  )?.[0];
}

async function word(cfg: HostConfig, senderId: string, groupId?: string): Promise<string> {
  const senderName = senderId === lan ? "Lan Phạm" : "Người lạ";
  return (await decisionOn(cfg, { senderId, senderName, groupId })).kind;
}
