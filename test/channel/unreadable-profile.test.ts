import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { resolveAccount } from "../../src/channel/account/accounts.ts";
import { savedSession } from "../../src/channel/account/session.ts";
import { openAccountState } from "../../src/channel/account/state.ts";
import { pronounce, standingVerdict } from "../../src/channel/account/verdict.ts";
import { holdJournal, journalSnapshot } from "../../src/channel/journal/journals.ts";
import { answerIn, readNameBook, writeNameBook } from "../../src/channel/names/book.ts";
import { confirmPerson } from "../../src/channel/operate/confirm-person.ts";
import { watchSession } from "../../src/channel/operate/session-watch.ts";
import { authorOf, wrongUser } from "../../src/channel/outbound/authors.ts";
import { standingRefusal } from "../../src/channel/outbound/refused-session.ts";
import { fakeClock, settle, type FakeClock } from "../fakes/clock.ts";

const uid = "3300912847765512008";
const silent = { info() {}, warn() {}, error() {}, debug() {} };

test("a login as somebody else waits for a journal that is not on disk, and says so instead of blaming turns", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "zalouser-đĩa đầy-"));
  vi.stubEnv("OPENCLAW_STATE_DIR", path.join(folder, "state"));
  vi.stubEnv("OPENZCA_HOME", path.join(folder, "zca"));
  const accountId = "shop";
  const account = resolveAccount({ channels: { zalouser: { accounts: { [accountId]: {} } } } }, accountId);
  const state = openAccountState(accountId);
  state.person.write({ uid: "4400912847765512999" });
  const credentials = path.join(folder, "zca", "profiles", account.profile, "credentials.json");
  mkdirSync(path.dirname(credentials), { recursive: true });
  writeFileSync(credentials, JSON.stringify({ imei: "một" }));
  // Where the journal belongs stands a folder: it cannot be opened, and lives in memory.
  const journal = path.join(state.folder, "journal.sqlite");
  mkdirSync(path.join(journal, "chắn"), { recursive: true });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const lease = holdJournal(accountId, () => {});
  lease.release();
  state.login.write({ uid, atMs: 1, byLogin: true, session: savedSession(account) ?? "" });
  const waits: string[] = [];
  const clock = fakeClock();
  const stop = new AbortController();
  const confirmed = confirmPerson(account, {
    clock,
    log: silent,
    signal: stop.signal,
    onWaiting: (why) => void waits.push(why),
  });
  await clock.advance(3_000);
  stop.abort();
  await confirmed;
  expect(waits.at(-1)).toMatch(/"shop": .*journal\.sqlite cannot be written.*\[JOURNAL_UNWRITABLE\]$/u);
  expect(waits.join()).not.toContain("still ending");

  // Otherwise it would try again in half a minute, and write into a folder that is gone by then.
  rmSync(journal, { recursive: true });
  vi.advanceTimersByTime(30_000);
  vi.useRealTimers();
  expect(journalSnapshot(accountId)).toBeUndefined();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe("a program that keeps its login where nobody can look, after a logout", () => {
  const before = "4400912847765512999";
  const accountId = "default";
  let folder: string;
  const program = (answer: string) => {
    const file = path.join(folder, "zca");
    writeFileSync(file, `#!/bin/sh\n${answer}\n`, { mode: 0o755 });
    return resolveAccount({ channels: { zalouser: { zcaBinary: file } } }, accountId);
  };
  const confirm = (account: ReturnType<typeof program>) =>
    confirmPerson(account, {
      clock: fakeClock(),
      log: silent,
      signal: new AbortController().signal,
      onWaiting() {},
    });

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "zalouser-nơi khác-"));
    vi.stubEnv("OPENCLAW_STATE_DIR", path.join(folder, "state"));
    vi.stubEnv("OPENZCA_HOME", path.join(folder, "home"));
    openAccountState(accountId).person.write({ uid: before });
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  test("is asked once who logged in by hand, and the account is theirs before anything is heard or sent", async () => {
    const account = program(`echo "$*" >> "${path.join(folder, "calls")}"; echo ${uid}`);
    const state = openAccountState(accountId);
    writeFileSync(path.join(state.folder, "names.json"), "của người trước");
    for (let start = 0; start < 3; start += 1) expect(await confirm(account)).toBeUndefined();
    expect([state.login.read()?.uid, state.person.read()?.uid]).toEqual([uid, uid]);
    expect(existsSync(path.join(state.folder, "names.json"))).toBe(false);
    expect(wrongUser(accountId, authorOf(accountId))).toBeUndefined();
    expect(readFileSync(path.join(folder, "calls"), "utf8")).toBe("--profile default me id\n");
  });

  test("without a login the command that mends it is told, and nothing is asked again", async () => {
    const account = program("echo 'Error: Profile default: not logged in' >&2; exit 1");
    expect((await confirm(account))?.message).toContain("openclaw channels login --channel zalouser --account default");
    expect(standingVerdict(account)).toMatchObject({ kind: "logged-out" });
  });

  test("whoever proves to be logged in while it runs makes it start anew, if the account was somebody else's", async () => {
    const clock = fakeClock();
    const onChange = vi.fn<() => void>();
    const account = program("exit 1");
    const stop = watchSession({ account, clock, log: silent, onLogin() {}, onChange });
    openAccountState(accountId).login.write({ uid: before, atMs: clock.now(), byLogin: false });
    await clock.advance(2_000);
    expect(onChange).not.toHaveBeenCalled();
    stop();
    openAccountState(accountId).login.clear();
    const again = watchSession({ account, clock, log: silent, onLogin() {}, onChange });
    openAccountState(accountId).login.write({ uid, atMs: clock.now(), byLogin: false });
    await clock.advance(1_000);
    expect(onChange).toHaveBeenCalledOnce();
    again();
  });
});

/** A link to itself stands for every folder that cannot be looked into, and does so for root, too. */
describe("a profile folder that cannot be looked into", () => {
  let folder: string;
  let profile: string;
  let clock: FakeClock;
  const account = () => resolveAccount({ channels: { zalouser: { enabled: true } } }, "default");
  const state = () => openAccountState("default");
  const logIn = (imei: string) => {
    rmSync(profile, { recursive: true, force: true });
    mkdirSync(profile, { recursive: true });
    writeFileSync(path.join(profile, "credentials.json"), JSON.stringify({ imei }));
  };
  const spoil = (where: string) => {
    rmSync(where, { recursive: true, force: true });
    symlinkSync(where, where);
  };

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "zalouser-không đọc-"));
    vi.stubEnv("OPENCLAW_STATE_DIR", path.join(folder, "state"));
    vi.stubEnv("OPENZCA_HOME", path.join(folder, "zca"));
    profile = path.join(folder, "zca", "profiles", "default");
    clock = fakeClock();
    logIn("một");
    state().login.write({ uid, atMs: clock.now(), byLogin: true, session: savedSession(account()) ?? "" });
    state().person.write({ uid });
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  test("is told once with what mends it, and the watch for new logins goes on and finds the next", async () => {
    const told: string[] = [];
    const onChange = vi.fn<() => void>();
    const onLogin = vi.fn<() => void>();
    const log = { warn: (line: string) => void told.push(line) };
    const stop = watchSession({ account: account(), clock, log, onLogin, onChange });
    spoil(profile);
    await clock.advance(60_000);
    expect(told).toEqual([expect.stringMatching(/"default".*credentials\.json.*ELOOP.*\[ZCA_PROFILE_UNREADABLE\]$/u)]);
    expect([onChange.mock.calls, onLogin.mock.calls]).toEqual([[], []]);
    logIn("một");
    await clock.advance(5_000);
    expect(onChange).not.toHaveBeenCalled();
    logIn("người khác");
    await clock.advance(5_000);
    expect(onChange).toHaveBeenCalled();
    stop();
    expect(clock.pending).toBe(0);
  });

  test("keeps the watch going when what it calls fails, too", async () => {
    const told: string[] = [];
    const onChange = vi.fn<() => void>(() => {
      throw new Error("hỏng");
    });
    const stop = watchSession({
      account: account(),
      clock,
      log: { warn: (line) => void told.push(line) },
      onLogin() {},
      onChange,
    });
    logIn("người khác");
    await clock.advance(10_000);
    expect(onChange.mock.calls.length).toBeGreaterThan(5);
    expect(told).toEqual([expect.stringContaining('Zalo account "default" failed: hỏng')]);
    stop();
  });

  test("keeps a send from being dispatched, with a reason, and not for longer than it lasts", () => {
    spoil(profile);
    expect(standingRefusal(account())).toMatchObject({ code: "ZCA_PROFILE_UNREADABLE" });
    logIn("một");
    expect(standingRefusal(account())).toBeUndefined();
  });

  test("lets the account wait, without a call of zca, until it can be looked into", async () => {
    spoil(profile);
    const waits: string[] = [];
    const confirmed = confirmPerson(account(), {
      clock,
      log: silent,
      signal: new AbortController().signal,
      onWaiting: (why) => void waits.push(why),
    });
    await clock.advance(5_000);
    expect(waits.at(-1)).toContain("[ZCA_PROFILE_UNREADABLE]");
    logIn("một");
    await clock.advance(2_000);
    await expect(confirmed).resolves.toBeUndefined();
  });

  test("does not lift a verdict: another try would be one more refused login", () => {
    pronounce(account(), { kind: "login-refused", detail: "Đăng nhập thất bại", atMs: 5 });
    spoil(profile);
    expect(standingVerdict(account())).toMatchObject({ kind: "login-refused" });
    logIn("mới");
    expect(standingVerdict(account())).toBeUndefined();
  });

  test("as well as files of our own: names keep what they stood for, and versions what they were", async () => {
    const answer = { kind: "pinned", id: "5120034498771203345", name: "Lan Phạm", rivals: [] } as const;
    const key = "lan phạm";
    writeNameBook("default", { uid, entries: [{ kind: "person", key, answer }], listings: { person: {}, group: {} } });
    expect(answerIn(readNameBook("default"), "person", key)).toEqual(answer);
    const { login, folder: own } = state();
    const version = login.version();
    spoil(own);
    expect(login.version()).toBe(version);
    expect(answerIn(readNameBook("default"), "person", key)).toEqual(answer);
    await settle();
  });
});
