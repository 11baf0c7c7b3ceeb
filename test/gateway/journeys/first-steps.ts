import { existsSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import type { Cast } from "../rig/cast.ts";
import { configNoticed } from "../rig/config-noticed.ts";
import { listenerOf } from "../rig/listening.ts";
import { openLogin, type LoginDialogue } from "../rig/login.ts";
import type { Stage } from "../rig/stage.ts";
import { record } from "../rig/recording.ts";

/** Scans the code on the terminal and confirms it on the phone of `uid`; the command must then succeed. */
export async function logIn(stage: Stage, uid: string, args: readonly string[] = []): Promise<LoginDialogue> {
  const login = await openLogin(stage.host, args);
  await scanAndConfirm(stage, login, await login.code(), uid);
  return login;
}

export async function scanAndConfirm(
  { zalo }: Stage,
  login: LoginDialogue,
  payload: string,
  uid: string,
): Promise<void> {
  zalo.scanQr(payload, { as: uid });
  await login.program.until("the phone's scan to be shown", /scanned|quét/iu);
  zalo.confirmQr(payload);
  const { code } = await login.ended();
  expect(code, login.program.text()).toBe(0);
}

export function credentialsFile({ host }: Stage, profile: string): string {
  return path.join(host.folders.root, "openzca", "profiles", profile, "credentials.json");
}

/** The config a beginner writes after the login, then the gateway's first start. */
export async function configureAndStart(stage: Stage): Promise<void> {
  expect(existsSync(credentialsFile(stage, "default"))).toBe(true);
  await stage.host.config.patch((config) => {
    config["channels"] = { zalouser: { enabled: true, dmPolicy: "pairing" } };
  });
  await stage.host.gateway.start();
  await stage.zalo.waitForListening("default", 90_000);
}

/** A first message, the challenge it earns, and the operator's two commands. The account listens all the while. */
export async function pairFirstPerson(stage: Stage, { assistant, lan }: Cast): Promise<void> {
  const { zalo, host } = stage;
  const recording = record(stage);
  zalo.say({ from: lan.uid, to: assistant.uid, text: "Chào bạn, mình là Lan đây 🙂" });
  const challenge = await recording.answer((message) => message.threadId === lan.uid);

  const list = await host.cli(["pairing", "list", "zalouser", "--json"]);
  const { requests } = JSON.parse(list.stdout);
  expect(requests).toHaveLength(1);
  const [{ id, code }] = requests;
  expect(id).toBe(lan.uid);
  expect(challenge.text).toContain(code);
  expect(challenge.text).toContain(lan.uid);
  expect(recording.asked()).toHaveLength(0);

  const before = listenerOf(stage, "default");
  const approve = await host.cli(["pairing", "approve", "zalouser", code]);
  expect(approve.code, approve.stderr).toBe(0);
  // The first approval makes this person the owner. That is a change of the config, and none that needs a new listener.
  await configNoticed(stage, "commands");
  zalo.say({ from: lan.uid, to: assistant.uid, text: "ping-được-duyệt" });
  await recording.answer("pong: ping-được-duyệt");
  expect(listenerOf(stage, "default")).toBe(before);
}
