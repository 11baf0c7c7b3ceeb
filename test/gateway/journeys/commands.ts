import { writeFile } from "node:fs/promises";
import path from "node:path";
import { PNG } from "pngjs";
import { expect, test } from "vitest";
import type { Cast } from "../rig/cast.ts";
import { record } from "../rig/recording.ts";
import type { Stage } from "../rig/stage.ts";

export function commandJourneys(stage: () => Stage, cast: () => Cast): void {
  const run = async (...args: string[]) => {
    const result = await stage().host.cli(args);
    expect(result.code, `${result.stdout}\n${result.stderr}`).toBe(0);
    return result.stdout;
  };
  const directory = async (...args: string[]) => run("directory", ...args, "--channel", "zalouser", "--json");
  const send = (...args: string[]) => run("message", "send", "--channel", "zalouser", ...args, "--json");

  test("sends to a group on the operator's word", async () => {
    const recording = record(stage());
    const text = "- Thông báo: 19h tối nay họp gia đình @ nhà bà 🏡";
    await send("--target", `group:${cast().family.groupId}`, "--message", text);
    const [message, ...others] = recording.sent();
    expect(others).toEqual([]);
    expect(message).toMatchObject({ threadId: cast().family.groupId, isGroup: true, profile: "default" });
    expect(message?.text.replaceAll("\u2060", "")).toContain("Thông báo: 19h tối nay họp gia đình @ nhà bà 🏡");
  });

  test("shows itself, people, groups and members, with ids that a send accepts", async () => {
    const { assistant, tuan, lan, family } = cast();
    expect(await directory("self")).toContain(assistant.uid);
    const people = JSON.parse(await directory("peers", "list", "--query", "tuan"));
    expect(people).toHaveLength(1);
    expect(people[0]).toMatchObject({ name: tuan.displayName });
    const groups = JSON.parse(await directory("groups", "list", "--query", "gia dinh"));
    expect(groups).toHaveLength(1);
    expect(groups[0].id).toContain(family.groupId);
    const members = await directory("groups", "members", "--group-id", groups[0].id);
    expect(members).toContain(lan.uid);

    const photo = path.join(stage().host.folders.workspace, "ảnh hoa, đẹp.png");
    await writeFile(photo, PNG.sync.write(new PNG({ width: 8, height: 8, fill: true })));
    const recording = record(stage());
    await send("--target", people[0].id, "--message", "Ảnh của bạn đây 🌷", "--media", photo);
    const sent = recording.sent();
    expect(sent.every(({ threadId }) => threadId === tuan.uid)).toBe(true);
    expect(sent.flatMap(({ attachments }) => attachments)).toHaveLength(1);
    expect(sent.map(({ text }) => text).join("\n")).toContain("Ảnh của bạn đây 🌷");
  });

  test("refuses a target that is none, with cause and remedy, and sends nothing", async () => {
    const recording = record(stage());
    const args = ["message", "send", "--channel", "zalouser", "--target", "group:", "--message", "xin chào"];
    const { code, stdout, stderr } = await stage().host.cli(args);
    expect(code).not.toBe(0);
    expect(`${stdout}${stderr}`).toMatch(/target/iu);
    expect(recording.calls()).toEqual([]);
  });

  test("shows status without a zca call, and asks zca only with --probe", async () => {
    const recording = record(stage());
    const status = await run("channels", "status");
    expect(status).toMatch(/default[^\n]*(?:running|connected)/iu);
    expect(status).toMatch(/work[^\n]*(?:running|connected)/iu);
    expect(recording.calls()).toEqual([]);
    await run("channels", "status", "--probe");
    expect(recording.calls().length).toBeGreaterThan(0);
  });
}
