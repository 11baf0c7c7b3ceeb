import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { settlePerson } from "../../src/channel/account/person.ts";
import { openAccountState, type AccountState } from "../../src/channel/account/state.ts";

const lan = "5120034498771203345";
const huy = "8891200345671123490";
let root: string;
let state: AccountState;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "zalouser-person-"));
  state = openAccountState("work", root);
  mkdirSync(state.folder, { recursive: true });
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const put = (name: string, text: string) => writeFileSync(path.join(state.folder, name), text);
const read = (name: string) => readFileSync(path.join(state.folder, name), "utf8");
const has = (name: string) => existsSync(path.join(state.folder, name));

test("the first person of an account takes what is there", () => {
  put("journal.sqlite", "Lan");
  expect(settlePerson(state, lan)).toBeUndefined();
  expect(read("journal.sqlite")).toBe("Lan");
  expect(state.person.read()).toEqual({ uid: lan });
});

test("another person finds nothing of the one before, whose things come back with them", () => {
  settlePerson(state, lan);
  for (const name of ["journal.sqlite", "journal.sqlite-wal", "names.json", "budget.json", "login-default.json"])
    put(name, "Lan");
  mkdirSync(path.join(state.folder, "directory"));
  expect(settlePerson(state, huy)).toBe(lan);
  expect(readdirSync(state.folder).sort()).toEqual(["budget.json", "former", "login-default.json", "person.json"]);
  expect(statSync(path.join(state.folder, "former", lan)).mode & 0o777).toBe(0o700);
  put("journal.sqlite", "Huy");
  expect(settlePerson(state, lan)).toBe(huy);
  expect(["journal.sqlite", "journal.sqlite-wal", "names.json"].map((name) => read(name))).toEqual([
    "Lan",
    "Lan",
    "Lan",
  ]);
  expect(has("directory")).toBe(true);
  settlePerson(state, huy);
  expect(read("journal.sqlite")).toBe("Huy");
});

test("a crash between setting aside and bringing back loses and mixes nothing", () => {
  settlePerson(state, lan);
  put("journal.sqlite", "Lan");
  settlePerson(state, huy);
  put("journal.sqlite", "Huy");
  // As after a kill: Huy's are aside, Lan is written down, hers are not back yet.
  mkdirSync(path.join(state.folder, "former", huy));
  writeFileSync(path.join(state.folder, "former", huy, "journal.sqlite"), "Huy");
  rmSync(path.join(state.folder, "journal.sqlite"));
  state.person.write({ uid: lan });
  expect(settlePerson(state, lan)).toBeUndefined();
  expect(read("journal.sqlite")).toBe("Lan");
});
