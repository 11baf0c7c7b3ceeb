import path from "node:path";
import type { ChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import { resolveStateDir } from "openclaw/plugin-sdk/state-paths";
import { ZalouserError } from "../../errors.js";
import type { Target } from "../../policy/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { callsForFile, callsForText } from "./calls.js";
import { deliver } from "./deliver.js";
import { stageMedia } from "./media.js";
import { notDispatched } from "./outcome-errors.js";

type DurableFinal = NonNullable<NonNullable<ChannelPlugin["message"]>["durableFinal"]>;
type Context = Parameters<NonNullable<DurableFinal["reconcileUnknownSend"]>>[0];

/** Sends what is missing of one send of a delivery; what is out already stays as it is. Gives all its message ids. */
export async function completeUnit(
  { cfg, queueId, payloads, renderedBatchPlan }: Context,
  account: ResolvedAccount,
  target: Target,
  unit: number,
): Promise<string[]> {
  const hooks = { kind: "reply", delivery: queueId, unit } as const;
  const [payload] = payloads;
  const text = unit === 0 ? (renderedBatchPlan?.items[0]?.text ?? payload?.text ?? "") : "";
  const mediaUrl = payload?.mediaUrls?.[unit] ?? (unit === 0 ? payload?.mediaUrl : undefined);
  if (mediaUrl === undefined)
    return deliver(account, target, await callsForText({ cfg, text }, account, target), hooks);
  const staged = await stageMedia(account, mediaUrl, { localRoots: [spooled(account, mediaUrl)] });
  try {
    const calls = await callsForFile({ cfg, text }, account, target, staged.path);
    return await deliver(account, target, calls, hooks);
  } finally {
    await staged.discard();
  }
}

/** The host has put a copy of each file below its state folder; nothing else may be read here, where its rules are not known. */
function spooled({ accountId }: ResolvedAccount, mediaUrl: string): string {
  const stateDir = resolveStateDir();
  const inside = path.isAbsolute(mediaUrl) && !path.relative(stateDir, mediaUrl).startsWith("..");
  if (inside) return path.dirname(mediaUrl);
  throw notDispatched(
    new ZalouserError("MEDIA_NOT_ALLOWED", "The rest of the message has a file that is not kept.", { accountId }),
  );
}
