import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { problemNews } from "./problem-news.ts";

const line = (level: string, subsystem: string, ...said: unknown[]) => {
  const parts = Object.fromEntries([JSON.stringify({ subsystem }), ...said].map((part, index) => [index, part]));
  return `${JSON.stringify({ ...parts, _meta: { logLevelName: level } })}\n`;
};

test("warnings and errors about the plugin are told once, whole, and nothing else of the gateway's log", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "zalouser-nhật ký-"));
  const file = path.join(folder, "openclaw.log");
  const news = problemNews(file);
  expect(news()).toEqual([]);
  const said = "[default] tệp bị hỏng ☕";
  appendFileSync(file, line("INFO", "channels/zalouser", "[default] read 1 conversation back"));
  appendFileSync(file, line("WARN", "cron", { enabled: false }, "cron: scheduler disabled"));
  appendFileSync(file, line("WARN", "channels/zalouser", said));
  appendFileSync(file, line("ERROR", "plugins", "zalouser failed during load: Error: hỏng khi nạp"));
  expect(news()).toEqual([said, "zalouser failed during load: Error: hỏng khi nạp"]);

  const late = Buffer.from(line("WARN", "channels/zalouser", { accountId: "default" }, "đã muộn"));
  const middle = late.indexOf("đ") + 1; // Inside the letter.
  appendFileSync(file, late.subarray(0, middle));
  expect(news()).toEqual([]);
  appendFileSync(file, late.subarray(middle));
  expect(news()).toEqual(["đã muộn"]);
  appendFileSync(file, 'no JSON\n{"0":"Approved zalouser sender","_meta":{"logLevelName":"ERROR"}}\n');
  expect(news()).toEqual([]);
  rmSync(folder, { recursive: true });
});
