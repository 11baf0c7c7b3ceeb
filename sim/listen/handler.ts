import { type Call, flag, switchOf, value } from "../call.ts";
import { addressed } from "../delivery.ts";
import type { Self } from "../login.ts";
import type { ServerMessage } from "../world/records.ts";
import { postMessages } from "../world/wire.ts";
import { downloadAll, downloadRules } from "./download.ts";
import { createLinePrinter } from "./lines.ts";
import { legacyPayload, linePayload, urlsOf } from "./payload.ts";

export interface Handler {
  /** One message the websocket brought. */
  message(message: ServerMessage): void;
  /** Lines a fault kept for the next connection. */
  replay(): void;
}

/** From a message of the websocket to lines on stdout, webhook and echo. */
export function createHandler(call: Call, self: Self, raw: boolean): Handler {
  const legacy = call.control.personality === "legacy";
  const rules = downloadRules(call);
  const quoteContext = switchOf(call.env, "OPENZCA_LISTEN_INCLUDE_QUOTE_CONTEXT", true);
  const fetchQuoted = switchOf(call.env, "OPENZCA_LISTEN_DOWNLOAD_QUOTE_MEDIA", true);
  const prefix = value(call, "prefix");
  const printer = createLinePrinter(call, (line) =>
    raw
      ? JSON.stringify(line)
      : `[${line["type"] === 1 ? "group" : "user"}] ${String(line["senderName"] ?? line["senderId"])} -> ${String(line["threadId"])}: ${String(line["content"])}`,
  );

  const deliver = (message: ServerMessage, line: Record<string, unknown>) => {
    const shown = withoutPrefix(line, prefix);
    if (shown === undefined) return;
    printer.print(shown);
    const webhook = value(call, "webhook");
    if (webhook !== undefined) void callWebhook(call, webhook, shown);
    if (flag(call, "echo")) echo(call, self, message, String(shown["content"]));
  };
  return {
    replay: () => printer.replay(),
    message(message) {
      if (message.from === self.uid && !call.control.selfListen) return;
      if (legacy) return deliver(message, legacyPayload({ message, ownId: self.uid }));
      const urls = urlsOf(message);
      const input = { message, ownId: self.uid, quoteContext };
      // Texts go out at once, media when it is here: the stream is not in order (contract 8.11).
      if (urls.own.length + urls.quoted.length === 0)
        return deliver(message, linePayload({ ...input, media: [], quoteMedia: [] }));
      const quoted = fetchQuoted
        ? downloadAll(urls.quoted, rules)
        : Promise.resolve(urls.quoted.map((url) => ({ url })));
      void Promise.all([downloadAll(urls.own, rules), quoted]).then(([media, quoteMedia]) =>
        deliver(message, linePayload({ ...input, media, quoteMedia })),
      );
    },
  };
}

function withoutPrefix(line: Record<string, unknown>, prefix: string | undefined): Record<string, unknown> | undefined {
  if (prefix === undefined) return line;
  const content = String(line["content"]);
  return content.startsWith(prefix) ? { ...line, content: content.slice(prefix.length).trim() } : undefined;
}

async function callWebhook(call: Call, url: string, payload: object): Promise<void> {
  try {
    await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(payload),
    });
  } catch (error) {
    call.sink.warn(`Webhook failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function echo(call: Call, self: Self, message: ServerMessage, text: string): void {
  const target = { threadId: message.isGroup ? message.to : message.from, isGroup: message.isGroup };
  postMessages(call.layout, [{ ...addressed(call, self, target), text }]);
}
