import { beforeEach, describe, expect, test, vi } from "vitest";
import { openBursts, type Bursts, type Held } from "../../../src/channel/inbound/bursts.ts";
import type { TurnLifecycle } from "../../../src/channel/inbound/dispatch.ts";
import type { InboundMessage } from "../../../src/zca/index.ts";
import { hostRun, type HostConfig } from "../../fakes/host.ts";

const lan = "5120034498771203345";
const huy = "8891200345671123490";
const family = "7044519283300761122";
const cfg = { channels: { zalouser: {} }, messages: { inbound: { debounceMs: 40 } } } as HostConfig;

/** What happened to each row, by text: adopted, failed, cancelled, deferred, heartbeat. */
let fate: string[];
let turns: string[][];
let closed: string[];
let handle: (texts: readonly string[], lifecycle: TurnLifecycle) => Promise<void>;
let bursts: Bursts;
let stop: AbortController;

beforeEach(() => {
  [fate, turns, closed] = [[], [], []];
  stop = new AbortController();
  handle = async () => {};
  bursts = openBursts(hostRun(cfg), {
    closeLane: (lane) => {
      closed.push(lane);
      return () => void closed.splice(closed.indexOf(lane) >>> 0, 1);
    },
    handle: async (items, lifecycle) => {
      const texts = items.map(({ message }) => message.text);
      turns.push(texts);
      await handle(texts, lifecycle);
    },
  });
});

function hear(name: string, { from = lan, attempts = 0, group = "", photo = false, text = name } = {}): void {
  const message: InboundMessage = {
    eventKey: name,
    altKeys: [],
    threadId: group === "" ? from : group,
    isGroup: group !== "",
    senderId: from,
    text,
    atMs: 1_795_327_700_456,
    msgType: "webchat",
    mentions: [],
    media: photo ? [{ kind: "image", url: "https://cdn.example/ảnh.jpg" }] : [],
    raw: {},
  };
  const note = (what: string) => void fate.push(`${what} ${name}`);
  const lifecycle: Held["lifecycle"] = {
    admission: "exclusive",
    abortSignal: stop.signal,
    onAdopted: () => note("adopted"),
    onDeferred: () => note("deferred"),
    onDeferredHeartbeat: () => note("heartbeat"),
    deferredHeartbeatIntervalMs: 1000,
    onAdoptionFinalizing: () => note("finalizing"),
    onFailed: () => note("failed"),
    onCancelled: () => note("cancelled"),
    onAbandoned: () => note("abandoned"),
  };
  bursts.add({ message, lane: group === "" ? `user:${from}` : `group:${group}`, lifecycle, attempts });
}

describe("a burst of one person", () => {
  test("is one turn, and its adoption adopts every row before the next turn of the conversation begins", async () => {
    handle = async (_texts, lifecycle) => lifecycle.onAdopted();
    for (const text of ["alo", "bạn ơi", "?"]) hear(text);
    await vi.waitFor(() => expect(fate).toEqual(["adopted alo", "adopted bạn ơi", "adopted ?"]));
    expect(turns).toEqual([["alo", "bạn ơi", "?"]]);
    expect(closed).toEqual([]);
  });

  test("may be an album, which comes picture by picture, with what is asked about it", async () => {
    hear("ảnh một", { photo: true, text: "" });
    hear("ảnh hai", { photo: true, text: "" });
    hear("đây là hoa gì?");
    await vi.waitFor(() => expect(fate).toEqual(["adopted ảnh một", "adopted ảnh hai", "adopted đây là hoa gì?"]));
    expect(turns).toEqual([["", "", "đây là hoa gì?"]]);
  });

  test("does not hold up a command, whatever it comes with", async () => {
    hear("/status", { photo: true });
    hear("một");
    await vi.waitFor(() => expect(turns).toEqual([["/status"], ["một"]]));
  });

  test("ends where another person of the group begins", async () => {
    hear("một", { group: family });
    hear("hai", { group: family, from: huy });
    await vi.waitFor(() => expect(turns).toHaveLength(2));
    expect(turns).toEqual([["một"], ["hai"]]);
  });

  test("that needed no turn is done, row by row", async () => {
    hear("người lạ");
    hear("vẫn lạ");
    await vi.waitFor(() => expect(fate).toEqual(["adopted người lạ", "adopted vẫn lạ"]));
  });

  test("that failed gives every row back with the error, and frees its conversation", async () => {
    handle = async () => Promise.reject(new Error("session store is busy"));
    hear("một");
    hear("hai");
    await vi.waitFor(() => expect(fate).toEqual(["failed một", "failed hai"]));
    expect(closed).toEqual([]);
  });

  test("after a failure is tried row by row, so that one poison line fails alone", async () => {
    hear("một", { attempts: 1 });
    hear("độc", { attempts: 1 });
    await vi.waitFor(() => expect(turns).toEqual([["một"], ["độc"]]));
  });
});

test("what was said after a turn that failed goes back with it, uncounted, and is not answered first", async () => {
  handle = async ([text]) => {
    if (text === "đổi lịch sang thứ 6") throw new Error("session store is busy");
  };
  hear("đổi lịch sang thứ 6");
  hear("/status");
  hear("người khác", { from: huy });
  const back = ["failed đổi lịch sang thứ 6", "cancelled /status"];
  await vi.waitFor(() => expect(fate).toHaveLength(3));
  expect(fate.filter((text) => !text.includes("người khác"))).toEqual(back);
  expect(turns).not.toContainEqual(["/status"]);
  expect(turns).toContainEqual(["người khác"]);
});

describe("a turn that takes long", () => {
  test("keeps all its rows alive by the host's heartbeat and holds its conversation closed", async () => {
    let release = () => {};
    handle = async (_texts, lifecycle) => {
      expect(lifecycle.deferredHeartbeatIntervalMs).toBe(1000);
      lifecycle.onDeferredHeartbeat?.();
      await new Promise<void>((resolve) => (release = resolve));
      await lifecycle.onAdopted();
    };
    hear("một");
    hear("hai");
    await vi.waitFor(() => expect(fate).toEqual(["heartbeat một", "heartbeat hai"]));
    expect(closed).toEqual([`user:${lan}`]);
    release();
    await vi.waitFor(() => expect(fate.slice(2)).toEqual(["adopted một", "adopted hai"]));
    expect(closed).toEqual([]);
  });

  test("that the host queues behind another one frees its conversation and is adopted later", async () => {
    let adopt: TurnLifecycle["onAdopted"] = () => {};
    handle = async (_texts, lifecycle) => {
      lifecycle.onDeferred?.();
      adopt = lifecycle.onAdopted;
    };
    hear("một");
    await vi.waitFor(() => expect(fate).toEqual(["deferred một"]));
    await vi.waitFor(() => expect(closed).toEqual([]));
    await adopt();
    expect(fate).toEqual(["deferred một", "adopted một"]);
  });

  test("that the host queued and dropped again goes back to the journal", async () => {
    handle = async (_texts, lifecycle) => {
      lifecycle.onDeferred?.();
      lifecycle.onAbandoned?.();
    };
    hear("một");
    await vi.waitFor(() => expect(fate).toEqual(["deferred một", "abandoned một"]));
  });
});

test("a turn that fails after the host had queued it goes back to the journal, too", async () => {
  handle = async (_texts, lifecycle) => {
    lifecycle.onDeferred?.();
    throw new Error("the queue was reset");
  };
  hear("một");
  await vi.waitFor(() => expect(fate).toEqual(["deferred một", "failed một"]));
});

describe("a stop", () => {
  test("gives back what still waits for its burst, without counting an attempt", async () => {
    hear("dở dang");
    bursts.cancel();
    await vi.waitFor(() => expect(fate).toEqual(["cancelled dở dang"]));
    expect(turns).toEqual([]);
  });

  test("gives back a turn the host did not own yet, even when it ended without complaint", async () => {
    handle = async () => stop.abort();
    hear("một");
    await vi.waitFor(() => expect(fate).toEqual(["cancelled một"]));
  });

  test("gives back a turn it broke off, without counting an attempt, so that it comes again as one burst", async () => {
    handle = async () => {
      stop.abort();
      throw new Error("The account stopped before names were looked up.");
    };
    hear("một");
    hear("hai");
    await vi.waitFor(() => expect(fate).toEqual(["cancelled một", "cancelled hai"]));
    expect(closed).toEqual([]);
  });

  test("does not take back a turn the host owned", async () => {
    handle = async (_texts, lifecycle) => {
      await lifecycle.onAdopted();
      stop.abort();
    };
    hear("một");
    await vi.waitFor(() => expect(turns).toHaveLength(1));
    await vi.waitFor(() => expect(closed).toEqual([]));
    expect(fate).toEqual(["adopted một"]);
  });
});
