import { once } from "node:events";
import type { StderrEffect } from "./effects.ts";

/** Stands for what a debug build might print; none of it may reach a log or an error (contract 12). */
export const plantedSecrets = {
  cookie: "zpsid=7c1f0e9ab2d34c5f8e6a1b0d2c3e4f50",
  imei: "b7d1c2e0-55aa-4f0e-9c1d-2f6e8a90c4d7",
  key: "sk-planted-4Jm2ZkQ9xW7vB1nT",
  phone: "0912345678",
} as const;

const blockBytes = 65_536;

/** Prints so much noise and returns; the call goes on. */
export async function disturb({ mode, bytes }: StderrEffect): Promise<void> {
  switch (mode) {
    case "flood":
      await pour(Buffer.from("Warning: websocket frame skipped (đọc lại sau)\n"), bytes ?? 8 * 2 ** 20);
      break;
    case "no-newline":
      await pour(Buffer.from("."), bytes ?? 2 ** 20);
      break;
    case "binary":
      await pour(Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)), bytes ?? 65_536);
      break;
    case "secrets":
      process.stderr.write(`${secretLines().join("\n")}\n`);
      break;
  }
}

function secretLines(): string[] {
  const { cookie, imei, key, phone } = plantedSecrets;
  return [
    `Warning: request failed, cookie: ${cookie}; _zlang=vn`,
    `debug {"imei":"${imei}","phoneNumber":"${phone}"}`,
    `Authorization: Bearer ${key}`,
  ];
}

async function pour(unit: Buffer, bytes: number): Promise<void> {
  const block = Buffer.alloc(Math.ceil(blockBytes / unit.length) * unit.length, unit);
  for (let left = bytes; left > 0; left -= block.length) {
    if (!process.stderr.write(left < block.length ? block.subarray(0, left) : block))
      await once(process.stderr, "drain");
  }
}
