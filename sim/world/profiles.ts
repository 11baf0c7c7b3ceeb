import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { CliError } from "../cli-error.ts";
import type { Layout } from "./layout.ts";

interface ProfileEntry {
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly label?: string;
}

export interface ProfilesFile {
  readonly defaultProfile: string;
  readonly profiles: Readonly<Record<string, ProfileEntry>>;
}

/** Reads the shared list; like the real program it makes the home, the list and the profile `default` in passing. */
export function readProfiles(layout: Layout): ProfilesFile {
  if (!existsSync(layout.profiles)) {
    mkdirSync(layout.profileDir("default"), { recursive: true });
    const first: ProfilesFile = { defaultProfile: "default", profiles: { default: newEntry() } };
    writeProfiles(layout, first);
    return first;
  }
  return JSON.parse(readFileSync(layout.profiles, "utf8")) as ProfilesFile;
}

type Write = (file: string, text: string) => void;

/** Written in place, as the real program does: no rename, no lock. */
export function writeProfiles(layout: Layout, file: ProfilesFile, write: Write = writeFileSync): void {
  write(layout.profiles, `${JSON.stringify(file, null, 2)}\n`);
}

export function addProfile(layout: Layout, name: string, write: Write = writeFileSync): void {
  const file = readProfiles(layout);
  if (!/^[A-Za-z0-9_-]+$/u.test(name)) throw new CliError("Profile name may contain only letters, digits, - and _.");
  if (!Object.hasOwn(file.profiles, name)) {
    writeProfiles(layout, { ...file, profiles: { ...file.profiles, [name]: newEntry() } }, write);
  }
  mkdirSync(layout.profileDir(name), { recursive: true });
}

/** `--profile` > `OPENZCA_PROFILE` > `ZCA_PROFILE` > the file's default. */
export function profileName(flag: string | undefined, env: NodeJS.ProcessEnv, file: ProfilesFile): string {
  return flag || env["OPENZCA_PROFILE"] || env["ZCA_PROFILE"] || file.defaultProfile || "default";
}

export function requireProfile(file: ProfilesFile, name: string): void {
  if (!Object.hasOwn(file.profiles, name)) {
    throw new CliError(`Profile "${name}" does not exist. Create it with: account add ${name}`);
  }
}

function newEntry(): ProfileEntry {
  const now = new Date().toISOString();
  return { createdAt: now, updatedAt: now };
}
