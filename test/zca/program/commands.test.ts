import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  argumentsFor,
  commandPrefix,
  type Dialect,
  groupMembersCommand,
  listenCommand,
  loginCommand,
  sendImageCommand,
  sendLinkCommand,
  sendTextCommand,
  uploadCommand,
} from "../../../src/zca/program/commands.ts";

const openzca: Dialect = { endOfOptions: true, supervised: true, rawText: true };
const legacy: Dialect = { endOfOptions: false, supervised: false, rawText: false };
const group = { threadId: "7044519283300761122", isGroup: true };
const person = { threadId: "5120034498771203345", isGroup: false };

describe("command lines", () => {
  test("profile first, options next, user text last and behind the end of options", () => {
    const command = sendTextCommand({ ...group, text: "--group", raw: true }, openzca);
    expect(argumentsFor(command, "work")).toEqual([
      "--profile",
      "work",
      "msg",
      "send",
      "--group",
      "--raw",
      "--",
      group.threadId,
      "--group",
    ]);
  });

  test("the part that is recorded and logged says nothing of the message", () => {
    const command = sendTextCommand({ ...person, text: "bí mật", raw: false }, openzca);
    expect(commandPrefix(command, "work")).toEqual(["--profile", "work", "msg", "send"]);
    expect(command.private).toContain("bí mật");
  });

  test("listens supervised where the program can, else with its own keep-alive", () => {
    expect(argumentsFor(listenCommand(openzca), "work")).toEqual([
      "--profile",
      "work",
      "listen",
      "--raw",
      "--supervised",
    ]);
    expect(argumentsFor(listenCommand(legacy), "work")).toEqual(["--profile", "work", "listen", "-r", "-k"]);
  });

  test("an upload names the file first, a picture the conversation first", () => {
    expect(uploadCommand({ ...group, file: "/m/a.pdf" }, openzca).args).toEqual([
      "--group",
      "--",
      "/m/a.pdf",
      group.threadId,
    ]);
    expect(sendImageCommand({ ...person, file: "/m/a.png", caption: "- chú thích" }, openzca).args).toEqual([
      "-m",
      "- chú thích",
      "--",
      person.threadId,
      "/m/a.png",
    ]);
  });

  test("the other commands", () => {
    expect(sendLinkCommand({ ...group, url: "https://vi.wikipedia.org/wiki/Phở" }, openzca).args).toEqual([
      "--group",
      "--",
      group.threadId,
      "https://vi.wikipedia.org/wiki/Phở",
    ]);
    expect(groupMembersCommand(group.threadId, openzca).args).toEqual(["-j", "--", group.threadId]);
    expect(argumentsFor(loginCommand("/q/r.png"), "work")).toEqual([
      "--profile",
      "work",
      "auth",
      "login",
      "--qr-path",
      "/q/r.png",
    ]);
  });

  test("a legacy program gets no option it does not know, and text that cannot pass for one", () => {
    const command = sendTextCommand({ ...group, text: "- mục", raw: true }, legacy);
    expect(argumentsFor(command, "work")).toEqual([
      "--profile",
      "work",
      "msg",
      "send",
      "-g",
      group.threadId,
      "\u2060- mục",
    ]);
  });

  test("any text arrives as one argument, byte for byte, after the end of options", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.constantFrom("--", "-", "-p foo", "--profile=x", "@Lan", "", "$(rm)", "a b"),
        ),
        fc.boolean(),
        fc.boolean(),
        (text, raw, isGroup) => {
          const args = argumentsFor(sendTextCommand({ ...person, isGroup, text, raw }, openzca), "work");
          expect(args.at(-1)).toBe(text);
          expect(args.slice(-3, -1)).toEqual(["--", person.threadId]);
          expect(args.slice(0, -3).every((arg) => /^(?:--profile|work|msg|send|--group|--raw)$/.test(arg))).toBe(true);
        },
      ),
    );
  });

  test("no text looks like an option to a legacy program, and nothing else changes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const sent = sendTextCommand({ ...person, text, raw: true }, legacy).args.at(-1) ?? "";
        expect(sent.startsWith("-")).toBe(false);
        expect(sent.replace(/^\u2060(?=-)/, "")).toBe(text.replace(/^\u2060(?=-)/, ""));
      }),
    );
  });
});
