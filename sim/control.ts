// The hands of a test or a demo inside the simulated Zalo: people, messages, phones, faults, and what was seen.
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Fault } from "./faults/fault.ts";
import { createHazards, type Hazards } from "./control/hazards.ts";
import { readJournal, type JournalEntry } from "./control/journal-reader.ts";
import { createPhone, type Phone } from "./control/phone.ts";
import { createPopulation, type Population } from "./control/population.ts";
import { createSpeech, type Speech } from "./control/speech.ts";
import { waitFor } from "./control/wait.ts";
import { liveOwner } from "./listen/lock.ts";
import { changeControl, type ControlSettings, readControl } from "./world/control-file.ts";
import { writeJson } from "./world/disk.ts";
import { layoutOf } from "./world/layout.ts";
import { addProfile } from "./world/profiles.ts";
import type { Reaction, ServerMessage, Undone } from "./world/records.ts";
import { endSession, openSession, sessionOf, sessionsOf } from "./world/sessions.ts";
import { appendWire, openTail } from "./world/wire.ts";
import { openSockets } from "./world/websocket.ts";

export type { FaultEffect } from "./faults/effects.ts";
export { fault, type Fault, type FaultMatch } from "./faults/fault.ts";
export type { JournalEntry } from "./control/journal-reader.ts";
export type { Saying } from "./control/speech.ts";
export type { ControlSettings } from "./world/control-file.ts";
export { createStandIn } from "./control/stand-in.ts";
export { plantedSecrets } from "./faults/stderr-damage.ts";
export type { Group, Person, ServerMessage } from "./world/records.ts";

/** The executable; put its folder on PATH or name it as the binary. */
export const zcaPath: string = fileURLToPath(new URL("bin/zca", import.meta.url));

export interface World extends Population, Speech, Phone, Hazards {
  readonly home: string;
  /** Credentials as if a QR login had just succeeded; a second call makes a new session. */
  logIn(profile: string, uid: string): void;
  /** Uid of the session the profile keeps, dead or alive. */
  accountOf(profile: string): string | undefined;
  /** Ends the session of a profile, or all sessions of an account: commands fail, listeners close with 3003. */
  expireSession(profileOrUid: string): void;
  /** Everything Zalo's servers saw, oldest first. */
  messages(): ServerMessage[];
  /** Reactions and recalls, oldest first. */
  touches(): (Reaction | Undone)[];
  waitForMessage(predicate: (message: ServerMessage) => boolean, timeoutMs?: number): Promise<ServerMessage>;
  /** Every zca call with its ending; `exitCode` is absent while it runs or when it was killed. */
  journal(): JournalEntry[];
  calls(filter?: { readonly command?: string; readonly profile?: string }): JournalEntry[];
  /** Pid in the profile's lock file, when that process lives. */
  listenerPid(profile: string): number | undefined;
  /** Whether a listener of this profile has its websocket open. */
  isListening(profile: string): boolean;
  waitForListening(profile: string, timeoutMs?: number): Promise<void>;
  /** The server closes the listener's websocket. */
  close(profile: string, code: 1000 | 1005 | 1006 | 3000 | 3003, reason?: string): void;
  /** Bytes on the listener's stdout as they are. */
  inject(profile: string, bytes: string | Uint8Array): void;
  control(changes: Partial<ControlSettings>): void;
  settings(): ControlSettings;
  /** Replaces all faults and starts their counts afresh. */
  setFaults(faults: readonly Fault[]): void;
  setPersonality(personality: ControlSettings["personality"]): void;
}

/** Opens the world under an `OPENZCA_HOME`; makes it when there is none. Settings given are written to its control file. */
export function createWorld(home: string, settings: Partial<ControlSettings> = {}): World {
  const layout = layoutOf(home);
  mkdirSync(layout.sim, { recursive: true });
  if (!existsSync(layout.messages)) writeFileSync(layout.messages, "");
  changeControl(layout, settings);
  const tail = openTail(layout);
  const seen: ServerMessage[] = [];
  const touched: (Reaction | Undone)[] = [];
  const look = () => {
    for (const record of tail.read()) {
      if (record.kind === "message") seen.push(record);
      else if (record.kind === "reaction" || record.kind === "undone") touched.push(record);
    }
  };
  const messages = () => {
    look();
    return [...seen];
  };
  const listening = (profile: string) =>
    openSockets(layout).find((socket) => socket.profile === profile && socket.command === "listen");
  const journal = () => readJournal(layout);
  const close = (profile: string, code: number, reason = "") =>
    appendWire(layout, { kind: "socket-order", profile, close: code, reason });

  return {
    home,
    ...createPopulation(layout),
    ...createSpeech(layout),
    ...createPhone(layout),
    ...createHazards(layout),
    logIn(profile, uid) {
      addProfile(layout, profile);
      writeJson(layout.credentials(profile), openSession(layout, uid));
    },
    accountOf: (profile) => sessionOf(layout, profile)?.uid,
    expireSession(profileOrUid) {
      const one = sessionOf(layout, profileOrUid);
      const sessions = one === undefined ? sessionsOf(layout, profileOrUid) : [one];
      for (const session of sessions) endSession(layout, session);
      const tokens = new Set(sessions.map(({ token }) => token));
      for (const socket of openSockets(layout)) if (tokens.has(socket.session)) close(socket.profile, 3003);
    },
    messages,
    touches() {
      look();
      return [...touched];
    },
    waitForMessage: (predicate, timeoutMs = 10_000) =>
      waitFor("a message", () => messages().find((message) => predicate(message)), timeoutMs),
    journal,
    calls: (filter = {}) =>
      journal().filter(
        (entry) =>
          (filter.command ?? entry.command) === entry.command && (filter.profile ?? entry.profile) === entry.profile,
      ),
    listenerPid: (profile) => liveOwner(layout, profile)?.pid,
    isListening: (profile) => listening(profile) !== undefined,
    async waitForListening(profile, timeoutMs = 60_000) {
      await waitFor(`a listener of ${profile}`, () => listening(profile), timeoutMs);
    },
    close,
    inject: (profile, bytes) =>
      appendWire(layout, { kind: "socket-order", profile, print: Buffer.from(bytes).toString("base64") }),
    control: (changes) => changeControl(layout, changes),
    settings: () => readControl(layout),
    setFaults(faults) {
      rmSync(layout.claims, { force: true });
      changeControl(layout, { faults });
    },
    setPersonality: (personality) => changeControl(layout, { personality }),
  };
}
