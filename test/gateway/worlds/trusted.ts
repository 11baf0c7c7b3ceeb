import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { accountJourneys } from "../journeys/accounts.ts";
import { badInputJourneys, lateProgramJourney } from "../journeys/bad-input.ts";
import { commandJourneys, statusJourney } from "../journeys/commands.ts";
import { directMessageJourneys } from "../journeys/direct.ts";
import { configureAndStart, credentialsFile, pairFirstPerson, scanAndConfirm } from "../journeys/first-steps.ts";
import { fullyEquippedJourneys } from "../journeys/fully-equipped.ts";
import { groupJourneys } from "../journeys/groups.ts";
import { expectClean } from "../journeys/inspection.ts";
import { recoveryJourneys } from "../journeys/recovery.ts";
import { openLogin } from "../rig/login.ts";
import { onOneStage } from "./one-stage.ts";

/** Installed by name, which the host trusts: one gateway for all journeys, each builds on what the ones before it left. */
export function trustedWorld(): void {
  const world = onOneStage(({ suite }) => suite?.name === "a beginner's first steps");
  const stage = () => world.stage;
  const cast = () => world.cast;

  describe("a beginner's first steps", () => {
    test("installs with the one command of the README", async () => {
      const { code, stdout, stderr } = await world.stage.install("name");
      expect(code, `${stdout}\n${stderr}`).toBe(0);
      expect(world.stage.registry.requests).toContain("/@openclaw/zalouser");
    });

    test("names the risk before the first login and takes a code declined on the phone for no login", async () => {
      const login = await openLogin(world.stage.host);
      const payload = await login.code();
      expect(login.riskQuestion()).toMatch(/ban|suspend/iu);
      world.stage.zalo.scanQr(payload, { as: world.cast.assistant.uid });
      world.stage.zalo.declineQr(payload);
      const { code } = await login.ended();
      expect(code).not.toBe(0);
      expect(login.program.text()).toContain("LOGIN_DECLINED");
      expect(existsSync(credentialsFile(world.stage, "default"))).toBe(false);
    });

    test("draws a fresh code when one expires, and logs in before any channel config exists", async () => {
      const login = await openLogin(world.stage.host);
      const first = await login.code(1);
      world.stage.zalo.expireQr(first);
      const second = await login.code(2);
      expect(second).not.toBe(first);
      await scanAndConfirm(world.stage, login, second, world.cast.assistant.uid);
      expect(login.program.text()).toContain(world.cast.assistant.displayName);
      expect(await world.stage.host.config.read()).not.toHaveProperty("channels.zalouser");
    });

    test("listens after config and gateway start", async () => {
      await configureAndStart(world.stage);
    });

    test("challenges a stranger, who is let in by the operator's command", async () => {
      await pairFirstPerson(world.stage, world.cast);
    });
  });

  for (const [name, journeys] of [
    ["direct messages", directMessageJourneys],
    ["groups", groupJourneys],
    ["accounts", accountJourneys],
    ["bad input", badInputJourneys],
    ["commands", commandJourneys],
  ] as const)
    describe(name, () => journeys(stage, cast));

  test("passes the host's own inspection and audit", async () => {
    await expectClean(world.stage, /^trusted-official$/u);
  });

  describe("with everything switched on", () => fullyEquippedJourneys(stage, cast));
  describe("a program that comes later", () => lateProgramJourney(stage, cast));
  describe("status", () => statusJourney(stage));
  describe("recovery", () => recoveryJourneys(stage, cast));
}
