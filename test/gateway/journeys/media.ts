import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { PNG } from "pngjs";
import { expect, test } from "vitest";
import type { Cast } from "../rig/cast.ts";
import { record } from "../rig/recording.ts";
import type { Stage } from "../rig/stage.ts";
import { waitFor } from "../rig/wait.ts";

/** Whatever is no text, in both directions; needs typing and an ack reaction switched on for direct messages. */
export function mediaJourneys(stage: () => Stage, cast: () => Cast): void {
  type Saying = Omit<Parameters<Stage["zalo"]["say"]>[0], "from" | "to">;
  const say = (saying: Saying) => stage().zalo.say({ from: cast().lan.uid, to: cast().assistant.uid, ...saying });
  // An address of the machine itself: the host's guard refuses it, and nothing listens there either.
  const address = (name: string) => `https://127.0.0.1:9/${name}`;
  const photo = { kind: "photo", thumb: address("t.jpg"), normal: address("n.jpg") } as const;

  test("a sticker and the words after it are one turn, with one reaction, one typing and one answer", async () => {
    const recording = record(stage());
    // A model that needs its time: what is shown after the answer would be shown for nothing, and is not.
    stage().model.on("ping-nhãn-dán", async () => {
      await waitFor("typing to be shown", () => stage().zalo.calls({ command: "msg typing" }).length > 0);
      return "pong: ping-nhãn-dán";
    });
    say({ media: { kind: "sticker", id: 21_979 } });
    const { msgId, cliMsgId } = say({ text: "ping-nhãn-dán 🙂" });
    await recording.answer("pong: ping-nhãn-dán");
    expect(recording.asked()).toHaveLength(1);
    expect(recording.asked()[0]?.turn).toContain("[sticker 21979]");
    const calls = recording.calls();
    expect(calls.map(({ command }) => command).toSorted()).toEqual(["msg react", "msg send", "msg typing"]);
    expect(calls.at(-1)?.command).toBe("msg send");
    const react = calls.find(({ command }) => command === "msg react");
    expect(react?.argv.slice(-4)).toEqual([msgId, cliMsgId, cast().lan.uid, "HEART"]);
  });

  test("an album is one turn; what the host's guard refuses to load is told to the agent", async () => {
    const recording = record(stage());
    say({ media: photo });
    say({ media: { ...photo, normal: address("n2.jpg") } });
    say({ text: "ping-album" });
    await recording.answer("pong: ping-album");
    expect(recording.asked()).toHaveLength(1);
    expect(recording.asked()[0]?.turn.match(/\[picture, which could not be loaded\]/gu)).toHaveLength(2);
  });

  test("a place, a contact card and a quoted picture reach the agent as what they are", async () => {
    const recording = record(stage());
    const { msgId } = say({ media: photo, text: "nhà mình" });
    say({ media: { kind: "location", address: "12 Lý Thường Kiệt", latitude: 21, longitude: 105 } });
    const qr = "https://qr-talk.zdn.vn/1/350435420/abc.jpg";
    say({ media: { kind: "card", name: "Huy Đặng", avatar: address("huy.jpg"), qr } });
    const quote = stage()
      .zalo.messages()
      .find((message) => message.msgId === msgId);
    if (quote === undefined) throw new Error("The picture was not said.");
    say({ text: "ping-tầng-mấy", quote });
    await recording.answer("pong: ping-tầng-mấy");
    const { turn = "" } = recording.asked().at(-1) ?? {};
    for (const words of ["[location: 12 Lý Thường Kiệt]", "[contact card: Huy Đặng]", "nhà mình", "[picture]"])
      expect(turn).toContain(words);
  });

  test("several files with one caption go by the running listener, each by its command, and nothing is left", async () => {
    const { gateway, folders } = stage().host;
    const picture = path.join(folders.workspace, "ảnh hoa, đẹp.png");
    const report = path.join(folders.workspace, "Báo cáo.pdf");
    await writeFile(picture, PNG.sync.write(new PNG({ width: 8, height: 8, fill: true })));
    await writeFile(report, "%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n");
    const recording = record(stage());
    const message = { to: cast().lan.uid, message: "Gửi bạn 🌷", mediaUrls: [picture, report] };
    await gateway.call("send", { channel: "zalouser", idempotencyKey: randomUUID(), ...message });
    await waitFor("both files", () => recording.sent().length === 2, { timeoutMs: 60_000 });
    expect(recording.calls().map(({ command }) => command)).toEqual(["msg image", "msg upload"]);
    expect(recording.sent().flatMap(({ attachments }) => attachments.map(({ name }) => name))).toEqual([
      "anh-hoa-dep.png",
      "Bao-cao.pdf",
    ]);
    expect(recording.sent()[0]?.text).toBe("Gửi bạn 🌷");
  });
}
