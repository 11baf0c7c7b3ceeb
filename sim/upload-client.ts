import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { type Call, numberOf } from "./call.ts";
import { CliError } from "./cli-error.ts";
import type { Target } from "./text/plan.ts";
import { isRecord } from "./world/sessions.ts";

/** Hands files to the profile's listener; undefined when its socket cannot be reached (contract 8.15). */
export function uploadThroughListener(call: Call, target: Target, attachments: readonly string[]): Promise<unknown> {
  const requestId = randomUUID();
  const threadType = target.isGroup ? "group" : "user";
  const request = {
    kind: "upload",
    requestId,
    profile: call.profile,
    threadId: target.threadId,
    threadType,
    attachments,
  };
  const answerMs = numberOf(call.env["OPENZCA_UPLOAD_IPC_TIMEOUT_MS"], 125_000);
  return new Promise((resolve, reject) => {
    let reply = "";
    let connected = false;
    const socket = connect(call.layout.socket(call.profile), () => {
      connected = true;
      socket.write(`${JSON.stringify(request)}\n`);
    });
    socket.setEncoding("utf8");
    socket.setTimeout(answerMs, () => {
      socket.destroy();
      reject(new CliError(`Timed out waiting ${answerMs}ms for upload IPC response.`));
    });
    socket.on("data", (piece: string) => {
      reply += piece;
    });
    socket.on("error", (error) => (connected ? reject(new CliError(error.message)) : resolve(undefined)));
    socket.on("close", () => {
      if (!connected) return;
      const answer = readAnswer(reply);
      if (answer === undefined) reject(new CliError("Upload IPC connection closed before response."));
      else if (answer["ok"] === true) resolve(answer["response"]);
      else reject(new CliError(String(answer["error"])));
    });
  });
}

function readAnswer(reply: string): Record<string, unknown> | undefined {
  if (!reply.endsWith("\n")) return undefined;
  const answer: unknown = JSON.parse(reply);
  return isRecord(answer) ? answer : undefined;
}
