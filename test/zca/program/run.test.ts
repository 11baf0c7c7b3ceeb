import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { sendTextCommand } from "../../../src/zca/program/commands.ts";
import { readPidRecords } from "../../../src/zca/process/pid-records.ts";
import { type Script, scriptedZca, type ScriptedZca } from "../../fixtures/scripted-zca.ts";

const open: ScriptedZca[] = [];
const scripted = (script: Script, env?: Record<string, string>): ScriptedZca => {
  const made = scriptedZca(script, env);
  open.push(made);
  return made;
};
afterEach(() => {
  for (const made of open.splice(0)) made.dispose();
});

const dialect = { endOfOptions: true, supervised: true, rawText: true };
const message = (text: string) =>
  sendTextCommand({ threadId: "5120034498771203345", isGroup: false, text, raw: true }, dialect);

describe("a call of the program", () => {
  test("carries the profile first and any text byte for byte", async () => {
    const { zca, calls } = scripted({});
    const texts = [
      "- mục",
      "--group",
      "-p foo",
      "@Lan ơi",
      "dòng 1\ndòng 2\n",
      "  đầu",
      "👨‍👩‍👧‍👦",
      "tiếng Việt".normalize("NFD"),
      "$(x) `y` \\ \"'",
    ];
    for (const text of texts) await zca.run(message(text));
    expect(calls().map(({ args }) => args)).toEqual(
      texts.map((text) => ["--profile", "nhà-riêng", "msg", "send", "--raw", "--", "5120034498771203345", text]),
    );
  });

  test("never hands the secrets of this process on", async () => {
    const { zca, journal } = scripted(
      {},
      { ANTHROPIC_API_KEY: "sk-ant-giả", OPENAI_API_KEY: "sk-giả", ZCA_PROFILE: "khác", OPENCLAW_GATEWAY_TOKEN: "t" },
    );
    await zca.capabilities();
    await zca.run(message("chào"));
    await zca.start({ kind: "listen", name: "listen", args: [], timeoutMs: 0 }).exited;
    expect(journal()).toHaveLength(7);
    for (const { env } of journal()) {
      expect(JSON.stringify(env)).not.toMatch(/giả|khác|TOKEN|API_KEY/);
      expect(env).toMatchObject({ NO_COLOR: "1", OPENZCA_SEND_RETRY_COUNT: "0" });
    }
    expect(journal().at(-1)?.env).toMatchObject({ OPENZCA_LISTEN_MEDIA_MAX_BYTES: "1" });
  });

  test("stands in a record while it lives, without its text", async () => {
    const { zca, recordsDir } = scripted({ stdout: "x", hang: true });
    const child = zca.start(message("chuyện riêng"));
    const [stored] = readPidRecords(recordsDir).records;
    expect(stored?.record).toMatchObject({
      pid: child.pid,
      kind: "send",
      profile: "nhà-riêng",
      command: ["--profile", "nhà-riêng", "msg", "send"],
    });
    expect(readFileSync(stored?.file ?? "", "utf8")).not.toContain("riêng tư");
    await child.terminate({ graceMs: 2000 });
    expect(readdirSync(recordsDir)).toEqual([]);
  });

  test("is not even started when it cannot be recorded", async () => {
    const { zca, recordsDir, calls } = scripted({ stdout: "{ msgId: 1 }" });
    mkdirSync(path.dirname(recordsDir), { recursive: true });
    writeFileSync(recordsDir, "in the way");
    await expect(zca.run(message("chào"))).resolves.toMatchObject({ ending: { kind: "not-started", errno: "STATE" } });
    expect(calls()).toEqual([]);
    expect(zca.counts().send).toBe(0);
  });

  test("cancelled before it starts, starts nothing", async () => {
    const { zca, calls } = scripted({});
    await expect(zca.run(message("chào"), { signal: AbortSignal.abort() })).resolves.toMatchObject({
      stopped: "abort",
      ending: { errno: "ABORTED" },
    });
    expect(calls()).toEqual([]);
    expect(zca.counts().send).toBe(0);
  });

  test("is counted by kind", async () => {
    const { zca } = scripted({});
    await zca.run(message("một"));
    await zca.run(message("hai"));
    expect(zca.counts()).toMatchObject({ send: 2, handshake: 0, listen: 0 });
  });
});
