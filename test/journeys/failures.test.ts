import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { activityOf } from "../../src/channel/operate/activity.ts";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";

const lan = "5120034498771203345";
const error =
  "⚠️ Authentication failed (provider returned HTTP 401). Your provider token may have expired — re-authenticate this provider.";

describe("a turn that ends in an error of the host", () => {
  let host: AccountHost;

  beforeEach(() => {
    host = createAccountHost();
    host.world.addPerson({ uid: lan, displayName: "Lan Phạm" });
    host.world.befriend(host.uid, lan);
    host.logIn();
  });

  afterEach(() => host.dispose());

  async function answerTo(text: string, settings: object = {}): Promise<string | undefined> {
    host.settings = { dmPolicy: "allowlist", allowFrom: [lan], ...settings };
    host.answer = async () => ({ error });
    return host.during(async () => {
      host.world.say({ from: lan, to: host.uid, text });
      return (await host.world.waitForMessage(({ from }) => from === host.uid, 60_000)).text;
    });
  }
  const failures = () =>
    activityOf("default")
      .snapshot()
      .decisions.filter(({ result }) => result === "failed");

  test("reaches the person in Vietnamese and the owner among the decisions, without a word of it", async () => {
    const before = failures().length;
    expect(await answerTo("Mai mưa không? ☔")).toBe(
      "⚠️ Mình đang gặp trục trặc nên chưa trả lời được. Bạn thử lại sau ít phút nhé.",
    );
    expect(failures().slice(before)).toMatchObject([{ threadId: lan, senderId: lan, reason: "agent_failed" }]);
    expect(JSON.stringify(failures())).not.toContain("401");
  });

  test("is said in the host's words where the account speaks English", async () => {
    expect(await answerTo("Will it rain? ☔", { locale: "en" })).toBe(error);
  });

  test("is the answer itself where a command is refused", async () => {
    const before = failures().length;
    expect(await answerTo("/model không-có")).toBe(error);
    expect(failures().slice(before)).toEqual([]);
  });
});
