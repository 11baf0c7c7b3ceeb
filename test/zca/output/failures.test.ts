import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RunResult } from "../../../src/zca/process/collect.ts";
import { sendTextCommand } from "../../../src/zca/program/commands.ts";
import { recognizeFailure } from "../../../src/zca/output/failures.ts";
import { redacted } from "../../../src/zca/output/redact.ts";

const dialect = { endOfOptions: true, supervised: true, rawText: true };
const command = sendTextCommand(
  { threadId: "5120034498771203345", isGroup: false, text: "chuyện riêng", raw: true },
  dialect,
);

function result(over: Partial<RunResult>): RunResult {
  return { stdout: "", stderr: "", ending: { kind: "exit", code: 1 }, truncated: false, ...over };
}

describe("recognizing failures", () => {
  test.each([
    ['Error: Profile "work" has no credentials. Run: auth login', "ZCA_LOGGED_OUT", true],
    ["Error: Profile work: not logged in", "ZCA_LOGGED_OUT", true],
    ['Error: Profile "x" does not exist. Create it with: account add x', "ZCA_LOGGED_OUT", true],
    ["Error: Unexpected end of JSON input", "ZCA_FAILED", true],
    ["Error: Failed to fetch login info: Bad Gateway", "ZCA_NETWORK", true],
    ["Error: Failed to fetch server info: fetch failed", "ZCA_NETWORK", true],
    ["Error: Đăng nhập thất bại", "ZCA_LOGIN_REFUSED", true],
    ["Error: ĐĂNG NHẬP THẤT BẠI".normalize("NFD"), "ZCA_LOGIN_REFUSED", true],
    ["Error: The session key was improperly submitted or has reached its timeout", "ZCA_LOGIN_REFUSED", true],
    ["Error: Vượt quá số request cho phép", "ZCA_RATE_LIMITED", true],
    ["Error: Không thể nhận tin nhắn từ bạn.", "ZCA_RECIPIENT_UNAVAILABLE", true],
    [
      "Error: Bạn chưa thể gửi tin nhắn đến người này vì người này chặn không nhận tin nhắn từ người lạ.",
      "ZCA_RECIPIENT_REFUSED",
      true,
    ],
    ["Error: Tham số không hợp lệ", "ZCA_BAD_TARGET", true],
    ['Error: Ambiguous mention "@Lan": matched multiple group members.', "MENTION_AMBIGUOUS", true],
    ["Error: Reply message belongs to a different thread.", "QUOTE_REFUSED", true],
    ["Error: This kind of `webchat` quote type is not available", "QUOTE_REFUSED", true],
    ["Error: Sticker 99 not found.", "STICKER_UNKNOWN", true],
    ["Error: File not found: /m/ảnh.png", "MEDIA_NOT_FOUND", true],
    ['Error: File extension "exe" is not allowed', "MEDIA_REFUSED", true],
    ["Error: Exceed maximum file of 50", "MEDIA_REFUSED", true],
    ["Error: File a.mp4 size exceed maximum size of 100MB", "MEDIA_REFUSED", true],
    ['Error: Another openzca listener already owns profile "work" (pid 41).', "ZCA_BUSY", true],
    ["error: unknown option '- item'\n\nUsage: openzca msg send", "ZCA_USAGE", true],
    ["error: missing required argument 'message'", "ZCA_USAGE", true],
    ["Error: fetch failed", "ZCA_NETWORK", false],
    ["Error: Request failed with status code 502", "ZCA_NETWORK", false],
    ["Error: Timed out waiting 120000ms for upload", "ZCA_TIMEOUT", false],
    ["Error: something new", "ZCA_FAILED", false],
    ["node:events:497\n      throw er; // Unhandled 'error' event", "ZCA_FAILED", false],
  ])("%s", (stderr, code, unsent) => {
    expect(recognizeFailure(command, result({ stderr }))).toMatchObject({ code, unsent });
  });

  test.each([
    ["ENOENT", "ZCA_NOT_FOUND"],
    ["EACCES", "ZCA_NOT_EXECUTABLE"],
    ["E2BIG", "TEXT_TOO_LONG"],
    ["EAGAIN", "ZCA_FAILED"],
  ])("a start that fails with %s surely sent nothing", (errno, code) => {
    const ending = { kind: "not-started", errno, message: "" } as const;
    expect(recognizeFailure(command, result({ ending }))).toMatchObject({ code, unsent: true });
  });

  test("a missing interpreter is named as such", () => {
    const stderr = "/usr/bin/env: 'node': No such file or directory";
    expect(recognizeFailure(command, result({ stderr, ending: { kind: "exit", code: 127 } }))).toMatchObject({
      code: "ZCA_NOT_EXECUTABLE",
      unsent: true,
    });
  });

  test("a kill and a timeout prove nothing about the message", () => {
    const killed = result({ ending: { kind: "signal", signal: "SIGKILL" } });
    expect(recognizeFailure(command, killed)).toMatchObject({ code: "ZCA_FAILED", unsent: false });
    const late = result({ ending: { kind: "signal", signal: "SIGTERM" }, stopped: "timeout" });
    expect(recognizeFailure(command, late)).toMatchObject({ code: "ZCA_TIMEOUT", unsent: false });
  });

  test("a message that talks about a refusal is not taken for one", () => {
    const text = "Đăng nhập thất bại là gì?";
    const talk = sendTextCommand({ threadId: "5120034498771203345", isGroup: false, text, raw: true }, dialect);
    const stderr = `error: unknown option '${text}'`;
    expect(recognizeFailure(talk, result({ stderr }))).toMatchObject({ code: "ZCA_USAGE" });
  });

  test("a very short message does not make a refusal unreadable", () => {
    for (const text of ["x", "no", "e", "i"]) {
      const short = sendTextCommand({ threadId: "5120034498771203345", isGroup: false, text, raw: true }, dialect);
      const stderr = 'Error: Profile "x" does not exist. Create it with: account add x';
      expect(recognizeFailure(short, result({ stderr }))).toMatchObject({ code: "ZCA_LOGGED_OUT", unsent: true });
    }
  });

  test("no failure repeats message text, long numbers or tokens, whatever stderr says", () => {
    const secret = fc
      .string({ unit: "grapheme", minLength: 8, maxLength: 60 })
      .filter((text) => text.trim().length >= 8);
    fc.assert(
      fc.property(
        secret,
        fc.constantFrom("Error: odd ", "error: unknown option '", "odd: "),
        fc.constantFrom("", "'", "\nstack"),
        (text, before, after) => {
          const sent = sendTextCommand({ threadId: "5120034498771203345", isGroup: false, text, raw: true }, dialect);
          const { what } = recognizeFailure(sent, result({ stderr: `${before}${text}${after}` }));
          expect(what).not.toContain(text);
        },
      ),
    );
  });
});

describe("redacting", () => {
  test("takes one line and drops what identifies or unlocks", () => {
    expect(redacted("\n\u001b[31mError: uid 5120034498771203345 at 12:30\u001b[0m\nsecond line")).toBe(
      "Error: uid … at 12:30",
    );
    expect(redacted("cookie zpw_sek=abc.def; imei 9f8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d")).toBe("cookie … imei …");
    expect(redacted("GET https://chat.zalo.me/?token=1 failed")).toBe("GET … failed");
    expect(redacted("unknown option '- it's a 'quoted' text'")).toBe("unknown option …");
    expect(redacted("Can't login")).toBe("Can't login");
  });

  test("is never longer than 160 characters", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 2000 }), (text) => redacted(text).length <= 160));
  });
});
