import decodeQr from "qr/decode.js";
import { PNG } from "pngjs";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Person } from "../../sim/control.ts";
import { listenerOf } from "../gateway/rig/listening.ts";
import { record } from "../gateway/rig/recording.ts";
import { createStage, type Stage } from "../gateway/rig/stage.ts";
import { stopGateway } from "../gateway/rig/stopping.ts";
import { waitFor } from "../gateway/rig/wait.ts";
import { launchBrowser } from "./browser.ts";
import { openChannelsPage, type ChannelsPage } from "./channels-page.ts";
import { picture } from "./pictures.ts";
import type { SetupDialogue } from "./setup-dialogue.ts";

const label = "Zalo Personal";
const patience = { timeout: 60_000 };

let stage: Stage;
let browser: Browser;
let context: BrowserContext;
let channels: ChannelsPage;
let shop: Person;
let stall: Person;
let quynh: Person;

beforeAll(async () => {
  stage = await createStage();
  shop = stage.zalo.addAccount({ displayName: "Tiệm Bánh Ngọt Thuỷ Tiên" });
  stall = stage.zalo.addAccount({ displayName: "Sạp Rau Bà Ngoạt" });
  quynh = stage.zalo.addPerson({ displayName: "Đỗ Thị Quỳnh" });
  const { code, stderr } = await stage.install("name", { timeoutMs: 240_000 });
  expect(code, stderr).toBe(0);
  [browser] = await Promise.all([launchBrowser(), stage.host.gateway.start({ timeoutMs: 240_000 })]);
  context = await browser.newContext({ viewport: { width: 1100, height: 760 }, locale: "en-US" });
  const { gateway } = await stage.host.config.read();
  const { token } = (gateway as { auth: { token: string } }).auth;
  channels = await openChannelsPage(await context.newPage(), { port: stage.host.port, token });
});
afterAll(async () => {
  await browser?.close();
  await stage?.dispose();
});

async function settings(): Promise<unknown> {
  const { channels: all } = await stage.host.config.read();
  return (all as Readonly<Record<string, unknown>> | undefined)?.["zalouser"];
}

/** Up to the question how to log in, from where the dialogue begins. */
async function untilLogin(dialogue: SetupDialogue): Promise<void> {
  await dialogue.goOn("Channel setup");
  await dialogue.goOn("How channels work");
  await dialogue.choose("Zalo Personal account", /default/u);
  await dialogue.goOn("This automates a personal Zalo account, unofficially.");
}

/** Asks for a QR code and opens the page it stands on. */
async function openCode(dialogue: SetupDialogue): Promise<Page> {
  await dialogue.goOn(/openzca \d/u);
  await dialogue.choose("How do you want to log in?", /Scan a QR code/u);
  await dialogue.reads("Open the link and scan the code there");
  const opened = context.waitForEvent("page");
  await dialogue.box.getByRole("link", { name: "Open link" }).click();
  const tab = await opened;
  await tab.setViewportSize({ width: 560, height: 620 });
  await tab.getByRole("img", { name: "QR code" }).waitFor(patience);
  return tab;
}

/** What a phone in front of the screen would read. */
async function scanned(code: Locator): Promise<string> {
  const { width, height, data } = PNG.sync.read(await code.screenshot());
  return decodeQr({ width, height, data: new Uint8Array(data) });
}

describe("the channel on the page", () => {
  test("is offered under its name with what it is", async () => {
    await channels.row(label).getByText("OpenClaw channel plugin for personal Zalo accounts").waitFor();
  });

  test("a setup that is left while its code waits ends the login, and the next one begins at once", async () => {
    const dialogue = await channels.setUp(label);
    await untilLogin(dialogue);
    await dialogue.goOn("Go on, knowing that Zalo may ban the account?", "Yes");
    const tab = await openCode(dialogue);
    await dialogue.box.getByRole("button", { name: "Cancel" }).click();
    await waitFor("the login to end", () => stage.zalo.calls({ command: "auth login" })[0]?.endedAt);
    await tab.getByText("[LOGIN_").waitFor(patience);
    expect(await tab.getByRole("img").count()).toBe(0);
    expect(await settings()).toBeUndefined();
    await tab.close();
  });

  test("is set up by a code on a page of the gateway; whoever scans it is the account that then listens", async () => {
    const dialogue = await channels.setUp(label);
    await untilLogin(dialogue);
    const tab = await openCode(dialogue);
    const code = tab.getByRole("img", { name: "QR code" });
    const payload = await scanned(code);
    await picture(tab, "qr-code");
    await picture(channels.page, "login");

    stage.zalo.scanQr(payload, { as: shop.uid });
    await dialogue.reads("Scanned by Tiệm Bánh Ngọt Thuỷ Tiên. Confirm the login on the phone.");
    await tab.getByText("Scanned by Tiệm Bánh Ngọt Thuỷ Tiên").waitFor(patience);
    stage.zalo.confirmQr(payload);
    await dialogue.goOn(`Logged in as Tiệm Bánh Ngọt Thuỷ Tiên (user id ${shop.uid})`);
    await tab.getByText("Logged in. This page can be closed.").waitFor(patience);
    await tab.close();

    await dialogue.choose("Who may write to the account?", /^Nobody/u);
    await dialogue.choose("Which groups may talk to the account?", /^None/u);
    await dialogue.goOn("See how it is: openclaw channels status");
    await dialogue.goOn("Selected channels");
    await dialogue.goOn("Administration from chat");
    await dialogue.choose("Set up administration from your own chat account?", /^Skip for now/u);
    await dialogue.goOn("Channels updated.");
    await dialogue.box.getByRole("button", { name: "Finish" }).click();
    await stage.zalo.waitForListening("default", 90_000);
    expect(stage.zalo.accountOf("default")).toBe(shop.uid);
    expect(await settings()).toEqual({ enabled: true, dmPolicy: "disabled", groupPolicy: "disabled" });
    await channels.reloadUntil(label, "Running");
    await picture(channels.page, "channels");
  });
});

describe("the form", () => {
  test.each([
    ["Direct messages", "Who may write to the account."],
    ["Allowed people", "Zalo user ids, quoted, names of friends, or accessGroup:<name>."],
    ["Groups", "Which groups may talk to the account."],
    ["Language", "Language of what the plugin itself writes to people"],
  ])("shows %s with its help at once", async (title, help) => {
    if (!(await channels.details.isVisible())) await channels.openDetails(label);
    expect(await channels.field(title).innerText()).toContain(help);
  });

  test("offers the choices of a setting and shows the one that holds", async () => {
    const choices = channels.field("Direct messages").getByRole("radio");
    expect(await choices.allInnerTexts()).toEqual(["pairing", "allowlist", "open", "disabled"]);
    expect(await choices.nth(3).getAttribute("aria-checked")).toBe("true");
  });

  test("has what is nested and rare behind what it belongs to, with bounds", async () => {
    await channels.unfold("Advanced settings");
    await channels.unfold("Pacing");
    const strangers = channels.field("Strangers a day");
    expect(await strangers.innerText()).toContain("Most people this account writes to within 24 hours");
    expect(await strangers.getByRole("spinbutton").getAttribute("max")).toBe("200");
  });

  test("what is saved stands in the config file and holds for the next message, with the same listener", async () => {
    const listener = listenerOf(stage, "default");
    await channels.field("Strangers a day").getByRole("spinbutton").fill("7");
    await channels.field("Direct messages").getByRole("radio", { name: "pairing" }).click();
    await channels.field("Language").getByRole("radio", { name: "en" }).click();
    await channels.field("Direct messages").scrollIntoViewIfNeeded();
    await picture(channels.page, "form");
    await channels.save();
    expect(await settings()).toEqual({
      enabled: true,
      dmPolicy: "pairing",
      groupPolicy: "disabled",
      locale: "en",
      rateLimit: { strangersPerDay: 7 },
    });
    const recording = record(stage);
    stage.zalo.say({ from: quynh.uid, to: shop.uid, text: "Em ơi, tiệm còn bánh su kem không?" });
    const answer = await recording.answer(({ threadId }) => threadId === quynh.uid, 60_000);
    expect(answer.text).toContain("openclaw pairing approve");
    expect(answer.text).not.toMatch(/mã ghép nối/iu);
    expect(listenerOf(stage, "default")).toBe(listener);
  });
});

test("each of several accounts is shown with its name and state", async () => {
  await channels.closeDetails();
  stage.zalo.logIn("sap-rau", stall.uid);
  await stage.host.config.patch((config) => {
    const { zalouser } = config["channels"] as { zalouser: Record<string, unknown> };
    zalouser["name"] = shop.displayName;
    zalouser["defaultAccount"] = "default";
    zalouser["accounts"] = { "sap-rau": { name: stall.displayName } };
  });
  await stage.zalo.waitForListening("sap-rau", 90_000);
  await stage.zalo.waitForListening("default", 90_000);
  await channels.page.reload();
  await channels.openDetails(label);
  for (const name of [shop.displayName, stall.displayName]) {
    const row = channels.details.locator(".settings-row", { hasText: name });
    await row.getByText("Running", { exact: true }).waitFor();
  }
  await picture(channels.page, "accounts");
});

test("an account Zalo no longer accepts needs attention, and the page says what to do", async () => {
  stage.zalo.expireSession("sap-rau");
  const advice = channels.details.getByText(/openclaw channels login --channel zalouser --account sap-rau/u).first();
  await waitFor(
    "the page to say how to log in again",
    async () => {
      await channels.page.reload();
      await channels.openDetails(label);
      return advice.isVisible();
    },
    { intervalMs: 2000 },
  );
  await channels.closeDetails();
  await channels.reloadUntil(label, "Needs attention");
  expect((await stopGateway(stage.host)).zcaMs).toBeLessThan(4000);
});
