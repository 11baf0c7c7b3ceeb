import { describe, expect, test, vi } from "vitest";
import { changelogProblems, dayOf, sectionsOf } from "../../scripts/release/changelog.ts";
import { packageProblems } from "../../scripts/release/packed.ts";
import { compareVersions, numberProblems, versionProblems } from "../../scripts/release/version.ts";

const today = "2026-11-23";
const changelog = (heading: string, body = "- Tin nhắn thoại được hiểu.") =>
  `# Changelog\n\n${heading}\n\n${body}\n\n## 0.1.0 (2026-10-01)\n\n- The first version.\n`;

describe("the changelog of a release", () => {
  test("is ready with a dated section on top that says something", () => {
    expect(changelogProblems(changelog("## 0.2.0 (2026-11-23)"), "0.2.0", today)).toEqual([]);
    expect(sectionsOf(changelog("## 0.2.0 (2026-11-23)")).map(({ version, date }) => [version, date])).toEqual([
      ["0.2.0", today],
      ["0.1.0", "2026-10-01"],
    ]);
  });

  test.each([
    ["has no section of the version", "## 0.3.0 (2026-11-23)", undefined, /is missing/u],
    [
      "has it, but not on top",
      "## 0.2.1 (2026-11-23)\n\n- x\n\n## 0.2.0 (2026-11-20)",
      undefined,
      /stands below "0\.2\.1"/u,
    ],
    ["is still collected above it", "## Unreleased\n\n- x\n\n## 0.2.0 (2026-11-20)", undefined, /below "Unreleased"/u],
    ["has no date", "## 0.2.0", undefined, /no date\. Write "## 0\.2\.0 \(2026-11-23\)"/u],
    ["has a day that never was", "## 0.2.0 (2026-02-30)", undefined, /is no date/u],
    ["has words for a date", "## 0.2.0 (soon)", undefined, /is no date/u],
    ["is of tomorrow", "## 0.2.0 (2026-11-24)", undefined, /today is 2026-11-23/u],
    ["says nothing", "## 0.2.0 (2026-11-23)", "", /says nothing/u],
  ])("is not when it %s", (_what, heading, body, words) => {
    const problems = changelogProblems(changelog(heading, body), "0.2.0", today);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(words);
  });
});

test("the day of a release is the day where it is made", () => {
  vi.stubEnv("TZ", "Asia/Ho_Chi_Minh");
  expect(dayOf(new Date("2026-11-23T23:30:00Z"))).toBe("2026-11-24");
  expect(dayOf(new Date("2026-01-02T03:00:00Z"))).toBe("2026-01-02");
  vi.unstubAllEnvs();
});

describe("the version of a release", () => {
  test("is ordered as npm orders it", () => {
    const ordered = [
      "0.9.0",
      "0.10.0",
      "1.0.0-alpha",
      "1.0.0-alpha.1",
      "1.0.0-alpha.beta",
      "1.0.0-beta.2",
      "1.0.0-beta.11",
      "1.0.0",
      "1.0.0-1",
      "1.0.0-2",
      "1.0.0-10",
      "1.0.1-beta.1",
    ];
    expect(ordered.toReversed().sort(compareVersions)).toEqual(ordered);
    expect(() => compareVersions("1.0", "1.0.0")).toThrowError(/"1\.0" is no version/u);
  });

  test("comes after all that are tagged or published; other tags do not count", () => {
    const tags = ["v0.1.0", "before-the-move", "0.9.0"];
    expect(versionProblems("0.10.0", { tags, published: ["0.9.0"] })).toEqual([]);
    expect(versionProblems("0.9.0", { tags, published: [] })).toEqual([
      expect.stringMatching(/0\.9\.0, which is tagged/u),
    ]);
    expect(versionProblems("0.10.0", { tags, published: ["0.2.0", "0.10.0"] })).toEqual([
      expect.stringMatching(/published already.*npm version 0\.10\.0-1/u),
    ]);
    expect(versionProblems("0.10.0", { tags, published: ["2026.9.4"] })[0]).toContain("npm version 2026.9.4-1 ");
    expect(versionProblems("0.10.0", { tags, published: ["1.0.0-beta.2"] })[0]).toContain("npm version 1.0.0-1 ");
  });
});

test("a version bears the number of the OpenClaw it is tested with, or corrects one that does", () => {
  expect(numberProblems("2026.9.6", "2026.9.6")).toEqual([]);
  expect(numberProblems("2026.9.6-2", "2026.9.6")).toEqual([]);
  for (const other of ["0.1.0", "2026.9.5", "2026.10.1", "2026.9.6-beta.1"]) {
    expect(numberProblems(other, "2026.9.6"), other).toEqual([expect.stringContaining("openclaw doctor --fix")]);
  }
});

test("the package holds its entries and nothing of the workshop, in less than a megabyte", () => {
  const entries = ["./dist/index.js"];
  const ours = ["dist/index.js", "package.json", "openclaw.plugin.json", "README.md", "CHANGELOG.md", "LICENSE"];
  expect(packageProblems({ files: ours, unpackedSize: 900_000 }, entries)).toEqual([]);
  const problems = packageProblems({ files: ["package.json", "test/ui/tmux.ts"], unpackedSize: 2_000_000 }, entries);
  expect(problems).toEqual([
    expect.stringContaining("dist/index.js"),
    expect.stringContaining("openclaw.plugin.json"),
    expect.stringContaining("README.md"),
    expect.stringContaining("CHANGELOG.md"),
    expect.stringContaining("LICENSE"),
    expect.stringContaining("test/ui/tmux.ts"),
    expect.stringContaining("2,000,000"),
  ]);
});
