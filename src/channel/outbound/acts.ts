import type { Target } from "../../policy/index.js";
import { type Act, perform } from "../../zca/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { deliver, type DeliveryHooks } from "./deliver.js";
import { actPrint } from "./send-print.js";

/**
 * Does something to a conversation through the one door of its profile: in the order and at the pace of its messages,
 * written down before it leaves. Throws what a send throws.
 */
export async function performAct(
  account: ResolvedAccount,
  target: Target,
  act: Act,
  hooks: DeliveryHooks,
): Promise<void> {
  const print = actPrint([act.kind, JSON.stringify(act)]);
  await deliver(account, target, [{ print, send: (zca, signal) => perform(zca, act, signal) }], hooks);
}
