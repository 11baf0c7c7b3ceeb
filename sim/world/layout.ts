import os from "node:os";
import path from "node:path";

/** Where everything lies under one `OPENZCA_HOME`. */
export interface Layout {
  readonly home: string;
  readonly profiles: string;
  profileDir(profile: string): string;
  credentials(profile: string): string;
  lock(profile: string): string;
  socket(profile: string): string;
  cache(profile: string): string;
  readonly sim: string;
  readonly world: string;
  readonly messages: string;
  readonly journal: string;
  readonly control: string;
  readonly logins: string;
  readonly sessions: string;
  readonly counters: string;
  readonly claims: string;
  readonly inFlight: string;
  readonly later: string;
  readonly outage: string;
  readonly mutex: string;
}

export function layoutOf(home: string): Layout {
  const sim = path.join(home, "sim");
  const profileDir = (profile: string) => path.join(home, "profiles", profile);
  return {
    home,
    profiles: path.join(home, "profiles.json"),
    profileDir,
    credentials: (profile) => path.join(profileDir(profile), "credentials.json"),
    lock: (profile) => path.join(profileDir(profile), "listener-owner.json"),
    socket: (profile) => path.join(profileDir(profile), "listen.sock"),
    cache: (profile) => path.join(profileDir(profile), "cache"),
    sim,
    world: path.join(sim, "world.json"),
    messages: path.join(sim, "messages.jsonl"),
    journal: path.join(sim, "journal.jsonl"),
    control: path.join(sim, "control.json"),
    logins: path.join(sim, "logins"),
    sessions: path.join(sim, "sessions"),
    counters: path.join(sim, "counters.json"),
    claims: path.join(sim, "claims"),
    inFlight: path.join(sim, "in-flight"),
    later: path.join(sim, "later"),
    outage: path.join(sim, "outage.json"),
    mutex: path.join(sim, "mutex"),
  };
}

export function defaultHome(env: NodeJS.ProcessEnv = process.env): string {
  return env["OPENZCA_HOME"] || path.join(os.homedir(), ".openzca");
}
