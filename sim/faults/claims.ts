import { createHash } from "node:crypto";
import { readControl } from "../world/control-file.ts";
import { exclusively, readJson, writeJson } from "../world/disk.ts";
import type { Layout } from "../world/layout.ts";
import type { FaultEffect } from "./effects.ts";
import type { Fault } from "./fault.ts";

export interface Claimed {
  readonly index: number;
  readonly effect: FaultEffect;
}

/** Counts this call (or line) against every matching fault and returns those that strike it. Counts survive the process. */
export function claimFaults(
  layout: Layout,
  facts: { readonly command: string; readonly profile: string },
  wanted: (effect: FaultEffect) => boolean,
): Claimed[] {
  const { faults, seed } = readControl(layout);
  const matching = faults.flatMap((fault, index) =>
    wanted(fault.effect) && concerns(fault, facts) ? [{ fault, index }] : [],
  );
  if (matching.length === 0) return [];
  const counts = exclusively(layout, () => {
    const before = readJson<Record<string, number>>(layout.claims, {});
    const after = { ...before };
    for (const { index } of matching) after[String(index)] = (after[String(index)] ?? 0) + 1;
    writeJson(layout.claims, after);
    return after;
  });
  return matching
    .filter(({ fault, index }) => strikes(fault, counts[String(index)] ?? 0, `${seed}:${index}`))
    .map(({ fault, index }) => ({ index, effect: fault.effect }));
}

function concerns({ match = {} }: Fault, facts: { readonly command: string; readonly profile: string }): boolean {
  return (match.command ?? facts.command) === facts.command && (match.profile ?? facts.profile) === facts.profile;
}

function strikes({ match = {} }: Fault, count: number, seed: string): boolean {
  if (match.nth !== undefined && count !== match.nth) return false;
  if (match.every !== undefined && count % match.every !== 0) return false;
  if (match.first !== undefined && count > match.first) return false;
  return match.chance === undefined || fraction(`${seed}:${count}`) < match.chance;
}

function fraction(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE(0) / 2 ** 32;
}
