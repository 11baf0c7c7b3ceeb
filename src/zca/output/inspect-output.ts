const messageId = /\b(?:msgId|messageId|message id)["']?\s*[:=]\s*["'`]?(\d+)/gi;

/** Every server message id in the answer of a send, in order, each once. The answer is Node's inspection format, not JSON. */
export function messageIdsIn(stdout: string): string[] {
  const ids = [...stdout.matchAll(messageId)].map((match) => match[1] ?? "");
  return [...new Set(ids)].filter((id) => /[1-9]/.test(id));
}

/** The value of a top-level key in inspected output: a string literal unescaped, or a bare token such as `true` as it stands. */
export function inspectedField(stdout: string, key: string): string | undefined {
  const at = new RegExp(`(?:^|[{,\\s])${key}:\\s*`).exec(stdout);
  if (!at) return undefined;
  const rest = stdout.slice(at.index + at[0].length);
  const quote = rest.charAt(0);
  if (quote !== "'" && quote !== '"' && quote !== "`") return /^[^\s,}]+/.exec(rest)?.[0];
  return stringLiteral(rest, quote);
}

/** The ids of a list in inspected output, at any depth; empty when there is no such list. */
export function inspectedList(stdout: string, key: string): string[] {
  const found = new RegExp(`(?:^|[{,\\s])${key}:\\s*\\[([^\\]]*)\\]`).exec(stdout)?.[1] ?? "";
  return [...found.matchAll(/[\w.-]+/g)].map(([id]) => id);
}

function stringLiteral(text: string, quote: string): string | undefined {
  let value = "";
  for (let at = 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === quote) return value + (continuation(text.slice(at + 1)) ?? "");
    if (character !== "\\") {
      value += character;
      continue;
    }
    const escape = /^\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|(.))/is.exec(text.slice(at));
    if (!escape) return undefined;
    const code = escape[1] ?? escape[2];
    value += code === undefined ? unescaped(escape[3] ?? "") : String.fromCharCode(Number.parseInt(code, 16));
    at += escape[0].length - 1;
  }
  return undefined;
}

/** Inspection prints a string with line breaks as several literals joined by `+`. */
function continuation(rest: string): string | undefined {
  const next = /^\s*\+\s*(['"`])/.exec(rest);
  if (!next) return undefined;
  return stringLiteral(rest.slice(next[0].length - 1), next[1] ?? "");
}

function unescaped(character: string): string {
  const named: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", v: "\v", 0: "\0" };
  return named[character] ?? character;
}
