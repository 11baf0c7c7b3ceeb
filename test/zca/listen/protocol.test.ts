import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readLine } from "../../../src/zca/listen/protocol.ts";

describe("reading a line of the listener", () => {
  test("routes a message by id and conversation without understanding it", () => {
    const raw =
      '{"threadId":"7044519283300761122","msgId":"6921045577311","cliMsgId":"1795327711002","type":1,"chatType":"group","senderId":"8891200345671123490","content":{"odd":true}}';
    expect(readLine(` ${raw} `)).toMatchObject({
      kind: "message",
      id: "m:7044519283300761122:6921045577311",
      altKeys: ["c:7044519283300761122:1795327711002:8891200345671123490"],
      lane: "group:7044519283300761122",
      raw,
    });
  });

  test("reads lifecycle records", () => {
    expect(
      readLine(
        '{"kind":"lifecycle","event":"session_id","session_id":"mx3k9a-41f0c2d7","profile":"work","timestamp":1795327704}',
      ),
    ).toEqual({
      kind: "lifecycle",
      event: "session_id",
      sessionId: "mx3k9a-41f0c2d7",
      atMs: 1_795_327_704_000,
    });
    expect(
      readLine('{"kind":"lifecycle","event":"closed","timestamp":1795327741,"code":3003,"reason":"bị thay thế"}'),
    ).toEqual({
      kind: "lifecycle",
      event: "closed",
      code: 3003,
      reason: "bị thay thế",
      atMs: 1_795_327_741_000,
    });
    expect(readLine('{"kind":"lifecycle","event":"error","message":"[object Object]"}')).toEqual({
      kind: "lifecycle",
      event: "error",
      message: "[object Object]",
    });
  });

  test("reads the plain sentences in between", () => {
    expect(readLine("Listening... Press Ctrl+C to stop.")).toMatchObject({ kind: "notice", notice: "listening" });
    expect(readLine("\u001b[32mConnected to Zalo websocket.\u001b[0m")).toMatchObject({
      kind: "notice",
      notice: "connected",
      text: "Connected to Zalo websocket.",
    });
    expect(readLine("Listener closed (1006) ")).toMatchObject({
      kind: "notice",
      notice: "closed",
      code: 1006,
      reason: "",
    });
    expect(readLine("Listener closed (3000) trùng kết nối")).toMatchObject({ code: 3000, reason: "trùng kết nối" });
  });

  test.each([
    ["", "empty"],
    ["rác", "not-json"],
    ["[INFO] đang kết nối", "not-json"],
    ['{"threadId":"1"', "broken-json"],
    ['{"a":1}{"b":2}', "broken-json"],
    ["[1,2]", "not-an-object"],
    ['{"kind":"lifecycle","event":"party"}', "unknown-lifecycle"],
    ['{"msgId":"6921045577310"}', "no-thread"],
    ['{"threadId":"5120034498771203345"}', "no-message-id"],
    ['{"threadId":"x y","msgId":"1"}', "no-thread"],
    ["\0\0", "not-json"],
  ])("%j is malformed: %s", (line, reason) => {
    expect(readLine(line)).toEqual({ kind: "malformed", reason });
  });

  test("never throws, whatever the line is", () => {
    const line = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      fc.json().map((json) => json.slice(0, -1)),
      fc.jsonValue().map((value) => JSON.stringify({ threadId: "1", msgId: value, kind: "lifecycle", event: value })),
    );
    fc.assert(
      fc.property(line, (text) => {
        expect(["message", "lifecycle", "notice", "malformed"]).toContain(readLine(text).kind);
      }),
      { numRuns: 1000 },
    );
  });
});
