import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface ModelRequest {
  readonly atMs: number;
  /** All messages as sent by the host: role and flattened text. */
  readonly messages: readonly { role: string; text: string }[];
  /** What the user side said since the model spoke last: the current turn, with what the host adds to it. */
  readonly turn: string;
  /** Names of the tools the host offers. */
  readonly tools: readonly string[];
  /** Every text of the request, in one string: to prove that something is not in it. */
  readonly everything: string;
}

/** The model calls a tool instead of answering; its result comes with the next request. */
export interface ToolCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** The provider refuses the request. */
export interface Refusal {
  readonly status: number;
  readonly error: string;
}

type Said = string | ToolCall | Refusal;
export type ModelReply = Said | ((request: ModelRequest) => Said | Promise<Said>);
export type ModelMatcher = string | RegExp | ((request: ModelRequest) => boolean);

export interface ModelRule {
  /** Requests this rule answered, in order. */
  readonly requests: readonly ModelRequest[];
  remove(): void;
}

export interface Model {
  /** Base URL for the provider config. */
  readonly url: string;
  readonly requests: readonly ModelRequest[];
  /** Answers requests whose current turn matches; the newest matching rule wins. A string matches as a substring. */
  on(matcher: ModelMatcher, reply: ModelReply): ModelRule;
  close(): Promise<void>;
}

/**
 * A language model on loopback that says what the test tells it to (OpenAI-compatible, streaming or not).
 * Without a rule it echoes the last `ping-…` token of the turn as `pong: …`, and says so when there is none.
 */
export async function createModel(): Promise<Model> {
  const requests: ModelRequest[] = [];
  const rules: { matcher: ModelMatcher; reply: ModelReply; requests: ModelRequest[] }[] = [];

  const answer = async (request: ModelRequest): Promise<Said> => {
    requests.push(request);
    const rule = rules.findLast(({ matcher }) => matches(matcher, request));
    if (!rule) return `pong: ${lastToken(request.turn)}`;
    rule.requests.push(request);
    return typeof rule.reply === "function" ? rule.reply(request) : rule.reply;
  };

  const server = createServer((request, response) => {
    handle(request, response, answer).catch((error: unknown) => {
      response.writeHead(500).end(JSON.stringify({ error: { message: String(error) } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The model server has no port.");

  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    requests,
    on(matcher, reply) {
      const rule = { matcher, reply, requests: [] };
      rules.push(rule);
      return { requests: rule.requests, remove: () => void rules.splice(rules.indexOf(rule), 1) };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: ModelRequest) => Promise<Said>,
): Promise<void> {
  const json = { "content-type": "application/json" };
  if (request.url?.endsWith("/models")) {
    response.writeHead(200, json).end(JSON.stringify({ object: "list", data: [{ id: "toy", object: "model" }] }));
    return;
  }
  const body: unknown = JSON.parse(await readAll(request));
  const said = await answer(readRequest(body));
  if (typeof said === "object" && "status" in said) {
    response.writeHead(said.status, json).end(JSON.stringify({ error: { message: said.error } }));
    return;
  }
  const content = typeof said === "string" ? said : null;
  const calls = typeof said === "string" ? {} : { tool_calls: [toolCall(said)] };
  const finish_reason = content === null ? "tool_calls" : "stop";
  const base = { id: "reply", created: 1, model: "toy" };
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  if (!isRecord(body) || body["stream"] !== true) {
    const choices = [{ index: 0, message: { role: "assistant", content, ...calls }, finish_reason }];
    response.writeHead(200, json).end(JSON.stringify({ ...base, object: "chat.completion", usage, choices }));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (part: object) =>
    response.write(`data: ${JSON.stringify({ ...base, object: "chat.completion.chunk", ...part })}\n\n`);
  if (content === null) send({ choices: [{ index: 0, delta: { role: "assistant", ...calls }, finish_reason: null }] });
  for (const piece of content === null ? [] : pieces(content, Math.max(400, Math.ceil(content.length / 50)))) {
    send({ choices: [{ index: 0, delta: { role: "assistant", content: piece }, finish_reason: null }] });
  }
  send({ choices: [{ index: 0, delta: {}, finish_reason }] });
  send({ choices: [], usage });
  response.end("data: [DONE]\n\n");
}

function toolCall({ tool, args }: ToolCall) {
  const id = `call_${Date.now().toString(36)}`;
  return { index: 0, id, type: "function", function: { name: tool, arguments: JSON.stringify(args) } };
}

function readRequest(body: unknown): ModelRequest {
  const list = isRecord(body) && Array.isArray(body["messages"]) ? body["messages"] : [];
  const messages = list.filter(isRecord).map((message) => ({
    role: String(message["role"]),
    text: flatten(message["content"]),
  }));
  const spokeLast = messages.findLastIndex(({ role }) => role === "assistant");
  const turn = messages.slice(spokeLast + 1).filter(({ role }) => role === "user");
  const join = (some: readonly { text: string }[]) => some.map(({ text }) => text).join("\n");
  return { atMs: Date.now(), messages, turn: join(turn), tools: toolNames(body), everything: join(messages) };
}

function toolNames(body: unknown): string[] {
  const list = isRecord(body) && Array.isArray(body["tools"]) ? body["tools"].filter(isRecord) : [];
  return list.flatMap(({ function: named }) => (isRecord(named) ? [String(named["name"])] : []));
}

function flatten(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part) => (isRecord(part) && typeof part["text"] === "string" ? part["text"] : "")).join("");
}

function matches(matcher: ModelMatcher, request: ModelRequest): boolean {
  if (typeof matcher === "string") return request.turn.includes(matcher);
  return matcher instanceof RegExp ? matcher.test(request.turn) : matcher(request);
}

function lastToken(turn: string): string {
  return turn.match(/ping-[\p{L}\p{N}-]+/gu)?.at(-1) ?? "no ping in this turn";
}

/** Cuts the answer into stream parts, never inside a surrogate pair. */
function pieces(text: string, length: number): string[] {
  return text.match(new RegExp(`[^]{1,${length}}`, "gu")) ?? [];
}

async function readAll(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer); // A request stream without encoding gives buffers.
  return Buffer.concat(parts).toString("utf8");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
