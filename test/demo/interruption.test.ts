import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";

const listening = new URL("interruption.ts", import.meta.url).href;
const program = `
  const { listenForInterruption } = await import(${JSON.stringify(listening)});
  listenForInterruption().addEventListener("abort", () => process.exit(9));
  setInterval(() => process.stdout.write("còn đây\\n"), 5);
`;

test.each([
  ["its terminal is closed", (child: ReturnType<typeof start>) => child.stdout.destroy()],
  ["it hangs up", (child: ReturnType<typeof start>) => child.kill("SIGHUP")],
  ["it is told to end", (child: ReturnType<typeof start>) => child.kill("SIGTERM")],
])("a program that runs others can end them when %s", async (_what, end) => {
  const child = start();
  await once(child.stdout, "data");
  end(child);
  expect(await once(child, "exit")).toEqual([9, null]);
});

function start() {
  return spawn(process.execPath, ["--input-type=module", "--eval", program], { stdio: ["ignore", "pipe", "inherit"] });
}
