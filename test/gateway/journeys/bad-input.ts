import { randomUUID } from "node:crypto";
import { chmod, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { zcaPath } from "../../../sim/control.ts";
import type { Cast } from "../rig/cast.ts";
import type { ConfigTree } from "../rig/config.ts";
import { lateProgram } from "../rig/late-program.ts";
import { listenerOf, successorOf } from "../rig/listening.ts";
import { findRequest } from "../rig/pairing.ts";
import { record } from "../rig/recording.ts";
import type { Stage } from "../rig/stage.ts";
import { accountStatuses } from "../rig/status.ts";
import { waitFor } from "../rig/wait.ts";

type ChannelBlock = ConfigTree & { accounts?: ConfigTree };

export function badInputJourneys(stage: () => Stage, cast: () => Cast): void {
  const say = (from: "huy" | "lan", text: string) =>
    stage().zalo.say({ from: cast()[from].uid, to: cast().assistant.uid, text });
  const turn = async (token: string) => {
    const recording = record(stage());
    say("lan", token);
    await recording.answer(`pong: ${token}`);
  };
  const channels = (config: ConfigTree) => config["channels"] as { zalouser: ChannelBlock };
  let good: ChannelBlock | undefined;
  const change = (edit: (block: ChannelBlock) => void) =>
    stage().host.config.patch((config) => {
      good ??= structuredClone(channels(config).zalouser);
      const block = structuredClone(good);
      edit(block);
      channels(config).zalouser = block;
    });

  test.each([
    ["an unknown key", { zcaBinery: "/usr/bin/zca" }, /zalouser[^\n]*additional properties/iu, "ping-khóa-lạ"],
    ["a wrong type", { historyLimit: "nhiều" }, /zalouser[^\n]*historyLimit/iu, "ping-kiểu-sai"],
  ])("says what is wrong with %s and keeps the running account as it is", async (_what, addition, message, token) => {
    const { host } = stage();
    const [before, said] = [listenerOf(stage(), "default"), host.gateway.output().length];
    await change((block) => void Object.assign(block, addition));
    await waitFor("the refusal", () => message.test(host.gateway.output().slice(said)), {
      explain: () => host.gateway.output().slice(said),
    });
    await turn(token);
    expect(listenerOf(stage(), "default")).toBe(before);
  });

  test("names account, cause, remedy and code of each unusable account, and starts nothing for it", async () => {
    const { host, zalo } = stage();
    const { workspace } = host.folders;
    const locked = path.join(workspace, "zca không chạy được");
    const garbage = path.join(workspace, "zca-giả");
    await writeFile(locked, "#!/bin/sh\n", { mode: 0o600 });
    await writeFile(garbage, "#!/bin/sh\necho 'xin chào, tôi không phải zca 🙃'\n");
    await chmod(garbage, 0o755);
    const rounded = Number("5120034498771203345");
    const broken: Record<string, readonly [settings: ConfigTree, error: RegExp]> = {
      missing: [{ zcaBinary: path.join(workspace, "không-có") }, /không-có" ?.*does not exist.*\[ZCA_NOT_FOUND\]/su],
      folder: [{ zcaBinary: workspace }, /is a folder.*\[ZCA_NOT_EXECUTABLE\]/su],
      locked: [{ zcaBinary: locked }, /not executable.*chmod \+x.*\[ZCA_NOT_EXECUTABLE\]/su],
      garbage: [{ zcaBinary: garbage }, /zca --version.*\[ZCA_UNRECOGNIZED\]/su],
      nameless: [{ profile: "" }, /accounts\.nameless\.profile is empty.*\[CONFIG_INVALID\]/su],
      spaced: [{ profile: "hai ba" }, /accounts\.spaced\.profile.*letters, digits.*\[CONFIG_INVALID\]/su],
      one: [{ profile: "chung" }, /"one" and "two".*profile "chung".*\[CONFIG_PROFILE_SHARED\]/su],
      two: [{ profile: "chung" }, /"one" and "two".*profile "chung".*\[CONFIG_PROFILE_SHARED\]/su],
      rounded: [{ allowFrom: [rounded] }, /accounts\.rounded\.allowFrom\[0\].*in quotes.*\[CONFIG_INVALID\]/su],
    };
    const before = listenerOf(stage(), "default");
    const calls = zalo.journal().length;
    await change((block) => {
      const settings = Object.entries(broken).map(([id, [account]]) => [id, { enabled: true, ...account }]);
      block.accounts = { ...block.accounts, ...Object.fromEntries(settings) };
    });

    const statuses = await waitFor("all verdicts", async () => {
      const found = await accountStatuses(host);
      return Object.keys(broken).every((id) => typeof found.get(id)?.lastError === "string") && found;
    });
    for (const [id, [, error]] of Object.entries(broken)) {
      expect(statuses.get(id)).toMatchObject({ lastError: expect.stringMatching(error) });
      expect(statuses.get(id)?.lastError).toContain(`Zalo account "${id}"`);
      expect(statuses.get(id)?.connected).not.toBe(true);
    }
    expect(statuses.get("default")).toMatchObject({ connected: true });
    // The healthy accounts listen on; of the others no zca that could reach Zalo was ever started.
    expect(listenerOf(stage(), "default")).toBe(before);
    const started = zalo.journal().slice(calls);
    expect(started.map(({ profile }) => profile).filter((profile) => profile in broken || profile === "chung")).toEqual(
      [],
    );
    await turn("ping-giữa-tài-khoản-hỏng");

    const crowded = listenerOf(stage(), "default");
    await change(() => undefined);
    await successorOf(stage(), "default", crowded);
    expect([...(await accountStatuses(host)).keys()].filter((id) => id in broken)).toEqual([]);
  });

  test("refuses messages that no conversation can take, each with its code, and calls no zca", async () => {
    const { host } = stage();
    const { lan } = cast();
    const send = (params: object) =>
      host.gateway.call("send", { channel: "zalouser", accountId: "default", idempotencyKey: randomUUID(), ...params });
    const nowhere = path.join(host.folders.workspace, "không có ảnh.png");
    const recording = record(stage());
    const refusals: (readonly [object, RegExp])[] = [
      [{ to: "", message: "xin chào" }, /\/to: must not have fewer/u],
      [{ to: "group:", message: "xin chào" }, /account "default".*id is missing.*\[TARGET_INVALID\]/su],
      [{ to: "abc", message: "xin chào" }, /account "default".*5 to 24 digits.*\[TARGET_INVALID\]/su],
      [{ to: lan.uid, message: "" }, /text or media is required/u],
      [{ to: lan.uid, message: "a\u0000b" }, /account "default".*\[TEXT_INVALID\]/su],
      [{ to: lan.uid, message: "a\ud800b" }, /account "default".*\[TEXT_INVALID\]/su],
      [{ to: lan.uid, message: "x".repeat(101_000) }, /account "default".*\[TEXT_TOO_LONG\]/su],
      // The host reads the file before it asks us.
      [{ to: lan.uid, message: "Ảnh đây", mediaUrl: nowhere }, /file not found/u],
    ];
    for (const [params, refusal] of refusals) await expect(send(params)).rejects.toThrow(refusal);
    expect(recording.calls()).toEqual([]);
  });

  test("does not send an answer of a million characters, tells who asked and the operator, and answers the next message", async () => {
    const { host, model } = stage();
    const rule = model.on("ping-vô-tận", "dài quá ".repeat(131_072));
    const recording = record(stage());
    say("huy", "ping-vô-tận");
    await recording.answer("dài quá, không gửi qua Zalo được", 60_000);
    rule.remove();
    expect(recording.sent()).toHaveLength(1);
    const { application } = (await accountStatuses(host)).get("default") ?? {};
    expect(application?.["recentSends"]).toContainEqual(expect.objectContaining({ code: "TEXT_TOO_LONG" }));
    await turn("ping-sau-vô-tận");
  });

  test("blocks an account whose program is missing, and starts nothing for it", async () => {
    const { host, zalo } = stage();
    zalo.logIn("shop", cast().shop.uid);
    const before = listenerOf(stage(), "default");
    await change((block) => {
      block.accounts = { ...block.accounts, shop: { profile: "shop", zcaBinary: lateProgram(stage().host) } };
    });
    const shop = await waitFor("the shop to be blocked", async () => {
      const found = (await accountStatuses(host)).get("shop");
      return typeof found?.lastError === "string" && found;
    });
    expect(shop.lastError).toMatch(/"shop".*does not exist.*Next try at.*\[ZCA_NOT_FOUND\]/su);
    expect(zalo.calls({ profile: "shop" })).toEqual([]);
    expect(listenerOf(stage(), "default")).toBe(before);
    await symlink(zcaPath, lateProgram(stage().host));
  });
}

/** What an operator does about a missing program is to install it; nothing else must be needed. */
export function lateProgramJourney(stage: () => Stage, cast: () => Cast): void {
  test("has started by itself the account whose program was installed in the meantime", async () => {
    const { host, zalo } = stage();
    const { shop, tuan } = cast();
    expect(await successorOf(stage(), "shop", undefined, 65_000)).toBeGreaterThan(0);
    const recording = record(stage());
    zalo.say({ from: tuan.uid, to: shop.uid, text: "Quán còn mở cửa không?" });
    const challenge = await recording.answer(({ threadId }) => threadId === tuan.uid);
    expect(challenge).toMatchObject({ from: shop.uid, profile: "shop" });
    expect(challenge.text).toContain("Mã ghép đôi của bạn");
    expect((await accountStatuses(host)).get("shop")).toMatchObject({ connected: true, lastError: null });
  });

  test("tells the approved person through the account they wrote to, and lets them in there alone", async () => {
    const { host, zalo } = stage();
    const { assistant, shop, tuan } = cast();
    const recording = record(stage());
    const listed = await host.gateway.call("channels.pairing.list", { channel: "zalouser", accountId: "shop" });
    const requestId = findRequest(listed, tuan.uid);
    const params = { channel: "zalouser", accountId: "shop", requestId, notify: true };
    await host.gateway.call("channels.pairing.approve", params);
    const notice = await recording.answer(({ threadId }) => threadId === tuan.uid);
    expect(notice).toMatchObject({ from: shop.uid, profile: "shop", text: expect.stringContaining("đồng ý") });

    zalo.say({ from: tuan.uid, to: shop.uid, text: "ping-quán-quen" });
    await recording.answer("pong: ping-quán-quen");
    zalo.say({ from: tuan.uid, to: assistant.uid, text: "ping-chưa-quen" });
    const challenge = await recording.answer(({ profile, threadId }) => profile === "default" && threadId === tuan.uid);
    expect(challenge.text).not.toContain("pong");
    expect(recording.asked()).toHaveLength(1);
  });
}
