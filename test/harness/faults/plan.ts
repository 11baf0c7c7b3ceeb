import { faultCatalog, type CataloguedFault } from "../../../sim/control/fault-catalog.ts";

/** Faults that are tried in one host at once, each on an account of its own. */
export interface Batch {
  readonly faults: readonly CataloguedFault[];
  /** How long the last message may take to come through once the trouble has ended. */
  readonly patienceMs: number;
}

/** Zalo's "too many": the plugin rests five minutes before it sends anything again. */
const restMs = 7 * 60_000;
/** Longer than the three minutes a conversation waits for an answer nobody knows the end of. */
const usualMs = 270_000;
const perBatch = 8;

/**
 * Every fault of the catalog. What concerns the whole machine, or the program all accounts share, stands alone; those
 * that have to wait long begin first.
 */
export function planBatches(wanted: (fault: CataloguedFault) => boolean): Batch[] {
  const faults = faultCatalog.filter(wanted);
  const resting = faults.filter(isRateLimit);
  const alone = faults.filter((fault) => !isRateLimit(fault) && isShared(fault));
  const others = faults.filter((fault) => !isRateLimit(fault) && !isShared(fault));
  return [
    ...chunks(resting).map((some) => ({ faults: some, patienceMs: restMs })),
    ...alone.map((fault) => ({ faults: [fault], patienceMs: usualMs })),
    ...chunks(others).map((some) => ({ faults: some, patienceMs: usualMs })),
  ];
}

/** A name that stands for one row of the table, and for nothing else. */
export function nameOf({ row, variant, command }: CataloguedFault): string {
  return `${row}: ${variant} (${command})`;
}

function isRateLimit({ faults, variant, command }: CataloguedFault): boolean {
  return (
    command.startsWith("msg ") &&
    (/Vượt quá số request|MAX_QUOTA/u.test(variant) ||
      faults.some(({ effect }) => effect.group === "server" && ["rate-limit", "chunk-fails"].includes(effect.mode)))
  );
}

/** Of the program itself, the network, or files all profiles share. */
function isShared({ row, variant, command, faults }: CataloguedFault): boolean {
  if (command === "--version" || (row === "start" && command === "listen")) return true;
  if (faults.some(({ effect }) => effect.group === "server" && effect.mode === "network-down")) return true;
  return row === "system" && variant.includes("profiles.json");
}

/** As few batches as may be, all of about one size. */
function chunks<T>(list: readonly T[]): T[][] {
  const count = Math.ceil(list.length / perBatch);
  return Array.from({ length: count }, (_, index) => list.filter((_one, place) => place % count === index));
}
