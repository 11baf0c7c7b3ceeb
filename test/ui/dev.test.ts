import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { processesOf } from "../gateway/rig/processes.ts";
import { openTerminal, type Terminal } from "./tmux.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const patience = 240_000;

/** A copy to change; its packages are found where it lies. */
let source = "";
let terminal: Terminal;

beforeAll(async () => {
  source = mkdtempSync(path.join(repository, ".tools", "changed-"));
  for (const name of ["src", "tsconfig.json", "package.json", "openclaw.plugin.json"]) {
    cpSync(path.join(repository, name), path.join(source, name), { recursive: true });
  }
  const command = [process.execPath, path.join(repository, "scripts/run.mjs"), "dev", "--source", source];
  terminal = await openTerminal({ command, env: process.env, cwd: tmpdir() });
});

afterAll(async () => {
  await terminal?.close();
  rmSync(source, { recursive: true, force: true });
});

const write = async (text: string) => {
  await terminal.type(text);
  await terminal.press("Enter");
};

test("npm run dev answers, takes a change over, keeps the last good build, and Ctrl+C leaves nothing", async () => {
  await terminal.until(/Write as Lan Phạm/u, patience);
  await write("Uống cà phê ở đâu ngon?");
  await terminal.until(/🤖 .*Bạn vừa viết: Uống cà phê ở đâu ngon\?/u, patience);

  await write(":stranger xin chào");
  await terminal.until(/Mã ghép đôi của bạn: \w{8}/u, patience);
  const texts = path.join(source, "src/channel/texts.ts");
  const before = readFileSync(texts, "utf8");
  const changed = before.replaceAll("Mã ghép đôi của bạn", "Mật khẩu vào nhà của bạn");
  expect(changed).not.toBe(before);

  writeFileSync(texts, `${changed}\nconst broken: number = "không phải số";\n`);
  await terminal.until(/does not build; .*\n.*texts\.ts.*TS2322/u, patience);
  await write("Bạn còn đó không?");
  await terminal.until(/Bạn vừa viết: Bạn còn đó không\?/u, patience);

  // As many editors save: a new file takes the place of the old one.
  writeFileSync(`${texts}~`, changed);
  renameSync(`${texts}~`, texts);
  await terminal.until(/reloaded in \d+\.\d s/u, patience);
  await write(':step {"do":"say","from":"tuan","text":"Anh Tuấn đây"}');
  await terminal.until(/Mật khẩu vào nhà của bạn: \w{8}/u, patience);

  await write(":play sim/scenarios/family.json");
  await terminal.until(/✔ family is sent "28 Tết" once\n(?:.*✔ .*\n)*.*✔ duyen is sent nothing/u, patience);

  const screen = await terminal.screen();
  const folder = /folder: (\S+)/u.exec(screen)?.[1] ?? "";
  expect(await processesOf(folder)).not.toEqual([]);
  await terminal.press("C-c");
  await terminal.ended(patience);
  expect(await terminal.screen()).toContain("ended; no process is left");
  expect(await processesOf(folder)).toEqual([]);
  expect(existsSync(folder)).toBe(false);
});
