// Escaped characters stand as noncharacters meanwhile: one unit each, so that positions stay true.
const escapable = "*_~#\\{}>+-";
const shieldBase = 0xfdd0;

export function shield(text: string, pattern: RegExp): string {
  return text.replaceAll(pattern, (match: string) => {
    const index = escapable.indexOf(match.at(-1) ?? "");
    return index < 0 ? match : String.fromCharCode(shieldBase + index);
  });
}

export function unshield(text: string): string {
  return text.replaceAll(/[\uFDD0-\uFDD9]/gu, (mark) => escapable[mark.charCodeAt(0) - shieldBase] ?? mark);
}
