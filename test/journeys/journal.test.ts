import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { resolveAccount } from "../../src/channel/account/accounts.ts";
import { openAccountState } from "../../src/channel/account/state.ts";
import { holdJournal } from "../../src/channel/journal/journals.ts";
import { activityOf } from "../../src/channel/operate/activity.ts";
import { notices } from "../../src/channel/operate/inspect.ts";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";

const lan = "5120034498771203345";
const patience = { timeout: 60_000, interval: 20 };

let host: AccountHost;
let file: string;

beforeEach(() => {
  host = createAccountHost();
  host.world.addPerson({ uid: lan, displayName: "Lan Phạm" });
  host.settings = { dmPolicy: "allowlist", allowFrom: [lan] };
  host.logIn();
  file = path.join(openAccountState("default").folder, "journal.sqlite");
});

afterEach(() => host.dispose());

const say = (text: string, overrides = {}) => host.world.say({ from: lan, to: host.uid, text, overrides });
const texts = () => host.turns.map(({ text }) => text);
const told = () => notices(resolveAccount(host.config(), "default")).join("\n");

test("an account whose journal is damaged goes on with a new one and says where the old one is", async () => {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, "đây không phải cơ sở dữ liệu ".repeat(1000));
  await host.during(async () => {
    say("vẫn nghe chứ?");
    await vi.waitFor(() => expect(texts()).toEqual(["vẫn nghe chứ?"]), patience);
    expect(told()).toMatch(/"default".*journal\.sqlite\.damaged-\d+.*\[JOURNAL_DAMAGED\]/su);
  });
  expect(host.problems.filter((problem) => problem.includes("JOURNAL_DAMAGED"))).toHaveLength(1);
});

test("a message to somebody who was logged in before is dropped, and does not pass for a wrong login now", async () => {
  const { journal, release } = holdJournal("default", () => {});
  const theirs = {
    threadId: lan,
    msgId: "6921045570009",
    senderId: lan,
    toId: "4400912847765512999",
    ts: "1795327700456",
  };
  const payload = {
    version: 1,
    origin: "stream",
    raw: JSON.stringify({ ...theirs, content: "gửi người cũ" }),
  } as const;
  await journal.append({ id: "m:1", altKeys: [], lane: `user:${lan}`, payload });
  const former = { ...payload, raw: JSON.stringify({ ...theirs, toId: host.uid, content: "cũng gửi người cũ" }) };
  await journal.append({ id: "m:2", altKeys: [], lane: `user:${lan}`, payload: former, reader: "4400912847765512999" });
  release();
  await host.during(async () => {
    say("gửi bạn");
    await vi.waitFor(() => expect(texts()).toEqual(["gửi bạn"]), patience);
    expect(host.status().lifecycle).toBe("ready");
    const { decisions } = activityOf("default").snapshot();
    expect(decisions.filter(({ reason }) => reason === "other_account")).toHaveLength(2);
  });
});

// Last: its journal lives in memory for the rest of the process.
test("an account whose journal cannot be written answers all the same, once, across a restart, and says so", async () => {
  mkdirSync(file, { recursive: true });
  let first = { msgId: "", cliMsgId: "" };
  await host.during(async () => {
    first = say("đĩa hỏng rồi");
    await vi.waitFor(() => expect(texts()).toEqual(["đĩa hỏng rồi"]), patience);
    expect(told()).toMatch(/"default".*journal\.sqlite cannot be written.*every 30 seconds.*\[JOURNAL_UNWRITABLE\]/su);
  });
  await host.during(async () => {
    say("đĩa hỏng rồi", first);
    say("tin mới");
    await vi.waitFor(() => expect(texts()).toEqual(["đĩa hỏng rồi", "tin mới"]), patience);
  });
  expect(host.problems.filter((problem) => problem.includes("JOURNAL_UNWRITABLE"))).toHaveLength(1);
  rmSync(file, { recursive: true });
});
