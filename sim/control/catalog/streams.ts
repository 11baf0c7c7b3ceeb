import type { DeliveryEffect, StderrEffect, StdoutEffect } from "../../faults/effects.ts";
import { type CataloguedFault, scripted } from "./entry.ts";

interface Damage extends Omit<StdoutEffect, "group"> {
  readonly destroys?: true;
  /** Worth trying on a short call that prints JSON, too. */
  readonly json?: true;
}

const damage = (variant: string, { destroys, json, ...effect }: Damage): CataloguedFault[] =>
  ["listen", "msg send", ...(json === true ? ["friend list"] : [])].map((command) =>
    scripted({
      row: "stdout damage",
      variant,
      command,
      effects: [{ group: "stdout", ...effect }],
      ...(destroys === true && command === "listen" ? { destroys } : {}),
    }),
  );

const noise = (variant: string, effect: Omit<StderrEffect, "group">) =>
  ["listen", "msg send"].map((command) =>
    scripted({ row: "stderr damage", variant, command, effects: [{ group: "stderr", ...effect }] }),
  );

const delivered = (variant: string, mode: DeliveryEffect["mode"]) =>
  scripted({ row: "delivery", variant, command: "listen", effects: [{ group: "delivery", mode }] });

export const stdoutDamages: readonly CataloguedFault[] = [
  ...damage("garbage lines", { mode: "garbage-lines", json: true }),
  ...damage("ANSI colours", { mode: "ansi", destroys: true }),
  ...damage("BOM", { mode: "bom", json: true }),
  ...damage("CRLF", { mode: "crlf" }),
  ...damage("empty lines", { mode: "empty-lines" }),
  ...damage("JSON scalars/arrays/null", { mode: "json-scalars", json: true }),
  ...damage("truncated JSON", { mode: "truncated-json", destroys: true, json: true }),
  ...damage("two records on one line", { mode: "two-on-one-line", destroys: true }),
  ...damage("record without final newline", { mode: "no-final-newline" }),
  ...damage("one byte per write", { mode: "byte-by-byte" }),
  ...damage("split inside a UTF-8 character", { mode: "split-character" }),
  ...damage("invalid UTF-8", { mode: "invalid-utf8" }),
  ...damage("NUL bytes", { mode: "nul-bytes" }),
  ...damage("NUL bytes: on the line of the record", { mode: "nul-bytes", sameLine: true, destroys: true }),
  ...damage("5 MB line", { mode: "long-line", bytes: 5_000_000 }),
  ...damage("endless line", { mode: "endless-line", bytes: 64 * 2 ** 20 }),
  ...damage("prefix noise before JSON", { mode: "prefix-noise", json: true }),
  ...damage("prefix noise before JSON: on its line", { mode: "prefix-noise", sameLine: true, destroys: true }),
  ...damage("trailing noise after JSON", { mode: "trailing-noise", json: true }),
  ...damage("trailing noise after JSON: on its line", { mode: "trailing-noise", sameLine: true, destroys: true }),
];

export const stderrDamages: readonly CataloguedFault[] = [
  ...noise("flood", { mode: "flood" }),
  ...noise("no newline", { mode: "no-newline" }),
  ...noise("binary", { mode: "binary" }),
  ...noise("secrets in text", { mode: "secrets" }),
  ...["listen", "msg send"].map((command) =>
    scripted({
      row: "stderr damage",
      variant: "secrets in text: of a call that fails",
      command,
      effects: [
        { group: "stderr", mode: "secrets", when: "start" },
        { group: "exit", code: 1, when: "start" },
      ],
    }),
  ),
];

export const deliveries: readonly CataloguedFault[] = [
  delivered("duplicate line now", "duplicate"),
  delivered("duplicate line now: under another id", "duplicate-other-id"),
  delivered("duplicate after reconnect", "duplicate-after-reconnect"),
  delivered("duplicate in two processes", "duplicate-in-two-processes"),
  delivered("out of order", "out-of-order"),
  delivered("missing id", "missing-id"),
  delivered("same id different content", "same-id-other-content"),
  delivered("old timestamp", "old-timestamp"),
  delivered("seconds vs ms: milliseconds for seconds", "milliseconds"),
  delivered("seconds vs ms: seconds for milliseconds", "seconds"),
  delivered("future clock", "future-clock"),
];
