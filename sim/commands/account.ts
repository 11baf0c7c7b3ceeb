import { existsSync, rmSync } from "node:fs";
import { argument, type Call } from "../call.ts";
import { CliError } from "../cli-error.ts";
import { addProfile, readProfiles, requireProfile, writeProfiles } from "../world/profiles.ts";

export function run(call: Call): number {
  const file = readProfiles(call.layout);
  const name = argument(call, 0) || call.profile;
  switch (call.command.path[1]) {
    case "list":
      list(call);
      break;
    case "current":
      call.out.text(call.profile);
      break;
    case "add":
      if (Object.hasOwn(file.profiles, name)) throw new CliError(`Profile "${name}" already exists.`);
      addProfile(call.layout, name, call.disk.write);
      call.out.text(`Created profile ${name}`);
      break;
    case "switch":
      requireProfile(file, name);
      writeProfiles(call.layout, { ...file, defaultProfile: name }, call.disk.write);
      call.out.text(`Switched to profile ${name}`);
      break;
    case "label": {
      requireProfile(file, name);
      const entry = { ...newest(file.profiles[name]), label: argument(call, 1) };
      writeProfiles(call.layout, { ...file, profiles: { ...file.profiles, [name]: entry } }, call.disk.write);
      call.out.text(`Labeled profile ${name}`);
      break;
    }
    case "remove": {
      requireProfile(file, name);
      const profiles = Object.fromEntries(Object.entries(file.profiles).filter(([key]) => key !== name));
      writeProfiles(call.layout, { ...file, profiles }, call.disk.write);
      rmSync(call.layout.profileDir(name), { recursive: true, force: true });
      call.out.text(`Removed profile ${name}`);
      break;
    }
  }
  return 0;
}

function list(call: Call): void {
  const file = readProfiles(call.layout);
  call.out.table(
    Object.entries(file.profiles).map(([name, { label, createdAt, updatedAt }]) => ({
      name,
      label: label ?? "",
      default: name === file.defaultProfile,
      active: name === call.profile,
      loggedIn: existsSync(call.layout.credentials(name)),
      createdAt,
      updatedAt,
    })),
  );
}

function newest(entry: { createdAt: string; updatedAt: string } | undefined) {
  const now = new Date().toISOString();
  return { createdAt: entry?.createdAt ?? now, updatedAt: now };
}
