import { rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import type { Call } from "../call.ts";
import { answeredId, checkTarget, post } from "../delivery.ts";
import { fileDraft } from "../files.ts";
import type { Self } from "../login.ts";
import { isRecord } from "../world/sessions.ts";

const maxRequestBytes = 2_000_000;

/** Serves `msg upload` of the same profile on the listener's own websocket (contract 8.15). */
export function openUploadSocket(call: Call, self: Self): () => void {
  const file = call.layout.socket(call.profile);
  rmSync(file, { force: true });
  const server = createServer((socket) => serve(socket, call, self));
  server.on("error", (error) => call.sink.warn(`Warning: upload IPC unavailable (${error.message})`));
  server.listen(file);
  return () => {
    server.close();
    rmSync(file, { force: true });
  };
}

function serve(socket: Socket, call: Call, self: Self): void {
  let request = "";
  socket.setEncoding("utf8");
  socket.on("error", () => socket.destroy());
  socket.on("data", (piece: string) => {
    request += piece;
    if (request.length > maxRequestBytes) socket.destroy();
    const end = request.indexOf("\n");
    if (end < 0) return;
    const line = request.slice(0, end);
    request = "";
    void answer(line, call, self).then((reply) => socket.end(`${JSON.stringify(reply)}\n`));
  });
}

async function answer(line: string, call: Call, self: Self): Promise<object> {
  let requestId: unknown;
  try {
    const request: unknown = JSON.parse(line);
    if (!isRecord(request) || request["kind"] !== "upload") throw new Error("Unsupported upload request.");
    requestId = request["requestId"];
    const target = checkTarget(self, {
      threadId: String(request["threadId"]),
      isGroup: request["threadType"] === "group",
    });
    const attachments = Array.isArray(request["attachments"]) ? request["attachments"].map(String) : [];
    const attachment = [];
    for (const file of attachments)
      attachment.push({ msgId: answeredId(call, await post(call, self, target, fileDraft(file))) });
    return { kind: "upload_result", requestId, ok: true, response: { message: null, attachment } };
  } catch (error) {
    return {
      kind: "upload_result",
      requestId,
      ok: false,
      error: error instanceof Error ? error.message : String(error),
    };
  }
}
