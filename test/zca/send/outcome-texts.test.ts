import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import type { ErrorCode } from "../../../src/errors.ts";
import type { Capabilities } from "../../../src/zca/program/capabilities.ts";
import type { Ending } from "../../../src/zca/process/spawn.ts";
import { createZca } from "../../../src/zca/program/run.ts";
import { sendText } from "../../../src/zca/send/send.ts";

const able: Capabilities = {
  flavor: "openzca",
  version: "0.1.58",
  supervised: true,
  endOfOptions: true,
  rawText: true,
  qrPath: true,
  upload: true,
  history: true,
  replies: true,
  acts: true,
  missing: [],
};

/** What a send comes to whose program says this and ends so. */
async function outcomeOf({ stdout = "", stderr = "", ending = exit(1) }: Said) {
  const zca = createZca(
    {
      accountId: "work",
      profile: "work",
      configuredBinary: process.execPath,
      binaryConfigPath: "channels.zalouser.zcaBinary",
      parentEnv: {},
      recordsDir: "unused",
    },
    {
      capabilities: { read: async () => able },
      records: { ready: () => undefined, add: () => () => undefined },
      spawn: () => ({
        pid: ending.kind === "not-started" ? undefined : 4_000_000,
        stdout: Readable.from([Buffer.from(stdout)]),
        stderr: Readable.from([Buffer.from(stderr)]),
        exited: new Promise((resolve) => {
          setImmediate(() => resolve(ending));
        }),
        kill: () => false,
        terminate: async () => ending,
      }),
    },
  );
  return await sendText(zca, { threadId: "5120034498771203345", isGroup: false, text: "chào Lan 🙂", raw: true });
}

interface Said {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly ending?: Ending;
}

const exit = (code: number): Ending => ({ kind: "exit", code });

describe("every text of the contract's table of errors, as the answer to a send", () => {
  test.each<[string, ErrorCode]>([
    ['Profile "work" has no credentials. Run: auth login', "ZCA_LOGGED_OUT"],
    ["Profile work: not logged in", "ZCA_LOGGED_OUT"],
    ['No saved credentials for profile "work". Run: openzca auth login', "ZCA_LOGGED_OUT"],
    ['Profile "work" does not exist. Create it with: account add work', "ZCA_LOGGED_OUT"],
    ["Credential file must include imei, cookie, and userAgent.", "ZCA_LOGGED_OUT"],
    ["Unexpected end of JSON input", "ZCA_FAILED"],
    ["Đăng nhập thất bại", "ZCA_LOGIN_REFUSED"],
    ["The session key was improperly submitted or has reached its timeout, please log in again", "ZCA_LOGIN_REFUSED"],
    ["Khởi tạo ngữ cảnh thất bại.", "ZCA_LOGIN_REFUSED"],
    ["Cookie is not available", "ZCA_LOGIN_REFUSED"],
    ["Failed to fetch login info: Bad Gateway", "ZCA_NETWORK"],
    ["Failed to fetch server info: Bad Gateway", "ZCA_NETWORK"],
    ["Vượt quá số request cho phép", "ZCA_RATE_LIMITED"],
    ["Không thể nhận tin nhắn từ bạn.", "ZCA_RECIPIENT_UNAVAILABLE"],
    [
      "Tìm số điện thoại quá nhiều lần trong 1 giờ có thể bị xem là hoạt động bất thường. Bạn hãy thử lại vào 14:05",
      "ZCA_RATE_LIMITED",
    ],
    ["MAX_QUOTA_INVITE_STRANGER_PHONEID", "ZCA_RATE_LIMITED"],
    [
      "Bạn chưa thể gửi tin nhắn đến người này vì người này chặn không nhận tin nhắn từ người lạ.",
      "ZCA_RECIPIENT_REFUSED",
    ],
    ["Tham số không hợp lệ", "ZCA_BAD_TARGET"],
    ["Group not found: 7044519283300761122", "ZCA_BAD_TARGET"],
    ["Missing threadId", "ZCA_BAD_TARGET"],
    ["Missing message content", "TEXT_EMPTY"],
    ['Another openzca listener already owns profile "work" (pid 41).', "ZCA_BUSY"],
    [
      'Active listener owner detected for profile "work" (pid 41), but video upload IPC is unavailable. Stop that listener first.',
      "ZCA_BUSY",
    ],
    ["File not found: /m/anh.png", "MEDIA_NOT_FOUND"],
    ["File not found", "MEDIA_NOT_FOUND"],
    ["Cannot read image size: /m/anh.png", "MEDIA_NOT_FOUND"],
    ['File extension "exe" is not allowed', "MEDIA_REFUSED"],
    ["File phim.mp4 size exceed maximum size of 100MB", "MEDIA_REFUSED"],
    ["Exceed maximum file of 50", "MEDIA_REFUSED"],
  ])("%s: surely unsent", async (text, code) => {
    await expect(outcomeOf({ stderr: `Error: ${text}\n` })).resolves.toMatchObject({
      kind: "unsent",
      error: { code, accountId: "work" },
    });
  });

  test.each([
    "fetch failed",
    "Request failed with status code 502",
    "Failed to parse response data",
    "Timed out waiting 120000ms for upload",
    "Upload listener closed before ready (code=1006)",
    "Upload IPC connection closed before response.",
    "Failed to download URL: https://anh.example/a.png (404)",
    "một lỗi chưa ai thấy",
  ])("%s: unknown, for the message may be out", async (text) => {
    await expect(outcomeOf({ stderr: `Error: ${text}\n` })).resolves.toMatchObject({
      kind: "unknown",
      error: { code: "SEND_UNCONFIRMED" },
    });
  });

  test.each<[string, Said]>([
    ["exit 0 without an id", { stdout: "{ message: null, attachment: [] }\n", ending: exit(0) }],
    ["exit 0 with `undefined`", { stdout: "undefined\n", ending: exit(0) }],
    ["exit 0 with nothing", { ending: exit(0) }],
    ["a crash", { stderr: "node:events:497\n      throw er; // Unhandled 'error' event\n" }],
    ["a broken pipe", { stderr: "Error: write EPIPE\n" }],
    ["a kill", { ending: { kind: "signal", signal: "SIGKILL" } }],
  ])("%s: unknown", async (_case, said) => {
    await expect(outcomeOf(said)).resolves.toMatchObject({ kind: "unknown", error: { code: "SEND_UNCONFIRMED" } });
  });

  test.each<[string, ErrorCode]>([
    ["ENOENT", "ZCA_NOT_FOUND"],
    ["EACCES", "ZCA_NOT_EXECUTABLE"],
    ["E2BIG", "TEXT_TOO_LONG"],
  ])("a start that fails with %s is surely unsent", async (errno, code) => {
    const ending = { kind: "not-started", errno, message: "" } as const;
    await expect(outcomeOf({ ending })).resolves.toMatchObject({ kind: "unsent", error: { code } });
  });

  test("an argument the program does not take is surely unsent", async () => {
    const stderr = "error: unknown option '--raw'\n\nUsage: openzca msg send [options] <threadId> <message>\n";
    await expect(outcomeOf({ stderr })).resolves.toMatchObject({ kind: "unsent", error: { code: "ZCA_USAGE" } });
  });
});
