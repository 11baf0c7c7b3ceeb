import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { PNG } from "pngjs";
import { expect, test } from "vitest";
import type { Cast } from "../rig/cast.ts";
import { record } from "../rig/recording.ts";
import type { Stage } from "../rig/stage.ts";

export function commandJourneys(stage: () => Stage, cast: () => Cast): void {
  const directory = async (...args: string[]) =>
    JSON.parse(await run(stage(), "directory", ...args, "--channel", "zalouser", "--json"));

  test("shows itself, people, groups, members and what it can do, with ids that a send accepts", async () => {
    const { assistant, tuan, lan, family } = cast();
    const [self, people, groups, members, capabilities] = await Promise.all([
      directory("self"),
      directory("peers", "list", "--query", "tuan"),
      directory("groups", "list", "--query", "gia dinh"),
      directory("groups", "members", "--group-id", `group:${family.groupId}`),
      run(stage(), "channels", "capabilities", "--channel", "zalouser"),
    ]);
    expect(self).toMatchObject({ id: assistant.uid, name: assistant.displayName });
    expect(people).toEqual([expect.objectContaining({ id: tuan.uid, name: tuan.displayName })]);
    expect(groups).toEqual([expect.objectContaining({ id: `group:${family.groupId}`, name: family.name })]);
    expect(members.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining([lan.uid, tuan.uid]));
    for (const word of ["react", "unsend", "sticker", "renameGroup"]) expect(capabilities).toContain(word);

    const recording = record(stage());
    const text = "- Thông báo: 19h tối nay họp gia đình @ nhà bà 🏡";
    await run(
      stage(),
      "message",
      "send",
      "--channel",
      "zalouser",
      "--target",
      groups[0].id,
      "--message",
      text,
      "--json",
    );
    const [message, ...others] = recording.sent();
    expect(others).toEqual([]);
    expect(message).toMatchObject({ threadId: family.groupId, isGroup: true, profile: "default" });
    expect(message?.text.replaceAll("\u2060", "")).toContain("Thông báo: 19h tối nay họp gia đình @ nhà bà 🏡");
    expect(recording.calls().map(({ command }) => command)).toEqual(["msg send"]);
  });

  test("sends a local picture with its caption in one call", async () => {
    const { gateway, folders } = stage().host;
    const photo = path.join(folders.workspace, "ảnh hoa, đẹp.png");
    await writeFile(photo, PNG.sync.write(new PNG({ width: 8, height: 8, fill: true })));
    const recording = record(stage());
    const message = { to: cast().tuan.uid, message: "Ảnh của bạn đây 🌷", mediaUrl: photo };
    await gateway.call("send", { channel: "zalouser", idempotencyKey: randomUUID(), ...message });
    const [sent, ...others] = recording.sent();
    expect(others).toEqual([]);
    expect(sent).toMatchObject({ threadId: cast().tuan.uid, isGroup: false, text: "Ảnh của bạn đây 🌷" });
    expect(sent?.attachments).toHaveLength(1);
    expect(recording.calls()).toHaveLength(1);
  });
}

export function statusJourney(stage: () => Stage): void {
  test("shows status without a zca call, and asks zca only with --probe", async () => {
    const recording = record(stage());
    const status = await run(stage(), "channels", "status");
    expect(status).toMatch(/default[^\n]*(?:running|connected)/iu);
    expect(status).toMatch(/work[^\n]*(?:running|connected)/iu);
    expect(recording.calls()).toEqual([]);
    await run(stage(), "channels", "status", "--probe");
    expect(recording.calls().length).toBeGreaterThan(0);
  });
}

async function run({ host }: Stage, ...args: string[]): Promise<string> {
  const result = await host.cli(args);
  expect(result.code, `${result.stdout}\n${result.stderr}`).toBe(0);
  return result.stdout;
}
