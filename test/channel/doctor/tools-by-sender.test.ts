import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fromOpenzalo } from "../../../src/channel/doctor/openzalo.ts";
import { repaired, warnings, zalouser } from "./asking.ts";

const lan = "5120034498771203345";
const group = "7044519283300761122";
const other = "7044519283300769999";
const toolsBySender = { [lan]: { deny: ["exec"] } };
const tools = { deny: ["exec"] };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "zalouser-tools-"));
  vi.stubEnv("OPENCLAW_STATE_DIR", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe("openzalo's rules by sender for all groups hold for each that has no tools of its own", () => {
  test("such groups are taken over closed, those with tools of their own as they were", () => {
    const groups = { [group]: { enabled: true }, [other]: { tools }, "*": { toolsBySender } };
    expect(fromOpenzalo({ groups })?.groups).toEqual({
      [group]: { allow: false },
      [other]: { allow: true, tools },
      "*": { allow: false },
    });
  });

  test("so are groups that only groupAllowFrom lists", () => {
    const old = { groupAllowFrom: [group], groups: { "*": { toolsBySender, tools } } };
    expect(fromOpenzalo(old)?.groups).toMatchObject({ [group]: { allow: false } });
  });

  test("a group's own rules by sender close it in spite of tools of its own", () => {
    expect(fromOpenzalo({ groups: { [group]: { tools, toolsBySender } } })?.groups).toEqual({
      [group]: { allow: false, tools },
    });
  });

  test("doctor closes such groups of a block copied by hand, and names them", async () => {
    const groups = {
      [group]: { enabled: true },
      [other]: { tools },
      "8155620394411870001": { enabled: false },
      "*": { toolsBySender },
    };
    const cfg = zalouser({ groupPolicy: "allowlist", groups });
    expect(await warnings(cfg)).toContain(
      `close "*" and those without tools of their own, ${group} (allow: false), until you have looked at their tools`,
    );
    const { block, changes } = await repaired(cfg);
    expect(block).toEqual({
      groupPolicy: "allowlist",
      groups: { ...groups, [group]: { enabled: true, allow: false }, "*": { allow: false } },
    });
    expect(changes).toHaveLength(1);
  });

  test("doctor opens none of them afterwards by moving it out of groupAllowFrom", async () => {
    const cfg = zalouser({
      groupPolicy: "allowlist",
      groupAllowFrom: [`group:${group}`, lan],
      groups: { "*": { toolsBySender } },
    });
    expect((await repaired(cfg)).block).toEqual({
      groupPolicy: "allowlist",
      groupAllowFrom: [`group:${group}`, lan],
      groups: { "*": { allow: false } },
    });
  });
});
