import { assert, property, webUrl } from "fast-check";
import qrcode from "qrcode-terminal";
import { describe, expect, test } from "vitest";
import { createModel } from "./rig/model.ts";
import { isAlive, processesOf } from "./rig/processes.ts";
import { startProgram } from "./rig/program.ts";
import { readTerminalQrs } from "./rig/terminal-qr.ts";
import { waitFor } from "./rig/wait.ts";

const cwd = process.cwd();
const env = { PATH: process.env["PATH"] };

describe("reading a QR code off the terminal", () => {
  const draw = (payload: string, small: boolean) => {
    let drawing = "";
    qrcode.generate(payload, { small }, (text) => (drawing = text));
    return drawing;
  };

  test.each([true, false])("gives back what was drawn (small: %s)", (small) => {
    const url = webUrl({ size: "medium", withQueryParameters: true });
    assert(
      property(url, (payload) => {
        expect(readTerminalQrs(`Quét mã này:\n${draw(payload, small)}\nĐang chờ…`)).toEqual([payload]);
      }),
      { numRuns: 20 },
    );
  });

  test("reads indented codes in the order they were drawn and nothing where there is none", () => {
    const indented = draw("https://zalo.example/2", true).replaceAll(/^/gm, "   ");
    const output = `${draw("https://zalo.example/1", true)}\nMã đã hết hạn\n${indented}\n`;
    expect(readTerminalQrs(output)).toEqual(["https://zalo.example/1", "https://zalo.example/2"]);
    expect(readTerminalQrs("[█████] 100 %\n")).toEqual([]);
  });
});

describe("running a program", () => {
  test("answers a question asked in a terminal", async () => {
    const asks = `process.stdin.isTTY && process.stdout.isTTY && require("node:readline/promises")
      .createInterface({ input: process.stdin, output: process.stdout }).question("Tiếp tục? ")
      .then((answer) => { console.log("trả lời: " + answer); process.exit(7); })`;
    const program = startProgram(process.execPath, ["-e", asks], { env, cwd, pty: true });
    await program.until("the question", /Tiếp tục\?/u);
    program.write("có\r");
    const { code } = await program.exited;
    expect(program.text()).toContain("trả lời: có");
    expect(code).toBe(7);
  });

  test("keeps both outputs apart and passes its input on", async () => {
    const echo = 'process.stdin.on("data", (b) => process.stdout.write(b)); console.error("lỗi 🙂")';
    const program = startProgram(process.execPath, ["-e", echo], { env, cwd, input: "xin chào" });
    expect(await program.exited).toMatchObject({ code: 0, stdout: "xin chào", stderr: "lỗi 🙂\n" });
  });

  test("finds a process by the folder in its environment until it has ended", async () => {
    const root = `/nowhere/host-${crypto.randomUUID()}`;
    const waits = "setInterval(() => {}, 1000)";
    const program = startProgram(process.execPath, ["-e", waits], { env: { ...env, OPENZCA_HOME: root }, cwd });
    const [found] = await waitFor("the process", async () => {
      const list = await processesOf(root);
      return list.length > 0 && list;
    });
    expect(found?.pid).toBe(program.pid);
    program.kill("SIGKILL");
    await program.exited;
    expect(await processesOf(root)).toEqual([]);
    expect(await isAlive(program.pid)).toBe(false);
  });
});

describe("waiting", () => {
  test("says what it waited for", async () => {
    const waiting = waitFor("Lan's answer", () => undefined, { timeoutMs: 60, explain: () => "3 messages so far" });
    await expect(waiting).rejects.toThrow("Waited 0.06 s for Lan's answer.\n3 messages so far");
  });
});

describe("the scripted model", () => {
  test("sees only the current turn as the turn, and all of the conversation as everything", async () => {
    const model = await createModel();
    try {
      const rule = model.on("tóm tắt", ({ turn }) => `Vâng 🙂 (${turn.length})`);
      const messages = [
        { role: "system", content: "Bạn là trợ lý." },
        { role: "user", content: "ping-cũ" },
        { role: "assistant", content: "pong: ping-cũ" },
        { role: "user", content: [{ type: "text", text: "tóm tắt ping-mới" }] },
      ];
      const ask = async (stream: boolean) => {
        const body = JSON.stringify({ model: "toy", stream, messages });
        return (await fetch(`${model.url}/chat/completions`, { method: "POST", body })).text();
      };
      expect(await ask(true)).toContain("Vâng 🙂 (16)");
      rule.remove();
      expect(await ask(false)).toContain("pong: ping-mới");
      expect(rule.requests).toHaveLength(1);
      expect(model.requests[1]?.turn).not.toContain("ping-cũ");
      expect(model.requests[1]?.everything).toContain("ping-cũ");
    } finally {
      await model.close();
    }
  });
});
