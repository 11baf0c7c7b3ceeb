const maxChars = 160;
// Hiding a text such as "e" would only make holes in the program's own words.
const minHiddenChars = 4;

/**
 * The first line of a text of the program, fit for logs: private parts, quoted parts (they repeat arguments), long digit runs,
 * long tokens and web addresses are replaced by "…"; at most 160 characters.
 */
export function redacted(text: string, hidden: readonly string[] = []): string {
  const withoutHidden = hidden.reduce((rest, part) => {
    return part.trim().length < minHiddenChars ? rest : rest.replaceAll(part, "…");
  }, text);
  const line = withoutHidden.split(/[\r\n]/).find((candidate) => candidate.trim() !== "") ?? "";
  const clean = line
    .replaceAll(/\u001b\[[0-9;]*[A-Za-z]/g, "")
    .replaceAll(/[\u0000-\u001f\u007f]/g, " ")
    // From the first opening quote to the last of its kind: quoted text may hold quotes itself.
    .replaceAll(/(?<=^|[\s(:=[])(?:'.*(?:'|$)|".*(?:"|$)|`.*(?:`|$))/g, "…")
    .replaceAll(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, "…")
    .replaceAll(/\b[\w.-]+=\S+/g, "…")
    .replaceAll(/[A-Za-z0-9+/_-]{24,}/g, "…")
    .replaceAll(/\d{6,}/g, "…")
    .trim();
  return clean.length > maxChars ? `${clean.slice(0, maxChars - 1).trimEnd()}…` : clean;
}
