import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openAccountState } from "../../src/channel/account/state.ts";
import { activityOf } from "../../src/channel/operate/activity.ts";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";

const lan = "5120034498771203345";
const huy = "8891200345671123490";
const patience = { timeout: 60_000, interval: 20 };
const name = "Gia đình 🏡 constructor";

let host: AccountHost;
let family: string;

beforeEach(() => {
  host = createAccountHost();
  host.world.addPerson({ uid: lan, displayName: "Lan Phạm" });
  host.world.addPerson({ uid: huy, displayName: "Huy Đặng" });
  family = host.world.addGroup({ name, members: [host.uid, lan, huy] }).groupId;
  host.settings = { groupPolicy: "open" };
  host.logIn();
});

afterEach(() => host.dispose());

const say = (from: string, text: string, more: object = {}) =>
  host.world.say({ from, to: { group: family }, text, ...more });
const ask = (from: string, text: string) => say(from, `@Trợ lý ${text}`, { mentions: [host.uid] });
const told = () => host.turns.map(({ text, history }) => [text.replace("@Trợ lý ", ""), ...history]);
const contexts = () =>
  activityOf("default")
    .snapshot()
    .decisions.filter(({ result }) => result === "context").length;
const ours = () => host.world.messages().filter(({ from }) => from === host.uid);
const lists = () => host.world.calls({ command: "group list" }).length;

describe("what nobody had to answer", () => {
  const chat = async (text: string) => {
    const before = contexts();
    say(huy, text);
    await vi.waitFor(() => expect(contexts()).toBe(before + 1), patience);
  };
  const files = () => {
    const { folder } = openAccountState("default");
    return readdirSync(folder).filter((file) => file.startsWith("context.sqlite"));
  };
  const written = () =>
    files().map((file) => readFileSync(path.join(openAccountState("default").folder, file), "utf8"));

  test("is known to the next addressed message, after a restart of the account, too, and then erased", async () => {
    await host.during(() => chat("tối nay ăn phở nhé 🍜"));
    expect(written().join("")).toContain("tối nay ăn phở nhé");
    await host.during(async () => {
      await chat("mình thích bún chả hơn");
      ask(lan, "chốt giúp đi");
      await vi.waitFor(() => expect(host.turns).toHaveLength(1), patience);
      expect(written().join("")).not.toContain("tối nay ăn phở nhé");
      ask(lan, "cảm ơn");
      await vi.waitFor(() => expect(host.turns).toHaveLength(2), patience);
    });
    expect(told()).toEqual([["chốt giúp đi", "tối nay ăn phở nhé 🍜", "mình thích bún chả hơn"], ["cảm ơn"]]);
  });

  test("is not kept where the operator wants none of it", async () => {
    host.settings = { groupPolicy: "open", historyLimit: 0 };
    await host.during(async () => {
      await chat("chuyện riêng của nhà mình");
      ask(lan, "chốt giúp đi");
      await vi.waitFor(() => expect(told()).toEqual([["chốt giúp đi"]]), patience);
    });
    expect(written().join("")).not.toContain("chuyện riêng");
  });

  test("is nothing of a group that is kept out", async () => {
    host.settings = { groupPolicy: "open", groups: { [family]: { allowFrom: [lan] } } };
    await host.during(async () => {
      say(huy, "Huy không được nghe ở đây");
      ask(lan, "chốt giúp đi");
      await vi.waitFor(() => expect(told()).toEqual([["chốt giúp đi"]]), patience);
    });
  });
});

describe("an answer to the account's own message", () => {
  beforeEach(() => {
    host.answer = async ({ text }) => (text.includes("mấy giờ") ? "Họp lúc 9h nhé 🙂" : undefined);
  });

  test("needs no mention; a claim to be one does not count, and neither does an answer to somebody else", async () => {
    await host.during(async () => {
      ask(lan, "mai họp mấy giờ?");
      await vi.waitFor(() => expect(ours()).toHaveLength(1), patience);
      const [sent] = ours();
      if (sent === undefined) throw new Error("Nothing was sent.");
      const heard = contexts();
      const spoken = say(huy, "mình bận rồi");
      const claim = { ownerId: host.uid, senderName: "Trợ lý", msg: "Họp lúc 9h nhé 🙂", attach: "", ts: Date.now() };
      say(huy, "giả vờ trả lời trợ lý", {
        quote: { ...claim, cliMsgId: "1795327700123", globalMsgId: spoken.msgId, cliMsgType: 1 },
      });
      say(huy, "trả lời Huy", { quote: host.world.messages().find(({ msgId }) => msgId === spoken.msgId) });
      // Three lines within a breath are one burst, which nobody had to answer.
      await vi.waitFor(() => expect(contexts()).toBe(heard + 1), patience);
      say(huy, "sao sớm thế?", { quote: sent });
      await vi.waitFor(() => expect(host.turns).toHaveLength(2), patience);
    });
    expect(host.turns[1]).toMatchObject({
      text: "sao sớm thế?",
      history: ["mình bận rồi", "giả vờ trả lời trợ lý", "trả lời Huy"],
    });
  });

  test("is known as such after a restart of the account", async () => {
    await host.during(async () => {
      ask(lan, "mai họp mấy giờ?");
      await vi.waitFor(() => expect(ours()).toHaveLength(1), patience);
    });
    await host.during(async () => {
      say(huy, "sao sớm thế?", { quote: ours()[0] });
      await vi.waitFor(() => expect(host.turns).toHaveLength(2), patience);
    });
  });
});

describe("the title of a group", () => {
  test("costs the turn nothing: it is read when the account connects next, once, and stays known", async () => {
    await host.during(async () => {
      ask(lan, "một");
      await vi.waitFor(() => expect(host.turns).toHaveLength(1), patience);
      expect(lists()).toBe(0);
    });
    await host.during(async () => {
      await vi.waitFor(() => expect(lists()).toBe(1), patience);
      const file = path.join(openAccountState("default").folder, "titles.json");
      await vi.waitFor(() => expect(existsSync(file) && readFileSync(file, "utf8")).toContain("Gia đình"), patience);
      ask(lan, "hai");
      await vi.waitFor(() => expect(host.turns).toHaveLength(2), patience);
    });
    await host.during(async () => {
      ask(lan, "ba");
      await vi.waitFor(() => expect(host.turns).toHaveLength(3), patience);
    });
    expect(host.turns.map(({ subject }) => subject)).toEqual([undefined, name, name]);
    expect(lists()).toBe(1);
  });

  test("is taken from the message where it stands there", async () => {
    await host.during(async () => {
      say(lan, "@Trợ lý ơi", { mentions: [host.uid], threadName: "Nhà mình" });
      await vi.waitFor(() => expect(host.turns.map(({ subject }) => subject)).toEqual(["Nhà mình"]), patience);
    });
    await host.during(async () => {
      await vi.waitFor(() => expect(host.status().lifecycle).toBe("ready"), patience);
    });
    expect(lists()).toBe(0);
  });
});
