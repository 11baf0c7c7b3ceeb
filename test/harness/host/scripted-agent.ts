/** An agent that says what is written down for a message, and repeats a message that nothing is written down for. */
export function scripted(
  lines: readonly { readonly to: string; readonly says: string }[],
): (text: string) => string | undefined {
  return (text) => {
    const line = lines.find(({ to }) => text.includes(to));
    if (line === undefined) return `Bạn vừa viết: ${text}`;
    return line.says === "" ? undefined : line.says;
  };
}
