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

test("what such a program made is disposed of, also when it was made too late, and its end is that of Ctrl+C", async () => {
  for (const makingMs of [0, 300]) {
    const child = start(`
      const { disposedWhenInterrupted, listenForInterruption } = await import(${JSON.stringify(listening)});
      const make = async () => {
        process.stdout.write("làm\\n");
        await new Promise((resolve) => setTimeout(resolve, ${makingMs}));
        return { dispose: async () => void process.stdout.write("dọn") };
      };
      const signal = listenForInterruption();
      setInterval(() => {}, 1000);
      await disposedWhenInterrupted(signal, make);
      process.stdout.write("xong\\n");
    `);
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      if (printed.endsWith(makingMs === 0 ? "xong\n" : "làm\n")) child.kill("SIGINT");
    });
    expect(await once(child, "close")).toEqual([130, null]);
    expect(printed).toBe(makingMs === 0 ? "làm\nxong\ndọn" : "làm\ndọn");
  }
});

function start(code = program) {
  return spawn(process.execPath, ["--input-type=module", "--eval", code], { stdio: ["ignore", "pipe", "inherit"] });
}
