import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import makeStateFolders from "./state-folders.ts";

test("what hosts of a test run leave behind is gone when the run is over", () => {
  let folder = "";
  const end = makeStateFolders({ provide: (_key, value) => void (folder = value) });
  writeFileSync(path.join(folder, "openclaw.sqlite"), "");
  end();
  expect(folder).not.toBe("");
  expect(existsSync(folder)).toBe(false);
});
