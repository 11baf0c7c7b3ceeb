import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that mostly wait, for minutes; started last they would be all that still runs at the end. */
const longest = [
  /\/test\/gateway\/gateway\.test\.ts$/u,
  /\/test\/install\/(?:life|official)\.test\.ts$/u,
  /\/test\/harness\/[^/]+\.test\.ts$/u,
  /\/test\/endings\/day\.test\.ts$/u,
];

/** Without a cache of durations, as on a fresh checkout, vitest would go by the size of the files. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const usual = await super.sort(files);
    const first = longest.flatMap((file) => usual.filter(({ moduleId }) => file.test(moduleId)));
    return [...first, ...usual.filter((file) => !first.includes(file))];
  }
}
