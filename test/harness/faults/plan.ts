import { faultCatalog, type CataloguedFault } from "../../../sim/control/fault-catalog.ts";

/** Faults that are tried in one host at once, each on an account of its own. */
export interface Batch {
  readonly faults: readonly CataloguedFault[];
  /** How long the last message may take to come through once the trouble has ended. */
  readonly patienceMs: number;
  /** The plugin waits for minutes in it: it begins first, and hardly disturbs anybody. */
  readonly isSlow: boolean;
}

/** Zalo's "too many": the plugin rests five minutes before it sends anything again. */
const restMs = 7 * 60_000;
/** Longer than the three minutes a conversation waits for an answer nobody knows the end of. */
const usualMs = 270_000;
const perBatch = 8;

/**
 * Every fault of the catalog. What concerns the whole machine, or the program all accounts share, stands alone; what is
 * slow stands with its like, so that nothing quick has to wait for it.
 */
export function planBatches(wanted: (fault: CataloguedFault) => boolean): Batch[] {
  const faults = faultCatalog.filter(wanted);
  const resting = faults.filter(isRateLimit);
  const others = faults.filter((fault) => !resting.includes(fault));
  const alone = others.filter(isShared);
  const together = others.filter((fault) => !isShared(fault));
  const usual = (some: readonly CataloguedFault[], isSlow: boolean) => ({ faults: some, patienceMs: usualMs, isSlow });
  return [
    ...chunks(resting).map((some) => ({ faults: some, patienceMs: restMs, isSlow: true })),
    ...chunks(together.filter(isSlow)).map((some) => usual(some, true)),
    ...alone.filter(isSlow).map((fault) => usual([fault], true)),
    ...alone.filter((fault) => !isSlow(fault)).map((fault) => usual([fault], false)),
    ...chunks(together.filter((fault) => !isSlow(fault))).map((some) => usual(some, false)),
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

/** A send nobody knows the end of, or a listener that is silent, lets itself be known only after minutes. */
function isSlow({ row, variant, command }: CataloguedFault): boolean {
  if (command === "msg send") {
    return /not sent|error text on stdout|fetch failed|502|response data|call that fails|retry needed|network down/u.test(
      variant,
    );
  }
  if (row === "hang" || row === "history") return true;
  return /held by us|login elsewhere|network down|hang before/u.test(variant);
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
