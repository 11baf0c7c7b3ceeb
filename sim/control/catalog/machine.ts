import type { SystemEffect } from "../../faults/effects.ts";
import { arranged, type CataloguedFault, scripted } from "./entry.ts";

const system = (variant: string, mode: SystemEffect["mode"], command: string) =>
  scripted({ row: "system", variant, command, effects: [{ group: "system", mode }] });

/** Longer than the 128 KiB Linux takes as one argument. */
export const tooLongText = "một dòng khá dài \n".repeat(8000);

export const systems: readonly CataloguedFault[] = [
  system("read-only home", "read-only-home", "listen"),
  system("read-only home", "read-only-home", "auth login"),
  system("full disk", "full-disk", "listen"),
  system("full disk", "full-disk", "auth login"),
  system("broken `profiles.json`: while it is being written", "broken-profiles", "listen"),
  system("broken `profiles.json`: while it is being written", "broken-profiles", "msg send"),
  arranged("system", ["broken `profiles.json`", "listen"], (world) => ({ undo: world.breakFile("profiles") })),
  arranged("system", ["broken `profiles.json`: broken credentials", "listen"], (world, profile) => ({
    undo: world.breakFile({ credentials: profile }),
  })),
  arranged("system", ["E2BIG text", "msg send"], () => ({ text: tooLongText, undo() {} })),
  system("missing media folder", "no-media-folder", "listen"),
  system("media path that vanishes before it is read", "media-vanishes", "listen"),
  system("media path that vanishes before it is read", "media-vanishes", "msg upload"),
  system("media path that vanishes before it is read", "media-vanishes", "msg image"),
];

export const locks: readonly CataloguedFault[] = [
  arranged("lock", ["held by us", "listen"], (world, profile) => ({ undo: world.startOrphan(profile).release })),
  arranged("lock", ["by a foreign live pid", "listen"], (world, profile) => ({
    undo: world.plantLock(profile, "foreign").release,
  })),
  scripted({
    row: "lock",
    variant: "by a foreign live pid: for a while",
    command: "listen",
    effects: [{ group: "lock", mode: "foreign", ms: 3000 }],
  }),
  arranged("lock", ["stale", "listen"], (world, profile) => ({ undo: world.plantLock(profile, "dead").release })),
  scripted({
    row: "lock",
    variant: "stale: at a start",
    command: "listen",
    effects: [{ group: "lock", mode: "stale" }],
  }),
  scripted({
    row: "lock",
    variant: "freed late after SIGTERM",
    command: "listen",
    effects: [{ group: "lock", mode: "freed-late", ms: 2000 }],
  }),
];
