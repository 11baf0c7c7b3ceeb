import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Call, value } from "./call.ts";
import { CliError } from "./cli-error.ts";

const waitMs = 20_000;

/** Starts a detached login that outlives this process, and prints its code as one line (contract 6.1). */
export async function printDataUrl(call: Call): Promise<void> {
  const file = path.resolve(
    value(call, "qr-path") ?? path.join(mkdtempSync(path.join(os.tmpdir(), "openzca-qr-")), "qr.png"),
  );
  const program = fileURLToPath(new URL("bin/zca", import.meta.url));
  const args = [program, "--profile", call.profile, "auth", "login", "--qr-path", file];
  const env = { ...call.env, OPENZCA_QR_AUTO_OPEN: "0" };
  spawn(process.execPath, args, { detached: true, stdio: "ignore", env }).unref();
  const deadline = Date.now() + waitMs;
  while (!existsSync(file) || readFileSync(file).length === 0) {
    if (Date.now() > deadline) throw new CliError(`Timed out waiting for QR image file: ${file}`);
    await pause(50);
  }
  call.out.text(`data:image/png;base64,${readFileSync(file).toString("base64")}`);
}
