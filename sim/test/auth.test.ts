import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PNG } from "pngjs";
import decodeQr from "qr/decode.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { waitFor } from "../control/wait.ts";
import { openRig, type Rig } from "./rig.ts";

let rig: Rig;
beforeEach(() => {
  rig = openRig();
});
afterEach(() => rig.close());

const noViewer = { OPENZCA_QR_AUTO_OPEN: "0" };
const pending = () => waitFor("a login code", () => rig.world.pendingLogins()[0]);

function payloadOf(png: Buffer): string {
  const { width, height, data } = PNG.sync.read(png);
  return decodeQr({ width, height, data });
}

describe("auth status and logout (contract 6.1)", () => {
  it("prints who is logged in as Node shows objects", async () => {
    const { code, stdout } = await rig.zca("--profile", "work", "auth", "status");
    const credentials = path.join(rig.home, "profiles", "work", "credentials.json");
    expect(code).toBe(0);
    expect(stdout).toBe(
      `{\n  profile: 'work',\n  loggedIn: true,\n  userId: '3300912847765512008',\n  displayName: 'Trợ lý',\n  credentialsPath: '${credentials}'\n}\n`,
    );
  });

  it("fails without a file, with a broken file, and with an incomplete one", async () => {
    rig.world.logIn("work2", rig.bot.uid);
    const file = path.join(rig.home, "profiles", "work2", "credentials.json");
    writeFileSync(file, "");
    expect((await rig.zca("-p", "work2", "me", "id")).stderr).toBe("Error: Unexpected end of JSON input\n");
    writeFileSync(file, '{"imei":"1"}');
    expect((await rig.zca("-p", "work2", "me", "id")).stderr).toBe(
      "Error: Credential file must include imei, cookie, and userAgent.\n",
    );
    await rig.zca("-p", "work2", "auth", "logout");
    expect((await rig.zca("-p", "work2", "auth", "status")).stderr).toBe("Error: Profile work2: not logged in\n");
    expect((await rig.zca("-p", "work2", "me", "id")).stderr).toBe(
      'Error: Profile "work2" has no credentials. Run: auth login\n',
    );
  });

  it("logs out with exit 0 even when nobody is logged in", async () => {
    for (let time = 0; time < 2; time += 1) {
      expect(await rig.zca("--profile", "work", "auth", "logout")).toMatchObject({
        code: 0,
        stdout: "Logged out profile work\n",
      });
    }
  });

  it("validates saved credentials with login-cred", async () => {
    const file = path.join(rig.folder, "cred.json");
    writeFileSync(file, readFileSync(path.join(rig.home, "profiles", "work", "credentials.json")));
    await rig.zca("account", "add", "other");
    const { stdout } = await rig.zca("-p", "other", "auth", "login-cred", file);
    expect(stdout).toBe("Logged in profile other as Trợ lý (3300912847765512008)\n");
    rig.world.expireSession("other");
    expect((await rig.zca("-p", "other", "auth", "login-cred")).stderr).toBe("Error: Đăng nhập thất bại\n");
  });

  it("refreshes, shows and clears the cache", async () => {
    const run = async (...args: string[]) => (await rig.zca("-p", "work", "auth", ...args)).stdout;
    expect(await run("cache-refresh")).toBe("Cache refreshed for work: 2 friends, 1 groups\n");
    expect(await run("cache-info")).toContain("friends: 2");
    expect(await run("cache-clear")).toBe("Cache cleared for profile work\n");
  });
});

describe("profiles (contract 3)", () => {
  it("makes home, profiles.json and the default profile in passing, modes by umask", async () => {
    await rig.zca("account", "current");
    const list = JSON.parse(readFileSync(path.join(rig.home, "profiles.json"), "utf8")) as { defaultProfile: string };
    expect(list.defaultProfile).toBe("default");
    const umask = process.umask();
    expect(statSync(path.join(rig.home, "profiles.json")).mode & 0o777).toBe(0o666 & ~umask);
  });

  it("breaks for every profile when profiles.json is broken", async () => {
    writeFileSync(path.join(rig.home, "profiles.json"), '{"defaultProfile":');
    for (const profile of ["work", "default"]) {
      const { code, stderr } = await rig.zca("-p", profile, "auth", "status");
      expect([code, stderr]).toEqual([1, "Error: Unexpected end of JSON input\n"]);
    }
  });

  it("refuses unknown profiles everywhere but in auth login and account add", async () => {
    for (const command of [["auth", "status"], ["auth", "logout"], ["me", "id"], ["listen"]]) {
      const { code, stderr } = await rig.zca("-p", "lạ", ...command);
      expect([code, stderr]).toEqual([1, 'Error: Profile "lạ" does not exist. Create it with: account add lạ\n']);
    }
    expect((await rig.zca("account", "add", "work")).stderr).toBe('Error: Profile "work" already exists.\n');
  });

  it("resolves flag before OPENZCA_PROFILE before ZCA_PROFILE before the default", async () => {
    const current = async (args: readonly string[], env: Record<string, string>) =>
      (await rig.start([...args, "account", "current"], env).ended).stdout.trim();
    rig.world.logIn("a", rig.lan.uid);
    const both = { OPENZCA_PROFILE: "a", ZCA_PROFILE: "work" };
    expect(await current([], {})).toBe("default");
    expect(await current([], { ZCA_PROFILE: "work" })).toBe("work");
    expect(await current([], both)).toBe("a");
    expect(await current(["-p", "work"], both)).toBe("work");
  });
});

describe("auth login (contract 6.1)", () => {
  const login = (args: readonly string[] = [], env: Record<string, string> = noViewer) =>
    rig.start(["--profile", "moi", "auth", "login", ...args], env);

  it("writes the PNG, follows the phone and saves credentials", async () => {
    const file = path.join(rig.folder, "mã.png");
    const running = login(["--qr-path", file]);
    await running.until("If QR is not visible");
    const payload = payloadOf(readFileSync(file));
    rig.world.scanQr(payload, { as: rig.lan.uid });
    await running.until("Scanned by: Lan Phạm");
    rig.world.confirmQr(payload);
    expect(await running.ended).toMatchObject({
      code: 0,
      stderr: "",
      stdout: [
        "",
        "Scan this QR in your Zalo app:",
        "This terminal does not support inline QR rendering.",
        `QR code saved to: ${file}`,
        `QR file path: ${file}`,
        `If QR is not visible, run: xdg-open "${file}"`,
        "Scanned by: Lan Phạm",
        `Logged in profile moi as Lan Phạm (${rig.lan.uid})`,
        "Cache refreshed: 1 friends, 1 groups",
        "",
      ].join("\n"),
    });
    expect((await rig.zca("-p", "moi", "me", "id")).stdout).toBe(`${rig.lan.uid}\n`);
  });

  it("writes qr.png into the working folder by default", async () => {
    login();
    await pending();
    await waitFor("qr.png", () => existsSync(path.join(rig.folder, "qr.png")) || undefined);
  });

  it("knows only its own codes", () => {
    expect(() => rig.world.scanQr("https://id.zalo.example/qr-login?token=khac", { as: rig.lan.uid })).toThrow(
      "does not know",
    );
  });

  it("ends with 0 when declined on the phone", async () => {
    const running = login();
    const { payload } = await pending();
    rig.world.scanQr(payload, { as: rig.lan.uid });
    rig.world.declineQr(payload);
    const { code, stdout } = await running.ended;
    expect(code).toBe(0);
    expect(stdout).toContain("QR login declined on phone. Retry by running auth login again.\n");
    expect((await rig.zca("-p", "moi", "auth", "status")).code).toBe(1);
  });

  it("expires with exit 1", async () => {
    const running = login();
    const { payload } = await pending();
    rig.world.expireQr(payload);
    const { code, stdout, stderr } = await running.ended;
    expect([code, stderr]).toEqual([1, "Error: Cannot get scan result\n"]);
    expect(stdout.endsWith("QR expired. Retrying...\n")).toBe(true);
    expect(() => rig.world.scanQr(payload, { as: rig.lan.uid })).toThrow("expired");
  });

  it("expires by itself after the time of the control file", async () => {
    rig.world.control({ qrTtlMs: 60 });
    expect((await login().ended).code).toBe(1);
  });

  it("crashes on a headless host unless auto-open is off", async () => {
    const { code, stderr } = await login([], {}).ended;
    expect(code).toBe(1);
    expect(stderr).toContain("Unhandled 'error' event");
    expect(stderr).toContain("spawn xdg-open ENOENT");
  });

  it("prints a data URL and logs in from a detached process", async () => {
    // The picture stays in the temporary folder, as openzca leaves it; nothing else may be written there so late.
    const temporary = { TMPDIR: rig.folder, NODE_DISABLE_COMPILE_CACHE: "1" };
    const { code, stdout } = await login(["--qr-base64"], { ...noViewer, ...temporary }).ended;
    expect(code).toBe(0);
    const [line = "", ...rest] = stdout.trimEnd().split("\n");
    expect(rest).toEqual([]);
    const payload = payloadOf(Buffer.from(line.replace("data:image/png;base64,", ""), "base64"));
    rig.world.scanQr(payload, { as: rig.huy.uid });
    rig.world.confirmQr(payload);
    await waitFor("credentials", () => existsSync(path.join(rig.home, "profiles/moi/credentials.json")) || undefined);
    expect((await rig.zca("-p", "moi", "me", "id")).stdout).toBe(`${rig.huy.uid}\n`);
    const isOver = () => rig.world.calls({ command: "auth login" }).every(({ endedAt }) => endedAt !== undefined);
    await waitFor("the detached login to end", () => isOver() || undefined);
  });

  it("leaves other sessions of the account alone unless told to kick them", async () => {
    for (const kicks of [false, true]) {
      rig.world.control({ newLoginKicks: kicks });
      const running = login();
      const { payload } = await pending();
      rig.world.scanQr(payload, { as: rig.bot.uid });
      rig.world.confirmQr(payload);
      await running.ended;
      expect((await rig.zca("-p", "work", "me", "id")).code).toBe(kicks ? 1 : 0);
    }
  });
});
