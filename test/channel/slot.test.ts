import { chownSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { openSlot } from "../../src/channel/account/slot.ts";

let root: string;
beforeEach(() => void (root = mkdtempSync(path.join(tmpdir(), "zalouser-slot-"))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

test.skipIf(process.getuid?.() !== 0)("what root writes for a gateway belongs to whom the folder belongs", () => {
  const [uid, gid] = [1234, 2345];
  const state = path.join(root, "trạng thái");
  mkdirSync(state);
  chownSync(state, uid, gid);
  const slot = openSlot(path.join(state, "accounts", "default", "paused.json"), z.array(z.string()));
  slot.write(["user:5120034498771203345"]);
  for (const written of [slot.path, path.dirname(slot.path), path.join(state, "accounts")])
    expect(statSync(written)).toMatchObject({ uid, gid });
  expect(slot.read()).toEqual(["user:5120034498771203345"]);
});
