import type { Model, ModelRequest, ToolCall } from "./model.ts";

export interface CalledTool {
  /** The requests that were answered with the call. */
  readonly requests: readonly ModelRequest[];
  /** What the tool gave back; empty until it has. */
  result(): string;
}

/** The model answers a turn that holds `token` with a tool call, and that call's result with the result itself. */
export function callTool(
  model: Model,
  token: string,
  call: ToolCall,
  answer: (result: string) => string = (result) => `kết quả ${token}: ${result}`,
): CalledTool {
  const isAsked = (request: ModelRequest) => request.turn.includes(token);
  const first = model.on(isAsked, call);
  const second = model.on(
    (request) => hasResult(request) && request.everything.includes(token),
    (request) => answer(resultIn(request)),
  );
  return { requests: first.requests, result: () => second.requests.map(resultIn)[0] ?? "" };
}

function hasResult({ messages }: ModelRequest): boolean {
  return (
    messages.findLastIndex(({ role }) => role === "tool") > messages.findLastIndex(({ role }) => role === "assistant")
  );
}

function resultIn({ messages }: ModelRequest): string {
  return messages.findLast(({ role }) => role === "tool")?.text ?? "";
}
