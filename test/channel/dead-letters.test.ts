import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { holdJournal, type JournalLease } from "../../src/channel/journal/journals.ts";
import { listDeadLetters, retryDeadLetters } from "../../src/channel/operate/dead-letters.ts";
import { lan, line } from "./journal/rig.ts";

const accountId = "nhà-riêng";
let folder: string;
let lease: JournalLease;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "zalouser-bỏ-lại-"));
  vi.stubEnv("OPENCLAW_STATE_DIR", folder);
  lease = holdJournal(accountId, () => {});
  for (const id of ["m:hỏng", "m:chờ", "m:xong"]) await lease.journal.append(line(id, { lane: `${lan}${id}` }));
  const { queue } = lease.journal;
  const [broken, done] = [await queue.claim("m:hỏng"), await queue.claim("m:xong")];
  if (!broken || !done) throw new Error("The rows were not handed out.");
  await queue.fail(broken, { reason: "gateway_died" });
  await queue.complete(done);
});
afterEach(() => {
  lease.release();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test("what was given up on is listed beside the running gateway: where, when and why, without its text", () => {
  expect(listDeadLetters(accountId)).toEqual([
    {
      id: "m:hỏng",
      conversation: `${lan}m:hỏng`,
      at: expect.stringMatching(/^\d{4}-.*Z$/u),
      reason: "gateway_died",
      attempts: 0,
    },
  ]);
  expect(listDeadLetters("chưa-có")).toEqual([]);
});

test("tried again it is handed out by the gateway once more; what was answered or waits is not touched", async () => {
  expect(retryDeadLetters(accountId, ["m:hỏng", "m:chờ", "m:xong", "m:lạ"])).toEqual(["m:chờ", "m:xong", "m:lạ"]);
  const claim = await lease.journal.queue.claim("m:hỏng");
  expect(claim?.payload?.raw).toContain("m:hỏng");
  expect(listDeadLetters(accountId)).toEqual([]);
  expect(await lease.journal.queue.claim("m:xong")).toBeNull();
});

test("a journal it cannot read is left where it is: it is the gateway's", () => {
  lease.release();
  const [file = ""] = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith("journal.sqlite"),
  );
  for (const suffix of ["-wal", "-shm"]) rmSync(path.join(folder, file + suffix), { force: true });
  writeFileSync(path.join(folder, file), "đây không phải cơ sở dữ liệu".repeat(100));
  expect(() => listDeadLetters(accountId)).toThrow(/"nhà-riêng".*journal\.sqlite cannot be opened/u);
  expect(readdirSync(path.dirname(path.join(folder, file))).filter((name) => name.includes("damaged"))).toEqual([]);
});
