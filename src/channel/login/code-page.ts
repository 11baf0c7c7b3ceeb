import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import { registerPluginHttpRoute } from "openclaw/plugin-sdk/webhook-ingress";
import { CHANNEL_ID, CHANNEL_LABEL } from "../channel-id.js";

/** What the page of one login shows. */
export interface CodeView {
  readonly words: string;
  /** The code to scan, as long as it is one. */
  readonly png?: Buffer;
  /** Nothing follows; the page stops looking for more. */
  readonly isOver?: boolean;
}

export interface CodePage {
  /** Path on the gateway. Whoever knows it sees the code, so it cannot be guessed. */
  readonly path: string;
  show(view: CodeView): void;
}

const refreshSeconds = 2;
/** Earlier pages by account; they go when the next login of the account begins. */
const pages = new Map<string, () => void>();

/**
 * Opens a page of the gateway for one login. It stays when the login is over, without the code, so that a tab that is
 * still open says how it ended.
 */
export function openCodePage(accountId: string, first: CodeView): CodePage {
  pages.get(accountId)?.();
  const path = `/${CHANNEL_ID}/login/${randomBytes(24).toString("base64url")}`;
  let current = first;
  const close = registerPluginHttpRoute({
    path,
    // A new tab brings no credentials; the path is the secret.
    auth: "plugin",
    pluginId: CHANNEL_ID,
    source: `login:${accountId}`,
    throwOnFailure: true,
    handler(request, response) {
      if (request.method === "GET" || request.method === "HEAD")
        answer(response, 200, renderCodePage(accountId, current));
      else answer(response, 405, "");
      return true;
    },
  });
  pages.set(accountId, close);
  return {
    path,
    show(view) {
      current = view;
    },
  };
}

function answer(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  });
  response.end(html);
}

/** The page as it is sent. */
export function renderCodePage(accountId: string, { words, png, isOver = false }: CodeView): string {
  const refresh = isOver ? "" : `<meta http-equiv="refresh" content="${refreshSeconds}">`;
  const picture =
    png === undefined ? "" : `<img alt="QR code" width="320" src="data:image/png;base64,${png.toString("base64")}">`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8">${refresh}<meta name="viewport" content="width=device-width">
<title>${CHANNEL_LABEL}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 10vh auto; max-width: 30rem; padding: 0 1rem; text-align: center; color: #222; background: #fff }
img { image-rendering: pixelated; margin: 1rem }
</style></head>
<body><h1>${CHANNEL_LABEL}</h1><p>Account “${escaped(accountId)}”</p>${picture}<p role="status">${escaped(words)}</p></body>
</html>
`;
}

/** The name of who scanned is theirs to choose. */
function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/gu, (character) => `&#${character.codePointAt(0)};`);
}
