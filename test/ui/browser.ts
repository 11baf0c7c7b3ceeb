import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import packed, { inflate } from "@sparticuz/chromium";
import { chromium, type Browser } from "playwright-core";

const tools = fileURLToPath(new URL("../../.tools", import.meta.url));
const packageFolder = fileURLToPath(new URL("..", import.meta.resolve("@sparticuz/chromium")));
/** Shared libraries beyond a bare system's; the package itself unpacks them only where it recognizes AWS Lambda. */
const libraryArchive = path.join(packageFolder, "bin", "al2023.tar.br");

/**
 * A headless Chromium that needs nothing of the machine: program, shared libraries and fonts come out of an npm package
 * and are unpacked into this checkout once.
 */
export async function launchBrowser(): Promise<Browser> {
  const folder = path.join(tools, `chromium-${packedVersion()}`);
  if (!existsSync(folder)) await unpack(folder);
  return chromium.launch({
    executablePath: path.join(folder, "chromium"),
    // A test may run as root, and in a container without a big /dev/shm.
    args: ["--no-sandbox", "--no-zygote", "--disable-dev-shm-usage", "--disable-gpu", "--font-render-hinting=none"],
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: folder,
      LD_LIBRARY_PATH: path.join(folder, "al2023", "lib"),
      FONTCONFIG_PATH: path.join(folder, "fonts"),
    },
  });
}

function packedVersion(): string {
  const { version } = JSON.parse(readFileSync(path.join(packageFolder, "package.json"), "utf8"));
  return String(version);
}

/** Under another name until it is whole: a run that is broken off leaves no half of a browser behind. */
async function unpack(folder: string): Promise<void> {
  const half = `${folder}.part`;
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { recursive: true });
  const { TMPDIR } = process.env;
  // The package unpacks into the system's temporary folder, and takes what it finds there for its own.
  process.env["TMPDIR"] = half;
  try {
    await Promise.all([packed.executablePath(), inflate(libraryArchive)]);
  } finally {
    if (TMPDIR === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = TMPDIR;
  }
  writeFileSync(path.join(half, "fonts", "fonts.conf"), fontConfig(folder));
  renameSync(half, folder);
}

/** Only the package's own fonts: pictures look alike on every machine. */
function fontConfig(folder: string): string {
  return [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">',
    "<fontconfig>",
    `  <dir>${path.join(folder, "fonts", "fonts")}</dir>`,
    `  <cachedir>${path.join(folder, "fonts", "cache")}</cachedir>`,
    "</fontconfig>",
    "",
  ].join("\n");
}
