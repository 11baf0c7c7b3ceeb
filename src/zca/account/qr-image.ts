import { readFile, stat } from "node:fs/promises";

export interface QrImage {
  /** What the phone reads. */
  readonly payload: string;
  readonly png: Buffer;
}

const maxBytes = 4 * 1024 * 1024;

/** Reads a QR code from a PNG file. Undefined while the file is missing, half written, or holds no code. */
export async function readQrImage(file: string): Promise<QrImage | undefined> {
  const png = await readSmallFile(file);
  if (!png) return undefined;
  // Loaded here only: nothing but a login needs them.
  const [{ PNG }, { decodeQR }] = await Promise.all([import("pngjs"), import("qr/decode.js")]);
  try {
    const { width, height, data } = PNG.sync.read(png);
    return { payload: decodeQR({ width, height, data: onWhite(data) }, { timeLimit: 1000 }), png };
  } catch {
    return undefined; // The program may still be writing; the caller looks again.
  }
}

async function readSmallFile(file: string): Promise<Buffer | undefined> {
  try {
    const { size } = await stat(file);
    return size > 0 && size <= maxBytes ? await readFile(file) : undefined;
  } catch {
    return undefined; // Not there yet.
  }
}

/** The decoder ignores transparency, and a transparent background is often stored as black. */
function onWhite(pixels: Buffer): Uint8Array {
  const opaque = new Uint8Array(pixels);
  for (let at = 0; at + 3 < opaque.length; at += 4) {
    const alpha = opaque[at + 3] ?? 255;
    if (alpha === 255) continue;
    for (let channel = at; channel < at + 3; channel++) {
      opaque[channel] = Math.round(((opaque[channel] ?? 0) * alpha + 255 * (255 - alpha)) / 255);
    }
    opaque[at + 3] = 255;
  }
  return opaque;
}
