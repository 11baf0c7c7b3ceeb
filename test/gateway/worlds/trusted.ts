import { existsSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { accountJourneys } from "../journeys/accounts.ts";
import { badInputJourneys, lateProgramJourney } from "../journeys/bad-input.ts";
import { commandJourneys, statusJourney } from "../journeys/commands.ts";
import { directMessageJourneys } from "../journeys/direct.ts";
import { configureAndStart, credentialsFile, pairFirstPerson, scanAndConfirm } from "../journeys/first-steps.ts";
import { groupJourneys } from "../journeys/groups.ts";
import { expectClean } from "../journeys/inspection.ts";
import { recoveryJourneys } from "../journeys/recovery.ts";
import { createCast, type Cast } from "../rig/cast.ts";
import { openLogin } from "../rig/login.ts";
import { createStage, type Stage } from "../rig/stage.ts";

/** Installed by name, which the host trusts: one gateway for all journeys, each builds on what the ones before it left. */
export function trustedWorld(): void {
  let stage: Stage;
  let cast: Cast;

  beforeAll(async () => {
    stage = await createStage();
    cast = createCast(stage);
  });

  afterAll(async () => {
    await stage.dispose();
  });

  let failed: string | undefined;

  beforeEach(() => {
    if (failed !== undefined) throw new Error(`"${failed}" failed, and this builds on it.`);
  });

  afterEach(({ task }) => {
    if (task.result?.state === "fail" && task.suite?.name === "a beginner's first steps") failed ??= task.name;
  });

  describe("a beginner's first steps", () => {
    test("installs with the one command of the README", async () => {
      const { code, stdout, stderr } = await stage.install("name");
      expect(code, `${stdout}\n${stderr}`).toBe(0);
      expect(stage.registry.requests).toContain("/@openclaw/zalouser");
    });

    test("names the risk before the first login and takes a code declined on the phone for no login", async () => {
      const login = await openLogin(stage.host);
      const payload = await login.code();
      expect(login.riskQuestion()).toMatch(/ban|suspend/iu);
      stage.zalo.scanQr(payload, { as: cast.assistant.uid });
      stage.zalo.declineQr(payload);
      const { code } = await login.ended();
      expect(code).not.toBe(0);
      expect(login.program.text()).toContain("LOGIN_DECLINED");
      expect(existsSync(credentialsFile(stage, "default"))).toBe(false);
    });

    test("draws a fresh code when one expires, and logs in before any channel config exists", async () => {
      const login = await openLogin(stage.host);
      const first = await login.code(1);
      stage.zalo.expireQr(first);
      const second = await login.code(2);
      expect(second).not.toBe(first);
      await scanAndConfirm(stage, login, second, cast.assistant.uid);
      expect(login.program.text()).toContain(cast.assistant.displayName);
      expect(await stage.host.config.read()).not.toHaveProperty("channels.zalouser");
    });

    test("listens after config and gateway start", async () => {
      await configureAndStart(stage);
    });

    test("challenges a stranger, who is let in by the operator's command", async () => {
      await pairFirstPerson(stage, cast);
    });
  });

  describe("direct messages", () =>
    directMessageJourneys(
      () => stage,
      () => cast,
    ));
  describe("groups", () =>
    groupJourneys(
      () => stage,
      () => cast,
    ));
  describe("accounts", () =>
    accountJourneys(
      () => stage,
      () => cast,
    ));
  describe("bad input", () =>
    badInputJourneys(
      () => stage,
      () => cast,
    ));
  describe("commands", () =>
    commandJourneys(
      () => stage,
      () => cast,
    ));

  test("passes the host's own inspection and audit", async () => {
    await expectClean(stage, /^trusted-official$/u);
  });

  describe("a program that comes later", () =>
    lateProgramJourney(
      () => stage,
      () => cast,
    ));
  describe("status", () => statusJourney(() => stage));

  describe("recovery", () =>
    recoveryJourneys(
      () => stage,
      () => cast,
    ));
}
