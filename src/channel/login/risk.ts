import path from "node:path";
import { createInterface } from "node:readline/promises";
import { z } from "zod";
import { ZalouserError } from "../../errors.js";
import { openSlot } from "../account/slot.js";
import { channelStateFolder } from "../account/state.js";

/** Said before the first login, in the languages of our users. */
export const riskNotice = [
  "Tài khoản Zalo cá nhân được điều khiển không chính thức. Zalo có thể hạn chế hoặc khóa tài khoản này.",
  "This automates a personal Zalo account, unofficially. Zalo may restrict or ban the account.",
  "Use an account you can afford to lose, keep its pace slow, and do not write to strangers.",
].join("\n");

const acceptance = z.object({ atMs: z.number() });

function acceptedSlot(accountId?: string) {
  return openSlot(path.join(channelStateFolder(), "risk-accepted.json"), acceptance, accountId);
}

export function isRiskAccepted(): boolean {
  return acceptedSlot().read() !== undefined;
}

export function acceptRisk(accountId: string): void {
  acceptedSlot(accountId).write({ atMs: Date.now() });
}

/** Says the risk and asks, once per OpenClaw installation. Throws `LOGIN_RISK_NOT_ACCEPTED`. */
export async function confirmRisk(accountId: string, say: (text: string) => void): Promise<void> {
  if (isRiskAccepted()) return;
  say(riskNotice);
  if (process.env["OPENCLAW_ZALOUSER_ACCEPT_RISK"] === "1" || (await askInTerminal())) return acceptRisk(accountId);
  throw new ZalouserError("LOGIN_RISK_NOT_ACCEPTED", "The risk was not accepted; nothing was changed.", { accountId });
}

async function askInTerminal(): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question("Tiếp tục? Continue? [y/N] ");
    return /^(y|yes|c|có|co)$/i.test(answer.trim().normalize("NFC"));
  } finally {
    terminal.close();
  }
}
