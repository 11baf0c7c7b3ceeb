import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { oneAtATime, watchFolder } from "./changes.ts";

describe("the watched folder", () => {
  let root = "";
  let told: string[][] = [];
  let end = () => {};
  const at = (...names: string[]) => path.join(root, ...names);
  const tellsOf = async (...files: string[]) => {
    await vi.waitFor(() => expect(told.flat()).toEqual(expect.arrayContaining(files)), { timeout: 20_000 });
    told = [];
  };
  /** As editors save: the new content is written beside the file and takes its place. */
  const replace = (file: string, content: string) => {
    writeFileSync(at(`${file}~`), content);
    renameSync(at(`${file}~`), at(file));
  };

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "zalouser-nguồn-"));
    mkdirSync(at("channel"));
    writeFileSync(at("channel", "texts.ts"), "một");
    told = [];
    end = watchFolder(root, (files) => void told.push([...files]));
  });
  afterEach(() => {
    end();
    rmSync(root, { recursive: true });
  });

  test("tells of a file each time it is saved, also by editors that put a new file in its place", async () => {
    const file = path.join("channel", "texts.ts");
    for (const content of ["hai", "ba", "bốn"]) {
      replace(file, content);
      await tellsOf(file);
    }
    appendFileSync(at(file), "năm");
    await tellsOf(file);
  });

  test("tells of files in folders that are made later, and of a folder that is made again", async () => {
    const file = path.join("policy", "luật.ts");
    for (let round = 0; round < 2; round += 1) {
      mkdirSync(at("policy"));
      writeFileSync(at(file), "một");
      await tellsOf(file);
      writeFileSync(at(file), "hai");
      await tellsOf(file);
      rmSync(at("policy"), { recursive: true });
      await tellsOf(file);
    }
  });

  test("says nothing of files that are no source", async () => {
    writeFileSync(at("channel", ".texts.ts.swp"), "nháp");
    writeFileSync(at("channel", "last.ts"), "một");
    await vi.waitFor(() => expect(told).toEqual([[path.join("channel", "last.ts")]]), { timeout: 20_000 });
  });
});

describe("one reload at a time", () => {
  const held = () => {
    const signals: AbortSignal[] = [];
    const ends: (() => void)[] = [];
    const repeater = oneAtATime((outdated) => {
      signals.push(outdated);
      return new Promise((resolve) => ends.push(resolve));
    });
    return { signals, ends, repeater };
  };

  test("changes during a reload make one more reload, not one for each", async () => {
    const { ends, repeater } = held();
    const all = Promise.all([repeater.run(), repeater.run(), repeater.run()]);
    ends[0]?.();
    await vi.waitFor(() => expect(ends).toHaveLength(2));
    ends[1]?.();
    await all;
    expect(ends).toHaveLength(2);
    expect(repeater.isRunning()).toBe(false);
  });

  test("a reload that a newer change has overtaken is told so, and the last one is not", async () => {
    const { ends, signals, repeater } = held();
    const all = repeater.run();
    expect(signals[0]?.aborted).toBe(false);
    void repeater.run();
    expect(signals[0]?.aborted).toBe(true);
    ends[0]?.();
    await vi.waitFor(() => expect(ends).toHaveLength(2));
    expect(signals[1]?.aborted).toBe(false);
    ends[1]?.();
    await all;
    await repeater.idle();
  });
});
