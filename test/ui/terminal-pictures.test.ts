import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { createCast } from "../gateway/rig/cast.ts";
import { createStage, type Stage } from "../gateway/rig/stage.ts";
import { readTerminalQrs } from "../gateway/rig/terminal-qr.ts";
import { readAnsi, type Cell } from "../pictures/ansi.ts";
import { isPictureRun, terminalPicture } from "./pictures.ts";
import { openTerminal, type Terminal } from "./tmux.ts";

const openclaw = fileURLToPath(new URL("../../node_modules/openclaw/openclaw.mjs", import.meta.url));
const runner = fileURLToPath(new URL("../../scripts/run.mjs", import.meta.url));
const repository = fileURLToPath(new URL("../..", import.meta.url));
const patience = 400_000;
const largestSvg = 60_000;

let terminal: Terminal | undefined;
let stage: Stage | undefined;

afterEach(async () => {
  await terminal?.close();
  await stage?.dispose();
  terminal = stage = undefined;
});

type Lines = readonly (readonly Cell[])[];

const wordsOf = (line: readonly Cell[]) => line.map(({ text }) => text).join("");
const isEmpty = (line: readonly Cell[]) => wordsOf(line).trim() === "";

/** From the line that has the first words up to that with the second. */
function between(lines: Lines, from: RegExp, to: RegExp): Lines {
  const start = lines.findIndex((line) => from.test(wordsOf(line)));
  const length = lines.slice(start).findIndex((line) => to.test(wordsOf(line)));
  if (start < 0 || length < 0) throw new Error(`The terminal shows nothing from ${String(from)} to ${String(to)}.`);
  return trimmed(lines.slice(start, start + length));
}

function trimmed(lines: Lines): Lines {
  const first = lines.findIndex((line) => !isEmpty(line));
  return lines.slice(first, lines.findLastIndex((line) => !isEmpty(line)) + 1);
}

/** Colors on a terminal of its own, as a person has them. */
function colored(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name !== "NO_COLOR"));
}

// They take minutes and prove nothing that other tests do not: only for the pictures.
describe.runIf(isPictureRun)("the README's pictures of a terminal", () => {
  test("npm run demo: the stranger, the answer, the killed listener", async () => {
    const command = [process.execPath, runner, "demo"];
    terminal = await openTerminal({ command, env: colored(process.env), cwd: repository, size: [128, 60] });
    expect(await terminal.ended(patience)).toBe(0);
    const pick = (lines: Lines) => [
      ...readAnsi("\u001B[2m$\u001B[22m npm run demo"),
      ...readAnsi("\u001B[2m   ⋮\u001B[22m"),
      [],
      ...between(lines, /A stranger writes/u, /A 5,000-character answer/u),
      ...readAnsi("\u001B[2m   ⋮\u001B[22m"),
      [],
      ...between(lines, /The listener is killed/u, /━━ \d+\. Stop/u),
    ];
    const title = "npm run demo: a stranger gets a pairing code, is let in and answered; a killed listener comes back";
    const svg = terminalPicture("terminal-demo", title, await terminal.colors(), pick);
    expect(Buffer.byteLength(svg)).toBeLessThan(largestSvg);
  });

  test("openclaw channels login: the risk, the code, the account that scanned it", async () => {
    stage = await createStage();
    const { assistant } = createCast(stage);
    const { code, stderr } = await stage.install("tarball", { timeoutMs: patience });
    expect(code, stderr).toBe(0);
    const login = ["channels", "login", "--channel", "zalouser"];
    const { env, folders } = stage.host;
    const command = [process.execPath, openclaw, ...login];
    terminal = await openTerminal({ command, env: colored(env), cwd: folders.workspace, size: [128, 60] });
    await terminal.until(/\?[^\n?]{0,40}\s*$/u, patience);
    await terminal.type("yes");
    await terminal.press("Enter");
    const payload = await untilCode(terminal);
    stage.zalo.scanQr(payload, { as: assistant.uid });
    await terminal.until(/scanned|quét/iu, patience);
    stage.zalo.confirmQr(payload);
    expect(await terminal.ended(patience)).toBe(0);
    // Before it the host speaks of its service, and tmux at the end of the program's.
    const pick = (lines: Lines) => [
      ...readAnsi(`\u001B[2m$\u001B[22m openclaw ${login.join(" ")}`),
      ...between(lines, /Tài khoản Zalo cá nhân/u, /Pane is dead/u),
    ];
    const title = "The terminal of a login: the risk, the QR code, the account that scanned it";
    const svg = terminalPicture("terminal-login", title, await terminal.colors(), pick);
    expect(Buffer.byteLength(svg)).toBeLessThan(largestSvg);
  });
});

/** A code that is still being drawn cannot be read yet. */
async function untilCode(at: Terminal): Promise<string> {
  for (const deadline = performance.now() + patience; performance.now() < deadline;) {
    const shown = await at.until(/▀|▄|█/u, patience);
    try {
      const [payload] = readTerminalQrs(shown);
      if (payload !== undefined) return payload;
    } catch {
      // The rest of it comes with the next look.
    }
  }
  throw new Error(`No readable code on the terminal.\n${await at.screen()}`);
}
