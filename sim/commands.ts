import type { Call } from "./call.ts";

interface CommandModule {
  /** Exit code; results are printed through the call. */
  run(call: Call): Promise<number> | number;
}

/** Loaded by name, so that a command costs only its own modules at the start. */
export const commandModules = {
  account: () => import("./commands/account.ts"),
  analyze: () => import("./commands/analyze.ts"),
  auth: () => import("./commands/auth.ts"),
  "auth-login": () => import("./commands/auth-login.ts"),
  edit: () => import("./commands/edit.ts"),
  "group-changes": () => import("./commands/group-changes.ts"),
  groups: () => import("./commands/groups.ts"),
  license: () => import("./commands/license.ts"),
  link: () => import("./commands/link.ts"),
  listen: () => import("./commands/listen.ts"),
  media: () => import("./commands/media.ts"),
  "member-info": () => import("./commands/member-info.ts"),
  people: () => import("./commands/people.ts"),
  recent: () => import("./commands/recent.ts"),
  send: () => import("./commands/send.ts"),
  touch: () => import("./commands/touch.ts"),
} satisfies Record<string, () => Promise<CommandModule>>;

export type CommandModuleName = keyof typeof commandModules;
